/**
 * What share of those counted each arm was meant to have, as one word. It goes with each visitor's exposure, so that a
 * report knows how many of each arm to expect without knowing which release, weights or context each of them met. Pure.
 */
import { sum } from '../kit/sum.ts'
import { type Campaign, type CompiledCampaign, HOLDOUT } from './model.ts'

/** A word stands in every exposure; a campaign with more arms than fit goes without. */
const MAX_CHARS = 512
/** As fine as the hash. */
export const DECIMALS = 4
/** Shares are whole numbers of these steps. */
export const SPLIT_STEPS = 10 ** DECIMALS

const known = new WeakMap<CompiledCampaign['ranges'], string | undefined>()

/** `holdout=0.1,a=0.45,b=0.45`; undefined where it would be too long. Made once for each list of ranges. */
export function splitOf(
  { holdout, variants }: Pick<Campaign, 'holdout' | 'variants'>,
  ranges: CompiledCampaign['ranges'],
): string | undefined {
  if (!known.has(ranges)) {
    const covered = variants.map(({ id }, index) => [id, widthOf(ranges[index])] as const)
    known.set(ranges, formatSplit(holdout, covered))
  }
  return known.get(ranges)
}

const widthOf = (range: readonly [number, number] | undefined): number =>
  range === undefined ? 0 : range[1] - range[0]

/** `covered`: widths of the arms; whom they leave out is not counted. */
export function formatSplit(
  holdout: number,
  covered: readonly (readonly [arm: string, width: number])[],
): string | undefined {
  const all = [
    [HOLDOUT, holdout] as const,
    ...covered.map(([arm, width]) => [arm, (1 - holdout) * width] as const),
  ]
  const total = sum(all.map(([, share]) => share))
  const text = all
    .filter(([, share]) => share > 0)
    .map(([arm, share]) => `${arm}=${Number((share / total).toFixed(DECIMALS))}`)
    .join(',')
  return text.length > MAX_CHARS ? undefined : text
}

/** The shares of a split by arm. */
export const parseSplit = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text.split(',').map((part) => {
      const at = part.lastIndexOf('=')
      return [part.slice(0, at), Number(part.slice(at + 1))]
    }),
  )
