/**
 * People: one person's visitor ids, and what their contributions are together. An identity link only says which ids
 * belong together; contributions are never rewritten, so that taking a link back leaves everything as it was. Pure.
 */
import { combine, EMPTY_FACTS } from './contribution.ts'
import { formatFacts } from './document.ts'
import type { Contribution, Profile } from './model.ts'

/**
 * Each visitor id once, sorted: a union of sets, so associative, commutative and idempotent. Of two copies of one
 * contribution the one with more events is the newer; a link is known to the newer copy as well.
 */
export function uniteContributions(...lists: readonly (readonly Contribution[])[]): readonly Contribution[] {
  const newest = new Map<string, Contribution>()
  for (const contribution of lists.flat()) {
    const known = newest.get(contribution.visitor)
    if (known === undefined || isNewer(contribution, known)) newest.set(contribution.visitor, contribution)
  }
  return [...newest.values()].sort((a, b) => (a.visitor < b.visitor ? -1 : 1))
}

/** The profile of one person. Two ids of one person are a tie, whatever their rows say. */
export function mergeContributions(contributions: readonly Contribution[]): Profile {
  const own = uniteContributions(contributions)
  return {
    visitors: own.map(({ visitor }) => visitor),
    linked: own.length > 1 || own.some(({ linked }) => linked),
    facts: own.map(({ facts }) => facts).reduce(combine, EMPTY_FACTS),
  }
}

/** A total order, so that it does not matter which copy came first. */
function isNewer(a: Contribution, b: Contribution): boolean {
  if (a.facts.events !== b.facts.events) return a.facts.events > b.facts.events
  if (a.linked !== b.linked) return a.linked
  return a.facts !== b.facts && formatFacts(a.facts) > formatFacts(b.facts)
}
