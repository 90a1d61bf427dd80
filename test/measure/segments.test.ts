import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell } from '../../src/measure/model.ts'
import { bySegment, CELL_MIN_VISITORS, hiddenValues } from '../../src/measure/segments.ts'

const exposed = (segment: string, arm: string, n: number): Cell => ({
  campaign: 'hero',
  day: '2026-11-01',
  arm,
  segment,
  metric: 'exposed',
  n,
  y: n,
  yy: n,
  x: 0,
  xx: 0,
  xy: 0,
})
const ARMS = ['control', 'a']
const valuesOf = (sizes: Readonly<Record<string, readonly [number, number]>>) =>
  new Map(
    Object.entries(sizes).map(([value, [control, a]]) => [
      value,
      [exposed(`device:${value}`, 'control', control), exposed(`device:${value}`, 'a', a)],
    ]),
  )

describe('hiddenValues', () => {
  it('hides what is about few in any arm', () => {
    const values = valuesOf({ mobile: [50, 50], desktop: [50, 9], tablet: [3, 40] })
    expect([...hiddenValues(values, ARMS)].sort()).toEqual(['desktop', 'tablet'])
  })

  it('hides the smallest of the others where a single one would be the rest of the total', () => {
    const values = valuesOf({ mobile: [50, 50], desktop: [20, 20], tablet: [3, 40] })
    expect([...hiddenValues(values, ARMS)].sort()).toEqual(['desktop', 'tablet'])
  })

  it('never leaves a single hidden value that total and told values would give away', () => {
    const size = fc.nat(30)
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.tuple(size, size), { minKeys: 2 }),
        (sizes) => {
          const values = valuesOf(sizes)
          const hidden = hiddenValues(values, ARMS)
          expect(hidden.size).not.toBe(1)
          for (const [value, [control, a]] of Object.entries(sizes)) {
            if (Math.min(control, a) < CELL_MIN_VISITORS) expect(hidden.has(value)).toBe(true)
          }
        },
      ),
    )
  })
})

describe('bySegment', () => {
  it('tells the rest, and how many it does not tell', () => {
    const cells = [
      ...valuesOf({ mobile: [500, 500], desktop: [400, 400], tablet: [3, 4], tv: [1, 1] }).values(),
    ].flat()
    const question = { metric: 'conversion', baseline: 'control', arms: ['a'], view: 'sequential' } as const
    const { rows, suppressed } = bySegment(cells, question)
    expect(rows.map(({ value, visitors }) => [value, visitors])).toEqual([
      ['desktop', 400],
      ['mobile', 500],
    ])
    expect(suppressed).toEqual({ device: 2 })
  })
})
