/**
 * Thompson sampling: each arm gets the share of visitors that is its chance of being the best, as far as anybody can
 * know by now (Thompson 1933; Chapelle & Li 2011), and never less than a floor, so that learning does not end. Chances are
 * counted out of random draws from what the arms' posteriors leave possible. Pure; `random` gives numbers in [0, 1).
 */
import { sum } from '../kit/sum.ts'
import type { Moments } from './model.ts'
import { meanOf, sumMoments, varianceOf } from './moments.ts'
import { type MetricKind, statisticOf } from './statistic.ts'

export type Random = () => number

/** Draws from one arm's posterior. */
export type Draw = (random: Random) => number

/** Share that every arm keeps, unless the campaign says otherwise. */
export const DEFAULT_FLOOR = 0.05
/** Draws of every arm: a chance of one half is then known to 2.2 percentage points (two standard errors: 2 √(¼ / n)). */
const DRAWS = 2_000
/** Shares are written with four decimals, as fine as the hash's steps. */
const STEPS = 10_000

/**
 * Posteriors of arms of a metric. Every prior says as much as one visitor who is worth the average of all arms would,
 * so arms that nobody has seen yet are possible winners and no certain ones.
 *  - shares: Beta, from as many successes and failures, told as log-odds;
 *  - means and ratios: normal around the arm's mean, with one variance for all arms: an arm whose few orders happen to be
 *    alike must not take that for certainty.
 * Null where nothing has happened yet that could tell arms apart.
 */
export function posteriorsOf(kind: MetricKind, arms: readonly Moments[]): readonly Draw[] | null {
  const all = sumMoments(arms)
  const pooled = statisticOf(kind, all)
  if (!(all.n > 0) || !(pooled.variance > 0)) return null
  if (kind === 'share') {
    const failures = (1 - pooled.mean) / pooled.mean
    return arms.map(({ n, y }) => betaDraw(1 + y, Math.max(0, n - y) + failures))
  }
  // Arms of which each is all alike (one buyer, say, and nobody else) tell their differences, and nothing of chance.
  const variance = (kind === 'mean' && withinVariance(arms)) || pooled.variance
  const prior = pooled.mean ** 2 + (variance * arms.length) / all.n
  return arms.map((arm) => {
    const { n, mean } = statisticOf(kind, arm)
    const precision = (kind === 'ratio' && arm.x <= 0 ? 0 : n / variance) + 1 / prior
    const center = pooled.mean + ((mean - pooled.mean) * (precision - 1 / prior)) / precision
    return normalDraw(center, Math.sqrt(1 / precision))
  })
}

/** Of one visitor around their own arm's mean; 0 where nobody differs from the others of their arm. */
function withinVariance(arms: readonly Moments[]): number {
  const seen = arms.filter(({ n }) => n > 1)
  const spread = sum(seen.map(({ n, y, yy }) => varianceOf(n, y, yy) * (n - 1)))
  const freedom = sum(seen.map(({ n }) => n - 1))
  return meanOf(freedom, spread)
}

export const normalDraw =
  (mean: number, deviation: number): Draw =>
  (random) =>
    mean + deviation * standardNormal(random)

/** From so many of both, log-odds are normal to three digits. */
const MANY = 50

/**
 * The log-odds of a Beta share: by two gammas (Devroye 1986, IX.3.2), or by the normal distribution that it comes to
 * (its mean and variance are ψ(a) - ψ(b) and ψ'(a) + ψ'(b); A&S 6.3.18, 6.4.12).
 */
export function betaDraw(successes: number, failures: number): Draw {
  if (Math.min(successes, failures) < MANY) {
    return (random) => logGammaDraw(successes, random) - logGammaDraw(failures, random)
  }
  const [won, lost] = [successes - 0.5, failures - 0.5]
  return normalDraw(Math.log(won / lost), Math.sqrt(1 / won + 1 / lost))
}

/** Box & Muller 1958. */
const standardNormal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/**
 * Marsaglia & Tsang 2000; below 1 by their boost. In logarithms: of a shape near 0, which failures have where hardly
 * anybody fails, most draws are too small for a double, and arms that cannot be told apart would go to the first of them.
 */
function logGammaDraw(shape: number, random: Random): number {
  if (shape < 1) return logGammaDraw(shape + 1, random) + Math.log(1 - random()) / shape
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const z = standardNormal(random)
    const root = 1 + c * z
    if (root <= 0) continue
    const v = root * root * root
    const u = random()
    // Their squeeze: true for all but a few, and spares two logarithms.
    if (u < 1 - 0.0331 * z ** 4 || Math.log(u) < (z * z) / 2 + d * (1 - v + Math.log(v)))
      return Math.log(d * v)
  }
}

/** Each arm's chance of being the best. They add up to 1. */
export function chancesOfBest(arms: readonly Draw[], random: Random, draws = DRAWS): readonly number[] {
  const wins = new Array<number>(arms.length).fill(0)
  for (let draw = 0; draw < draws; draw++) {
    let best = 0
    let most = Number.NEGATIVE_INFINITY
    for (let arm = 0; arm < arms.length; arm++) {
      const value = (arms[arm] as Draw)(random)
      if (value > most) {
        most = value
        best = arm
      }
    }
    wins[best] = (wins[best] ?? 0) + 1
  }
  return wins.map((count) => count / draws)
}

/**
 * Chances → shares of visitors: the floor for each arm, the rest by chance; in steps of the hash, and 1 in all. An arm
 * that is `out` gets nothing, not even the floor: whom it harms has nothing from our learning more about it. Where the
 * floors of all leave nothing over, shares are equal.
 */
export function sharesOf(
  chances: readonly number[],
  floor: number,
  isOut: (arm: number) => boolean = () => false,
): readonly number[] {
  const open = chances.map((chance, arm) => (isOut(arm) ? 0 : chance))
  const count = chances.filter((_, arm) => !isOut(arm)).length
  const least = Math.min(floor, 1 / count)
  const total = sum(open)
  return rounded(
    open.map((chance, arm) => {
      if (isOut(arm)) return 0
      return least + (1 - least * count) * (total > 0 ? chance / total : 1 / count)
    }),
  )
}

/** To whole steps, the rest to those that lost most by it. */
function rounded(shares: readonly number[]): readonly number[] {
  const steps = shares.map((share) => Math.floor(share * STEPS + 1e-9))
  const left = STEPS - sum(steps)
  const byLoss = shares
    .map((share, arm) => ({ arm, loss: share * STEPS - (steps[arm] ?? 0) }))
    .sort((a, b) => b.loss - a.loss)
  for (const { arm } of byLoss.slice(0, left)) steps[arm] = (steps[arm] ?? 0) + 1
  return steps.map((step) => step / STEPS)
}
