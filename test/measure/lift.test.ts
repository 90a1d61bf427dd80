import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixedHorizon, type Reading, type Side } from '../../src/measure/fixed.ts'
import { type Difference, type Lift, liftOf, scaleLift } from '../../src/measure/lift.ts'
import { alwaysValid } from '../../src/measure/sequential.ts'
import { plain, type Statistic, statisticOf } from '../../src/measure/statistic.ts'
import {
  anyMoments,
  type GivenStatistic,
  kindOfGiven,
  momentsOf,
  momentsOfGiven,
  numbersIn,
  sampled,
} from '../help/moments.ts'
import { readSpec } from '../help/spec.ts'

const spec = readSpec('growthbook_frequentist')
const DECIMALS = spec.round_decimals as number

interface Case {
  readonly name: string
  readonly test: string
  readonly a: GivenStatistic
  readonly b: GivenStatistic
  readonly config: {
    readonly difference_type: Difference
    readonly alpha: number
    readonly sequential_tuning_parameter?: number
  }
  readonly expected: {
    readonly expected: number
    readonly ci: readonly (number | string)[]
    readonly stddev: number
    readonly pValue: number
  }
}

const given = (stat: GivenStatistic) => statisticOf(kindOfGiven(stat), momentsOfGiven(stat))

function known(result: ReturnType<typeof liftOf>): Lift {
  if (!result.ok) throw new Error(result.error)
  return result.value
}

const sideOf = (test: string): Side =>
  test.includes('greater') ? 'greater' : test.includes('lesser') ? 'less' : 'two'

function read(lift: Lift, { test, config }: Case): Reading {
  const side = sideOf(test)
  return test.startsWith('sequential')
    ? alwaysValid(lift, config.alpha, side, config.sequential_tuning_parameter)
    : fixedHorizon(lift, config.alpha, side)
}

describe('the frequentist views against gbstats', () => {
  it.each(spec.cases as Case[])('$name', (one) => {
    const lift = known(liftOf(given(one.a), given(one.b), one.config.difference_type))
    const reading = read(lift, one)
    expect(lift.estimate).toBeCloseTo(one.expected.expected, DECIMALS)
    expect(lift.standardError).toBeCloseTo(one.expected.stddev, DECIMALS)
    expect(reading.pValue).toBeCloseTo(one.expected.pValue, DECIMALS)
    for (const [end, value] of one.expected.ci.entries()) {
      if (typeof value === 'string') expect(reading.interval[end]).toBeNull()
      else expect(reading.interval[end]).toBeCloseTo(value, DECIMALS)
    }
  })

  it('of an absolute difference that is to be less, always valid', () => {
    const [a, b] = [(spec.cases as Case[])[3] as Case].flatMap((one) => [given(one.a), given(one.b)])
    const lift = known(liftOf(a as Statistic, b as Statistic, 'absolute'))
    const { interval, pValue } = alwaysValid(lift, 0.05, 'less')
    expect(interval[0]).toBeNull()
    expect(interval[1]).toBeCloseTo(0.5953217750613832, 12)
    expect(pValue).toBe(0.4999)
  })

  it.each(spec.degenerate as Case[])('$name has nothing to say', ({ a, b }) => {
    expect(liftOf(given(a), given(b), 'relative')).toEqual({ ok: false, error: 'zero_variance' })
  })

  it.each(
    spec.relative_difference as {
      a: number
      b: number
      relative: boolean
      a_unadjusted?: number
      expected: number
    }[],
  )('from $a to $b', ({ a, b, relative, a_unadjusted = a, expected }) => {
    const control = { ...plain('mean', 10, a, 1), base: a_unadjusted }
    const lift = known(liftOf(control, plain('mean', 10, b, 1), relative ? 'relative' : 'absolute'))
    expect(lift.estimate).toBeCloseTo(expected, 12)
  })

  it.each(
    spec.frequentist_variance as { args: Record<string, number> & { relative: boolean }; expected: number }[],
  )('variance, relative: $args.relative', ({ args, expected }) => {
    const stat = (arm: 'a' | 'b') =>
      plain('mean', args[`n_${arm}`] as number, args[`mean_${arm}`] as number, args[`var_${arm}`] as number)
    const lift = known(liftOf(stat('a'), stat('b'), args.relative ? 'relative' : 'absolute'))
    expect(lift.standardError ** 2).toBeCloseTo(expected, DECIMALS)
  })
})

describe('liftOf', () => {
  const units = statisticOf('mean', momentsOf([0, 1, 2, 3]))
  const nothing = statisticOf('mean', momentsOf([-1, 1, -1, 1]))

  it('says no data for nobody, and what the baseline lacks', () => {
    expect(liftOf(statisticOf('mean', momentsOf([])), units, 'absolute')).toEqual({
      ok: false,
      error: 'no_data',
    })
    expect(liftOf(nothing, units, 'relative')).toEqual({ ok: false, error: 'zero_baseline' })
    expect(liftOf(statisticOf('mean', momentsOf([2, 2])), units, 'relative')).toEqual({
      ok: false,
      error: 'zero_variance',
    })
  })

  it('needs no baseline for an absolute difference', () => {
    expect(known(liftOf(nothing, units, 'absolute')).estimate).toBe(1.5)
  })

  it('keeps the digits of its error where the arm has next to nothing', () => {
    const [control, arm] = [plain('mean', 50, 1_000, 1e6), plain('mean', 50, 1e-3, 1e-12)]
    // ((arm / control²)² var(control) + var(arm) / control²) / n, the first term alone.
    const exact = Math.sqrt(((1e-3 / 1e6) ** 2 * 1e6 + 1e-12 / 1e6) / 50)
    for (const kind of ['mean', 'ratio'] as const) {
      const lift = known(liftOf({ ...control, kind }, { ...arm, kind }, 'relative'))
      expect(lift.standardError / exact).toBeCloseTo(1, kind === 'mean' ? 12 : 8)
    }
  })

  it('turns its sign when arms change places, and keeps its error', () => {
    fc.assert(
      fc.property(sampled, sampled, (a, b) => {
        const there = liftOf(statisticOf('mean', a), statisticOf('mean', b), 'absolute')
        const back = liftOf(statisticOf('mean', b), statisticOf('mean', a), 'absolute')
        expect(there.ok).toBe(back.ok)
        if (!there.ok || !back.ok) return
        expect(back.value.estimate).toBeCloseTo(-there.value.estimate, 6)
        expect(back.value.standardError).toBeCloseTo(there.value.standardError, 6)
      }),
    )
  })

  it('has the same relative lift in cents and in euros', () => {
    fc.assert(
      fc.property(sampled, sampled, fc.constantFrom(0.01, 100, 1e6), (a, b, unit) => {
        const inUnit = (m: typeof a) => ({ ...m, y: m.y * unit, yy: m.yy * unit * unit })
        const one = liftOf(statisticOf('mean', a), statisticOf('mean', b), 'relative')
        const other = liftOf(statisticOf('mean', inUnit(a)), statisticOf('mean', inUnit(b)), 'relative')
        if (!one.ok || !other.ok) return
        // Beside 1, for both are differences of what may be nearly the same.
        for (const part of ['estimate', 'standardError'] as const) {
          const apart = Math.abs(other.value[part] - one.value[part])
          expect(apart).toBeLessThan(1e-6 * (1 + Math.abs(one.value[part])))
        }
      }),
    )
  })

  it('never comes out as something that is no number, whatever the sums', () => {
    fc.assert(
      fc.property(
        anyMoments,
        anyMoments,
        fc.constantFrom('share' as const, 'mean' as const, 'ratio' as const),
        fc.constantFrom('relative' as const, 'absolute' as const),
        (a, b, kind, difference) => {
          const lift = liftOf(statisticOf(kind, a), statisticOf(kind, b), difference)
          if (!lift.ok) return
          const views = [
            fixedHorizon(lift.value),
            alwaysValid(lift.value),
            alwaysValid(lift.value, 0.05, 'less'),
          ]
          expect(numbersIn([lift.value, views]).filter((value) => Number.isNaN(value))).toEqual([])
        },
      ),
    )
  })
})

describe('scaleLift', () => {
  it('changes the unit, and nothing that was found', () => {
    const lift = known(
      liftOf(statisticOf('mean', momentsOf([0, 2])), statisticOf('mean', momentsOf([1, 5])), 'absolute'),
    )
    const daily = scaleLift(lift, 1_000)
    expect(daily.estimate).toBe(2_000)
    expect(fixedHorizon(daily).pValue).toBeCloseTo(fixedHorizon(lift).pValue, 12)
  })
})

describe('alwaysValid', () => {
  const lift = known(liftOf(given(spec.cases[1].a), given(spec.cases[1].b), 'absolute'))
  const width = ({ interval: [low, high] }: Reading): number => (high as number) - (low as number)

  it('is wider than what is right only once', () => {
    expect(width(alwaysValid(lift))).toBeGreaterThan(width(fixedHorizon(lift)))
  })

  it('is narrowest where it was tuned to be', () => {
    const widths = [100, 1_000, lift.n, 50_000, 500_000].map((tuning) =>
      width(alwaysValid(lift, 0.05, 'two', tuning)),
    )
    expect(Math.min(...widths)).toBe(widths[2])
  })

  it('has a p-value below alpha exactly where its interval leaves 0', () => {
    const alphas = fc.double({ min: 0.001, max: 0.4, noNaN: true })
    const sides = fc.constantFrom<Side>('two', 'greater', 'less')
    fc.assert(
      fc.property(fc.double({ min: -12, max: 12, noNaN: true }), alphas, sides, (z, alpha, side) => {
        const { interval, pValue } = alwaysValid({ ...lift, estimate: z * lift.standardError }, alpha, side)
        const [low, high] = interval
        const leaves = (low !== null && low > 0) || (high !== null && high < 0)
        // One-sided p-values are found by halving, to four digits.
        if (Math.abs(pValue - alpha) > 1e-3) expect(pValue < alpha).toBe(leaves)
      }),
    )
  })

  it('stops halving at a millionth of the metric, as gbstats does, however small the error', () => {
    const of = (standardError: number) =>
      alwaysValid({ ...lift, estimate: 2.9 * standardError, standardError }, 0.05, 'greater').pValue
    // At an error of a thousandth the millionth is a thousandth of it.
    expect(Math.abs(of(1e-3) / of(1) - 1)).toBeGreaterThan(1e-6)
    expect(of(1e-3) / of(1)).toBeCloseTo(1, 1)
    expect(of(1e-9)).toBeCloseTo((1e-5 + 0.4999) / 2 / 2, 3)
  })
})
