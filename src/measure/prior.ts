/**
 * A lift as somebody sees it who believed something before: a normal prior on the lift itself, as gbstats has it. Reports
 * ask with no prior, since nobody can say where one would come from; this is held to gbstats' published figures, for the
 * day on which somebody can. Pure.
 */
import type { Difference, Lift } from './lift.ts'

/** What is believed before any data: half of all effects within about two thirds of `√variance` around `mean`. */
export interface Prior {
  readonly mean: number
  readonly variance: number
  /** In which terms it is told: of the baseline, or in the metric's own units. */
  readonly difference: Difference
}

/** Precision-weighted mean of prior and data. A prior without a proper variance, or on a baseline of 0, has no weight. */
export function withPrior(lift: Lift, prior: Prior): Lift {
  const data = 1 / lift.standardError ** 2
  const unit = unitOf(lift, prior)
  const weight = !(prior.variance > 0) || unit === 0 ? 0 : 1 / (prior.variance * unit * unit)
  if (weight === 0 || !Number.isFinite(weight)) return lift
  const precision = data + weight
  return {
    ...lift,
    estimate: (lift.estimate * data + prior.mean * unit * weight) / precision,
    standardError: Math.sqrt(1 / precision),
  }
}

/** One unit of the prior, in units of the lift. */
function unitOf(lift: Lift, prior: Prior): number {
  if (prior.difference === lift.difference) return 1
  const base = Math.abs(lift.base)
  return prior.difference === 'relative' ? base : 1 / base
}
