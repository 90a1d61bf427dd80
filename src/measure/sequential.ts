/**
 * The view for everybody who looks more than once: an asymptotic confidence sequence, whose intervals hold all at the
 * same time, however often and whenever one looks or stops (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2023,
 * "Time-uniform central limit theory and asymptotic confidence sequences", arXiv:2103.06476v7; equation numbers are
 * that version's). Tuned and bounded as gbstats does. Pure.
 */
import { ALPHA, intervalOf, type Reading, type Side } from './fixed.ts'
import type { Lift } from './lift.ts'

/** Visitors at which the intervals are narrowest; they hold at any number. */
export const TUNING_VISITORS = 5_000

/** A one-sided sequence is defined below one half, and its p-value told within these bounds. */
const ONE_SIDED_MIN = 1e-5
const ONE_SIDED_MAX = 0.4999
const NEAR = 1e-6
const MAX_HALVINGS = 100

/** The mixture's scale that makes the interval narrowest after `visitors` (equation 161). */
export function mixtureScale(alpha: number, visitors: number, side: Side): number {
  const log = -2 * Math.log(side === 'two' ? alpha : 2 * alpha)
  return Math.sqrt((log + Math.log(log + 1)) / visitors)
}

/** How far the interval reaches, in standard errors of the estimate, after `n` visitors (equations 9 and 134). */
export function sequentialReach(n: number, alpha: number, scale: number, side: Side): number {
  const spread = n * scale * scale + 1
  const crossing =
    side === 'two' ? Math.log(Math.sqrt(spread) / alpha) : Math.log1p(Math.sqrt(spread) / (2 * alpha))
  return Math.sqrt((2 * spread * crossing) / (n * scale * scale))
}

/**
 * `alpha` in (0, 1); one-sided, below one half. `tunedTo`: the alpha whose interval is to be narrowest. Where it is the
 * same for all alphas, the p-value is at most `alpha` exactly where the interval of `alpha` leaves 0 out.
 */
export function alwaysValid(
  lift: Lift,
  alpha = ALPHA,
  side: Side = 'two',
  tuning = TUNING_VISITORS,
  tunedTo = alpha,
): Reading {
  const scale = mixtureScale(tunedTo, tuning, side)
  const reach = sequentialReach(lift.n, alpha, scale, side)
  return { interval: intervalOf(lift, reach, side), reach, pValue: pValueOf(lift, scale, side) }
}

/** The alpha at which the interval would just touch 0: two-sided, the inverse of the e-value (equation 155). */
function pValueOf(lift: Lift, scale: number, side: Side): number {
  if (side !== 'two') return oneSidedPValue(lift, scale, side)
  const z = lift.estimate / lift.standardError
  const spread = lift.n * scale * scale + 1
  const evidence = (z * z * (spread - 1)) / (2 * spread)
  return Math.min(1, Math.exp(Math.log(spread) / 2 - evidence))
}

/**
 * By halving until the interval's end lies within a millionth of 0, in the metric's units, as gbstats does, so that both
 * tell the same digits. Where a standard error is not much more than a millionth they are few: go by the interval.
 */
function oneSidedPValue(lift: Lift, scale: number, side: Side): number {
  const towards = side === 'greater' ? lift.estimate : -lift.estimate
  const beyond = (alpha: number): number =>
    towards - sequentialReach(lift.n, alpha, scale, side) * lift.standardError
  let [low, high] = [ONE_SIDED_MIN, ONE_SIDED_MAX]
  if (beyond(low) > 0) return low
  if (beyond(high) < 0) return high
  for (let step = 0; step < MAX_HALVINGS; step++) {
    const alpha = (low + high) / 2
    const distance = beyond(alpha)
    if (distance < 0) low = alpha
    else high = alpha
    if (Math.abs(distance) < NEAR) break
  }
  return (low + high) / 2
}
