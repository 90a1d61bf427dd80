import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CELL_MIN_VISITORS } from '../../src/measure/compare.ts'
import type { Cell } from '../../src/measure/model.ts'
import { bySegment, hiddenValues, type SegmentQuestion } from '../../src/measure/segments.ts'

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

const QUESTION: SegmentQuestion = {
  metric: 'conversion',
  baseline: 'control',
  arms: ['a'],
  view: 'fixed',
  now: Date.parse('2026-11-22T12:00:00Z'),
  mismatch: false,
  byDay: false,
  isContextual: false,
  correction: 'holm',
}
/** Visitors of a day in both arms, and buyers. */
const day = (segment: string, day: string, n: readonly [number, number], bought: readonly [number, number]) =>
  ARMS.flatMap((arm, index): readonly Cell[] => {
    const [visitors, buyers] = [n[index] as number, bought[index] as number]
    const cell = { ...exposed(segment, arm, visitors), day }
    return [cell, { ...cell, metric: 'conversion', y: buyers, yy: buyers }]
  })
const FIRST = '2026-11-01'

describe('bySegment', () => {
  it('tells the rest, and how many it does not tell', () => {
    const cells = [
      ...valuesOf({ mobile: [500, 500], desktop: [400, 400], tablet: [3, 4], tv: [1, 1] }).values(),
    ].flat()
    const { rows, suppressed } = bySegment(cells, QUESTION)
    expect(rows.map(({ value, visitors }) => [value, visitors])).toEqual([
      ['desktop', 400],
      ['mobile', 500],
    ])
    expect(suppressed).toEqual({ device: 2 })
  })

  it('withholds lifts where visitors went missing', () => {
    const cells = day('device:mobile', FIRST, [10_000, 9_000], [300, 360])
    const { rows } = bySegment(cells, { ...QUESTION, mismatch: true })
    expect(rows[0]?.verdict).toMatchObject({ status: 'srm', lift: null, interval: null, proven: null })
  })

  it('corrects together what is told together, whatever it is a segment by', () => {
    const cells = [
      ...day('device:mobile', FIRST, [10_000, 10_000], [500, 570]),
      ...day('device:desktop', FIRST, [10_000, 10_000], [500, 500]),
      ...day('daypart:evening', FIRST, [10_000, 10_000], [500, 505]),
      // Too few to be told, and so not among the many.
      ...day('daypart:night', FIRST, [9, 9], [5, 1]),
      ...day('daypart:morning', FIRST, [12, 12], [5, 1]),
    ]
    const [alone] = bySegment(cells.slice(0, 4), QUESTION).rows
    const row = bySegment(cells, QUESTION).rows.find(({ value }) => value === 'mobile')
    expect(alone?.verdict).toMatchObject({ alpha: 0.05, proven: 'better' })
    expect(row?.verdict.proven).toBeNull()
    expect(row?.verdict.alpha).toBeCloseTo(0.05 / 3, 9)
    expect(row?.pValue).toBeCloseTo(3 * (alone?.pValue as number), 9)
  })

  it('compares days with themselves where weights moved', () => {
    // Alike on each day; the busy day has most of its visitors in one arm.
    const cells = [
      ...day('device:mobile', '2026-11-01', [9_000, 1_000], [270, 30]),
      ...day('device:mobile', '2026-11-02', [1_000, 9_000], [100, 900]),
    ]
    const [summed, fair] = [false, true].map(
      (byDay) => bySegment(cells, { ...QUESTION, byDay }).rows[0]?.verdict,
    )
    expect(summed?.proven).toBe('better')
    expect(fair?.lift).toBeCloseTo(0, 9)
    expect(fair?.proven).toBeNull()
  })

  it('tells contexts alone where weights differ by them', () => {
    const cells = ['device:mobile', 'context:mobile|evening'].flatMap((segment) =>
      day(segment, FIRST, [500, 500], [50, 50]),
    )
    const { rows } = bySegment(cells, { ...QUESTION, byDay: true, isContextual: true })
    expect(rows.map(({ segment }) => segment)).toEqual(['context'])
  })

  it('lets cohorts into retention only when they are of age', () => {
    const cells = (at: string) =>
      day('device:mobile', at, [500, 500], [50, 50]).map((cell) =>
        cell.metric === 'conversion' ? { ...cell, metric: 'retention_28' as const } : cell,
      )
    const statusOf = (at: string) =>
      bySegment(cells(at), { ...QUESTION, metric: 'retention_28' }).rows[0]?.verdict.status
    expect([statusOf('2026-11-01'), statusOf('2026-10-01')]).toEqual(['no_data', 'ok'])
  })

  it('withholds the margin of a segment in which too many are unknown, and of no other', () => {
    const figures = (value: string, unknown: number): readonly Cell[] =>
      ARMS.flatMap((arm, index) =>
        (
          [
            ['exposed', 1_000, 1_000],
            ['conversion', 1_000, 200],
            ['margin', 1_000, 4_000 + 200 * index],
            ['unknown_margin', unknown, 0],
          ] as const
        ).map(([metric, n, y]) => ({ ...exposed(`device:${value}`, arm, n), metric, y, yy: 100 * y })),
      )
    const cells = [...figures('mobile', 11), ...figures('desktop', 10)]
    const { rows } = bySegment(cells, { ...QUESTION, metric: 'margin' })
    expect(rows.map(({ value, verdict }) => [value, verdict.status])).toEqual([
      ['desktop', 'ok'],
      ['mobile', 'unknown_margin'],
    ])
  })
})
