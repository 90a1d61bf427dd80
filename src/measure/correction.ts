/**
 * Many metrics, or segments, looked at together: by how much each p-value has to grow, and each interval to widen, so
 * that chance alone does not find something among so many. Pure.
 */

export type Correction = 'holm' | 'benjamini_hochberg' | 'none'

export interface Corrected {
  /** In the order given. */
  readonly pValues: readonly number[]
  /**
   * The alpha at which every interval is to be made. Holm: alpha / m, all of them right at once (Bonferroni; an
   * interval may touch 0 where the stepwise p-value does not). Benjamini-Hochberg: R alpha / m with R found, so that of
   * the intervals of what was found no more than alpha are wrong (Benjamini & Yekutieli 2005, JASA 100).
   */
  readonly alpha: number
}

/**
 * Holm 1979 (no metric wrongly found, with probability 1 - alpha, however they depend on each other), or Benjamini &
 * Hochberg 1995 (at most a share alpha of what is found is wrong; for metrics that do not work against each other).
 */
export function correct(pValues: readonly number[], method: Correction, alpha: number): Corrected {
  const count = pValues.length
  if (method === 'none' || count === 0) return { pValues, alpha }
  if (method === 'holm') return { pValues: holm(pValues), alpha: alpha / count }
  const adjusted = benjaminiHochberg(pValues)
  const found = adjusted.filter((pValue) => pValue <= alpha).length
  return { pValues: adjusted, alpha: (alpha * Math.max(1, found)) / count }
}

/** Step down: the smallest times m, the next times m - 1, …, never less than the one before. */
export function holm(pValues: readonly number[]): readonly number[] {
  let least = 0
  return inOrder(pValues, ascending(pValues), (pValue, rank) => {
    least = Math.max(least, Math.min(1, pValue * (pValues.length - rank)))
    return least
  })
}

/** Step up: the largest as it is, the one below times m / (m - 1), …, never more than the one after. */
export function benjaminiHochberg(pValues: readonly number[]): readonly number[] {
  let most = 1
  const count = pValues.length
  return inOrder(pValues, ascending(pValues).reverse(), (pValue, rank) => {
    most = Math.min(most, (pValue * count) / (count - rank))
    return most
  })
}

const ascending = (pValues: readonly number[]): number[] =>
  pValues.map((_, index) => index).sort((a, b) => (pValues[a] as number) - (pValues[b] as number))

/** Walks the p-values in an order, and puts what comes out back in their places. */
function inOrder(
  pValues: readonly number[],
  order: readonly number[],
  adjusted: (pValue: number, rank: number) => number,
): readonly number[] {
  const result = [...pValues]
  for (const [rank, index] of order.entries()) result[index] = adjusted(pValues[index] as number, rank)
  return result
}
