/**
 * How many visitors each arm should have, whatever its weights were when: those counted under each split, times what the
 * split meant for the arm. A χ² test against these sums stays honest while weights change, even by what was measured:
 * each visitor was drawn by the weights of their own time, and a sum of draws with different weights spreads less than
 * one with the average of them, so it is never found too far off by mistake. Pure.
 */
import { parseSplit } from '../campaign/split.ts'
import type { Cell, Count } from './model.ts'

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
