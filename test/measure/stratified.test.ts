import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanOf } from '../../src/measure/moments.ts'
import { statisticOf } from '../../src/measure/statistic.ts'
import { MIN_STRATUM_VISITORS, strataOf, stratified } from '../../src/measure/stratified.ts'
import { cellsOf, type Row } from '../help/cells.ts'
import { binomial, seeded } from '../help/sampling.ts'

const ARMS = ['a', 'b']
const means = (rows: readonly Row[]): readonly number[] => {
  const found = stratified(cellsOf('conversion', rows), 'conversion', ARMS)
  return ARMS.map((arm) => meanOf(found.get(arm)?.n ?? 0, found.get(arm)?.y ?? 0))
}

describe('stratified', () => {
  it('is not fooled by weights that changed with the days (Simpson’s paradox)', () => {
    // Each arm converts 2 % on a quiet day and 6 % on a busy one; b had most of the busy one.
    const rows: readonly Row[] = [
      [1, 'a', 900, 18],
      [1, 'b', 100, 2],
      [2, 'a', 100, 6],
      [2, 'b', 900, 54],
    ]
    expect(54 + 2).toBeGreaterThan(2 * (18 + 6))
    const [a, b] = means(rows)
    expect(a).toBeCloseTo(0.04, 12)
    expect(b).toBeCloseTo(0.04, 12)
  })

  it('lets young cohorts favour nobody, whoever had most of them', () => {
    const rows: readonly Row[] = [
      [1, 'a', 500, 50],
      [1, 'b', 500, 50],
      // Conversions of today have hardly begun.
      [2, 'a', 100, 1],
      [2, 'b', 900, 9],
    ]
    const [a, b] = means(rows)
    expect(a).toBeCloseTo(b as number, 12)
  })

  it('gives the sums themselves where weights never changed', () => {
    const share = fc.integer({ min: MIN_STRATUM_VISITORS, max: 5_000 })
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 6 }), (sizes) => {
        const rows = sizes.flatMap((n, at): Row[] => [
          [at + 1, 'a', n, at],
          [at + 1, 'b', 2 * n, 2 * at],
        ])
        const found = stratified(cellsOf('conversion', rows), 'conversion', ARMS)
        const total = sizes.reduce((sum, n) => sum + n, 0)
        const converted = sizes.reduce((sum, _, at) => sum + at, 0)
        expect(found.get('a')?.n).toBeCloseTo(total, 6)
        expect(found.get('a')?.y).toBeCloseTo(converted, 6)
        expect(found.get('b')?.n).toBeCloseTo(2 * total, 6)
      }),
    )
  })

  it('never counts more visitors than there were, nor gives a mean beyond its days’', () => {
    const day = fc.tuple(
      fc.integer({ min: 10, max: 999 }),
      fc.integer({ min: 10, max: 999 }),
      fc.nat({ max: 10 }),
    )
    fc.assert(
      fc.property(fc.array(day, { minLength: 1, maxLength: 8 }), (days) => {
        const rows = days.flatMap(([a, b, y], at): Row[] => [
          [at + 1, 'a', a, y],
          [at + 1, 'b', b, y],
        ])
        const { n = 0, y = 0 } = stratified(cellsOf('conversion', rows), 'conversion', ARMS).get('a') ?? {}
        const shares = days.map(([a, , converted]) => converted / a)
        expect(n).toBeLessThanOrEqual(days.reduce((sum, [a]) => sum + a, 0) * (1 + 1e-9))
        expect(y / n).toBeGreaterThanOrEqual(Math.min(...shares) - 1e-9)
        expect(y / n).toBeLessThanOrEqual(Math.max(...shares) + 1e-9)
      }),
    )
  })

  it.each<[string, readonly number[], readonly number[]]>([
    ['on four days of all kinds', [0.5, 0.2, 0.9, 0.05], [0.05, 0.1, 0.03, 0.08]],
    // Kish’s size alone would be too sure of these: by a tenth, and false alarms come half as often again.
    ['where an arm has few of a busy day', [0.5, 0.1], [0.03, 0.09]],
    ['where a holdout was made small before a busy day', [0.5, 0.05], [0.03, 0.06]],
  ])('knows how well it knows: standard errors match what simulations spread, %s', (_, shares, rates) => {
    const random = seeded(7)
    const z = Array.from({ length: 2_000 }, () => {
      const rows = shares.flatMap((share, at): Row[] => {
        const [a, b] = [Math.round(10_000 * share), Math.round(10_000 * (1 - share))]
        const rate = rates[at] as number
        return [
          [at + 1, 'a', a, binomial(a, rate, random)],
          [at + 1, 'b', b, binomial(b, rate, random)],
        ]
      })
      const found = stratified(cellsOf('conversion', rows), 'conversion', ARMS)
      const [a, b] = ARMS.map((arm) => statisticOf('share', found.get(arm) as never))
      if (a === undefined || b === undefined) throw new Error('no arms')
      return (b.mean - a.mean) / Math.sqrt(a.variance / a.n + b.variance / b.n)
    })
    const spread = Math.sqrt(z.reduce((sum, each) => sum + each * each, 0) / z.length)
    expect(spread).toBeGreaterThan(0.9)
    expect(spread).toBeLessThan(1.06)
  })
})

describe('strataOf', () => {
  const sizesOf = (rows: readonly Row[], arms = ARMS): readonly (readonly number[])[] =>
    strataOf(cellsOf('conversion', rows), 'conversion', arms).map((stratum) =>
      arms.map((arm) => stratum.get(arm)?.n ?? 0),
    )

  it('takes thin days together with the next, and the last thin ones with the one before', () => {
    const rows: readonly Row[] = [
      [1, 'a', 50],
      [1, 'b', 3],
      [2, 'a', 50],
      [2, 'b', 30],
      [3, 'a', 9],
      [3, 'b', 9],
    ]
    expect(sizesOf(rows)).toEqual([[109, 42]])
  })

  it('leaves out the days before an arm came, and after it went', () => {
    const rows: readonly Row[] = [
      [1, 'a', 500],
      [2, 'a', 100],
      [2, 'b', 100],
      [3, 'a', 500],
    ]
    expect(sizesOf(rows)).toEqual([[100, 100]])
  })

  it('keeps contexts apart', () => {
    const cells = ['context:x', 'context:y'].flatMap((segment) =>
      cellsOf(
        'conversion',
        [
          [1, 'a', 20],
          [1, 'b', 20],
        ],
        segment,
      ),
    )
    expect(strataOf(cells, 'conversion', ARMS)).toHaveLength(2)
  })

  it('has nothing to compare where arms never met', () => {
    expect(
      sizesOf([
        [1, 'a', 500],
        [2, 'b', 500],
      ]),
    ).toEqual([])
    expect(sizesOf([[1, 'a', 500]])).toEqual([])
    expect(stratified([], 'conversion', ARMS).size).toBe(0)
  })
})
