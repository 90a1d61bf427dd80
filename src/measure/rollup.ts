/**
 * How exposures become cells: each adds its numbers, and their squares and products, to the cell of its cohort, and to
 * one of each segment it stands in. What changes takes away what it was and adds what it is, so sums of whole numbers
 * come out the same whatever the order. Pure.
 */
import { type Exposed, isSeen, type Measured, openExposures } from './document.ts'
import { SPLIT_SEGMENT } from './expected.ts'
import { valuesOf } from './metrics.ts'
import { type Cell, type Count, METRICS, type Metric, type Moments } from './model.ts'
import { dayOf } from './windows.ts'

/** A cell as the store keeps it: `n` stands in counts alone. */
export type Sums = [n: number, y: number, yy: number, x: number, xx: number, xy: number]

export interface Rollup {
  /** Adds, or takes away, what the open exposures of a visitor come to. */
  readonly add: (measured: Measured, now: number, sign: 1 | -1) => void
  /** What is to be added to each cell: [campaign, segment, day, arm, metric, ...sums]. Zeros are left out. */
  readonly deltas: () => readonly Delta[]
}
export type Delta = readonly [
  campaign: string,
  segment: string,
  day: string,
  arm: string,
  metric: string,
  ...Sums,
]

/** Segment of all visitors. */
export const ALL = 'all'
const RELEASE_SEGMENT = 'release:'

export function createRollup(): Rollup {
  const cohorts = new Map<string, { readonly cohort: readonly string[]; readonly cells: Map<string, Sums> }>()
  const cellsOf = (cohort: readonly string[]): Map<string, Sums> => {
    const key = cohort.join('\n')
    const known = cohorts.get(key)
    if (known !== undefined) return known.cells
    const cells = new Map<string, Sums>()
    cohorts.set(key, { cohort, cells })
    return cells
  }
  return {
    add(measured, now, sign) {
      for (const exposed of openExposures(measured, now)) {
        const counts = countsOf(exposed, measured)
        const { metrics, unknownMargin } = valuesOf(exposed, measured.outcomes)
        const { campaign, arm, at, release, segments, split } = exposed
        const day = dayOf(at)
        for (const segment of [ALL, ...Object.entries(segments).map(([name, value]) => `${name}:${value}`)]) {
          const cells = cellsOf([campaign, segment, day, arm])
          for (const count of counts) plus(cells, count, sign, 0, 0, sign)
          if (unknownMargin) plus(cells, 'unknown_margin', sign, 0, 0, sign)
          for (const [metric, y, x] of metrics) plus(cells, metric, 0, y, x, sign)
        }
        const meant = split === undefined ? [] : [`${SPLIT_SEGMENT}${split}`]
        for (const segment of [`${RELEASE_SEGMENT}${release}`, ...meant]) {
          const cells = cellsOf([campaign, segment, day, arm])
          for (const count of counts) if (count !== 'crossed') plus(cells, count, sign, 0, 0, sign)
        }
      }
    },
    deltas: () =>
      [...cohorts.values()].flatMap(({ cohort, cells }) =>
        [...cells].flatMap(([metric, sums]) =>
          sums.some((sum) => sum !== 0) ? [[...cohort, metric, ...sums] as unknown as Delta] : [],
        ),
      ),
  }
}

const countsOf = (exposed: Exposed, { sightings }: Measured): readonly Count[] => [
  'exposed',
  ...(isSeen(exposed, sightings) ? (['seen'] as const) : []),
  ...(exposed.crossed === true ? (['crossed'] as const) : []),
]

function plus(
  cells: Map<string, Sums>,
  metric: Metric | Count,
  n: number,
  y: number,
  x: number,
  sign: 1 | -1,
): void {
  let sums = cells.get(metric)
  if (sums === undefined) {
    sums = [0, 0, 0, 0, 0, 0]
    cells.set(metric, sums)
  }
  sums[0] += n
  sums[1] += sign * y
  sums[2] += sign * y * y
  sums[3] += sign * x
  sums[4] += sign * x * x
  sums[5] += sign * x * y
}

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
 * nobody's exposure; of releases and splits there are counts alone.
 */
export function cellsOfCohort(campaign: string, { segment, day, arm, rows }: StoredCohort): readonly Cell[] {
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
    ...METRICS.map((metric) => ({ ...at, metric, ...momentsOf(exposed, sums.get(metric) ?? NO_SUMS) })),
  ]
}

const momentsOf = (n: number, [, y, yy, x, xx, xy]: Sums): Moments => ({ n, y, yy, x, xx, xy })
