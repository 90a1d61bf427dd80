import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BucketRange,
  chooseVariation,
  getBucketRange,
  getEqualWeights,
  inNamespace,
  type Namespace,
} from '../../src/campaign/bucket.ts'
import { hash } from '../../src/kit/hash.ts'

const spec = JSON.parse(readFileSync(join(import.meta.dirname, '../spec/growthbook_bucketing.json'), 'utf8'))

/** As upstream compares them. */
const rounded = (ranges: readonly BucketRange[]) =>
  ranges.map((range) => range.map((edge) => Math.round(edge * 1e6) / 1e6))

/** χ² of counts against expected counts. */
const chiSquare = (counts: readonly number[], expected: readonly number[]) =>
  counts.reduce(
    (sum, count, index) => sum + (count - (expected[index] as number)) ** 2 / (expected[index] as number),
    0,
  )

const weights = fc
  .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 })
  .filter((parts) => parts.some((part) => part > 0))
  .map((parts) => parts.map((part) => part / parts.reduce((sum, other) => sum + other, 0)))
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('getBucketRange', () => {
  type Row = [string, [number, number, number[] | null], BucketRange[]]
  it.each(spec.getBucketRange as Row[])('%s', (_name, [count, coverage, given], expected) => {
    expect(rounded(getBucketRange(count, coverage, given))).toEqual(rounded(expected))
  })

  it('keeps its ranges in order and apart, within [0, 1]', () => {
    fc.assert(
      fc.property(weights, share, (given, coverage) => {
        const edges = getBucketRange(given.length, coverage, given).flat()
        expect(edges).toEqual([...edges].sort((a, b) => a - b))
        expect(edges.at(-1)).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })

  it('moves nobody when coverage is raised', () => {
    fc.assert(
      fc.property(weights, share, share, fc.uuid(), (given, one, other, unit) => {
        const place = hash('seed', unit, 2) as number
        const at = (coverage: number) => chooseVariation(place, getBucketRange(given.length, coverage, given))
        const before = at(Math.min(one, other))
        if (before !== -1) expect(at(Math.max(one, other))).toBe(before)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('getEqualWeights', () => {
  it.each(spec.getEqualWeights as [number, number[]][])('%j', (count, expected) => {
    const actual = getEqualWeights(count)
    expect(actual).toHaveLength(expected.length)
    for (const [index, weight] of expected.entries()) expect(actual[index]).toBeCloseTo(weight, 6)
  })
})

describe('chooseVariation', () => {
  it.each(spec.chooseVariation as [string, number, BucketRange[], number][])(
    '%s',
    (_name, place, ranges, expected) => {
      expect(chooseVariation(place, ranges)).toBe(expected)
    },
  )
})

describe('inNamespace', () => {
  it.each(spec.inNamespace as [string, string, Namespace, boolean][])(
    '%s',
    (_name, unit, namespace, expected) => {
      expect(inNamespace(unit, namespace)).toBe(expected)
    },
  )
})

describe('assignment of 200,000 ids', () => {
  const UNITS = Array.from({ length: 200_000 }, (_, n) => `visitor-${n.toString(36)}-${(n * 7919) % 1009}`)
  const arms = (seed: string, given: readonly number[]) => {
    const ranges = getBucketRange(given.length, 1, given)
    return UNITS.map((unit) => chooseVariation(hash(seed, unit, 2) as number, ranges))
  }
  /** Critical values of χ² at p = 0.001. */
  const CRITICAL = { 1: 10.83, 2: 13.82, 3: 16.27 } as const

  it.each([[[0.5, 0.5]], [[0.1, 0.9]], [[0.2, 0.3, 0.5]]])('follows the weights %j', (given) => {
    const drawn = arms('hero', given)
    const counts = given.map((_, arm) => drawn.filter((other) => other === arm).length)
    const expected = given.map((weight) => weight * UNITS.length)
    expect(chiSquare(counts, expected)).toBeLessThan(CRITICAL[(given.length - 1) as 1 | 2])
  })

  it.each([
    ['hero', 'ship'],
    ['hero', 'hero2'],
    ['a', 'b'],
  ])('draws %s and %s independently', (one, other) => {
    const first = arms(one, [0.5, 0.5])
    const second = arms(other, [0.5, 0.5])
    const cells = [0, 0, 0, 0]
    for (const [index, arm] of first.entries()) {
      const cell = arm * 2 + (second[index] as number)
      cells[cell] = (cells[cell] as number) + 1
    }
    expect(
      chiSquare(
        cells,
        cells.map(() => UNITS.length / 4),
      ),
    ).toBeLessThan(CRITICAL[3])
  })
})
