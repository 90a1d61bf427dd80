import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSplit, parseSplit, splitOf } from '../../src/campaign/split.ts'
import { splitRows, stepsOf } from '../../src/measure/expected.ts'
import { splitPValue } from '../../src/measure/srm.ts'
import { cellsOf, drawnBy } from '../help/cells.ts'
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

describe('splitRows', () => {
  const phases = [
    { day: 1, split: 'a=0.5,b=0.5', n: 40_000, share: 0.5 },
    { day: 2, split: 'a=0.1,b=0.9', n: 60_000, share: 0.1 },
  ]
  const countIn = (lost: number) => {
    const random = seeded(11)
    return phases.flatMap(({ day, split, n, share }) => {
      const a = binomial(n, share, random)
      return drawnBy(split, { a, b: Math.round((n - a) * (1 - lost)) }, day)
    })
  }
  const pValueOf = (cells: ReturnType<typeof countIn>): number => {
    const { rows } = splitRows(cells)
    const sumOf = (each: readonly (readonly number[])[]) =>
      [0, 1].map((arm) => each.reduce((sum, row) => sum + (row[arm] ?? 0), 0))
    return splitPValue(sumOf(rows.map(({ counts }) => counts)), sumOf(rows.map(({ expected }) => expected)))
  }

  it('tells of each day how many were drawn, how many were meant, and who saw it', () => {
    const cells = [
      ...drawnBy('a=0.1,b=0.9', { a: 11, b: 89 }, 2),
      ...drawnBy('a=0.5,b=0.5', { a: 4, b: 6 }, 1),
      ...cellsOf('seen', [
        [2, 'a', 3],
        [2, 'b', 40],
        [3, 'b', 7],
      ]),
    ]
    expect(splitRows(cells)).toEqual({
      arms: ['a', 'b'],
      rows: [
        { counts: [4, 6], expected: [5, 5], seen: [0, 0] },
        { counts: [11, 89], expected: [10, 90], seen: [3, 40] },
      ],
    })
  })

  it('finds no mismatch where there is none, and one where an arm lost visitors', () => {
    expect(pValueOf(countIn(0))).toBeGreaterThan(0.01)
    expect(pValueOf(countIn(0.03))).toBeLessThan(0.001)
  })

  it('reads visitors of whom the split is known, and no others', () => {
    expect(splitRows(cellsOf('exposed', [[1, 'a', 9]]))).toEqual({ arms: [], rows: [] })
  })
})

describe('stepsOf', () => {
  it('gives each arm its share of one visitor in whole numbers', () => {
    expect(stepsOf('holdout=0.1818,a=0.4091,b=0.4091')).toEqual([
      ['holdout', 1_818],
      ['a', 4_091],
      ['b', 4_091],
    ])
  })
})
