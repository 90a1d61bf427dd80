import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proportional } from '../../src/measure/proportional.ts'
import { cellsOf, type Row } from '../help/cells.ts'

const ARMS = ['a', 'b']
const fitted = (rows: readonly Row[], metric: 'conversion' | 'margin' = 'conversion') =>
  proportional(cellsOf(metric, rows), metric, ARMS)
const means = (rows: readonly Row[]) => fitted(rows)?.map(({ n, y }) => y / n)

describe('proportional', () => {
  it('finds the arms’ factor, however weights and days changed', () => {
    const day = fc.record({
      rate: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
      a: fc.integer({ min: 10, max: 1_000 }),
      b: fc.integer({ min: 10, max: 1_000 }),
    })
    fc.assert(
      fc.property(
        fc.array(day, { minLength: 1, maxLength: 12 }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        (days, factor) => {
          const rows = days.flatMap(({ rate, a, b }, at): Row[] => [
            [at + 1, 'a', a, a * rate],
            [at + 1, 'b', b, b * rate * factor],
          ])
          const [a = 0, b = 0] = means(rows) ?? []
          expect(b / a / factor).toBeCloseTo(1, 3)
        },
      ),
    )
  })

  it('finds it where hardly any day had visitors of both arms', () => {
    const [a = 0, b = 0] =
      means([
        [1, 'a', 10, 0.1],
        [1, 'b', 786, 786 * 0.01 * 0.21],
        [2, 'a', 962, 9.62],
        [2, 'b', 10, 0.021],
      ]) ?? []
    expect(b / a / 0.21).toBeCloseTo(1, 6)
  })

  it('counts every visitor, and keeps what came of them', () => {
    const [a, b] =
      fitted([
        [1, 'a', 900, 18],
        [1, 'b', 100, 2],
        [2, 'a', 100, 6],
        [2, 'b', 900, 54],
      ]) ?? []
    expect([a?.y, b?.y]).toEqual([24, 56])
    expect((a?.n ?? 0) + (b?.n ?? 0)).toBeCloseTo(2_000, 6)
  })

  it('gives the sums themselves where weights never changed', () => {
    const found = fitted([
      [1, 'a', 100, 5],
      [1, 'b', 300, 9],
      [2, 'a', 200, 40],
      [2, 'b', 600, 99],
    ])
    expect(found?.map(({ n }) => Math.round(n * 1e6) / 1e6)).toEqual([300, 900])
  })

  it('lets an arm that came later be compared by the days it had', () => {
    const [a = 0, b = 0] =
      means([
        [1, 'a', 5_000, 50],
        [2, 'a', 1_000, 100],
        [2, 'b', 1_000, 120],
      ]) ?? []
    expect(b / a).toBeCloseTo(1.2, 5)
  })

  it('tells nothing apart that never met, and nothing of what never happened', () => {
    const [a = 0, b = 0] =
      means([
        [1, 'a', 500, 50],
        [2, 'b', 500, 5],
      ]) ?? []
    expect(a).toBeCloseTo(b, 9)
    expect(
      fitted([
        [1, 'a', 10],
        [1, 'b', 10],
      ]),
    ).toMatchObject([
      { n: 10, y: 0 },
      { n: 10, y: 0 },
    ])
    expect(fitted([])).toMatchObject([{ n: 0 }, { n: 0 }])
  })

  it('has nothing to say of sums below zero', () => {
    expect(
      fitted(
        [
          [1, 'a', 10, -1, 1],
          [1, 'b', 10, 2, 4],
        ],
        'margin',
      ),
    ).toBeNull()
  })
})
