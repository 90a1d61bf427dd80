/**
 * How many visitors each arm should have, whatever its weights were when: each visitor adds to every arm the share that
 * their own split meant for it. A χ² test against these sums stays honest while weights change, even by what was
 * measured: each visitor was drawn by the weights of their own time, and a sum of draws with different weights spreads
 * less than one with the average of them, so it is never found too far off by mistake. Pure.
 *
 * Sums by arm, since adaptive weights make new splits all the time: of each split its own, a report over a quarter would
 * read a hundred thousand of them.
 */
import { DECIMALS, parseSplit, SPLIT_STEPS } from '../campaign/split.ts'
import type { Cell } from './model.ts'
import type { SplitRow } from './srm.ts'
import { type CountRow, normalized } from './ssrm.ts'

/** Prefix of both. */
export const SPLIT_SEGMENT = 'split:'
/** The segment of visitors of whom the split is known, by the arm that they were given. */
export const DRAWN_SEGMENT = `${SPLIT_SEGMENT}drawn`
/** The segment of how many of them each arm was meant to have, in steps of a visitor: whole numbers add up exactly. */
export const MEANT_SEGMENT = `${SPLIT_SEGMENT}meant`

/** What one visitor of this split adds to each arm. */
export const stepsOf = (split: string): readonly (readonly [arm: string, steps: number])[] =>
  [...parseSplit(split)].map(([arm, share]) => [arm, Math.round(share * SPLIT_STEPS)])

/** Of each day, in order: how many of each arm were drawn, how many were meant, and in whose browser it was seen. */
export function splitRows(cells: readonly Cell[]): {
  readonly arms: readonly string[]
  readonly rows: readonly SplitRow[]
} {
  const own = cells.filter(({ segment, metric }) => metric === 'exposed' && segment.startsWith(SPLIT_SEGMENT))
  const seen = Map.groupBy(
    cells.filter(({ segment, metric }) => metric === 'seen' && segment === 'all'),
    ({ day }) => day,
  )
  const arms = [...new Set(own.flatMap(({ segment, arm }) => (segment === MEANT_SEGMENT ? [arm] : [])))]
  const days = [...Map.groupBy(own, ({ day }) => day)].sort(([a], [b]) => (a < b ? -1 : 1))
  const rows = days.map(([on, day]) => {
    const sumsOf = (wanted: string, among = day): readonly number[] =>
      arms.map((arm) =>
        among.reduce((sum, { segment, arm: its, n }) => sum + (segment === wanted && its === arm ? n : 0), 0),
      )
    return {
      counts: sumsOf(DRAWN_SEGMENT),
      expected: sumsOf(MEANT_SEGMENT).map((n) => n / SPLIT_STEPS),
      seen: sumsOf('all', seen.get(on) ?? []),
    }
  })
  return { arms, rows }
}

/**
 * Were the arms meant to have other shares on one day than on another, because somebody changed weights, or added or took
 * out an arm? Then sums over days are of other mixtures of days in each arm (stratified.ts).
 */
export const hasMoved = (rows: readonly CountRow[]): boolean =>
  new Set(rows.map(({ expected }) => String(normalized(expected).map((share) => share.toFixed(DECIMALS)))))
    .size > 1
