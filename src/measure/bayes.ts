/**
 * The Bayesian view: what to believe of the lift after the data, and what a wrong choice would cost. Nothing was believed
 * before, and the likelihood is normal, as gbstats' `EffectBayesianABTest` has it; for what somebody believed before see
 * prior.ts. Not made for stopping early: its interval is the fixed-horizon one. Pure.
 */
import { normalCdf, normalDensity, normalQuantile } from './distributions.ts'
import { ALPHA, type Interval } from './fixed.ts'
import type { Lift } from './lift.ts'

export interface Posterior {
  readonly interval: Interval
  /** In deviations. */
  readonly reach: number
  /** That the arm is better than control. */
  readonly chance: number
  /** Expected loss, in the lift's units: of keeping control although the arm is better, and the other way round. */
  readonly risk: { readonly control: number; readonly arm: number }
}

/** `better` says which way the metric should go: of harms, less is better. */
export function believe(
  { estimate, standardError: deviation }: Lift,
  alpha = ALPHA,
  better: 'up' | 'down' = 'up',
): Posterior {
  const reach = normalQuantile(1 - alpha / 2)
  const towards = better === 'up' ? estimate : -estimate
  const more = expectedGain(estimate, deviation)
  const less = expectedGain(-estimate, deviation)
  return {
    interval: [estimate - reach * deviation, estimate + reach * deviation],
    reach,
    chance: normalCdf(towards / deviation),
    risk: better === 'up' ? { control: more, arm: less } : { control: less, arm: more },
  }
}

/** E[max(d, 0)] of a normal d. */
export function expectedGain(mean: number, deviation: number): number {
  const z = mean / deviation
  return Math.max(0, mean * normalCdf(z) + deviation * normalDensity(z))
}
