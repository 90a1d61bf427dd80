/**
 * How exposures become cells: each adds its numbers, and their squares and products, to the cell of its cohort, and to
 * one of each segment it stands in. What changes takes away what it was and adds what it is, so sums of whole numbers
 * come out the same whatever the order. Pure.
 */
import { type Exposed, isSeen, type Measured, openExposures } from './document.ts'
import { DRAWN_SEGMENT, MEANT_SEGMENT, stepsOf } from './expected.ts'
import { valuesOf } from './metrics.ts'
import type { Count, Metric } from './model.ts'
import { dayOf } from './windows.ts'

/** A cell as the store keeps it: `n` stands in counts alone. */
export type Sums = [n: number, y: number, yy: number, x: number, xx: number, xy: number]

export interface Rollup {
  /** Adds what a visitor's open exposures come to now, and takes away what they came to before. */
  readonly change: (before: Measured, after: Measured, now: number) => void
  /** What is to be added to each cell. Zeros are left out. */
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
export const RELEASE_SEGMENT = 'release:'

type Cells = Map<Metric | Count, Sums>

export function createRollup(): Rollup {
  const cohorts = new Map<string, { readonly cohort: readonly string[]; readonly cells: Cells }>()
  const cellsOf = (...cohort: readonly string[]): Cells => {
    const key = cohort.join('\n')
    const known = cohorts.get(key)
    if (known !== undefined) return known.cells
    const cells: Cells = new Map()
    cohorts.set(key, { cohort, cells })
    return cells
  }
  const add = ({ campaign, arm, at, release, segments, split }: Exposed, sums: Cells, sign: 1 | -1): void => {
    if (sums.size === 0) return
    const day = dayOf(at)
    addAll(cellsOf(campaign, ALL, day, arm), sums, sign)
    for (const [name, value] of Object.entries(segments)) {
      addAll(cellsOf(campaign, `${name}:${value}`, day, arm), sums, sign)
    }
    const exposed = sums.get('exposed')
    const seen = sums.get('seen')
    if (exposed === undefined && seen === undefined) return
    const ofRelease = cellsOf(campaign, `${RELEASE_SEGMENT}${release}`, day, arm)
    if (exposed !== undefined) addTo(ofRelease, 'exposed', exposed, sign)
    if (seen !== undefined) addTo(ofRelease, 'seen', seen, sign)
    if (split === undefined || exposed === undefined) return
    addTo(cellsOf(campaign, DRAWN_SEGMENT, day, arm), 'exposed', exposed, sign)
    for (const [meant, steps] of stepsOf(split)) {
      addTo(cellsOf(campaign, MEANT_SEGMENT, day, meant), 'exposed', counting(steps), sign)
    }
  }
  return {
    change(before, after, now) {
      for (const exposed of openExposures(after, now)) {
        const sums = sumsOf(exposed, after)
        const previous = before.exposures.get(exposed.campaign)
        if (previous !== undefined && isSameCohort(previous, exposed)) {
          addAll(sums, sumsOf(previous, before), -1)
          dropZeros(sums)
          add(exposed, sums, 1)
        } else {
          if (previous !== undefined) add(previous, sumsOf(previous, before), -1)
          add(exposed, sums, 1)
        }
      }
    },
    deltas: () =>
      [...cohorts.values()].flatMap(({ cohort, cells }) => {
        dropZeros(cells)
        return [...cells].map(([metric, sums]) => [...cohort, metric, ...sums] as unknown as Delta)
      }),
  }
}

/** An exposure that stays the first one keeps its object of segments. */
const isSameCohort = (a: Exposed, b: Exposed): boolean => a.at === b.at && a.segments === b.segments

/** What one exposure adds. */
function sumsOf(exposed: Exposed, { exposures, outcomes, sightings }: Measured): Cells {
  const { metrics, unknownMargin } = valuesOf(exposed, outcomes, exposures.values())
  const sums: Cells = new Map([['exposed', counting(1)]])
  if (isSeen(exposed, sightings)) sums.set('seen', counting(1))
  if (exposed.crossed === true) sums.set('crossed', counting(1))
  if (unknownMargin) sums.set('unknown_margin', counting(1))
  for (const [metric, y, x] of metrics) sums.set(metric, [0, y, y * y, x, x * x, x * y])
  return sums
}

const counting = (n: number): Sums => [n, 0, 0, 0, 0, 0]

function addAll(cells: Cells, sums: Cells, sign: 1 | -1): void {
  for (const [metric, told] of sums) addTo(cells, metric, told, sign)
}

/** In place: a batch adds to few cells, thousands of times. */
function addTo(cells: Cells, metric: Metric | Count, told: Sums, sign: 1 | -1): void {
  let sums = cells.get(metric)
  if (sums === undefined) {
    sums = counting(0)
    cells.set(metric, sums)
  }
  for (let at = 0; at < told.length; at++) sums[at] = (sums[at] as number) + sign * (told[at] as number)
}

function dropZeros(cells: Cells): void {
  for (const [metric, sums] of cells) if (sums.every((sum) => sum === 0)) cells.delete(metric)
}
