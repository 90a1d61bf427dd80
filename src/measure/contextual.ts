/**
 * Weights by context (touchpoint, part of the day, region, …), each of which borrows from all others as far as they agree:
 * empirical Bayes with a normal model. An arm's effect in a context is how much more it brings there than the average
 * arm, relative to what the context brings at all; the true effects of one arm are taken to lie around its effect
 * everywhere with a variance that is estimated from the data (DerSimonian & Laird 1986). Where contexts do not differ by
 * more than chance it is 0, and all of them learn as one; where they do, a context goes by itself the more, the more it
 * has seen. Pure.
 */
import { sum } from '../kit/sum.ts'
import type { Moments } from './model.ts'
import { sumMoments } from './moments.ts'
import { type MetricKind, statisticOf } from './statistic.ts'
import { type Draw, normalDraw } from './thompson.ts'

/** With fewer visitors in any arm a context has no weights of its own, and goes by those of all together. */
const MIN_CONTEXT_ARM_VISITORS = 25
const MIN_CONTEXT_VISITORS = 500

/** An arm in a context: how much more than the context's average, and the variance of that. */
interface Effect {
  readonly value: number
  readonly variance: number
}

/**
 * Posteriors of all arms in each context that has seen enough. `pooled` and each context have the moments of the same
 * arms, in the same order. Empty where nothing can be told.
 */
export function contextPosteriors(
  kind: MetricKind,
  pooled: readonly Moments[],
  contexts: ReadonlyMap<string, readonly Moments[]>,
): ReadonlyMap<string, readonly Draw[]> {
  const overall = effectsOf(kind, pooled)
  const effects = new Map<string, readonly Effect[]>()
  for (const [key, arms] of contexts) {
    const own = hasSeenEnough(kind, arms) ? effectsOf(kind, arms) : null
    if (own !== null) effects.set(key, own)
  }
  if (overall === null || effects.size === 0) return new Map()
  const between = betweenVariance(overall, [...effects.values()])
  return new Map(
    [...effects].map(([key, own]) => [
      key,
      own.map((effect, arm) => shrunk(effect, overall[arm] as Effect, between)),
    ]),
  )
}

const hasSeenEnough = (kind: MetricKind, arms: readonly Moments[]): boolean =>
  sumMoments(arms).n >= MIN_CONTEXT_VISITORS &&
  arms.every(({ n, x }) => n >= MIN_CONTEXT_ARM_VISITORS && (kind !== 'ratio' || x > 0))

/**
 * Relative to the mean where that is safely more than 0, as it is of all metrics but margin; else to the deviation of
 * one visitor, so that contexts with more and with less of everything can be compared. Null without any variance.
 */
function effectsOf(kind: MetricKind, arms: readonly Moments[]): readonly Effect[] | null {
  const { mean, variance, n } = statisticOf(kind, sumMoments(arms))
  if (!(variance > 0)) return null
  const isPositive = kind !== 'mean' || mean * mean * n > SAFE_DEVIATIONS ** 2 * variance
  const unit = isPositive && mean > 0 ? mean : Math.sqrt(variance)
  const means = arms.map((arm) => statisticOf(kind, arm).mean)
  // Of the arms, not of the visitors: weights that changed must not move it.
  const average = sum(means) / means.length
  return means.map((each, arm) => ({
    value: (each - average) / unit,
    variance: variance / ((arms[arm]?.n ?? 1) * unit * unit),
  }))
}
const SAFE_DEVIATIONS = 4

/** By moments: what the spread of effects around the overall ones exceeds chance by, 0 at least. */
function betweenVariance(overall: readonly Effect[], contexts: readonly (readonly Effect[])[]): number {
  let spread = 0
  let weights = 0
  let squares = 0
  let count = 0
  for (const effects of contexts) {
    for (const [arm, { value, variance }] of effects.entries()) {
      const weight = 1 / variance
      spread += weight * (value - (overall[arm]?.value ?? 0)) ** 2
      weights += weight
      squares += weight * weight
      count += 1
    }
  }
  const freedom = count - overall.length
  const scale = weights - squares / weights
  return freedom > 0 && scale > 0 ? Math.max(0, (spread - freedom) / scale) : 0
}

/** The posterior of an arm's effect in a context, given its effect everywhere. */
function shrunk(own: Effect, overall: Effect, between: number): Draw {
  const trust = between / (between + own.variance)
  const variance = trust * own.variance + (1 - trust) ** 2 * overall.variance
  return normalDraw(overall.value + trust * (own.value - overall.value), Math.sqrt(variance))
}
