/** Sums over visitors, and what they say: means, variances, covariances. They add up in any order. Pure. */
import type { Moments } from './model.ts'

export const NO_MOMENTS: Moments = { n: 0, y: 0, yy: 0, x: 0, xx: 0, xy: 0 }

export function addMoments(a: Moments, b: Moments): Moments {
  return {
    n: a.n + b.n,
    y: a.y + b.y,
    yy: a.yy + b.yy,
    x: a.x + b.x,
    xx: a.xx + b.xx,
    xy: a.xy + b.xy,
  }
}

export const sumMoments = (all: Iterable<Moments>): Moments => {
  let sum = NO_MOMENTS
  for (const moments of all) sum = addMoments(sum, moments)
  return sum
}

/** Of `sum` over `n`; 0 over nobody. */
export const meanOf = (n: number, sum: number): number => (n > 0 ? sum / n : 0)

/**
 * Unbiased: over n - 1. 0 for fewer than two visitors, and where what is left is no more than what n additions may have
 * lost to rounding: two sums that agree in all their digits say nothing of their difference.
 */
export function varianceOf(n: number, sum: number, squares: number): number {
  if (n <= 1) return 0
  const spread = squares - (sum * sum) / n
  return spread <= squares * n * Number.EPSILON ? 0 : spread / (n - 1)
}

/** Unbiased; 0 for fewer than two visitors. */
export const covarianceOf = (n: number, a: number, b: number, products: number): number =>
  n > 1 ? (products - (a * b) / n) / (n - 1) : 0

/** Of a share: p (1 - p). */
export function shareVarianceOf(n: number, sum: number): number {
  const share = meanOf(n, sum)
  return share * (1 - share)
}

/** Of two shares of the same visitors: P(both) - P(a) P(b). */
export const shareCovarianceOf = (n: number, a: number, b: number, both: number): number =>
  n > 1 ? both / n - (a * b) / (n * n) : 0
