/**
 * A quantile as a statistic: its variance is read off the width of its own 95 % interval of order statistics, and made
 * wider where events come in clusters, one a visitor (Deng, Knoblich & Lu 2018, KDD, section 4; gbstats'
 * `QuantileStatistic` and `QuantileClusteredStatistic`). Pure.
 */
import { normalQuantile } from './distributions.ts'
import { plain, type Statistic } from './statistic.ts'

export interface QuantileSample {
  /** Events. */
  readonly n: number
  /** Sample size at which `low` and `high` were read. */
  readonly readAt: number
  /** Which quantile, 0 to 1. */
  readonly level: number
  readonly value: number
  /** Order statistics around the quantile, at its 95 % binomial bounds. */
  readonly low: number
  readonly high: number
  readonly clusters?: Clusters
}

/** Per visitor: events at or below the quantile (`y`), and all events (`x`). */
export interface Clusters {
  readonly n: number
  readonly y: number
  readonly yy: number
  readonly x: number
  readonly xx: number
  readonly xy: number
}

const Z95 = normalQuantile(0.975)
/** From so many events on a variance is never taken for none, however discrete the values are. */
const FLOOR_FROM = 100
const VARIANCE_FLOOR = 1e-5
/** From here on the floor alone is believed. */
const BELIEVED_FROM = 1_000

/** A variance of 0 where the sample is too small to have an interval at this level. */
export function quantileOf(sample: QuantileSample): Statistic {
  const { n, level, value } = sample
  const found = n <= 1 ? 0 : asClustered(sample)
  const reach = Z95 * Z95
  const tooSmall = n <= (reach * level) / (1 - level) || n <= (reach * (1 - level)) / level
  if (tooSmall || (found <= 0 && n < BELIEVED_FROM)) return plain('mean', n, value, 0)
  return plain('mean', n, value, n < FLOOR_FROM ? found : Math.max(found, VARIANCE_FLOOR))
}

function asClustered({ n, level, low, high, readAt, clusters }: QuantileSample): number {
  const independent = (readAt / n) * (n - 1) * ((high - low) / (2 * Z95)) ** 2
  if (clusters === undefined) return independent
  if (level === 0 || clusters.n <= 1 || clusters.x <= 0) return 0
  return (independent * shareVariance(clusters)) / ((level * (1 - level)) / n)
}

/** Variance of the share of events below the quantile, by the delta method over visitors. */
function shareVariance({ n, y, yy, x, xx, xy }: Clusters): number {
  const share = y / x
  const unbiased = n / (n - 1)
  const of = (products: number, a: number, b: number): number => (products / n - (a / n) * (b / n)) * unbiased
  const spread = of(yy, y, y) - 2 * share * of(xy, y, x) + share * share * of(xx, x, x)
  return spread / (n * (x / n) ** 2)
}
