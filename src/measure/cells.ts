/** From what the store keeps of a cohort to the cells that reports are read from. Pure. */
import { SPLIT_SEGMENT } from './expected.ts'
import { type Cell, type CellQuery, type Count, METRICS, type Moments } from './model.ts'
import { RELEASE_SEGMENT, type Sums } from './rollup.ts'

/** What the store keeps of one day, arm and segment. */
export interface StoredCohort {
  readonly segment: string
  readonly day: string
  readonly arm: string
  readonly rows: readonly (readonly [metric: string, ...Sums])[]
}

const NO_SUMS: Sums = [0, 0, 0, 0, 0, 0]

/**
 * The cells of a cohort. Every metric has one for as long as somebody was exposed, or nobody's purchase would be told from
 * nobody's exposure; of releases and splits there are counts alone. `metrics`: those that were asked for.
 */
export function cellsOfCohort(
  { campaign, metrics = METRICS }: Pick<CellQuery, 'campaign' | 'metrics'>,
  { segment, day, arm, rows }: StoredCohort,
): readonly Cell[] {
  const sums = new Map(rows.map(([metric, ...rest]) => [metric, rest]))
  const exposed = sums.get('exposed')?.[0] ?? 0
  if (exposed <= 0) return []
  const at = { campaign, day, arm, segment }
  const counts = [...sums].flatMap(([metric, [n]]) =>
    (METRICS as readonly string[]).includes(metric) || n === 0
      ? []
      : [{ ...at, metric: metric as Count, ...momentsOf(n, NO_SUMS) }],
  )
  if (segment.startsWith(RELEASE_SEGMENT) || segment.startsWith(SPLIT_SEGMENT)) return counts
  return [
    ...counts,
    ...METRICS.filter((metric) => metrics.includes(metric)).map((metric) => ({
      ...at,
      metric,
      ...momentsOf(exposed, sums.get(metric) ?? NO_SUMS),
    })),
  ]
}

const momentsOf = (n: number, [, y, yy, x, xx, xy]: Sums): Moments => ({ n, y, yy, x, xx, xy })
