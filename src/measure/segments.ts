/**
 * A campaign's objective by segment, without a cell that could be about somebody: values with fewer than ten visitors in
 * any arm are left out, and where that would leave out a single one, the smallest of the others too, or it would be the
 * total less all that is told (complementary suppression; Cox 1980, JASA 75). Pure.
 */
import { judge } from './judge.ts'
import { betterOf, kindOf } from './kinds.ts'
import { type Cell, type Metric, SEGMENTS, type SegmentName } from './model.ts'
import { sumMoments } from './moments.ts'
import type { Verdict, View } from './verdict.ts'

/** Visitors in each arm from which on a cell may be told. */
export const CELL_MIN_VISITORS = 10

export interface SegmentRow {
  readonly segment: SegmentName
  readonly value: string
  readonly arm: string
  readonly visitors: number
  readonly baselineVisitors: number
  readonly verdict: Verdict
}

export interface SegmentView {
  readonly rows: readonly SegmentRow[]
  /** How many values of each segment are not told. */
  readonly suppressed: Readonly<Partial<Record<SegmentName, number>>>
}

export interface SegmentQuestion {
  readonly metric: Metric
  readonly baseline: string
  readonly arms: readonly string[]
  readonly view: View
}

/** `cells`: of one campaign, all segments. */
export function bySegment(cells: readonly Cell[], question: SegmentQuestion): SegmentView {
  const rows: SegmentRow[] = []
  const suppressed: Partial<Record<SegmentName, number>> = {}
  for (const name of SEGMENTS) {
    const prefix = `${name}:`
    const own = Map.groupBy(
      cells.filter(({ segment }) => segment.startsWith(prefix)),
      ({ segment }) => segment.slice(prefix.length),
    )
    const hidden = hiddenValues(own, [question.baseline, ...question.arms])
    if (hidden.size > 0) suppressed[name] = hidden.size
    for (const [value, found] of [...own].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!hidden.has(value)) rows.push(...rowsOf(name, value, found, question))
    }
  }
  return { rows, suppressed }
}

type Values = ReadonlyMap<string, readonly Cell[]>

/** The values that may not be told. Exported for the law that nothing of them can be worked out. */
export function hiddenValues(values: Values, arms: readonly string[]): ReadonlySet<string> {
  const sizes = [...values].map(([value, cells]) => {
    const least = Math.min(...arms.map((arm) => visitorsOf(cells, arm)))
    return { value, least, total: sumMoments(cells.filter(isExposed)).n }
  })
  const hidden = new Set(sizes.filter(({ least }) => least < CELL_MIN_VISITORS).map(({ value }) => value))
  if (hidden.size !== 1) return hidden
  const others = sizes.filter(({ value }) => !hidden.has(value)).sort((a, b) => a.total - b.total)
  if (others[0] !== undefined) hidden.add(others[0].value)
  return hidden
}

const isExposed = ({ metric }: Cell): boolean => metric === 'exposed'

const visitorsOf = (cells: readonly Cell[], arm: string): number =>
  sumMoments(cells.filter((cell) => isExposed(cell) && cell.arm === arm)).n

function rowsOf(
  segment: SegmentName,
  value: string,
  cells: readonly Cell[],
  { metric, baseline, arms, view }: SegmentQuestion,
): readonly SegmentRow[] {
  const momentsOf = (arm: string) =>
    sumMoments(cells.filter((cell) => cell.metric === metric && cell.arm === arm))
  const control = momentsOf(baseline)
  return arms.map((arm) => ({
    segment,
    value,
    arm,
    visitors: visitorsOf(cells, arm),
    baselineVisitors: visitorsOf(cells, baseline),
    verdict: judge(control, momentsOf(arm), {
      kind: kindOf(metric),
      better: betterOf(metric),
      view,
    }),
  }))
}
