/** Cells of a campaign's arms for tests: visitors and sums, day by day. */
import { parseSplit } from '../../src/campaign/split.ts'
import type { Cell, CellQuery, Count, Metric } from '../../src/measure/model.ts'
import { sumMoments } from '../../src/measure/moments.ts'

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

/** Of visitors who were drawn by a split: how many got each arm, and what is kept of how many were meant to. */
export const drawnBy = (
  split: string,
  got: Readonly<Record<string, number>>,
  day = 1,
  campaign = 'hero',
): readonly Cell[] => {
  const n = Object.values(got).reduce((sum, each) => sum + each, 0)
  const drawn = Object.entries(got).map(([arm, each]) => [day, arm, each, 0] as const)
  const meant = [...parseSplit(split)].map(
    ([arm, share]) => [day, arm, n * Math.round(share * 10_000), 0] as const,
  )
  return [
    ...cellsOf('exposed', drawn, 'split:drawn', campaign),
    ...cellsOf('exposed', meant, 'split:meant', campaign),
  ]
}

/** What a store that holds these cells answers. */
export function answerOf(
  cells: readonly Cell[],
  { campaign, from = '', to = '9999', segment = 'all', metrics, folded }: CellQuery,
): readonly Cell[] {
  const isIn = (name: string): boolean =>
    segment.endsWith('*') ? name.startsWith(segment.slice(0, -1)) : name === segment
  const found = cells.filter(
    (cell) =>
      cell.campaign === campaign &&
      cell.day >= from &&
      cell.day <= to &&
      isIn(cell.segment) &&
      (metrics === undefined || cell.metric === 'exposed' || metrics.includes(cell.metric)),
  )
  if (folded !== true) return found
  const groups = Map.groupBy(found, (cell) => `${cell.segment} ${cell.arm} ${cell.metric}`)
  return [...groups.values()].map((own) => ({ ...(own[0] as Cell), ...sumMoments(own), day: '' }))
}
