/** Which of two shares is larger, to the last visitor: exact where a normal distribution would guess. Pure. */
import { normalCdf } from './distributions.ts'
import { logBeta } from './special.ts'

interface Count {
  readonly successes: number
  readonly n: number
}

/**
 * Beyond so many successes the sum has too many terms (it takes 5 ms here), and the normal distribution agrees to four
 * digits, but where hardly anybody fails.
 */
const MAX_TERMS = 200_000

/**
 * That `b` has the larger share, after both have been believed to be anything alike: P(B > A) of Beta(1 + successes,
 * 1 + failures), as the finite sum that it is for whole numbers (Evan Miller 2015, "Formulas for Bayesian A/B
 * Testing", equation 6). 0.5 for nobody.
 */
export function chanceAbove(a: Count, b: Count): number {
  const [alphaA, betaA] = [a.successes + 1, a.n - a.successes + 1]
  const [alphaB, betaB] = [b.successes + 1, b.n - b.successes + 1]
  if (alphaB > MAX_TERMS) return normalChance(a, b)
  let log = logBeta(alphaA, betaA + betaB) - Math.log(betaB) - logBeta(1, betaB) - logBeta(alphaA, betaA)
  let sum = 0
  for (let term = 0; term < alphaB; term++) {
    sum += Math.exp(log)
    log += Math.log(((alphaA + term) * (betaB + term)) / ((alphaA + betaA + betaB + term) * (1 + term)))
  }
  return Math.min(1, Math.max(0, sum))
}

function normalChance(a: Count, b: Count): number {
  const moments = ({ successes, n }: Count) => {
    const share = (successes + 1) / (n + 2)
    return { share, variance: (share * (1 - share)) / (n + 3) }
  }
  const [control, arm] = [moments(a), moments(b)]
  return normalCdf((arm.share - control.share) / Math.sqrt(control.variance + arm.variance))
}
