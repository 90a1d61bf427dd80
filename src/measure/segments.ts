/**
 * A campaign's objective by segment, without a cell that could be about somebody: values with fewer than ten visitors in
 * any arm are left out, and where that would leave out a single one, the smallest of the others too, or it would be the
 * total less all that is told (complementary suppression; Cox 1980, JASA 75).
 *
 * All that is told is looked at together, so it is corrected together. Where weights differ by context, contexts alone
 * are told: any other segment mixes contexts in other proportions in each arm. Pure.
 */
import { CELL_MIN_VISITORS, type Comparing, comparing } from './compare.ts'
import type { Correction } from './correction.ts'
import { type Found, judgeTogether } from './family.ts'
import { type Cell, type Metric, SEGMENTS, type SegmentName } from './model.ts'
import { sumMoments } from './moments.ts'

export interface SegmentRow extends Found {
  readonly segment: SegmentName
  readonly value: string
  readonly arm: string
  readonly visitors: number
  readonly baselineVisitors: number
}

export interface SegmentView {
  readonly rows: readonly SegmentRow[]
  /** How many values of each segment are not told. */
  readonly suppressed: Readonly<Partial<Record<SegmentName, number>>>
}

export interface SegmentQuestion extends Comparing {
  readonly metric: Metric
  readonly baseline: string
  readonly arms: readonly string[]
  /** Weights differ by context. */
  readonly isContextual: boolean
  readonly correction: Correction
}

/** `cells`: of one campaign, all segments. */
export function bySegment(cells: readonly Cell[], question: SegmentQuestion): SegmentView {
  const { metric, baseline, arms, isContextual, correction } = question
  const places: Place[] = []
  const suppressed: Partial<Record<SegmentName, number>> = {}
  for (const name of isContextual ? (['context'] as const) : SEGMENTS) {
    const prefix = `${name}:`
    const own = Map.groupBy(
      cells.filter(({ segment }) => segment.startsWith(prefix)),
      ({ segment }) => segment.slice(prefix.length),
    )
    const hidden = hiddenValues(own, [baseline, ...arms])
    if (hidden.size > 0) suppressed[name] = hidden.size
    for (const [value, found] of [...own].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!hidden.has(value)) places.push(...placesOf(name, value, found, question))
    }
  }
  const judged = judgeTogether(
    places,
    ({ arm, verdictOf }, alpha) => verdictOf(metric, [baseline, arm], alpha),
    correction,
  )
  return { rows: judged.map(({ verdictOf: _, ...row }) => row), suppressed }
}

type Place = Omit<SegmentRow, keyof Found> & { readonly verdictOf: ReturnType<typeof comparing> }

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

function placesOf(
  segment: SegmentName,
  value: string,
  cells: readonly Cell[],
  { baseline, arms, byDay, view, now, mismatch }: SegmentQuestion,
): readonly Place[] {
  const verdictOf = comparing(cells, { byDay, view, now, mismatch })
  const baselineVisitors = visitorsOf(cells, baseline)
  return arms.map((arm) => ({
    segment,
    value,
    arm,
    visitors: visitorsOf(cells, arm),
    baselineVisitors,
    verdictOf,
  }))
}
