/**
 * How many visitors each arm should have, whatever its weights were when: those counted under each split, times what the
 * split meant for the arm. A χ² test against these sums stays honest while weights change, even by what was measured:
 * each visitor was drawn by the weights of their own time, and a sum of draws with different weights spreads less than
 * one with the average of them, so it is never found too far off by mistake. Pure.
 */
import { parseSplit } from '../campaign/split.ts'
import type { Cell, Count } from './model.ts'
import type { CountRow } from './ssrm.ts'

/** Prefix of the segment that visitors of a split are counted in. */
export const SPLIT_SEGMENT = 'split:'

/** By arm, from cells of all segments; of `seen` as of `exposed`. Arms that were meant to have nobody are left out. */
export function expectedCounts(
  cells: readonly Cell[],
  count: Count = 'exposed',
): ReadonlyMap<string, number> {
  const expected = new Map<string, number>()
  for (const { segment, metric, n } of cells) {
    if (metric !== count || !segment.startsWith(SPLIT_SEGMENT)) continue
    for (const [arm, share] of parseSplit(segment.slice(SPLIT_SEGMENT.length))) {
      expected.set(arm, (expected.get(arm) ?? 0) + n * share)
    }
  }
  return expected
}

/** Of each day, in order: how many of each arm were counted under any split, and how many were meant. */
export function splitRows(cells: readonly Cell[]): {
  readonly arms: readonly string[]
  readonly rows: readonly CountRow[]
} {
  const own = cells.filter(({ segment, metric }) => metric === 'exposed' && segment.startsWith(SPLIT_SEGMENT))
  const arms = [...expectedCounts(own).keys()]
  const days = [...Map.groupBy(own, ({ day }) => day)].sort(([a], [b]) => (a < b ? -1 : 1))
  const rows = days.map(([, day]) => {
    const expected = expectedCounts(day)
    const counts = arms.map((arm) => day.reduce((sum, cell) => sum + (cell.arm === arm ? cell.n : 0), 0))
    return { counts, expected: arms.map((arm) => expected.get(arm) ?? 0) }
  })
  return { arms, rows }
}
