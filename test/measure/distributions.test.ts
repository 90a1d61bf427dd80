import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chiSquaredTail,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
  studentTwoSided,
} from '../../src/measure/distributions.ts'
import { logBeta, logGamma, lowerBeta, upperGamma } from '../../src/measure/special.ts'
import { readSpec } from '../help/spec.ts'

const spec = readSpec('scipy_reference')
const tails = readSpec('distribution_tails')

/** Relative, as tails need it; absolute where the value is as good as 0. */
function expectNear(actual: number, expected: number, tolerance = 1e-12): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(expected), 1e-300))
}

describe('against scipy', () => {
  it.each(spec.norm_cdf as [number, number][])('normalCdf(%s)', (z, expected) => {
    expectNear(normalCdf(z), expected)
  })
  it.each(spec.norm_ppf as [number, number][])('normalQuantile(%s)', (p, expected) => {
    expectNear(normalQuantile(p), expected)
  })
  it.each(spec.t_cdf as [number, number, number][])('studentCdf(%s, %s)', (t, freedom, expected) => {
    expectNear(studentCdf(t, freedom), expected)
  })
  it.each(spec.t_ppf as [number, number, number][])('studentQuantile(%s, %s)', (p, freedom, expected) => {
    expectNear(studentQuantile(p, freedom), expected)
  })
  it.each(spec.chi2_sf as [number, number, number][])('chiSquaredTail(%s, %s)', (x, freedom, expected) => {
    expectNear(chiSquaredTail(x, freedom), expected)
  })
  it.each(spec.betainc as [number, number, number, number][])(
    'lowerBeta(%s, %s, %s)',
    (a, b, x, expected) => {
      expectNear(lowerBeta(a, b, x), expected, 1e-11)
    },
  )
  it.each(spec.gammaln as [number, number][])('logGamma(%s)', (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-13 * Math.max(10, Math.abs(expected)))
  })
})

describe('in the far tails, and for ten million degrees of freedom', () => {
  const TOLERANCE = 1e-11
  const asked: Readonly<Record<string, (...given: number[]) => number>> = {
    norm_cdf: normalCdf,
    norm_ppf: normalQuantile,
    t_cdf: studentCdf,
    t_ppf: studentQuantile,
    chi2_sf: chiSquaredTail,
    betainc: lowerBeta,
    gammaln: logGamma,
  }
  const rows = Object.entries(asked).flatMap(([name, of]) =>
    (tails[name] as number[][]).map((row) => ({ name, of, row })),
  )
  it.each(rows)('$name: $row', ({ of, row }) => {
    expectNear(of(...row.slice(0, -1)), row.at(-1) as number, TOLERANCE)
  })
})

const share = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true })
const freedom = fc.double({ min: 0.5, max: 1e7, noNaN: true })
const parameter = fc.double({ min: 1e-2, max: 1e6, noNaN: true })

describe('special', () => {
  it('is as good as it says beyond some thousands', () => {
    expect(Math.abs(lowerBeta(1e6, 1e6, 0.5) / 0.5 - 1)).toBeLessThan(3e-11)
    // Q(a, a) = 1/2 - 1 / (3 √(2πa)) + …, DLMF 8.11.12.
    const a = 5e8
    expect(Math.abs(upperGamma(a, a) / (0.5 - 1 / (3 * Math.sqrt(2 * Math.PI * a))) - 1)).toBeLessThan(1e-11)
  })
})

describe('laws', () => {
  it('t is normal where nothing tells them apart any more', () => {
    for (const degrees of [1.1e10, 1e16, 1e300]) {
      expectNear(studentQuantile(0.025, degrees), normalQuantile(0.025), 1e-12)
      expectNear(studentTwoSided(5, degrees), 2 * normalCdf(-5))
    }
    expectNear(studentQuantile(1e-10, 9e9), studentQuantile(1e-10, 1.1e10), 1e-8)
  })

  it('quantiles undo what they are the quantiles of', () => {
    fc.assert(
      fc.property(share, freedom, (p, df) => {
        expectNear(normalCdf(normalQuantile(p)), p, 1e-9)
        expectNear(studentCdf(studentQuantile(p, df), df), p, 1e-9)
      }),
    )
  })

  it('both sides of 0 are mirror images', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), freedom, (t, df) => {
        expect(studentCdf(t, df) + studentCdf(-t, df)).toBeCloseTo(1, 12)
        expectNear(studentTwoSided(t, df), 2 * studentCdf(-Math.abs(t), df))
        expect(normalCdf(t) + normalCdf(-t)).toBeCloseTo(1, 12)
      }),
    )
  })

  it('the beta integral from the left and from the right add up to 1', () => {
    fc.assert(
      fc.property(parameter, parameter, share, (a, b, x) => {
        expect(lowerBeta(a, b, x) + lowerBeta(b, a, 1 - x, x)).toBeCloseTo(1, 9)
      }),
    )
  })

  it('integrals are shares, whatever is asked', () => {
    fc.assert(
      fc.property(parameter, parameter, fc.double({ noNaN: true }), (a, b, x) => {
        for (const value of [lowerBeta(a, b, x), upperGamma(a, x)]) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1 + 1e-12)
        }
      }),
    )
  })

  it('ln B keeps its digits where one side is a million times the other', () => {
    // B(1/2, b) falls by b / (b + 1/2) from b to b + 1, exactly.
    for (const b of [3, 30, 3e5, 3e9]) {
      expect(logBeta(0.5, b + 1) - logBeta(0.5, b)).toBeCloseTo(Math.log(b / (b + 0.5)), 13)
    }
  })

  it('has the ends of a distribution at its ends', () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
    expect([studentQuantile(0, 5), studentQuantile(1, 5), studentQuantile(0.5, 5)]).toEqual([
      -Infinity,
      Infinity,
      0,
    ])
    expect([studentCdf(-1e200, 3), studentCdf(1e200, 3)]).toEqual([0, 1])
    expect([chiSquaredTail(Infinity, 3), chiSquaredTail(-1, 3)]).toEqual([0, 1])
  })
})
