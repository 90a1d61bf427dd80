/**
 * Lists of decisions that came out alike are one and the same list. A page has few of them however many visitors it has,
 * so whatever is worked out from a list alone (headers, the beacon's lines, which edits go where) is worked out once.
 * HOT PATH; holds values only.
 */
import type { PagePlan } from '../campaign/model.ts'
import type { Decision } from './model.ts'

/** A page of many audiences has many lists, and then begins anew: some megabytes at most. */
const LISTS_MAX = 2_048
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
const byPlan = new WeakMap<PagePlan, Map<number, readonly Decision[]>>()

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
  let lists = byPlan.get(plan)
  if (lists === undefined) {
    lists = new Map()
    byPlan.set(plan, lists)
  }
  const known = lists.get(hash)
  if (known !== undefined && isSame(known, decisions)) return known
  if (lists.size >= LISTS_MAX) lists.clear()
  lists.set(hash, Object.freeze(Object.defineProperty(decisions, NOTES, { value: [] })))
  return decisions
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
