/** Cells of a campaign's arms for tests: visitors and sums, day by day. */
import type { Cell, Count, Metric } from '../../src/measure/model.ts'

/** [day of the month, arm, visitors, sum of the metric]; squares are those of zeros and ones unless told. */
export type Row = readonly [day: number, arm: string, n: number, y?: number, yy?: number]

export const cellsOf = (
  metric: Metric | Count,
  rows: readonly Row[],
  segment = 'all',
  campaign = 'hero',
): readonly Cell[] =>
  rows.map(([day, arm, n, y = 0, yy = y]) => ({
    campaign,
    day: `2026-07-${String(day).padStart(2, '0')}`,
    arm,
    segment,
    metric,
    n,
    y,
    yy,
    x: 0,
    xx: 0,
    xy: 0,
  }))
