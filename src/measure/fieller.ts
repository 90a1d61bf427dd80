/**
 * The interval of a relative difference, by inversion (Fieller 1954, "Some Problems in Interval Estimation", JRSS B 16):
 * a lift θ is inside for as long as the arm cannot be told from 1 + θ times its baseline, with the error that they have
 * at that θ. The delta method's error is that at the lift which was seen, and shrinks with the arm's own mean: an arm of
 * few and small orders comes out at -95 % with hardly an error, and 22 of 100 comparisons of like with like "prove" it.
 * Here 0 is inside exactly where the plain difference proves nothing. Pure.
 */
import type { Interval } from './fixed.ts'
import type { Statistic } from './statistic.ts'

/**
 * `reach`: how many standard errors may lie between. An end is null where there is no bound: from a baseline that may be
 * 0 any distance is, relatively, infinite. A baseline that is not 0 is taken for granted.
 */
export function relativeInterval(control: Statistic, arm: Statistic, reach: number): Interval {
  const base = Math.abs(control.base)
  const unit = (reach * reach) / base / base / control.n
  const change = (arm.mean - control.mean) / base
  // (change - θ)² - reach² × variance of (change - θ base) is a θ² + 2 h θ + c, and at most 0 inside.
  const a = 1 - unit * control.baseVariance
  const h = -change - Math.sign(control.base) * unit * control.covariance
  const c = change * change - unit * (control.variance + (arm.variance * control.n) / arm.n)
  const q = (h < 0 ? 1 : -1) * Math.sqrt(Math.max(0, h * h - a * c)) - h
  const [first, second] = [q / a, q === 0 ? 0 : c / q]
  if (a > 0) return [bound(Math.min(first, second)), bound(Math.max(first, second))]
  if (!(c > 0)) return [null, null]
  // What is outside lies around 0, and the baseline may be of either sign.
  const near = Math.min(Math.abs(first), Math.abs(second))
  return change > 0 ? [bound(near), null] : [null, bound(-near)]
}

const bound = (end: number): number | null => (Number.isFinite(end) ? end : null)
