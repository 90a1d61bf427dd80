/**
 * The guardrails' test: has this arm annoyed more people than control, by more than is tolerated? It is asked every
 * few minutes, of things that are rare, so it may neither trust a normal distribution nor be spoiled by looking. Pure.
 */
import { betsOn, logGain, type Stratum } from './bet.ts'
import { chanceAbove } from './beta.ts'
import { ALPHA } from './fixed.ts'
import type { Moments } from './model.ts'
import { sumMoments } from './moments.ts'
import { findRoot } from './root.ts'

export interface HarmOptions {
  /** Share of visitors that may be annoyed beyond control's before it is too much. */
  readonly tolerance?: number
  /** Probability of a false alarm, ever. */
  readonly alpha?: number
}

export interface Harm {
  /** Proven to be more than tolerated. */
  readonly crossed: boolean
  /** Share of visitors: arm minus control; 0 for nobody. */
  readonly difference: number
  /** Always-valid lower bound of the difference, from -1. */
  readonly atLeast: number
  /** Valid at any look. */
  readonly pValue: number
  /** Natural logarithm of what the bets have made of 1. */
  readonly evidence: number
  /** That the arm's share is the larger one. */
  readonly chance: number
}

const NOTHING: Harm = { crossed: false, difference: 0, atLeast: -1, pValue: 1, evidence: 0, chance: 0.5 }

/**
 * Strata are days of first exposure, where weights change from day to day; one for all visitors else. Their moments are
 * shares: `y` of `n` visitors were annoyed. Strata in which an arm has nobody say nothing.
 */
export function testHarm(strata: readonly Stratum[], options: HarmOptions = {}): Harm {
  const { tolerance = 0, alpha = ALPHA } = options
  const known = strata.filter(({ control, arm }) => isShare(control) && isShare(arm))
  if (known.length === 0) return NOTHING
  const control = sumMoments(known.map((stratum) => stratum.control))
  const arm = sumMoments(known.map((stratum) => stratum.arm))
  const bets = betsOn(known)
  const proof = -Math.log(alpha)
  const evidence = logGain(bets, tolerance)
  return {
    crossed: evidence >= proof,
    difference: arm.y / arm.n - control.y / control.n,
    atLeast: findRoot((bound) => logGain(bets, bound) - proof, -1, 1),
    pValue: Math.min(1, Math.exp(-evidence)),
    evidence,
    chance: chanceAbove({ successes: control.y, n: control.n }, { successes: arm.y, n: arm.n }),
  }
}

/** Of somebody at least, and no more than all of them. */
const isShare = ({ n, y }: Moments): boolean => n >= 1 && n <= Number.MAX_SAFE_INTEGER && y >= 0 && y <= n
