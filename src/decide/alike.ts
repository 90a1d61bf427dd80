/**
 * Lists of decisions that came out alike are one and the same list. A page has few of them however many visitors it has,
 * so whatever is worked out from a list alone (headers, the beacon's lines, which edits go where) is worked out once.
 * HOT PATH; holds values only.
 */
import type { PagePlan } from '../campaign/model.ts'
import type { Decision } from './model.ts'

/**
 * Decisions in the lists of all pages together. With what is noted on the list each takes up to 200 bytes, so these are a
 * dozen megabytes at most; beyond them everything begins anew. A dozen tests on all pages have more lists than a shop
 * has visitors, on each kind of page, so it does not do to bound the lists of one.
 */
export const DECISIONS_MAX = 65_536
/** A list itself takes as much as so many of its decisions. */
const LIST_DECISIONS = 4
/** Seed and prime of FNV-1a, 32 bits. */
const FNV_SEED = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** What was worked out from a shared list, by kind of work: on the list itself, since that is found faster than a map's entry. */
const NOTES = Symbol('notes')
interface Noted {
  readonly [NOTES]?: unknown[]
}
let kinds = 0

/** By a hash of their decisions' numbers; of two with one hash the later is kept. Weak, so they go with their release. */
let byPlan = new WeakMap<PagePlan, Map<number, readonly Decision[]>>()
/** Decisions in all of them, those of former releases included. */
let held = 0

/**
 * The shared list of these decisions on this plan, frozen; the very list that was handed in where it is the first of its
 * kind, or holds a decision that is nobody else's (of a preview).
 */
export function alike(plan: PagePlan, decisions: readonly Decision[]): readonly Decision[] {
  let hash = FNV_SEED
  for (let at = 0; at < decisions.length; at++) {
    const number = decisions[at]?.number
    if (number === undefined) return decisions
    hash = Math.imul(hash ^ number, FNV_PRIME)
  }
  const known = byPlan.get(plan)?.get(hash)
  if (known !== undefined && isSame(known, decisions)) return known
  keep(plan, hash, Object.freeze(Object.defineProperty(decisions, NOTES, { value: [] })))
  return decisions
}

function keep(plan: PagePlan, hash: number, decisions: readonly Decision[]): void {
  held += decisions.length + LIST_DECISIONS
  if (held > DECISIONS_MAX) {
    byPlan = new WeakMap()
    held = decisions.length + LIST_DECISIONS
  }
  const lists = byPlan.get(plan)
  if (lists === undefined) byPlan.set(plan, new Map([[hash, decisions]]))
  else lists.set(hash, decisions)
}

function isSame(a: readonly Decision[], b: readonly Decision[]): boolean {
  for (let at = 0; at < b.length; at++) if (a[at] !== b[at]) return false
  return a.length === b.length
}

/**
 * `work`, done once for each shared list and each time for any other. What it is given beside the list must be the same
 * wherever the list is, as its plan is.
 */
export function ofAlike<V extends NonNullable<unknown> | null, More extends readonly unknown[] = []>(
  work: (decisions: readonly Decision[], ...more: More) => V,
): (decisions: readonly Decision[], ...more: More) => V {
  const kind = kinds++
  return (decisions, ...more) => {
    const notes = (decisions as Noted)[NOTES]
    if (notes === undefined) return work(decisions, ...more)
    const before = notes[kind] as V | undefined
    if (before !== undefined) return before
    const made = work(decisions, ...more)
    notes[kind] = made
    return made
  }
}
