import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../src/campaign/model.ts'
import type { Cell, Count, Metric } from '../../src/measure/model.ts'
import { type Measured, summarize, WHOLE } from '../../src/measure/summary.ts'

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
  cell('exposed', '', control[0] + a[0], 0, { segment: 'split:a=0.5,control=0.5' }),
  cell('conversion', 'control', ...control),
  cell('conversion', 'a', ...a),
]
const ask = (
  cells: readonly Cell[],
  more: Partial<Campaign> = {},
  view: 'sequential' | 'fixed' = 'sequential',
) => summarize(campaign(more), cells, { view, now: NOW })
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

  it('tells no mean of a handful of visitors', () => {
    expect(ask(trial([9, 3], [8, 2])).results[0]?.verdict).toMatchObject({
      status: 'too_few',
      control: { n: 9, mean: null },
      arm: { n: 8, mean: null },
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
