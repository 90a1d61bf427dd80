import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSplit, parseSplit, splitOf } from '../../src/campaign/split.ts'
import { expectedCounts } from '../../src/measure/expected.ts'
import { splitPValue } from '../../src/measure/srm.ts'
import { cellsOf } from '../help/cells.ts'
import { binomial, seeded } from '../help/sampling.ts'

describe('formatSplit', () => {
  it('tells the share of those counted: whom coverage leaves out is not', () => {
    expect(
      formatSplit(0.1, [
        ['a', 0.25],
        ['b', 0.25],
      ]),
    ).toBe('holdout=0.1818,a=0.4091,b=0.4091')
  })

  it('goes without where it would be too long', () => {
    const many = Array.from({ length: 40 }, (_, at) => [`variant-with-a-name-${at}`, 1 / 40] as const)
    expect(formatSplit(0, many)).toBeUndefined()
  })

  it('says it of a campaign’s ranges', () => {
    const variants = ['a', 'b'].map((id) => ({ id, weight: 0.5, edits: [] }))
    expect(
      splitOf({ holdout: 0, variants }, [
        [0, 0.2],
        [0.5, 0.8],
      ]),
    ).toBe('a=0.4,b=0.6')
  })

  it('can be read back', () => {
    const arm = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/)
    fc.assert(
      fc.property(fc.uniqueArray(arm, { minLength: 1, maxLength: 8 }), (arms) => {
        const shares = parseSplit(
          formatSplit(
            0,
            arms.map((id) => [id, 1 / arms.length]),
          ) ?? '',
        )
        expect([...shares.keys()]).toEqual(arms)
        for (const share of shares.values()) expect(share).toBeCloseTo(1 / arms.length, 3)
      }),
    )
  })
})

describe('expectedCounts', () => {
  const phases = [
    { day: 1, split: 'a=0.5,b=0.5', n: 40_000, share: 0.5 },
    { day: 2, split: 'a=0.1,b=0.9', n: 60_000, share: 0.1 },
  ]
  const countIn = (lost: number) => {
    const random = seeded(11)
    return phases.flatMap(({ day, split, n, share }) => {
      const a = binomial(n, share, random)
      return cellsOf(
        'exposed',
        [
          [day, 'a', a],
          [day, 'b', Math.round((n - a) * (1 - lost))],
        ],
        `split:${split}`,
      )
    })
  }
  const pValueOf = (cells: ReturnType<typeof countIn>): number => {
    const expected = expectedCounts(cells)
    const counted = (arm: string) => cells.reduce((sum, cell) => sum + (cell.arm === arm ? cell.n : 0), 0)
    return splitPValue([counted('a'), counted('b')], [expected.get('a') ?? 0, expected.get('b') ?? 0])
  }

  it('adds up over weights that changed', () => {
    const cells = phases.flatMap(({ day, split, n }) => cellsOf('exposed', [[day, 'a', n]], `split:${split}`))
    expect(Object.fromEntries(expectedCounts(cells))).toEqual({ a: 26_000, b: 74_000 })
  })

  it('finds no mismatch where there is none, and one where an arm lost visitors', () => {
    expect(pValueOf(countIn(0))).toBeGreaterThan(0.01)
    expect(pValueOf(countIn(0.03))).toBeLessThan(0.001)
  })

  it('reads splits only, and the count that is asked for', () => {
    const cells = [...cellsOf('exposed', [[1, 'a', 9]]), ...cellsOf('seen', [[1, 'a', 7]], 'split:a=1')]
    expect(expectedCounts(cells).size).toBe(0)
    expect(expectedCounts(cells, 'seen').get('a')).toBe(7)
  })
})
