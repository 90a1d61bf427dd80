/**
 * Sample ratio mismatch: whether the arms have the visitors that the weights meant them to have. Where they have not,
 * somebody went missing, and not at random; then no other number can be believed (Fabijan et al. 2019, "Diagnosing
 * Sample Ratio Mismatch in Online Controlled Experiments", KDD). Pure.
 */
import { chiSquaredTail } from './distributions.ts'
import { type CountRow, everValid } from './ssrm.ts'

/** Below this, it is not chance; low, because every campaign is checked. GrowthBook has the same. */
export const SRM_THRESHOLD = 0.001
/** The same, where a false alarm at any of all looks is in it already: χ² below the other, every day, comes to that too. */
export const SRM_EVER_THRESHOLD = 0.01
/** So many visitors an arm, on average, before a mismatch is spoken of. */
export const SRM_MIN_PER_ARM = 8

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

export interface SplitCounts {
  /** Of each day, in order: visitors given each arm, and how many were meant. */
  readonly rows: readonly CountRow[]
  /** Of all of them, those in whose browser the arm's place came into view. */
  readonly seen?: readonly number[]
  /** This is the one look: Pearson's χ² is sharper then. Else the split may be looked at every day. */
  readonly isOnce?: boolean
}

/** Both funnels, in their order: whoever was never assigned cannot have been seen. */
export function checkSplit({ rows, seen, isOnce = false }: SplitCounts): SplitCheck {
  const assigned = sumsOf(rows.map(({ counts }) => counts))
  const expected = sumsOf(rows.map((row) => row.expected))
  const selection = isOnce ? splitPValue(assigned, expected) : everValid(rows)
  const capture = seen === undefined ? null : samePValue(seen, assigned)
  const enough = assigned.reduce((sum, count) => sum + count, 0) >= SRM_MIN_PER_ARM * assigned.length
  const found = (pValue: number | null, threshold = SRM_THRESHOLD): boolean =>
    enough && pValue !== null && pValue < threshold
  if (found(selection, isOnce ? SRM_THRESHOLD : SRM_EVER_THRESHOLD))
    return { cause: 'selection', pValue: selection, selection, capture }
  if (found(capture)) return { cause: 'capture', pValue: capture as number, selection, capture }
  return { cause: 'none', pValue: selection, selection, capture }
}

const sumsOf = (lists: readonly (readonly number[])[]): readonly number[] =>
  (lists[0] ?? []).map((_, arm) => lists.reduce((sum, list) => sum + (list[arm] ?? 0), 0))

/**
 * Pearson's χ² of the counts against the expected ones. An arm that was meant to have nobody is left out, with its
 * degree of freedom. 1 where fewer than two arms, or no visitors, are left.
 */
export function splitPValue(counts: readonly number[], expected: readonly number[]): number {
  const arms = counts.map((count, arm) => ({ count, weight: expected[arm] ?? 0 })).filter((a) => a.weight > 0)
  const visitors = arms.reduce((sum, arm) => sum + arm.count, 0)
  const weights = arms.reduce((sum, arm) => sum + arm.weight, 0)
  if (arms.length < 2 || !(visitors > 0)) return 1
  const distance = arms.reduce((sum, { count, weight }) => {
    const meant = (visitors / weights) * weight
    return sum + (count - meant) ** 2 / meant
  }, 0)
  return chiSquaredTail(distance, arms.length - 1)
}

/**
 * χ² of "the share is the same in every arm" (Pearson 1900; of two arms, the pooled test of two proportions). `parts`
 * are counted among `wholes`. Far sharper than the split itself, since chance has a hand only in who was missed. 1
 * where there is nothing to compare.
 */
export function samePValue(parts: readonly number[], wholes: readonly number[]): number {
  const arms = wholes.map((whole, arm) => ({ whole, part: parts[arm] ?? 0 })).filter((arm) => arm.whole > 0)
  const whole = arms.reduce((sum, arm) => sum + arm.whole, 0)
  const share = arms.reduce((sum, arm) => sum + arm.part, 0) / whole
  if (arms.length < 2 || !(share > 0 && share < 1)) return 1
  const distance = arms.reduce(
    (sum, arm) => sum + (arm.part - arm.whole * share) ** 2 / (arm.whole * share * (1 - share)),
    0,
  )
  return chiSquaredTail(distance, arms.length - 1)
}
