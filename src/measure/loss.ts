/**
 * The guardrail on margin: is the arm worth less a visitor than control, by more than is tolerated? Money has no shares,
 * so this is the always-valid interval of the difference, one-sided, with what visitors spent before taken out. Pure.
 */
import { adjust } from './cuped.ts'
import { ALPHA } from './fixed.ts'
import type { Harm, HarmOptions } from './harm.ts'
import { liftOf } from './lift.ts'
import type { Moments } from './model.ts'
import { alwaysValid } from './sequential.ts'

/** Of each arm; its interval is asymptotic, and orders are few. */
const LOSS_MIN_VISITORS = 200

/** A loss is positive. Lower bound and difference are null where there are too few visitors, or all of them alike. */
export type Loss = Pick<Harm, 'crossed' | 'pValue'> & {
  readonly difference: number | null
  readonly atLeast: number | null
}

/** `tolerance` in the metric's units a visitor. */
export function testLoss(control: Moments, arm: Moments, options: HarmOptions = {}): Loss {
  const { tolerance = 0, alpha = ALPHA } = options
  const unknown: Loss = { crossed: false, difference: null, atLeast: null, pValue: 1 }
  if (!(Math.min(control.n, arm.n) >= LOSS_MIN_VISITORS)) return unknown
  const pair = adjust('mean', control, arm)
  const lift = liftOf(pair.control, pair.arm, 'absolute')
  if (!lift.ok) return unknown
  const excess = { ...lift.value, estimate: -lift.value.estimate - tolerance }
  const { interval, pValue } = alwaysValid(excess, alpha, 'greater')
  const atLeast = (interval[0] as number) + tolerance
  return { crossed: atLeast > tolerance, difference: -lift.value.estimate, atLeast, pValue }
}
