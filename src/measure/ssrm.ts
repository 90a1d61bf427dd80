/**
 * Sample ratio mismatch that may be looked for after every visitor: the counts' chance under the weights against their
 * chance under weights that nobody knows, a Dirichlet prior around those meant (Lindon & Malek 2022, "Anytime-Valid
 * Inference for Multinomial Count Data", NeurIPS; Optimizely's `ssrm`). Reports use it, because they are looked at every
 * day. Pure.
 */
import { sum } from '../kit/sum.ts'
import { logGamma } from './special.ts'

/** How close to the meant weights the others are thought to be: as many visitors' worth. */
const CONCENTRATION = 10_000

export interface CountRow {
  /** New visitors of each arm: one visitor, or a day's. */
  readonly counts: readonly number[]
  /** Weights, or expected counts, of the same arms. They may change from row to row. */
  readonly expected: readonly number[]
}

export interface RatioEvidence {
  /** Logarithms of how likely the counts so far are: under weights unknown, and under those meant. */
  readonly logUnknown: number
  readonly logMeant: number
  /** The Dirichlet distribution that is believed now. */
  readonly posterior: readonly number[]
  /** Valid at every look: the least of 1 / Bayes factor so far. */
  readonly pValue: number
  /** That there is a mismatch, if it was as likely as not before. */
  readonly probability: number
}

/** Few visitors can only speak against the weights if not too many are taken to have spoken for them. */
const CONCENTRATIONS = [CONCENTRATION, 100] as const

/** The p-value so far, whenever one looks: of the two priors' Bayes factors, averaged. 1 for no rows. */
export function everValid(rows: readonly CountRow[]): number {
  const each = CONCENTRATIONS.map((concentration) => ratioEvidence(rows, concentration))
  return rows.reduce((least, _, at) => {
    const factor = each.reduce((sum, { [at]: step }) => sum + (step === undefined ? 0 : factorOf(step)), 0)
    return Math.min(least, each.length / factor)
  }, 1)
}

const factorOf = ({ logUnknown, logMeant }: RatioEvidence): number => Math.exp(logUnknown - logMeant)

/**
 * The evidence after each row. Where the weights change, what was learnt goes along as each arm's surplus over its
 * weight: any forecast made from earlier rows alone keeps the test valid (Ville's inequality).
 */
export function ratioEvidence(
  rows: readonly CountRow[],
  concentration = CONCENTRATION,
  prior?: readonly number[],
): readonly RatioEvidence[] {
  const steps: RatioEvidence[] = []
  let meant: readonly number[] = []
  let posterior: readonly number[] = []
  let [logUnknown, logMeant, pValue] = [0, 0, 1]
  for (const row of rows) {
    const weights = normalized(row.expected)
    posterior =
      meant.length === 0
        ? (prior ?? weights).map((share) => share * concentration)
        : carried(posterior, meant, weights)
    meant = weights
    const counts = row.counts.map((count, arm) => ((weights[arm] ?? 0) > 0 ? count : 0))
    logUnknown += logDirichletMultinomial(counts, posterior)
    logMeant += logMultinomial(counts, weights)
    posterior = posterior.map((value, arm) => value + (counts[arm] ?? 0))
    pValue = Math.min(pValue, Math.exp(logMeant - logUnknown))
    steps.push({
      logUnknown,
      logMeant,
      posterior,
      pValue,
      probability: mismatchProbability(logUnknown, logMeant),
    })
  }
  return steps
}

/** That the weights are other than meant, at even odds before. Beyond any double's exponent it is 1 or 0. */
export const mismatchProbability = (logUnknown: number, logMeant: number): number =>
  1 / (1 + Math.exp(logMeant - logUnknown))

export function normalized(weights: readonly number[]): readonly number[] {
  const positive = weights.map((weight) => Math.max(0, weight))
  const total = sum(positive)
  return total > 0 ? positive.map((weight) => weight / total) : positive
}

function carried(
  posterior: readonly number[],
  before: readonly number[],
  weights: readonly number[],
): readonly number[] {
  if (weights.every((weight, arm) => weight === before[arm])) return posterior
  const strength = sum(posterior)
  const surplus = weights.map((weight, arm) => {
    const meant = before[arm] ?? 0
    return weight * (meant > 0 ? (posterior[arm] ?? 0) / (strength * meant) : 1)
  })
  return normalized(surplus).map((share) => share * strength)
}

/** ln of n! / Π nᵢ!. */
const logWays = (counts: readonly number[]): number =>
  counts.reduce((sum, count) => sum - logGamma(count + 1), logGamma(sum(counts) + 1))

function logMultinomial(counts: readonly number[], weights: readonly number[]): number {
  return counts.reduce(
    (sum, count, arm) => (count > 0 ? sum + count * Math.log(weights[arm] ?? 0) : sum),
    logWays(counts),
  )
}

function logDirichletMultinomial(counts: readonly number[], prior: readonly number[]): number {
  const strength = sum(prior)
  return counts.reduce(
    (sum, count, arm) => {
      const own = prior[arm] ?? 0
      return count > 0 && own > 0 ? sum + logGamma(own + count) - logGamma(own) : sum
    },
    logWays(counts) + logGamma(strength) - logGamma(strength + sum(counts)),
  )
}
