import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { benjaminiHochberg, correct, holm } from '../../src/measure/correction.ts'

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })

describe('holm', () => {
  it('multiplies the smallest by all, and the next by one less', () => {
    // As R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
    const adjusted = [0.03, 0.06, 0.06, 0.02]
    for (const [at, value] of holm([0.01, 0.04, 0.03, 0.005]).entries())
      expect(value).toBeCloseTo(adjusted[at] as number, 12)
  })
})

describe('benjaminiHochberg', () => {
  it('multiplies the largest by one, and the one below by m / (m - 1)', () => {
    // As R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH").
    const adjusted = [0.02, 0.04, 0.04, 0.02]
    for (const [at, value] of benjaminiHochberg([0.01, 0.04, 0.03, 0.005]).entries())
      expect(value).toBeCloseTo(adjusted[at] as number, 12)
  })
})

describe('correct', () => {
  it('makes no p-value smaller, keeps their order, and never passes 1', () => {
    fc.assert(
      fc.property(
        pValues,
        fc.constantFrom('holm' as const, 'benjamini_hochberg' as const),
        (given, method) => {
          const { pValues: adjusted } = correct(given, method, 0.05)
          for (const [at, value] of adjusted.entries()) {
            expect(value).toBeGreaterThanOrEqual((given[at] as number) - 1e-15)
            expect(value).toBeLessThanOrEqual(1)
            for (const [to, other] of adjusted.entries())
              if ((given[at] as number) < (given[to] as number)) expect(value).toBeLessThanOrEqual(other)
          }
        },
      ),
    )
  })

  it('finds by Benjamini-Hochberg whatever Holm finds', () => {
    fc.assert(
      fc.property(pValues, (given) => {
        const fewer = holm(given)
        for (const [at, value] of benjaminiHochberg(given).entries())
          expect(value).toBeLessThanOrEqual((fewer[at] as number) + 1e-12)
      }),
    )
  })

  it('widens the intervals for all metrics, or for those that were found', () => {
    expect(correct([0.001, 0.9, 0.9, 0.9], 'holm', 0.05).alpha).toBe(0.0125)
    expect(correct([0.001, 0.002, 0.9, 0.9], 'benjamini_hochberg', 0.05).alpha).toBe(0.025)
    expect(correct([0.9, 0.9], 'benjamini_hochberg', 0.05).alpha).toBe(0.025)
  })

  it('leaves one metric, or none, alone', () => {
    expect(correct([0.03], 'holm', 0.05)).toEqual({ pValues: [0.03], alpha: 0.05 })
    expect(correct([0.03, 0.04], 'none', 0.05)).toEqual({ pValues: [0.03, 0.04], alpha: 0.05 })
    expect(correct([], 'holm', 0.05)).toEqual({ pValues: [], alpha: 0.05 })
  })
})
