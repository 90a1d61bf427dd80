/**
 * From a place in [0, 1) to a variant, by the rules of GrowthBook's SDKs, so that an existing GrowthBook client gives
 * the same visitor the same arm. Ranges are anchored: each variant keeps its start whatever the coverage, so raising
 * coverage only adds people and never moves anybody. Pure.
 */
import { hash } from '../kit/hash.ts'
import { sum } from '../kit/sum.ts'

/** Half-open, [start, end). */
export type BucketRange = readonly [number, number]
/** GrowthBook's namespace: its name, and the range of it that is meant. */
export type Namespace = readonly [string, number, number]

/** How far from 1 a sum of weights may lie before equal weights replace it. */
const WEIGHT_SUM_MIN = 0.99
const WEIGHT_SUM_MAX = 1.01

/** Weights that share 1 evenly; none where there is nothing to share it. */
export function getEqualWeights(count: number): readonly number[] {
  return count < 1 ? [] : new Array<number>(count).fill(1 / count)
}

/**
 * One range per variant. Coverage is clamped to [0, 1]; weights of the wrong length, or that do not add up to 1, give
 * way to equal ones.
 */
export function getBucketRange(
  count: number,
  coverage: number,
  weights?: readonly number[] | null,
): readonly BucketRange[] {
  const covered = Math.min(1, Math.max(0, coverage))
  let start = 0
  return usableWeights(count, weights).map((weight) => {
    const range: BucketRange = [start, start + covered * weight]
    start += weight
    return range
  })
}

function usableWeights(count: number, weights: readonly number[] | null | undefined): readonly number[] {
  if (weights?.length !== count) return getEqualWeights(count)
  const total = sum(weights)
  return total < WEIGHT_SUM_MIN || total > WEIGHT_SUM_MAX ? getEqualWeights(count) : weights
}

const inRange = (place: number, range: BucketRange): boolean => place >= range[0] && place < range[1]

/** Index of the range that holds this place, or -1 outside all of them. */
export function chooseVariation(place: number, ranges: readonly BucketRange[]): number {
  for (let index = 0; index < ranges.length; index++) {
    if (inRange(place, ranges[index] as BucketRange)) return index
  }
  return -1
}

/**
 * Is this unit in the namespace's range? Always by hash version 1, as every GrowthBook client does it. No campaign
 * asks it, since groups are what keeps them apart here; it is there because the published vectors of the bucketing have
 * it, and all of them are held.
 */
export function inNamespace(unit: string, namespace: Namespace): boolean {
  const place = hash(`__${namespace[0]}`, unit, 1)
  return place !== null && inRange(place, [namespace[1], namespace[2]])
}
