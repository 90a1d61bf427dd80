/**
 * What one arm says about one metric, whatever the metric's kind: a mean, a share of visitors, or a ratio of two
 * sums. Kinds and formulas are those of GrowthBook's gbstats (Deng et al. 2018, "Applying the Delta Method in
 * Metric Analytics", KDD), so that both say the same of the same sums. Pure.
 */
import type { Moments } from './model.ts'
import { covarianceOf, meanOf, shareVarianceOf, varianceOf } from './moments.ts'

export type MetricKind = 'share' | 'mean' | 'ratio'

/** Variances are of one visitor's part: the variance of `mean` itself is `variance / n`. */
export interface Statistic {
  readonly kind: MetricKind
  readonly n: number
  /** What is compared; adjusted for what was before the exposure, where the companion is used for that. */
  readonly mean: number
  readonly variance: number
  /** Before the adjustment: what a relative difference is relative to. */
  readonly base: number
  readonly baseVariance: number
  /** Of `mean` and `base`. */
  readonly covariance: number
}

/** Without an adjustment, `mean` is `base`. */
export function plain(kind: MetricKind, n: number, mean: number, variance: number): Statistic {
  return { kind, n, mean, variance, base: mean, baseVariance: variance, covariance: variance }
}

/** Of a share, `y` is how many; of a ratio, `x` is the denominator. */
export function statisticOf(kind: MetricKind, m: Moments): Statistic {
  if (kind === 'share') return plain(kind, m.n, meanOf(m.n, m.y), shareVarianceOf(m.n, m.y))
  if (kind === 'mean') return plain(kind, m.n, meanOf(m.n, m.y), varianceOf(m.n, m.y, m.yy))
  if (m.x === 0 || m.n <= 1) return plain(kind, m.n, 0, 0)
  const { gradient, matrix } = ratioParts(m)
  return plain(kind, m.n, m.y / m.x, quadratic(gradient, matrix, gradient))
}

/** Σ y / Σ x by the delta method: its gradient in the two means, and their covariance matrix. */
function ratioParts(m: Moments): { gradient: readonly number[]; matrix: readonly (readonly number[])[] } {
  const y = m.y / m.n
  const x = m.x / m.n
  const both = covarianceOf(m.n, m.y, m.x, m.xy)
  return {
    gradient: [1 / x, -y / (x * x)],
    matrix: [
      [varianceOf(m.n, m.y, m.yy), both],
      [both, varianceOf(m.n, m.x, m.xx)],
    ],
  }
}

/** a' M b. */
export function quadratic(
  a: readonly number[],
  matrix: readonly (readonly number[])[],
  b: readonly number[],
): number {
  let sum = 0
  for (const [row, left] of a.entries())
    for (const [column, right] of b.entries()) sum += left * (matrix[row]?.[column] ?? 0) * right
  return sum
}
