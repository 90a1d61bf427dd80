import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { believe, expectedGain } from '../../src/measure/bayes.ts'
import { chanceAbove } from '../../src/measure/beta.ts'
import { normalQuantile } from '../../src/measure/distributions.ts'
import { fixedHorizon } from '../../src/measure/fixed.ts'
import { type Difference, type Lift, liftOf } from '../../src/measure/lift.ts'
import { type Prior, withPrior } from '../../src/measure/prior.ts'
import { plain, statisticOf } from '../../src/measure/statistic.ts'
import { type GivenStatistic, kindOfGiven, momentsOfGiven } from '../help/moments.ts'
import { readSpec } from '../help/spec.ts'

const spec = readSpec('growthbook_bayesian')
const DECIMALS = spec.round_decimals as number

interface Case {
  readonly name: string
  readonly a: GivenStatistic
  readonly b: GivenStatistic
  readonly config: {
    readonly difference_type: Difference
    readonly alpha: number
    readonly prior: { readonly mean: number; readonly variance: number; readonly proper: boolean } | null
  }
  readonly expected: {
    readonly expected: number
    readonly ci?: readonly number[]
    readonly uplift?: { readonly mean: number; readonly stddev: number }
    readonly chanceToWin: number
    readonly risk?: readonly [number, number]
  }
}

const liftOfCase = ({ a, b, config }: Case) =>
  liftOf(
    statisticOf(kindOfGiven(a), momentsOfGiven(a)),
    statisticOf(kindOfGiven(b), momentsOfGiven(b)),
    config.difference_type,
  )

describe('believe, against gbstats', () => {
  it.each((spec.cases as Case[]).filter((one) => one.expected.risk))('$name', (one) => {
    const lift = liftOfCase(one)
    if (!lift.ok) throw new Error(lift.error)
    const { prior, alpha } = one.config
    const seen = prior?.proper ? withPrior(lift.value, { ...prior, difference: 'relative' }) : lift.value
    const belief = believe(seen, alpha)
    expect(seen.estimate).toBeCloseTo(one.expected.expected, DECIMALS)
    expect(seen.standardError).toBeCloseTo(one.expected.uplift?.stddev as number, DECIMALS)
    expect(belief.interval[0]).toBeCloseTo(one.expected.ci?.[0] as number, DECIMALS)
    expect(belief.interval[1]).toBeCloseTo(one.expected.ci?.[1] as number, DECIMALS)
    expect(belief.chance).toBeCloseTo(one.expected.chanceToWin, DECIMALS)
    expect(belief.risk.control).toBeCloseTo(one.expected.risk?.[0] as number, DECIMALS)
    expect(belief.risk.arm).toBeCloseTo(one.expected.risk?.[1] as number, DECIMALS)
  })

  it.each((spec.cases as Case[]).filter((one) => !one.expected.risk))('$name: nothing to believe', (one) => {
    expect(liftOfCase(one)).toEqual({ ok: false, error: 'no_data' })
  })

  it.each(spec.get_risk as { mu: number; sigma: number; expected: [number, number] }[])(
    'risk of a lift of $mu ± $sigma',
    ({ mu, sigma, expected }) => {
      expect(expectedGain(mu, sigma)).toBeCloseTo(expected[0], 10)
      expect(expectedGain(-mu, sigma)).toBeCloseTo(expected[1], 10)
    },
  )
})

describe('withPrior, against gbstats', () => {
  interface Quantile {
    readonly n: number
    readonly hat: number
    readonly lower: number
    readonly upper: number
  }
  interface PriorCase {
    readonly difference: Difference
    readonly variance: number | null
    readonly expected: number
    readonly ci: readonly [number, number]
  }
  const quantiles = readSpec('growthbook_priors')
  const statOf = ({ n, hat, lower, upper }: Quantile) =>
    plain('mean', n, hat, (n - 1) * ((upper - lower) / (2 * normalQuantile(0.975))) ** 2)

  it.each(quantiles.cases as PriorCase[])('$difference, under a variance of $variance', (one) => {
    const { difference, variance, expected, ci } = one
    const lift = liftOf(statOf(quantiles.control), statOf(quantiles.arm), difference)
    if (!lift.ok) throw new Error(lift.error)
    // Upstream's prior is of the relative effect unless it is told otherwise.
    const seen = withPrior(lift.value, { mean: 0, variance: variance ?? 0, difference: 'relative' })
    const { interval } = believe(seen)
    expect(seen.estimate).toBeCloseTo(expected, 14)
    expect(interval[0]).toBeCloseTo(ci[0], 14)
    expect(interval[1]).toBeCloseTo(ci[1], 14)
  })
})

const lifts = fc.record<Lift>({
  difference: fc.constant('relative'),
  estimate: fc.double({ min: -2, max: 2, noNaN: true }),
  standardError: fc.double({ min: 1e-3, max: 1, noNaN: true }),
  n: fc.constant(1_000),
  freedom: fc.constant(1e9),
  base: fc.double({ min: 0.1, max: 100, noNaN: true }),
})

describe('believe', () => {
  it('without a prior believes what the fixed horizon says', () => {
    fc.assert(
      fc.property(lifts, (lift) => {
        const { interval } = believe(lift)
        expect(interval[0]).toBeCloseTo(fixedHorizon(lift).interval[0] as number, 6)
      }),
    )
  })

  it('of a harm has the chances and the risks the other way round', () => {
    fc.assert(
      fc.property(lifts, (lift) => {
        const [up, down] = [believe(lift), believe(lift, 0.05, 'down')]
        expect(up.chance + down.chance).toBeCloseTo(1, 12)
        expect(down.risk).toEqual({ control: up.risk.arm, arm: up.risk.control })
      }),
    )
  })

  it('lies between the prior and the data, and knows more than either', () => {
    fc.assert(
      fc.property(lifts, fc.double({ min: 0.01, max: 1, noNaN: true }), (lift, variance) => {
        const { estimate, standardError } = withPrior(lift, { mean: 0, variance, difference: 'relative' })
        expect(Math.abs(estimate)).toBeLessThanOrEqual(Math.abs(lift.estimate))
        expect(standardError).toBeLessThan(Math.min(lift.standardError, Math.sqrt(variance)) + 1e-12)
      }),
    )
  })

  it('takes a prior in the other terms as the same belief', () => {
    const relative: Lift = {
      difference: 'relative',
      estimate: 0.1,
      standardError: 0.05,
      n: 100,
      freedom: 98,
      base: -20,
    }
    const absolute: Lift = { ...relative, difference: 'absolute', estimate: 2, standardError: 1 }
    const prior: Prior = { mean: 0.02, variance: 0.01, difference: 'relative' }
    expect(withPrior(absolute, prior).estimate).toBeCloseTo(20 * withPrior(relative, prior).estimate, 12)
    const told: Prior = { mean: 0.4, variance: 4, difference: 'absolute' }
    expect(withPrior(relative, told).standardError).toBeCloseTo(withPrior(relative, prior).standardError, 12)
  })

  it('gives no weight to a prior in terms of a baseline of 0', () => {
    const lift: Lift = { difference: 'absolute', estimate: 1, standardError: 1, n: 10, freedom: 8, base: 0 }
    expect(withPrior(lift, { mean: 1, variance: 1, difference: 'relative' })).toBe(lift)
  })
})

describe('chanceAbove', () => {
  it.each(readSpec('scipy_reference').beta_prob_b_gt_a as [number, number, number, number, number][])(
    '%s of %s against %s of %s',
    (successesA, a, successesB, b, expected) => {
      expect(chanceAbove({ successes: successesA, n: a }, { successes: successesB, n: b })).toBeCloseTo(
        expected,
        9,
      )
    },
  )

  it('is one half for nobody and for the same twice', () => {
    expect(chanceAbove({ successes: 0, n: 0 }, { successes: 0, n: 0 })).toBeCloseTo(0.5, 12)
    expect(chanceAbove({ successes: 30, n: 999 }, { successes: 30, n: 999 })).toBeCloseTo(0.5, 9)
  })

  // By Gauss and Legendre's quadrature of scipy 1.17.1's beta density and distribution.
  it.each([
    [50_000, 1_000_000, 50_216, 0.758060423],
    [21_000, 70_000, 20_657, 0.022475327],
    [24_975, 25_000, 24_961, 0.040741853],
    [24_975, 25_000, 24_986, 0.959715128],
  ])('is exact of tens of thousands: %s of %s against %s', (successesA, n, successesB, expected) => {
    const chance = chanceAbove({ successes: successesA, n }, { successes: successesB, n })
    expect(chance).toBeCloseTo(expected, 8)
  })

  it('goes on smoothly where the sum gives way to the normal distribution', () => {
    const against = (successes: number) =>
      chanceAbove({ successes: 199_900, n: 600_000 }, { successes, n: 600_000 })
    expect(against(199_999)).toBeLessThan(against(200_001))
    expect(against(200_001) - against(199_999)).toBeLessThan(0.01)
  })
})
