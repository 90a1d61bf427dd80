import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chanceAbove } from '../../src/measure/beta.ts'
import { NO_MOMENTS } from '../../src/measure/moments.ts'
import { betaDraw, chancesOfBest, posteriorsOf, sharesOf } from '../../src/measure/thompson.ts'
import { shareMoments } from '../help/moments.ts'
import { seeded } from '../help/sampling.ts'

const chances = (kind: 'share' | 'mean' | 'ratio', arms: Parameters<typeof posteriorsOf>[1], seed = 1) =>
  chancesOfBest(posteriorsOf(kind, arms) ?? [], seeded(seed), 4_000)

const meanMoments = (n: number, mean: number, deviation: number) => ({
  ...NO_MOMENTS,
  n,
  y: n * mean,
  yy: n * (mean * mean + deviation * deviation),
})

describe('posteriorsOf', () => {
  it('comes to the exact chance of two shares, as far as draws and prior let it', () => {
    const exact = chanceAbove({ successes: 100, n: 1_000 }, { successes: 120, n: 1_000 })
    const [a = 0, b = 0] = chances('share', [shareMoments(1_000, 100), shareMoments(1_000, 120)])
    expect(a + b).toBe(1)
    expect(Math.abs(b - exact)).toBeLessThan(0.02)
  })

  it('says of arms that are alike that nobody knows', () => {
    for (const each of chances('share', Array(5).fill(shareMoments(2_000, 60))))
      expect(each).toBeCloseTo(0.2, 1)
  })

  it('favours nobody where hardly anybody fails, whichever arm comes first', () => {
    for (const n of [1_000, 20_000]) {
      const [first = 0, second = 0, worse = 0] = chances(
        'share',
        [n, n, n - 2].map((y) => shareMoments(n, y)),
      )
      expect(Math.abs(first - second)).toBeLessThan(0.05)
      expect(worse).toBeLessThan(0.01)
    }
  })

  it('takes an arm that nobody has seen for a possible winner, and no certain one', () => {
    const [, unseen = 0] = chances('share', [shareMoments(1_000, 30), shareMoments(0, 0)])
    expect(unseen).toBeGreaterThan(0.2)
    expect(unseen).toBeLessThan(0.5)
  })

  it('finds the larger mean, below zero too, whichever way it is scaled', () => {
    for (const scale of [1, 1_000]) {
      const [a = 0] = chances('mean', [
        meanMoments(5_000, -1 * scale, 10 * scale),
        meanMoments(5_000, -2 * scale, 10 * scale),
      ])
      expect(a).toBeGreaterThan(0.99)
    }
  })

  it('does not take a few orders that happen to be alike for certainty', () => {
    const [few = 0] = chances('mean', [meanMoments(20, 1.2, 0), meanMoments(5_000, 1, 10)])
    expect(few).toBeLessThan(0.7)
  })

  it.each([
    ['the only visitor of an arm is the first to buy', [meanMoments(30, 0, 0), meanMoments(1, 50, 0)], 0.99],
    ['every arm has one visitor', [meanMoments(1, 0, 0), meanMoments(1, 50, 0)], 0.95],
    ['all visitors of an arm are alike', [meanMoments(40, 2, 0), meanMoments(40, 5, 0)], 1],
  ])('has a number for what is the better arm where %s', (_, arms, most) => {
    for (const draw of posteriorsOf('mean', arms) ?? []) expect(draw(seeded(1))).not.toBeNaN()
    const [, better = 0] = chances('mean', arms)
    expect(better).toBeGreaterThan(0.6)
    expect(better).toBeLessThanOrEqual(most)
  })

  it('compares ratios by their own spread', () => {
    const orders = (revenue: number) => ({
      n: 4_000,
      y: 400 * revenue,
      yy: 400 * revenue ** 2 * 1.2,
      x: 400,
      xx: 400,
      xy: 400 * revenue,
    })
    const [low = 0, high = 0] = chances('ratio', [orders(50), orders(60)])
    expect(low).toBeLessThan(0.05)
    expect(high).toBeGreaterThan(0.95)
  })

  it('says nothing where nothing has happened, or everything alike', () => {
    expect(posteriorsOf('share', [shareMoments(0, 0), shareMoments(0, 0)])).toBeNull()
    expect(posteriorsOf('share', [shareMoments(50, 0), shareMoments(50, 0)])).toBeNull()
    expect(posteriorsOf('share', [shareMoments(50, 50), shareMoments(50, 50)])).toBeNull()
    expect(posteriorsOf('ratio', [shareMoments(50, 5), shareMoments(50, 5)])).toBeNull()
  })
})

describe('betaDraw', () => {
  it('has the same mean and spread where it goes over to the normal distribution', () => {
    for (const failures of [60, 5_000]) {
      const [below, above] = [49.9, 50.1].map((successes) => {
        const random = seeded(3)
        const draws = Array.from({ length: 20_000 }, () => betaDraw(successes, failures)(random))
        const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
        const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length
        return { mean, deviation: Math.sqrt(variance) }
      })
      expect(above?.mean).toBeCloseTo(below?.mean ?? 0, 1)
      expect((above?.deviation ?? 0) / (below?.deviation ?? 1)).toBeCloseTo(1, 1)
    }
  })
})

describe('sharesOf', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true })
  const cases = fc.record({
    chances: fc.array(chance, { minLength: 1, maxLength: 20 }),
    floor: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    out: fc.nat({ max: 19 }),
  })

  it('adds up to 1 in steps of the hash, keeps every floor, and nothing for who is out', () => {
    fc.assert(
      fc.property(cases, ({ chances, floor, out }) => {
        const isOut = (arm: number): boolean => chances.length > 1 && arm === out
        const shares = sharesOf(chances, floor, isOut)
        const open = shares.filter((_, arm) => !isOut(arm))
        expect(shares.reduce((sum, share) => sum + Math.round(share * 10_000), 0)).toBe(10_000)
        for (const share of open)
          expect(share).toBeGreaterThanOrEqual(Math.min(floor, 1 / open.length) - 1e-4)
        for (const [arm, share] of shares.entries()) if (isOut(arm)) expect(share).toBe(0)
      }),
    )
  })

  it('gives more to the better chance', () => {
    expect(sharesOf([0.7, 0.2, 0.1], 0.05)).toEqual([0.645, 0.22, 0.135])
  })

  it('gives all to the last one left', () => {
    expect(sharesOf([0.7, 0.3], 0.05, (arm) => arm === 0)).toEqual([0, 1])
  })
})
