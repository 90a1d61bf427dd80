/**
 * The guardrails' test: has this arm annoyed more people than control, by more than is tolerated? It is asked every
 * few minutes, of things that are rare, so it may neither trust a normal distribution nor be spoiled by looking.
 *
 * It is a bet, visitor by visitor, on which arm they are of, at the odds of the split. Where arms do not differ, a
 * visitor who was annoyed is of the arm with the same probability as any other; so no way of betting gains in the mean,
 * and one that turns 1 into 1 / alpha has that happen to it with probability alpha at most, at any of all looks
 * (Ville's inequality; Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting", JRSS B;
 * Turner, Ly & Grünwald 2024, "Generic e-variables for exact sequential k-sample tests", JSPI). The argument is exact
 * for one visitor as for a million, and for shares of one in ten thousand as for a half.
 *
 * With a tolerance t, the null is p(arm) ≤ p(control) + t; then a visitor's bet gains `stake × t` at most, which is
 * paid back. Pure.
 */
import { chanceAbove } from './beta.ts'
import { ALPHA } from './fixed.ts'
import type { Moments } from './model.ts'
import { sumMoments } from './moments.ts'
import { findRoot } from './root.ts'

/** Control and arm over visitors with the same odds: a day's cohort, or all there are, where weights never changed. */
export interface Stratum {
  readonly control: Moments
  readonly arm: Moments
}

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
  /** Natural logarithm of what the bet has made of 1. */
  readonly evidence: number
  /** That the arm's share is the larger one. */
  readonly chance: number
}

/** Harms are this many times as frequent, says each bet: from a fiftieth more to twenty times, in steps of a half. */
const RATIOS = Array.from({ length: 11 }, (_, step) => Math.exp(0.02 * 1.65 ** step))
/** No bet says that surely everybody is annoyed. */
const MAX_SHARE = 0.999

const NOTHING: Harm = { crossed: false, difference: 0, atLeast: -1, pValue: 1, evidence: 0, chance: 0.5 }

export function testHarm(strata: readonly Stratum[], options: HarmOptions = {}): Harm {
  const { tolerance = 0, alpha = ALPHA } = options
  const known = strata.filter((stratum) => isShare(stratum.control) && isShare(stratum.arm))
  if (known.length === 0) return NOTHING
  const control = sumMoments(known.map((stratum) => stratum.control))
  const arm = sumMoments(known.map((stratum) => stratum.arm))
  const bets = betsOn(known, (control.y + arm.y + 0.5) / (control.n + arm.n + 1))
  const proof = -Math.log(alpha)
  const gain = logGain(bets, tolerance)
  return {
    crossed: gain >= proof,
    difference: arm.y / arm.n - control.y / control.n,
    atLeast: findRoot((bound) => logGain(bets, bound) - proof, -1, 1),
    pValue: Math.min(1, Math.exp(-gain)),
    evidence: gain,
    chance: chanceAbove({ successes: control.y, n: control.n }, { successes: arm.y, n: arm.n }),
  }
}

/** Of somebody, and no more than all of them. */
const isShare = ({ n, y }: Moments): boolean => n > 0 && Number.isFinite(n) && y >= 0 && y <= n

/** What one way of betting has come to: before tolerance is paid for, and what it is to be paid on. */
interface Bet {
  readonly log: number
  readonly stakes: readonly { readonly n: number; readonly stake: number }[]
}

/** The mixture's gain: bets are averaged, for nobody knows the right one. */
function logGain(bets: readonly Bet[], tolerance: number): number {
  const logs = bets.map(({ log, stakes }) =>
    stakes.reduce((sum, { n, stake }) => sum - n * Math.log1p(stake * tolerance), log),
  )
  const most = Math.max(...logs)
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length)
}

/**
 * Each ratio as a bet. How many are annoyed at all (`share`, over both arms) only sets how the bet is spread over those
 * who are and those who are not. That it was read off the same visitors makes every bet look better than it was, by
 * how much likelier it made their number than a bettor could have known: that is given back.
 */
function betsOn(strata: readonly Stratum[], share: number): readonly Bet[] {
  return RATIOS.map((ratio) => {
    let log = 0
    let [spread, spreadOfBet] = [0, 0]
    const stakes = strata.map(({ control, arm }) => {
      const n = control.n + arm.n
      const weight = arm.n / n
      const { ofControl, ofArm } = sharesOf(ratio, share, weight)
      log += wonBy(arm, ofArm, share) + wonBy(control, ofControl, share)
      spread += n * share * (1 - share)
      spreadOfBet += arm.n * ofArm * (1 - ofArm) + control.n * ofControl * (1 - ofControl)
      return { n, stake: weight * (ofArm / share - (1 - ofArm) / (1 - share)) }
    })
    return { log: log - Math.log(spread / spreadOfBet) / 2, stakes }
  })
}

/** Shares of the annoyed in each arm that make up the common one; as near the ratio as can be. */
function sharesOf(ratio: number, share: number, weight: number): { ofControl: number; ofArm: number } {
  const most = Math.min(MAX_SHARE, (MAX_SHARE * share) / weight)
  const ofArm = Math.max(share, Math.min(most, (ratio * share) / (1 + weight * (ratio - 1))))
  return { ofArm, ofControl: (share - weight * ofArm) / (1 - weight) }
}

const wonBy = (m: Moments, share: number, common: number): number =>
  m.y * Math.log(share / common) + (m.n - m.y) * Math.log((1 - share) / (1 - common))
