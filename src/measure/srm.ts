/**
 * Sample ratio mismatch: whether the arms have the visitors that the weights meant them to have. Where they have not,
 * somebody went missing, and not at random; then no other number can be believed (Fabijan et al. 2019, "Diagnosing
 * Sample Ratio Mismatch in Online Controlled Experiments", KDD). Pure.
 */
import { sum } from '../kit/sum.ts'
import { chiSquaredTail } from './distributions.ts'
import { type CountRow, everValid } from './ssrm.ts'

/** Below this, it is not chance; low, because every campaign is checked. GrowthBook has the same. */
export const SRM_THRESHOLD = 0.001
/** The same, where a false alarm at any of all looks is in it already: χ² below the other, every day, comes to that too. */
export const SRM_EVER_THRESHOLD = 0.01
/** So many visitors an arm, on average, before a mismatch is spoken of. */
const SRM_MIN_PER_ARM = 8

/** Where the visitors went missing: among those who were given an arm, or among those whose page was then seen. */
export type SrmCause = 'none' | 'selection' | 'capture'

export interface SplitCheck {
  readonly cause: SrmCause
  /** Of the test that found the cause; of the first one, where none did. */
  readonly pValue: number
  readonly selection: number
  /** Null where nothing is known of what was seen. */
  readonly capture: number | null
}

/** Of a day: visitors given each arm, and how many were meant. */
export interface SplitRow extends CountRow {
  /** Of those given each arm, those in whose browser its place came into view. */
  readonly seen?: readonly number[]
}

export interface SplitCounts {
  /** Of each day, in order. */
  readonly rows: readonly SplitRow[]
  /** This is the one look: Pearson's χ² is sharper then. Else the split may be looked at every day. */
  readonly isOnce?: boolean
}

/** Both funnels, in their order: whoever was never assigned cannot have been seen. */
export function checkSplit({ rows, isOnce = false }: SplitCounts): SplitCheck {
  const assigned = sumsOf(rows.map(({ counts }) => counts))
  const expected = sumsOf(rows.map((row) => row.expected))
  const selection = isOnce ? splitPValue(assigned, expected) : everValid(rows)
  const capture = rows.some(({ seen }) => seen?.some((count) => count > 0)) ? samePValue(rows) : null
  const enough = sum(assigned) >= SRM_MIN_PER_ARM * assigned.length
  const found = (pValue: number | null, threshold = SRM_THRESHOLD): boolean =>
    enough && pValue !== null && pValue < threshold
  if (found(selection, isOnce ? SRM_THRESHOLD : SRM_EVER_THRESHOLD))
    return { cause: 'selection', pValue: selection, selection, capture }
  if (found(capture)) return { cause: 'capture', pValue: capture as number, selection, capture }
  return { cause: 'none', pValue: selection, selection, capture }
}

const sumsOf = (lists: readonly (readonly number[])[]): readonly number[] =>
  (lists[0] ?? []).map((_, arm) => sum(lists.map((list) => list[arm] ?? 0)))

/**
 * Pearson's χ² of the counts against the expected ones. An arm that was meant to have nobody is left out, with its
 * degree of freedom. 1 where fewer than two arms, or no visitors, are left.
 */
export function splitPValue(counts: readonly number[], expected: readonly number[]): number {
  const arms = counts.map((count, arm) => ({ count, weight: expected[arm] ?? 0 })).filter((a) => a.weight > 0)
  const visitors = sum(arms.map(({ count }) => count))
  const weights = sum(arms.map(({ weight }) => weight))
  if (arms.length < 2 || !(visitors > 0)) return 1
  const distances = arms.map(({ count, weight }) => {
    const meant = (visitors / weights) * weight
    return (count - meant) ** 2 / meant
  })
  return chiSquaredTail(sum(distances), arms.length - 1)
}

/**
 * χ² of "the share is the same in every arm" (Pearson 1900; of two arms and one day, the pooled test of two proportions).
 * Far sharper than the split itself, since chance has a hand only in who was missed. Each day has a share of its own, or
 * an arm that came when more was seen would be found to be seen more; put together as for the log-rank test, which is never
 * too sure of it, and less sure than it might be where weights moved much (Peto & Pike 1973). 1 where there is nothing to
 * compare.
 */
export function samePValue(rows: readonly Pick<SplitRow, 'counts' | 'seen'>[]): number {
  const arms: { off: number; spread: number }[] = []
  for (const { counts, seen = [] } of rows) {
    const share = sum(seen) / sum(counts)
    if (!(share > 0 && share < 1)) continue
    for (const [at, count] of counts.entries()) {
      const { off, spread } = arms[at] ?? { off: 0, spread: 0 }
      arms[at] = { off: off + (seen[at] ?? 0) - count * share, spread: spread + count * share * (1 - share) }
    }
  }
  const known = arms.filter(({ spread }) => spread > 0)
  if (known.length < 2) return 1
  return chiSquaredTail(sum(known.map(({ off, spread }) => off ** 2 / spread)), known.length - 1)
}
