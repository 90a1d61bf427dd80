/**
 * The Bayesian view: what to believe of the lift after the data, and what a wrong choice would cost. A normal prior on
 * the lift itself, flat unless told, and the delta method's normal likelihood, as gbstats' `EffectBayesianABTest`. Not
 * made for stopping early: with a flat prior its interval is the fixed-horizon one. Pure.
 */
import { normalCdf, normalDensity, normalQuantile } from './distributions.ts'
import { ALPHA, type Interval } from './fixed.ts'
import type { Difference, Lift } from './lift.ts'

/** What is believed before any data: half of all effects within about two thirds of `√variance` around `mean`. */
export interface Prior {
  readonly mean: number
  readonly variance: number
  /** In which terms it is told: of the baseline, or in the metric's own units. */
  readonly difference: Difference
}

export interface Posterior {
  readonly estimate: number
  readonly deviation: number
  readonly interval: Interval
  /** That the arm is better than control. */
  readonly chance: number
  /** Expected loss, in the lift's units: of keeping control although the arm is better, and the other way round. */
  readonly risk: { readonly control: number; readonly arm: number }
}

/** `better` says which way the metric should go: of harms, less is better. */
export function believe(
  lift: Lift,
  prior: Prior | null = null,
  alpha = ALPHA,
  better: 'up' | 'down' = 'up',
): Posterior {
  const { estimate, deviation } = posteriorOf(lift, prior)
  const reach = normalQuantile(1 - alpha / 2) * deviation
  const towards = better === 'up' ? estimate : -estimate
  const more = expectedGain(estimate, deviation)
  const less = expectedGain(-estimate, deviation)
  return {
    estimate,
    deviation,
    interval: [estimate - reach, estimate + reach],
    chance: normalCdf(towards / deviation),
    risk: better === 'up' ? { control: more, arm: less } : { control: less, arm: more },
  }
}

/** Precision-weighted mean of prior and data. A prior without a proper variance, or on a baseline of 0, has no weight. */
function posteriorOf(lift: Lift, prior: Prior | null): { estimate: number; deviation: number } {
  const data = 1 / lift.standardError ** 2
  const unit = unitOf(lift, prior)
  const weight =
    prior === null || !(prior.variance > 0) || unit === 0 ? 0 : 1 / (prior.variance * unit * unit)
  if (weight === 0 || !Number.isFinite(weight)) {
    return { estimate: lift.estimate, deviation: lift.standardError }
  }
  const precision = data + weight
  return {
    estimate: (lift.estimate * data + (prior as Prior).mean * unit * weight) / precision,
    deviation: Math.sqrt(1 / precision),
  }
}

/** One unit of the prior, in units of the lift. */
function unitOf(lift: Lift, prior: Prior | null): number {
  if (prior === null || prior.difference === lift.difference) return 1
  const base = Math.abs(lift.base)
  return prior.difference === 'relative' ? base : 1 / base
}

/** E[max(d, 0)] of a normal d. */
export function expectedGain(mean: number, deviation: number): number {
  const z = mean / deviation
  return Math.max(0, mean * normalCdf(z) + deviation * normalDensity(z))
}
