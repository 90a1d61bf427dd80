import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../src/campaign/model.ts'
import type { Cell, Count, Metric } from '../../src/measure/model.ts'
import { visitorsNeeded } from '../../src/measure/power.ts'
import { type Asked, type Measured, summarize, WHOLE } from '../../src/measure/summary.ts'
import { cellsOf, drawnBy } from '../help/cells.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const EDITS = [{ action: 'remove', selector: '#x' }] as const
const campaign = (more: Partial<Campaign> = {}): Measured => ({
  id: 'hero',
  variants: [
    { id: 'control', weight: 0.5, edits: [] },
    { id: 'a', weight: 0.5, edits: EDITS },
  ],
  holdout: 0,
  ...more,
})
const cell = (metric: Metric | Count, arm: string, n: number, y: number, more: Partial<Cell> = {}): Cell => ({
  campaign: 'hero',
  day: '2026-11-01',
  arm,
  segment: 'all',
  metric,
  n,
  y,
  yy: y,
  x: 0,
  xx: 0,
  xy: 0,
  ...more,
})
/** So many visitors in each arm, drawn half and half, and of them so many who bought. */
const trial = (control: readonly [number, number], a: readonly [number, number]): readonly Cell[] => [
  cell('exposed', 'control', control[0], control[0]),
  cell('exposed', 'a', a[0], a[0]),
  ...drawnBy('a=0.5,control=0.5', { control: control[0], a: a[0] }),
  cell('conversion', 'control', ...control),
  cell('conversion', 'a', ...a),
]
const ask = (
  cells: readonly Cell[],
  more: Partial<Campaign> = {},
  view: 'sequential' | 'fixed' = 'sequential',
  asked: Partial<Asked> = {},
) => summarize(campaign(more), cells, { view, now: NOW, ...asked })
const of = (summary: ReturnType<typeof ask>, metric: Metric) =>
  summary.results.find((result) => result.metric === metric)

describe('summarize', () => {
  it('says so where nobody was measured, and where there is nothing to compare with', () => {
    expect(ask([])).toMatchObject({ status: 'no_data', results: [], days: null })
    const alone = { variants: [{ id: 'a', weight: 1, edits: EDITS }] }
    expect(ask(trial([0, 0], [500, 50]), alone)).toMatchObject({ status: 'no_baseline', baseline: null })
  })

  it('finds a large effect, the objective first, and names the baseline', () => {
    const summary = ask(trial([20_000, 1_000], [20_000, 1_400]))
    expect(summary).toMatchObject({
      status: 'ok',
      baseline: 'control',
      objective: 'conversion',
      windowDays: 14,
    })
    expect(summary.results[0]).toMatchObject({
      metric: 'conversion',
      arm: 'a',
      isObjective: true,
      isHarm: false,
    })
    expect(summary.results[0]?.verdict).toMatchObject({ status: 'ok', proven: 'better' })
    expect(summary.results[0]?.verdict.lift).toBeCloseTo(0.4, 2)
    expect(summary.arms.map(({ arm, visitors }) => [arm, visitors])).toEqual([
      ['control', 20_000],
      ['a', 20_000],
    ])
  })

  it('withholds every lift where visitors went missing from an arm', () => {
    const { split, results } = ask(trial([20_000, 1_000], [18_000, 1_400]))
    expect(split?.cause).toBe('selection')
    expect(results.every(({ verdict }) => verdict.lift === null)).toBe(true)
  })

  it('lets cohorts into retention only when the last day to come back is over', () => {
    const at = (day: string): readonly Cell[] => [
      cell('retention_7', 'control', 1_000, 100, { day }),
      cell('retention_7', 'a', 1_000, 130, { day }),
    ]
    const counted = (day: string) => of(ask([...trial([1_000, 9], [1_000, 9]), ...at(day)]), 'retention_7')
    expect(counted('2026-11-07')?.verdict.arm.n).toBe(1_000)
    expect(counted('2026-11-08')?.verdict.arm.n).toBe(0)
  })

  it('does not say of visitors who are too young, or of other days, that there are none', () => {
    const cells = [
      ...trial([500, 0], [500, 0]),
      cell('retention_28', 'control', 500, 50, { day: '2026-11-21' }),
      cell('retention_28', 'a', 500, 60, { day: '2026-11-21' }),
    ]
    const verdict = of(ask(cells), 'retention_28')?.verdict
    expect(verdict?.status).toBe('no_data')
    expect(verdict?.message).toContain('nobody for long enough, or nobody on a day of the other')
  })

  it('widens the intervals of the many, and not that of the objective', () => {
    const cells = [
      ...trial([20_000, 1_000], [20_000, 1_100]),
      ...(['add_to_cart', 'store_conversion'] as const).flatMap((metric) => [
        cell(metric, 'control', 20_000, 1_000),
        cell(metric, 'a', 20_000, 1_100),
      ]),
    ]
    const summary = ask(cells, {}, 'fixed')
    expect(of(summary, 'conversion')?.verdict.alpha).toBe(0.05)
    expect(of(summary, 'add_to_cart')?.verdict.alpha).toBeCloseTo(0.025)
    expect(of(summary, 'add_to_cart')?.pValue).toBeGreaterThan(of(summary, 'conversion')?.pValue ?? 1)
  })

  it('corrects the many as it is asked to', () => {
    const many = ['add_to_cart', 'store_conversion', 'retention_7', 'orders'] as const
    const cells = [
      ...trial([20_000, 1_000], [20_000, 1_000]),
      ...many.flatMap((metric, index) => [
        cell(metric, 'control', 20_000, 1_000),
        cell(metric, 'a', 20_000, 1_090 + 40 * index),
      ]),
    ]
    const [holm, bh] = (['holm', 'benjamini_hochberg'] as const).map((correction) =>
      of(ask(cells, {}, 'fixed', { correction }), 'store_conversion'),
    )
    expect(bh?.pValue).toBeLessThan(holm?.pValue as number)
    expect(bh?.verdict.alpha).toBeGreaterThan(holm?.verdict.alpha as number)
  })

  it('tells the smallest effect that would show, and a larger one of fewer visitors', () => {
    const of = (n: number, power?: number) =>
      ask(trial([n, n / 20], [n, n / 20]), {}, 'fixed', power === undefined ? {} : { power }).results[0]
    // 2.8 errors of √(2 × 0.95 / 0.05 / n).
    expect(of(20_000)?.detectable).toBeCloseTo((1.959964 + 0.841621) * Math.sqrt(38 / 20_000), 3)
    expect(of(5_000)?.detectable).toBeCloseTo(2 * (of(20_000)?.detectable as number), 6)
    expect(of(20_000, 0.95)?.detectable).toBeGreaterThan(of(20_000)?.detectable as number)
    expect(of(50)?.detectable).toBeNull()
  })

  describe('waiting', () => {
    const arms = ['control', 'a', 'b', 'c', 'd']
    const variants = arms.map((id) => ({ id, weight: 0.2, edits: id === 'control' ? [] : EDITS }))
    const cells = (names: readonly string[], bought = 3) =>
      Array.from({ length: 10 }, (_, index) => `2026-11-${String(index + 1).padStart(2, '0')}`).flatMap(
        (day) =>
          names.flatMap((arm) => [
            cell('exposed', arm, 100, 100, { day }),
            cell('conversion', arm, 100, arm === 'd' && day < '2026-11-09' ? bought : 3, { day }),
          ]),
      )

    it('is as long with four arms as with one of their traffic, but for the correction', () => {
      const many = ask(cells(arms), { variants }, 'fixed')
      expect(many.waits.map(({ arm }) => arm)).toEqual(['a', 'b', 'c', 'd'])
      const alpha = many.results[0]?.verdict.alpha as number
      expect(alpha).toBeCloseTo(0.05 / 4)
      const needed = visitorsNeeded(0.1, (2 * 0.97 * 2_000) / (0.03 * 1_000), {
        view: 'fixed',
        alpha,
      }) as number
      // Of 500 visitors a day 200 are of control or of the arm.
      expect(many.waits[0]?.days).toBe(Math.ceil((needed - 2_000) / 200))
      const [single] = ask(cells(['control', 'a']), {}, 'fixed').waits
      expect(single?.days).toBeLessThan(many.waits[0]?.days as number)
    })

    it('is told of no arm that nobody is given any more, nor of the holdout', () => {
      const alike = trial([20_000, 1_000], [20_000, 1_000])
      const others = alike.flatMap((each) =>
        each.arm === 'a' && each.segment === 'all'
          ? ['gone', 'holdout'].map((arm) => ({ ...each, arm }))
          : [],
      )
      const { results, waits } = ask([...alike, ...others], { holdout: 0.1 })
      expect(results.filter(({ isObjective }) => isObjective).map(({ arm }) => arm)).toEqual([
        'a',
        'gone',
        'holdout',
      ])
      expect(waits.map(({ arm }) => arm)).toEqual(['a'])
    })

    it('is over for an arm of which something is proven, and shorter for a larger effect', () => {
      expect(ask(cells(arms, 20), { variants }, 'fixed').waits.map(({ arm }) => arm)).toEqual(['a', 'b', 'c'])
      const [tenth, half] = [{}, { effect: 0.5, power: 0.5 }].map(
        (asked) => ask(cells(arms), { variants }, 'fixed', asked).waits[0]?.days as number,
      )
      expect(half).toBeLessThan((tenth as number) / 20)
    })
  })

  it('withholds margins where more than one buyer in twenty has one that nobody knows', () => {
    const margins = (unknown: number): readonly Cell[] => [
      ...trial([20_000, 1_000], [20_000, 1_000]),
      cell('margin', 'control', 20_000, 1e6, { yy: 1e9 }),
      cell('margin', 'a', 20_000, 8e5, { yy: 8e8 }),
      cell('unknown_margin', 'a', unknown, 0),
    ]
    const told = ask(margins(100))
    expect(told.unknownMargin).toBe(0.05)
    expect(of(told, 'margin')?.verdict).toMatchObject({ status: 'ok', proven: 'worse' })
    const withheld = ask(margins(101))
    expect(of(withheld, 'margin')?.verdict).toMatchObject({
      status: 'unknown_margin',
      control: { n: 20_000, mean: null },
      arm: { n: 20_000, mean: null },
      lift: null,
      proven: null,
    })
    expect(of(withheld, 'conversion')?.verdict.status).toBe('ok')
  })

  describe('of weights that somebody changed', () => {
    const day = (at: number, split: string, got: Readonly<Record<string, readonly [number, number]>>) => [
      ...drawnBy(split, Object.fromEntries(Object.entries(got).map(([arm, [n]]) => [arm, n])), at),
      ...(['exposed', 'conversion'] as const).flatMap((metric) =>
        cellsOf(
          metric,
          Object.entries(got).map(([arm, [n, y]]) => [at, arm, n, metric === 'exposed' ? 0 : y] as const),
        ),
      ),
    ]
    // Everybody buys three times as often on the second day, whatever they were shown.
    const quiet = (at: number) => day(at, 'control=0.5,a=0.5', { control: [5_000, 150], a: [5_000, 150] })

    it('compares days with themselves, so that a busy day wins for no arm (Simpson’s paradox)', () => {
      const busy = day(2, 'control=0.1,a=0.9', { control: [1_000, 90], a: [9_000, 810] })
      const summary = ask([...quiet(1), ...busy])
      expect(summary.byDay).toBe(true)
      expect(of(summary, 'conversion')?.verdict).toMatchObject({ status: 'ok', proven: null })
      expect(of(summary, 'conversion')?.verdict.lift).toBeCloseTo(0, 9)
      expect(summary.arms.map(({ visitors }) => visitors)).toEqual([6_000, 14_000])
    })

    it('holds an arm that was added later against the days on which it was there', () => {
      const added = { a: [3_000, 270], b: [3_000, 270], control: [3_000, 270] } as const
      const b = { id: 'b', weight: 0.5, edits: EDITS }
      const summary = ask([...quiet(1), ...day(2, 'control=0.3333,a=0.3333,b=0.3333', added)], {
        variants: [...campaign().variants, b],
      })
      const lifts = summary.results.filter(({ isObjective }) => isObjective)
      expect(lifts.map(({ arm }) => arm)).toEqual(['a', 'b'])
      for (const { verdict } of lifts) expect(verdict.lift).toBeCloseTo(0, 9)
    })

    it('adds days up where they stood still, in whatever numbers arms came', () => {
      const other = day(2, 'control=0.5,a=0.5', { control: [1_010, 90], a: [990, 90] })
      const summary = ask([...quiet(1), ...other])
      expect(summary.byDay).toBe(false)
      expect(of(summary, 'conversion')?.verdict.control).toEqual({ n: 6_010, mean: 240 / 6_010 })
    })
  })

  it('takes all of personalization for a campaign against the global holdout', () => {
    const cells = (['personalized', 'holdout'] as const).map((arm) => cell('exposed', arm, 100, 100))
    expect(summarize(WHOLE, cells, { view: 'sequential', now: NOW })).toMatchObject({
      baseline: 'holdout',
      objective: 'revenue',
      windowDays: 28,
    })
  })

  it('never says NaN or Infinity, whatever was counted', () => {
    const counts = fc.tuple(fc.nat(3_000), fc.nat(3_000))
    fc.assert(
      fc.property(counts, counts, fc.constantFrom('sequential', 'fixed'), ([n, y], [m, z], view) => {
        const text = JSON.stringify(
          ask(trial([n, Math.min(n, y)], [m, Math.min(m, z)]), {}, view),
          (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? 'not finite' : value),
        )
        expect(text).not.toContain('not finite')
      }),
      { numRuns: 60 },
    )
  })
})
