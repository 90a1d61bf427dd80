/**
 * Bets on which arm an annoyed visitor is of, at the odds of the split. Where arms do not differ, a visitor who was
 * annoyed is of the arm with the same probability as any other; so no way of betting gains in the mean, and one that
 * turns 1 into 1 / alpha has that happen to it with probability alpha at most, at any of all looks (Ville's inequality;
 * Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting", JRSS B; Turner, Ly & Grünwald
 * 2024, "Generic e-variables for exact sequential k-sample tests", JSPI). That holds of one visitor as of a million, and
 * of shares of one in ten thousand as of a half: no normal distribution is asked.
 *
 * With a tolerance t the null is p(arm) ≤ p(control) + t; then a visitor's bet gains `stake × t` at most in the mean,
 * which is paid back. Pure.
 */
import { sum } from '../kit/sum.ts'
import type { Moments } from './model.ts'
import { addMoments, sumMoments } from './moments.ts'

/** Control and arm over visitors with the same odds: a day's cohort, or all there are, where weights never changed. */
export interface Stratum {
  readonly control: Moments
  readonly arm: Moments
}

/** What one way of betting has come to: before tolerance is paid for, and what it is to be paid on. */
export interface Bet {
  readonly log: number
  readonly stakes: readonly { readonly n: number; readonly stake: number }[]
}

/** Harms are this many times as frequent, says each bet: from a fiftieth more to twenty times. */
const RATIOS = Array.from({ length: 11 }, (_, step) => Math.exp(0.02 * 1.65 ** step))
/** No bet says that surely everybody is annoyed. */
const MAX_SHARE = 0.999

/** Natural logarithm of what the bets, averaged, have made of 1: nobody knows the right one. */
export function logGain(bets: readonly Bet[], tolerance: number): number {
  const logs = bets.map(({ log, stakes }) =>
    stakes.reduce((sum, { n, stake }) => sum - n * Math.log1p(stake * tolerance), log),
  )
  const most = Math.max(...logs)
  return most + Math.log(sum(logs.map((log) => Math.exp(log - most))) / logs.length)
}

/**
 * Each ratio as a bet. How many are annoyed at all, in both arms, only sets how the bet is spread over those who are
 * and those who are not. That it is read off the same visitors makes every bet look better than it was, by how much
 * likelier it made their number than a bettor could have known: that is given back. Every stratum has visitors in both
 * arms.
 */
export function betsOn(strata: readonly Stratum[]): readonly Bet[] {
  const { n, y } = sumMoments(strata.map(({ control, arm }) => addMoments(control, arm)))
  const share = (y + 0.5) / (n + 1)
  return RATIOS.map((ratio) => betOn(strata, ratio, share))
}

function betOn(strata: readonly Stratum[], ratio: number, share: number): Bet {
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
}

/** Shares of the annoyed in each arm that make up the common one; as near the ratio as can be. */
function sharesOf(ratio: number, share: number, weight: number): { ofControl: number; ofArm: number } {
  const most = Math.min(MAX_SHARE, (MAX_SHARE * share) / weight)
  const ofArm = Math.max(share, Math.min(most, (ratio * share) / (1 + weight * (ratio - 1))))
  return { ofArm, ofControl: (share - weight * ofArm) / (1 - weight) }
}

const wonBy = (m: Moments, share: number, common: number): number =>
  m.y * Math.log(share / common) + (m.n - m.y) * Math.log((1 - share) / (1 - common))
