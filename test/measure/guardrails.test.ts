import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../src/campaign/model.ts'
import {
  baselineOf,
  DEFAULT_GUARDRAILS,
  findBreaches,
  guardrailsOf,
  tellBreach,
} from '../../src/measure/guardrails.ts'
import type { Cell } from '../../src/measure/model.ts'
import { cellsOf, type Row } from '../help/cells.ts'

const EUR = { currency: 'EUR', decimals: 2 }
const EDITS = [{ action: 'remove', selector: '#x' }] as const
const campaign = (more: Partial<Campaign> = {}): Campaign =>
  ({
    variants: [
      { id: 'control', weight: 0.5, edits: [] },
      { id: 'a', weight: 0.5, edits: EDITS },
    ],
    holdout: 0,
    ...more,
  }) as Campaign
const breaches = (cells: readonly Cell[], more: Partial<Campaign> = {}) =>
  findBreaches(campaign(more), ['control', 'a', 'b'], cells, EUR)
const days = (count: number, n: number, ofControl: number, ofArm: number): readonly Row[] =>
  Array.from({ length: count }, (_, at): Row[] => [
    [at + 1, 'control', n, ofControl],
    [at + 1, 'a', n, ofArm],
  ]).flat()

describe('guardrailsOf', () => {
  it('holds every campaign to what concerns all, and those that cost something to their margin', () => {
    expect(guardrailsOf(campaign())).toBe(DEFAULT_GUARDRAILS)
    const cost = { metric: 'revenue', cost: { order: 2 } } as const
    expect(guardrailsOf(campaign({ objective: cost })).at(-1)).toEqual({ metric: 'margin', tolerance: 0 })
  })

  it('goes by the author’s own where they have any, be it none', () => {
    expect(guardrailsOf(campaign({ guardrails: [] }))).toEqual([])
  })
})

describe('baselineOf', () => {
  it('is the variant that changes nothing, else the holdout, else nobody', () => {
    const shown = [{ id: 'a', weight: 1, edits: EDITS }]
    expect(baselineOf(campaign({ holdout: 0.1 }))).toBe('control')
    expect(baselineOf(campaign({ variants: shown, holdout: 0.1 }))).toBe('holdout')
    expect(baselineOf(campaign({ variants: shown }))).toBeNull()
  })
})

describe('findBreaches', () => {
  it('finds opt-outs that doubled, and tells the figures', () => {
    const [breach, ...others] = breaches(cellsOf('opt_out', days(10, 3_000, 30, 60)))
    expect(others).toEqual([])
    expect(breach).toMatchObject({
      metric: 'opt_out',
      arm: 'a',
      baseline: 'control',
      visitors: [30_000, 30_000],
      alpha: 0.05 / 4,
    })
    expect(breach?.difference).toBeCloseTo(0.01, 10)
    expect(breach?.atLeast).toBeGreaterThan(0.0005)
    expect(tellBreach(breach as never, EUR)).toMatch(
      /^opt_out: 1 % of visitors more with "a" than with "control", 0\.\d+ % at least; 0\.05 % is tolerated/,
    )
  })

  it('finds nothing where arms are alike, or the baseline has more', () => {
    expect(breaches(cellsOf('opt_out', days(10, 3_000, 30, 32)))).toEqual([])
    expect(breaches(cellsOf('opt_out', days(10, 3_000, 60, 30)))).toEqual([])
  })

  it('lets pass what is tolerated, however sure it is', () => {
    const guardrails = [{ metric: 'opt_out', tolerance: 0.02 }] as const
    expect(breaches(cellsOf('opt_out', days(10, 3_000, 30, 60)), { guardrails })).toEqual([])
  })

  it('is not fooled by weights that moved to a day with more of everything', () => {
    const rows: readonly Row[] = [
      [1, 'control', 9_000, 45],
      [1, 'a', 1_000, 5],
      [2, 'control', 1_000, 40],
      [2, 'a', 9_000, 360],
    ]
    expect(breaches(cellsOf('opt_out', rows))).toEqual([])
  })

  it('looks at arms that are still shown, in contexts where weights differ by them', () => {
    const cells = cellsOf('opt_out', days(10, 3_000, 30, 60), 'context:mobile')
    const allocation = { kind: 'adaptive', by: ['device'] } as const
    expect(breaches(cells)).toEqual([])
    expect(breaches(cells, { allocation })).toHaveLength(1)
    expect(findBreaches(campaign({ allocation }), ['control'], cells, EUR)).toEqual([])
  })

  describe('of margin', () => {
    const guardrails = [{ metric: 'margin', tolerance: 0.1 }] as const
    /** Cents: one in ten visitors leaves so much, the others nothing. */
    const margins = (ofControl: number, ofArm: number): readonly Cell[] =>
      [ofControl, ofArm].flatMap((each, at) =>
        cellsOf('margin', [[1, ['control', 'a'][at] as string, 20_000, 2_000 * each, 2_000 * each * each]]),
      )
    const known = cellsOf('conversion', [
      [1, 'control', 20_000, 2_000],
      [1, 'a', 20_000, 2_000],
    ])

    it('finds a loss a visitor beyond what is tolerated, in the shop’s money', () => {
      const [breach] = breaches(
        [...margins(2_000, 1_500), ...known, ...cellsOf('exposed', [[1, 'a', 20_000]])],
        { guardrails },
      )
      expect(breach?.difference).toBeCloseTo(-50, 1)
      expect(breach?.visitors[0]).toBe(20_000)
      expect(tellBreach(breach as never, EUR)).toContain('margin: 0.50 EUR less with "a"')
    })

    it('lets pass a loss that is tolerated, and a gain', () => {
      expect(breaches([...margins(2_000, 1_950), ...known], { guardrails })).toEqual([])
      expect(breaches([...margins(1_500, 2_000), ...known], { guardrails })).toEqual([])
    })

    it('says nothing where the margin of too many buyers is not known', () => {
      const unknown = cellsOf('unknown_margin', [
        [1, 'control', 300],
        [1, 'a', 300],
      ])
      expect(breaches([...margins(2_000, 1_500), ...known, ...unknown], { guardrails })).toEqual([])
    })
  })
})
