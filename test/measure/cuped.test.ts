import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adjust, thetaOf } from '../../src/measure/cuped.ts'
import { adjustRatio, type RatioMoments } from '../../src/measure/cuped-ratio.ts'
import { fixedHorizon } from '../../src/measure/fixed.ts'
import { liftOf } from '../../src/measure/lift.ts'
import type { Moments } from '../../src/measure/model.ts'
import { addMoments, NO_MOMENTS, sumMoments } from '../../src/measure/moments.ts'
import { alwaysValid } from '../../src/measure/sequential.ts'
import { statisticOf } from '../../src/measure/statistic.ts'
import { anyMoments, momentsOf, numbersIn, sampled } from '../help/moments.ts'
import { readSpec } from '../help/spec.ts'

const spec = readSpec('growthbook_cuped')
const frequentist = readSpec('growthbook_frequentist')
const DECIMALS = spec.round_decimals as number

type Sums = readonly [sum: number, squares: number]
const moments = (n: number, [y, yy]: Sums, [x, xx]: Sums, xy: number): Moments => ({ n, y, yy, x, xx, xy })

interface Expected {
  readonly expected: number
  readonly ci: readonly [number, number]
  readonly stddev: number
  readonly pValue: number
}

function expectReading(pair: ReturnType<typeof adjust>, view: typeof fixedHorizon, expected: Expected): void {
  const lift = liftOf(pair.control, pair.arm, 'relative')
  if (!lift.ok) throw new Error(lift.error)
  const { interval, pValue } = view(lift.value)
  expect(lift.value.estimate).toBeCloseTo(expected.expected, DECIMALS)
  expect(lift.value.standardError).toBeCloseTo(expected.stddev, DECIMALS)
  expect(interval[0]).toBeCloseTo(expected.ci[0], DECIMALS)
  expect(interval[1]).toBeCloseTo(expected.ci[1], DECIMALS)
  expect(pValue).toBeCloseTo(expected.pValue, DECIMALS)
}

describe('CUPED against gbstats', () => {
  it('finds the slope of both arms together', () => {
    const { pre, post, expected } = frequentist.compute_theta
    const arm = momentsOf(post, pre)
    expect(thetaOf('mean', arm, arm)).toBeCloseTo(expected, DECIMALS)
  })

  it('adjusts means', () => {
    const of = (arm: 'a' | 'b') => {
      const { n, post, pre, post_pre } = spec.mean[arm]
      return moments(n, post, pre, post_pre)
    }
    expectReading(adjust('mean', of('a'), of('b')), alwaysValid, spec.mean.sequential)
  })

  const ratioOf = (arm: 'a' | 'b'): RatioMoments => {
    const given = spec.ratio[arm]
    return {
      after: moments(given.n, given.m_post, given.d_post, given.m_post_d_post),
      before: moments(given.n, given.m_pre, given.d_pre, given.m_pre_d_pre),
      cross: {
        yy: given.m_post_m_pre,
        yx: given.m_post_d_pre,
        xy: given.m_pre_d_post,
        xx: given.d_post_d_pre,
      },
    }
  }

  it('adjusts ratios, for one look and for many', () => {
    const pair = adjustRatio(ratioOf('a'), ratioOf('b'))
    expectReading(pair, fixedHorizon, spec.ratio.two_sided)
    expectReading(pair, alwaysValid, spec.ratio.sequential)
    expect(pair.varianceReduction).toBeGreaterThan(0.5)
  })

  it('leaves a ratio alone that had nothing before', () => {
    const without = (ratio: RatioMoments): RatioMoments => ({
      after: ratio.after,
      before: { ...NO_MOMENTS, n: ratio.after.n },
      cross: { yy: 0, yx: 0, xy: 0, xx: 0 },
    })
    const pair = adjustRatio(without(ratioOf('a')), without(ratioOf('b')))
    expect(pair.theta).toBe(0)
    expect(pair.control.mean).toBeCloseTo(statisticOf('ratio', ratioOf('a').after).mean, 12)
    expect(pair.control.variance).toBeCloseTo(statisticOf('ratio', ratioOf('a').after).variance, 12)
  })
})

describe('adjust', () => {
  const before = Array.from({ length: 50 }, (_, index) => index % 7)

  it('takes away all that was there before', () => {
    const noise = before.map((_, index) => ((index * 37) % 11) / 100)
    const arm = (effect: number) =>
      momentsOf(
        before.map((x, index) => 3 * x + effect + (noise[index] as number)),
        before,
      )
    const pair = adjust('mean', arm(0), arm(1))
    expect(pair.theta).toBeCloseTo(3, 2)
    expect(pair.varianceReduction).toBeGreaterThan(0.99)
    expect(pair.arm.mean - pair.control.mean).toBeCloseTo(1, 9)
  })

  it('takes nothing away where nothing was there before, nor from a ratio', () => {
    const plain = momentsOf([1, 2, 3])
    expect(adjust('mean', plain, plain)).toMatchObject({ theta: 0, varianceReduction: 0 })
    const ratio = momentsOf([1, 2, 3], [1, 1, 2])
    expect(adjust('ratio', ratio, ratio).control).toEqual(statisticOf('ratio', ratio))
  })

  it('of shares takes the covariance of shares', () => {
    const bought = [0, 0, 1, 1, 1, 0, 1, 0]
    const hadBought = [0, 0, 1, 1, 0, 1, 1, 0]
    // P(both) = 3/8, P(x) = P(y) = 1/2: covariance 1/8 over variance 1/4.
    expect(thetaOf('share', momentsOf(bought, hadBought), NO_MOMENTS)).toBeCloseTo(0.5, 12)
  })

  it('reduces the variance, or leaves it, where both arms are of one kind', () => {
    fc.assert(
      fc.property(sampled, (m) => {
        expect(adjust('mean', m, m).varianceReduction).toBeGreaterThanOrEqual(-1e-9)
      }),
    )
  })

  it('never gives NaN, whatever the sums', () => {
    fc.assert(
      fc.property(anyMoments, anyMoments, (a, b) => {
        const { theta, varianceReduction } = adjust('mean', a, b)
        expect(numbersIn([theta, varianceReduction]).every(Number.isFinite)).toBe(true)
      }),
    )
  })
})

describe('moments', () => {
  it('add up in any order', () => {
    const whole = fc.tuple(sampled, sampled)
    fc.assert(
      fc.property(whole, ([a, b]) => {
        expect(addMoments(a, b)).toEqual(addMoments(b, a))
        for (const sum of ['n', 'y', 'yy', 'x', 'xx', 'xy'] as const)
          expect(addMoments(a, b)[sum]).toBe(a[sum] + b[sum])
        expect(sumMoments([a, b])).toEqual(addMoments(a, b))
      }),
    )
  })

  it('see no variance in what rounding left', () => {
    const same = momentsOf(new Array(1_000).fill(0.1))
    expect(statisticOf('mean', same).variance).toBe(0)
    expect(statisticOf('mean', momentsOf([1e6, 1e6 + 1])).variance).toBeCloseTo(0.5, 3)
  })

  it('make a ratio of the sums, not of the visitors', () => {
    const orders = momentsOf([100, 0, 50], [2, 0, 1])
    expect(statisticOf('ratio', orders).mean).toBe(50)
    expect(statisticOf('ratio', momentsOf([5], [1])).variance).toBe(0)
    expect(statisticOf('ratio', momentsOf([5, 3]))).toMatchObject({ mean: 0, variance: 0 })
  })
})
