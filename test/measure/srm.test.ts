import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { correct } from '../../src/measure/correction.ts'
import { normalQuantile } from '../../src/measure/distributions.ts'
import { intervalOf } from '../../src/measure/fixed.ts'
import { liftOf, scaleLift } from '../../src/measure/lift.ts'
import { checkSplit, samePValue, splitPValue } from '../../src/measure/srm.ts'
import { everValid, mismatchProbability, ratioEvidence } from '../../src/measure/ssrm.ts'
import { statisticOf } from '../../src/measure/statistic.ts'
import { shareMoments } from '../help/moments.ts'
import { binomial, seeded } from '../help/sampling.ts'
import { readSpec } from '../help/spec.ts'

const growthbook = readSpec('growthbook_srm')
const optimizely = readSpec('optimizely_ssrm')
const spotify = readSpec('spotify_confidence_chisquared')

interface Split {
  readonly users: readonly number[]
  readonly weights: readonly number[]
  readonly expected_p?: number
  readonly scipy_p: number
}

describe('splitPValue', () => {
  it.each([...growthbook.cases, ...growthbook.scipy_extra] as Split[])('$users at $weights', (split) => {
    const pValue = splitPValue(split.users, split.weights)
    if (split.expected_p !== undefined) expect(pValue).toBeCloseTo(split.expected_p, 9)
    expect(pValue / split.scipy_p).toBeCloseTo(1, 9)
  })

  it('leaves out an arm that was meant to have nobody', () => {
    const { users, weights, ts_p } = growthbook.discrepancy[0]
    expect(splitPValue(users, weights)).toBeCloseTo(ts_p, 9)
  })

  it('takes counts for weights, of any sum, and the arms in any order', () => {
    const counts = fc.array(fc.tuple(fc.nat(5_000), fc.integer({ min: 1, max: 100 })), {
      minLength: 2,
      maxLength: 5,
    })
    fc.assert(
      fc.property(counts, fc.double({ min: 0.01, max: 1e4, noNaN: true }), (arms, scale) => {
        const seen = arms.map(([count]) => count)
        const meant = arms.map(([, weight]) => weight)
        const pValue = splitPValue(seen, meant)
        expect(pValue).toBeGreaterThanOrEqual(0)
        expect(pValue).toBeLessThanOrEqual(1)
        const other = splitPValue([...seen].reverse(), meant.map((weight) => weight * scale).reverse())
        expect(other).toBeCloseTo(pValue, 9)
      }),
    )
  })
})

describe('checkSplit', () => {
  const expected = [0.5, 0.5]
  const one = (counts: readonly number[], seen?: readonly number[]) => [
    { counts, expected, ...(seen === undefined ? {} : { seen }) },
  ]

  it('finds nothing where both funnels are as meant', () => {
    expect(checkSplit({ rows: one([5_010, 4_990], [4_000, 3_990]) }).cause).toBe('none')
  })

  it('says selection where arms were not given out as meant, seen or not', () => {
    for (const isOnce of [true, false]) {
      const check = checkSplit({ rows: one([5_400, 4_600], [5_400, 4_600]), isOnce })
      expect(check).toMatchObject({ cause: 'selection', capture: 1 })
      expect(check.pValue).toBe(check.selection)
    }
  })

  it('says capture where they were, but one of them is seen less', () => {
    const check = checkSplit({ rows: one([5_010, 4_990], [4_500, 4_300]) })
    expect(check.cause).toBe('capture')
    expect(check.pValue).toBeLessThan(0.001)
  })

  it('takes an arm that came when more was seen for no better seen, and finds one that is', () => {
    const days = (second: readonly number[]) => [
      { counts: [5_000, 5_000], expected, seen: [1_000, 1_000] },
      { counts: [1_000, 9_000], expected: [1, 9], seen: second },
    ]
    expect(checkSplit({ rows: days([800, 7_200]) })).toMatchObject({ cause: 'none', capture: 1 })
    expect(checkSplit({ rows: days([800, 6_000]) }).cause).toBe('capture')
  })

  it('follows weights that changed from day to day, however often it is looked at', () => {
    const days = (second: readonly number[]) => [
      { counts: [5_000, 5_000], expected: [5_000, 5_000] },
      { counts: [900, 100], expected: second },
    ]
    for (const isOnce of [true, false]) {
      expect(checkSplit({ rows: days([500, 500]), isOnce }).cause).toBe('selection')
      expect(checkSplit({ rows: days([900, 100]), isOnce }).cause).toBe('none')
    }
  })

  it('looked at once is χ², looked at daily the test that may be', () => {
    const rows = [one([520, 480]), one([540, 460])].flat()
    expect(checkSplit({ rows, isOnce: true }).selection).toBe(splitPValue([1_060, 940], expected))
    expect(checkSplit({ rows }).selection).toBe(everValid(rows))
  })

  it('does not speak of a handful of visitors', () => {
    for (const isOnce of [true, false]) {
      expect(checkSplit({ rows: one([13, 0]), isOnce }).cause).toBe('none')
      expect(checkSplit({ rows: [], isOnce })).toMatchObject({ cause: 'none', pValue: 1 })
    }
  })
})

describe('everValid', () => {
  it('finds among few visitors what a prior of ten thousand does not', () => {
    const rows = [{ counts: [200, 100], expected: [1, 1] }]
    expect(ratioEvidence(rows).at(-1)?.pValue).toBeGreaterThan(0.1)
    expect(everValid(rows)).toBeLessThan(1e-3)
  })

  it('is 1 for nobody, and 0 where no chance is left', () => {
    expect(everValid([])).toBe(1)
    expect(everValid([{ counts: [9e6, 1e5], expected: [1, 1] }])).toBe(0)
  })
})

interface Posteriors {
  readonly name: string
  readonly data: readonly (readonly number[])[]
  readonly null: readonly number[]
  readonly dirichlet_probability: readonly number[]
  readonly dirichlet_concentration: number
  readonly log_ml_M1: readonly number[]
  readonly log_ml_M0: readonly number[]
  readonly posterior_M1_last: readonly number[]
}

const rowsOf = (data: readonly (readonly number[])[], expected: readonly number[]) =>
  data.map((counts) => ({ counts, expected }))

describe('ratioEvidence against ssrm', () => {
  it.each(optimizely.sequential_posteriors as Posteriors[])('$name', (given) => {
    const steps = ratioEvidence(
      rowsOf(given.data, given.null),
      given.dirichlet_concentration,
      given.dirichlet_probability,
    )
    for (const [at, step] of steps.entries()) {
      expect(step.logUnknown).toBeCloseTo(given.log_ml_M1[at] as number, 10)
      expect(step.logMeant).toBeCloseTo(given.log_ml_M0[at] as number, 10)
    }
    expect(steps.at(-1)?.posterior).toEqual(given.posterior_M1_last)
  })

  it('says the same of one visitor at a time', () => {
    const { data, null: meant, p_value_last, posterior_last, bayes_factor_last } = optimizely.regression
    const last = ratioEvidence(rowsOf(data, meant)).at(-1)
    expect(last?.pValue).toBeCloseTo(p_value_last, 10)
    expect(last?.probability).toBeCloseTo(posterior_last, 10)
    expect(Math.exp((last?.logUnknown ?? 0) - (last?.logMeant ?? 0))).toBeCloseTo(bayes_factor_last, 10)
  })

  it('is sure beyond what a double can hold', () => {
    const { log_ml_M1, log_ml_M0, expected_posterior_probability } = optimizely.overflow
    expect(mismatchProbability(log_ml_M1, log_ml_M0)).toBe(expected_posterior_probability)
  })
})

describe('ratioEvidence', () => {
  it('comes to the same by the day and by the hour', () => {
    const hours = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(hours, (rows) => {
        const day = rows.reduce<readonly [number, number]>(([a, b], [c, d]) => [a + c, b + d], [0, 0])
        const byHour = ratioEvidence(rowsOf(rows, [0.5, 0.5])).at(-1)
        const byDay = ratioEvidence(rowsOf([day], [0.5, 0.5])).at(-1)
        expect(byHour?.probability).toBeCloseTo(byDay?.probability as number, 9)
      }),
    )
  })

  it('takes no change of weights for a mismatch, and carries a mismatch through one', () => {
    const changing = (a: number, b: number) => [
      { counts: [5_000 + a, 5_000 - a], expected: [0.5, 0.5] },
      { counts: [9_000 + b, 1_000 - b], expected: [0.9, 0.1] },
    ]
    expect(ratioEvidence(changing(0, 0)).at(-1)?.pValue).toBe(1)
    // A surplus of 3 % in the first arm, before and after.
    const half = ratioEvidence(changing(150, 0)).at(-1)?.pValue as number
    expect(ratioEvidence(changing(150, 50)).at(-1)?.pValue).toBeLessThan(half)
  })

  it('goes on where an arm is switched off and on again', () => {
    const rows = [
      { counts: [50, 50, 0], expected: [1, 1, 0] },
      { counts: [40, 30, 30], expected: [1, 1, 1] },
      { counts: [50, 0, 50], expected: [1, 0, 1] },
    ]
    expect(ratioEvidence(rows).every((step) => Number.isFinite(step.logUnknown) && step.pValue > 0.05)).toBe(
      true,
    )
    expect(ratioEvidence([])).toEqual([])
  })

  it('never takes its p-value back', () => {
    const rows = fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 2, maxLength: 10 })
    fc.assert(
      fc.property(rows, (given) => {
        const steps = ratioEvidence(rowsOf(given, [0.3, 0.7]))
        for (const [at, step] of steps.entries()) {
          if (at > 0) expect(step.pValue).toBeLessThanOrEqual(steps[at - 1]?.pValue as number)
        }
      }),
    )
  })
})

const shareOf = (path: string) => {
  const [region, arm] = path.split('.') as [string, string]
  const [successes, n] = spotify.data[region][arm]
  return { successes, n, statistic: statisticOf('share', shareMoments(n, successes)) }
}
const reachOf = (level: number): number => normalQuantile((1 + level) / 2)

describe('shares against confidence and statsmodels', () => {
  const intervals = Object.entries(
    spotify.summary_ci95 as Record<string, Record<string, [number, number]>>,
  ).flatMap(([region, arms]) => Object.entries(arms).map(([arm, ci]) => [`${region}.${arm}`, ci] as const))
  it.each(intervals)('%s', (path, [low, high]) => {
    const { n, statistic } = shareOf(path)
    const reach = reachOf(0.95) * Math.sqrt(statistic.variance / n)
    expect(statistic.mean - reach).toBeCloseTo(low, 5)
    expect(statistic.mean + reach).toBeCloseTo(high, 5)
  })

  interface Compared {
    readonly a: string
    readonly b: string
    readonly level: number
    readonly relative?: boolean
    readonly diff: number
    readonly ci: readonly [number, number]
    readonly p: number
  }
  it.each(spotify.difference as Compared[])(
    '$a to $b at $level',
    ({ a, b, level, relative, diff, ci, p }) => {
      const [control, arm] = [shareOf(a), shareOf(b)]
      const change = liftOf(control.statistic, arm.statistic, 'absolute')
      if (!change.ok) throw new Error(change.error)
      // A relative one is divided by the control's share as if that were known.
      const lift = scaleLift(change.value, relative ? 1 / control.statistic.mean : 1)
      const interval = intervalOf(lift, reachOf(level), 'two')
      expect(lift.estimate).toBeCloseTo(diff, 5)
      expect(interval[0]).toBeCloseTo(ci[0], 5)
      expect(interval[1]).toBeCloseTo(ci[1], 5)
      expect(
        samePValue([{ seen: [control.successes, arm.successes], counts: [control.n, arm.n] }]),
      ).toBeCloseTo(p, 5)
    },
  )

  interface Together {
    readonly a: readonly [number, number]
    readonly b: readonly [number, number]
    readonly p: number
    readonly adjusted_p: number
    readonly adjusted_ci: readonly [number, number]
  }
  const many = readSpec('spotify_confidence_many')
  const changeOf = (a: readonly [number, number], b: readonly [number, number]) => {
    const of = ([y, n]: readonly [number, number]) => statisticOf('share', shareMoments(n, y))
    const change = liftOf(of(a), of(b), 'absolute')
    if (!change.ok) throw new Error(change.error)
    const pValue = samePValue([{ seen: [a[0], b[0]], counts: [a[1], b[1]] }])
    return { lift: change.value, pValue, base: a[0] / a[1] }
  }

  it.each(['together', 'by_country'])('several %s, with intervals that all hold at once', (name) => {
    const given = many[name] as readonly Together[]
    const found = given.map(({ a, b }) => changeOf(a, b))
    const { pValues, alpha } = correct(
      found.map(({ pValue }) => pValue),
      'holm',
      0.05,
    )
    const smallest = given.reduce((least, { p }) => Math.min(least, p), 1)
    for (const [at, { p, adjusted_p, adjusted_ci }] of given.entries()) {
      const { lift, pValue } = found[at] as (typeof found)[number]
      expect(pValue / p).toBeCloseTo(1, 5)
      // Holm asks of the smallest what Bonferroni asks, and of the others less.
      if (p === smallest) expect((pValues[at] as number) / adjusted_p).toBeCloseTo(1, 5)
      else expect(pValues[at]).toBeLessThanOrEqual(adjusted_p + 1e-12)
      const interval = intervalOf(lift, reachOf(1 - alpha), 'two')
      expect(interval[0]).toBeCloseTo(adjusted_ci[0], 5)
      expect(interval[1]).toBeCloseTo(adjusted_ci[1], 5)
    }
  })

  it('of few against many', () => {
    const { a, b, diff, ci, relative, relative_ci, p } = many.ordinal
    const { lift, pValue, base } = changeOf(a, b)
    expect(pValue).toBeCloseTo(p, 6)
    for (const [one, value, ends] of [
      [lift, diff, ci],
      [scaleLift(lift, 1 / base), relative, relative_ci],
    ] as const) {
      expect(one.estimate).toBeCloseTo(value, 6)
      const interval = intervalOf(one, reachOf(0.95), 'two')
      expect(interval[0]).toBeCloseTo(ends[0], 6)
      expect(interval[1]).toBeCloseTo(ends[1], 6)
    }
  })

  it('are the same where nobody did it', () => {
    expect(samePValue([{ seen: [0, 0], counts: [10, 10] }])).toBe(1)
  })
})

describe('samePValue of days with other shares', () => {
  it('finds no arm seen more than it is by chance, however weights and what was seen moved', () => {
    const random = seeded(11)
    const days = [
      { counts: [500, 500, 0], share: 0.2 },
      { counts: [100, 400, 500], share: 0.8 },
      { counts: [900, 50, 50], share: 0.5 },
    ]
    const found = Array.from({ length: 2_000 }, () =>
      samePValue(
        days.map(({ counts, share }) => ({ counts, seen: counts.map((n) => binomial(n, share, random)) })),
      ),
    )
    for (const level of [0.05, 0.2]) {
      const share = found.filter((p) => p < level).length / found.length
      expect(share).toBeLessThan(level * 1.1)
      expect(share).toBeGreaterThan(level / 20)
    }
  })
})
