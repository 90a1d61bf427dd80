/**
 * How much more an arm has of a metric than its baseline, as a difference or relative to the baseline, and how well
 * that is known. The error of a relative lift is the delta method's, as gbstats has it; reports show it and prove nothing
 * by it (judge.ts). Pure.
 */
import { err, ok, type Result } from '../kit/result.ts'
import type { Statistic } from './statistic.ts'

export type Difference = 'relative' | 'absolute'

/** Relative: 0.08 is 8 % more. */
export interface Lift {
  readonly difference: Difference
  readonly estimate: number
  readonly standardError: number
  /** Visitors in both arms. */
  readonly n: number
  /** Welch-Satterthwaite degrees of freedom, of the two arms' variances. */
  readonly freedom: number
  /** The baseline's mean before any adjustment. */
  readonly base: number
}

/** Why there is nothing to say. */
export type LiftFault = 'no_data' | 'zero_baseline' | 'zero_variance'

/**
 * The lift of `arm` over `control`. A relative difference is relative to the size of the baseline, so that going from
 * -10 to -5 is half up, not half down; it needs a baseline that is not 0. The absolute one needs none.
 */
export function liftOf(control: Statistic, arm: Statistic, difference: Difference): Result<Lift, LiftFault> {
  if (!(control.n > 0 && arm.n > 0)) return err('no_data')
  if (!(control.variance > 0 && arm.variance > 0)) return err('zero_variance')
  if (difference === 'relative' && (control.mean === 0 || control.base === 0)) return err('zero_baseline')
  const change = arm.mean - control.mean
  const estimate = difference === 'relative' ? change / Math.abs(control.base) : change
  const standardError = Math.sqrt(
    difference === 'relative' ? relativeVariance(control, arm) : varianceOfChange(control, arm),
  )
  const freedom = freedomOf(control, arm)
  // Sums beyond a double's reach come out as Infinity or NaN: they say nothing either.
  if (![estimate, standardError, freedom].every(Number.isFinite) || standardError <= 0 || freedom <= 0) {
    return err('zero_variance')
  }
  return ok({ difference, estimate, standardError, n: control.n + arm.n, freedom, base: control.base })
}

const varianceOfChange = (control: Statistic, arm: Statistic): number =>
  control.variance / control.n + arm.variance / arm.n

/**
 * Delta method: the estimate falls with the control's mean by 1 / |base|, and with its base by `growth` times that.
 * How much the arm grew over the base is taken before the adjustment for means and after it for ratios, as gbstats
 * takes it; the two differ by what chance left between the arms before the exposure. Written in 1 + growth, so that
 * nothing cancels where the arm has next to nothing.
 */
function relativeVariance(control: Statistic, arm: Statistic): number {
  const { base, variance, covariance, baseVariance } = control
  const grown = control.kind === 'ratio' ? 1 + (arm.mean - control.mean) / base : arm.base / base
  const ofControl =
    variance -
    2 * covariance +
    baseVariance +
    grown * (2 * (covariance - baseVariance) + grown * baseVariance)
  return (arm.variance / arm.n + ofControl / control.n) / (base * base)
}

/** Welch 1947, Satterthwaite 1946. */
function freedomOf(control: Statistic, arm: Statistic): number {
  const a = control.variance / control.n
  const b = arm.variance / arm.n
  return (a + b) ** 2 / ((a * a) / (control.n - 1) + (b * b) / (arm.n - 1))
}

/** The same lift in other units: in the baseline's, for one. */
export const scaleLift = (lift: Lift, factor: number): Lift => ({
  ...lift,
  estimate: lift.estimate * factor,
  standardError: lift.standardError * Math.abs(factor),
  base: lift.base * factor,
})
