/**
 * What a comparison can find: with what probability, how small an effect, after how many visitors, and so in how many
 * days. For the sequential view the probability is that of having decided at that very look; by then one may have
 * decided at an earlier one, so the truth is a little better. Pure.
 */
import { err, ok, type Result } from '../kit/result.ts'
import { normalCdf, normalQuantile } from './distributions.ts'
import { ALPHA } from './fixed.ts'
import type { Lift } from './lift.ts'
import { findRoot } from './root.ts'
import { mixtureScale, sequentialReach, TUNING_VISITORS } from './sequential.ts'

export interface Plan {
  readonly view: 'fixed' | 'sequential'
  readonly alpha?: number
  /** Wanted probability of finding an effect that is there; 0.8 unless told. */
  readonly power?: number
  readonly tuning?: number
}

export interface Wait {
  /** Further visitors, in both arms together, and further days; 0 where there are enough already. */
  readonly visitors: number
  readonly days: number
}

export type WaitFault = 'no_effect' | 'no_traffic' | 'too_long'

const POWER = 0.8
/** Nobody waits longer for an answer. */
const MAX_DAYS = 3_650
/** More visitors than there are people. */
const MAX_VISITORS = 1e11
/** In standard errors beyond the interval's reach: surely found. */
const SURE = 40

/** Of an effect and a standard error in the same units, at `n` visitors in both arms. */
export function powerOf(effect: number, standardError: number, n: number, plan: Plan): number {
  const z = Math.abs(effect) / standardError
  const reach = reachOf(n, plan)
  return normalCdf(z - reach) + normalCdf(-z - reach)
}

function reachOf(n: number, { view, alpha = ALPHA, tuning = TUNING_VISITORS }: Plan): number {
  if (view === 'fixed') return normalQuantile(1 - alpha / 2)
  // As judge.ts reads it: tuned to one alpha, whichever is asked about.
  return sequentialReach(n, alpha, mixtureScale(ALPHA, tuning, 'two'), 'two')
}

/** The smallest effect that would be found with the wanted power, in the standard error's units. */
export function detectableEffect(standardError: number, n: number, plan: Plan): number {
  const wanted = plan.power ?? POWER
  return standardError * findRoot((z) => powerOf(z, 1, n, plan) - wanted, 0, reachOf(n, plan) + SURE)
}

/**
 * Visitors of both arms together after which `effect` is found with the wanted power; `variance` is that of one
 * visitor's part: the squared standard error times the visitors it was measured at. Null where it would take more
 * visitors than there are people, or where there is no effect to find.
 */
export function visitorsNeeded(effect: number, variance: number, plan: Plan): number | null {
  if (!(Math.abs(effect) > 0 && variance > 0)) return null
  const wanted = plan.power ?? POWER
  const missing = (log: number): number => {
    const n = Math.exp(log)
    return powerOf(effect, Math.sqrt(variance / n), n, plan) - wanted
  }
  const most = Math.log(MAX_VISITORS)
  if (!(missing(most) > 0)) return null
  return missing(Math.LN2) >= 0 ? 2 : Math.ceil(Math.exp(findRoot(missing, Math.LN2, most)))
}

/** How long until `effect` would be found, at so many new visitors a day in both arms together. */
export function daysToDecide(
  lift: Lift,
  effect: number,
  dailyVisitors: number,
  plan: Plan,
): Result<Wait, WaitFault> {
  if (!(Math.abs(effect) > 0)) return err('no_effect')
  const needed = visitorsNeeded(effect, lift.standardError ** 2 * lift.n, plan)
  if (needed === null) return err('too_long')
  const visitors = Math.max(0, needed - lift.n)
  if (visitors === 0) return ok({ visitors, days: 0 })
  if (!(dailyVisitors > 0)) return err('no_traffic')
  const days = Math.ceil(visitors / dailyVisitors)
  return days > MAX_DAYS ? err('too_long') : ok({ visitors, days })
}
