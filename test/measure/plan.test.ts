import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import {
  EXPOSURES_MAX,
  type Measured,
  NOTHING,
  OUTCOMES_MAX,
  parseMeasured,
} from '../../src/measure/document.ts'
import type { Recorded, VisitorMeasures } from '../../src/measure/model.ts'
import { createPlanner, type Draft, groupMeasures, planLeave, type Standing } from '../../src/measure/plan.ts'
import type { Delta } from '../../src/measure/rollup.ts'
import { anyFacts, exposure, NOW, outcome, recompute, type Table, tellings } from '../help/measures.ts'

/** A store of plain maps: what is planned is done at once. */
function notebook() {
  const rows = new Map<string, { version: number; text: string }>()
  const erased = new Set<string>()
  const cells = new Map<string, number[]>()
  const standing = (visitor: string): Standing => {
    const row = rows.get(visitor)
    const measured = row === undefined ? NOTHING : parseMeasured(row.text)
    return { version: row?.version ?? 0, measured, erased: erased.has(visitor), hash: visitor }
  }
  const standings = (visitors: readonly string[]) => new Map(visitors.map((each) => [each, standing(each)]))
  const add = (deltas: readonly Delta[]): void => {
    for (const [campaign, segment, day, arm, metric, ...sums] of deltas) {
      const key = [campaign, segment, day, arm, metric].join('|')
      const known = cells.get(key) ?? [0, 0, 0, 0, 0, 0]
      cells.set(
        key,
        known.map((each, index) => each + (sums[index] as number)),
      )
    }
  }
  const write = (drafts: readonly Draft[]): void => {
    for (const { visitor, seen, document } of drafts) rows.set(visitor, { version: seen + 1, text: document })
  }
  return {
    rows,
    erased,
    record(batch: readonly VisitorMeasures[], now = NOW): readonly Recorded[] {
      const groups = groupMeasures(batch)
      const planner = createPlanner(now)
      for (const group of groups) planner.add(group, standing(group.visitor))
      const plan = planner.plan()
      write(plan.drafts)
      add(plan.deltas)
      return plan.recorded
    },
    leave(visitor: string, harm: 'erasure' | 'withdrawal', now = NOW): void {
      const plan = planLeave(standings([visitor]), harm, now)
      write(plan.drafts)
      add(plan.deltas)
    },
    table: (): Table => Object.fromEntries([...cells].filter(([, sums]) => sums.some((sum) => sum !== 0))),
    /** `n` of a count, or `y` of a metric, of everybody. */
    sum: (metric: string, campaign = 'hero', arm = 'a', day = '2026-05-28'): number => {
      const [n = 0, y = 0] = cells.get(`${campaign}|all|${day}|${arm}|${metric}`) ?? []
      return n + y
    },
  }
}

describe('createPlanner', () => {
  it('comes to the cells of a recomputation, in any order, any repetition and any batches', () => {
    fc.assert(
      fc.property(
        anyFacts.chain((facts) => fc.tuple(fc.constant(facts), tellings(facts))),
        ([facts, batches]) => {
          const store = notebook()
          for (const batch of batches) store.record(batch)
          expect(store.table()).toEqual(recompute(facts))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('comes to the same when months pass between batches, as long as everything is told in time', () => {
    const facts = [
      { visitor: 'ana', outcomes: [outcome('purchase', -20, { value: 700, margin: 70 })] },
      { visitor: 'ana', exposures: [exposure()] },
      { visitor: 'ana', outcomes: [outcome('purchase', 3, { value: 500, margin: 50 })] },
      { visitor: 'ana', outcomes: [outcome('visit', 29)] },
    ]
    const store = notebook()
    for (const [index, fact] of facts.entries()) store.record([fact], NOW + index * 15 * DAY_MS)
    store.record(facts, NOW + 61 * DAY_MS)
    expect(store.table()).toEqual(recompute(facts))
  })

  it('leaves the sums of an exposure alone once what they were made of may be gone', () => {
    const store = notebook()
    store.record([{ visitor: 'ana', exposures: [exposure()], outcomes: [outcome('add_to_cart', -27)] }])
    const before = store.table()
    const late = [outcome('purchase', 1, { value: 900 })]
    expect(store.record([{ visitor: 'ana', outcomes: late }], NOW + 63 * DAY_MS)).toMatchObject([
      { counted: 1 },
    ])
    expect(store.table()).toEqual(before)
  })

  it('refuses an exposure that could not be counted in full any more', () => {
    const store = notebook()
    const told = [{ visitor: 'ana', exposures: [exposure({ at: NOW - 63 * DAY_MS })] }]
    expect(store.record(told)).toEqual([{ visitor: 'ana', counted: 0, known: 0, refused: 1, settled: true }])
    expect(store.table()).toEqual({})
  })

  it('refuses what is too old, ahead of time, of fractions, or of an erased id', () => {
    const store = notebook()
    store.erased.add('eva')
    const outcomes = [
      outcome('visit', -91),
      outcome('visit', 2),
      outcome('purchase', 0, { value: 9.99 }),
      outcome('visit', -89),
    ]
    expect(
      store.record([
        { visitor: 'ana', outcomes },
        { visitor: 'eva', outcomes, exposures: [exposure()] },
      ]),
    ).toMatchObject([
      { counted: 1, refused: 3 },
      { counted: 0, refused: 5 },
    ])
    expect([...store.rows.keys()]).toEqual(['ana'])
  })

  it('tells what is new from what was known, and writes nothing where nothing is new', () => {
    const store = notebook()
    const told = [{ visitor: 'ana', exposures: [exposure()], outcomes: [outcome('purchase')] }]
    expect(store.record(told)).toMatchObject([{ counted: 2, known: 0 }])
    expect(store.record(told)).toMatchObject([{ counted: 0, known: 2 }])
    expect(store.rows.get('ana')?.version).toBe(1)
  })

  it('takes the margin of an order from whoever knows it, whichever of them told first, and once', () => {
    const byBrowser = outcome('purchase', 0, { value: 5_000 })
    const byServer = { ...byBrowser, value: 4_500, margin: 1_200 }
    const contradicting = { ...byServer, margin: 900 }
    for (const outcomes of [
      [byBrowser, byServer, contradicting, byBrowser],
      [byServer, byBrowser, contradicting, byServer],
    ]) {
      const store = notebook()
      store.record([{ visitor: 'ana', exposures: [exposure({ at: NOW - DAY_MS })] }])
      for (const each of outcomes) store.record([{ visitor: 'ana', outcomes: [each] }])
      const sums = ['orders', 'revenue', 'margin', 'unknown_margin'].map((metric) =>
        store.sum(metric, 'hero', 'a', '2026-05-27'),
      )
      expect(sums).toEqual([1, 4_500, 1_200, 0])
    }
  })

  it('moves the cohort to an earlier first exposure, with everything counted for it', () => {
    const store = notebook()
    const late = exposure({ arm: 'b' })
    store.record([{ visitor: 'ana', exposures: [late], outcomes: [outcome('purchase', 0, { value: 500 })] }])
    store.record([{ visitor: 'ana', exposures: [exposure({ at: NOW - DAY_MS })] }])
    expect(store.sum('exposed', 'hero', 'b')).toBe(0)
    expect(store.sum('exposed', 'hero', 'a', '2026-05-27')).toBe(1)
    expect(store.sum('revenue', 'hero', 'a', '2026-05-27')).toBe(500)
    expect(store.sum('crossed', 'hero', 'a', '2026-05-27')).toBe(1)
  })

  it('gives up on a document of a newer version of this program, and on nobody else', () => {
    const store = notebook()
    store.rows.set('ana', { version: 4, text: '{"v":2,"what":1}' })
    const told = ['ana', 'rui'].map((visitor) => ({ visitor, exposures: [exposure()] }))
    expect(store.record(told).map(({ settled }) => settled)).toEqual([false, true])
    expect(store.rows.get('ana')?.text).toBe('{"v":2,"what":1}')
    expect(store.sum('exposed')).toBe(1)
  })

  it('bounds what one visitor can make it keep', () => {
    const store = notebook()
    const outcomes = Array.from({ length: OUTCOMES_MAX + 5 }, () => outcome('visit', -1))
    const exposures = Array.from({ length: EXPOSURES_MAX + 5 }, (_, n) => exposure({ campaign: `c${n}` }))
    expect(store.record([{ visitor: 'ana', outcomes }])).toMatchObject([
      { counted: OUTCOMES_MAX, refused: 5 },
    ])
    expect(store.record([{ visitor: 'rui', exposures }])).toMatchObject([
      { counted: EXPOSURES_MAX, refused: 5 },
    ])
  })

  it('keeps what is past its time no longer than until the next write', () => {
    const store = notebook()
    store.record([{ visitor: 'ana', exposures: [exposure()], outcomes: [outcome('visit')] }])
    store.record([{ visitor: 'ana', outcomes: [outcome('visit', 91.5)] }], NOW + 91.5 * DAY_MS)
    const { exposures, outcomes } = parseMeasured(store.rows.get('ana')?.text as string) as Measured
    expect(exposures.size).toBe(0)
    expect(outcomes).toHaveLength(1)
  })
})

describe('planLeave', () => {
  it('counts the harm for every running exposure, and leaves nothing of the visitor but since when', () => {
    const store = notebook()
    const running = exposure({ at: NOW - DAY_MS })
    const over = exposure({ campaign: 'ship', at: NOW - 20 * DAY_MS })
    store.record([{ visitor: 'ana', exposures: [running, over], outcomes: [outcome('purchase', -1)] }])
    store.leave('ana', 'withdrawal')
    expect(store.sum('withdrawal', 'hero', 'a', '2026-05-27')).toBe(1)
    expect(store.sum('withdrawal', 'ship', 'a', '2026-05-08')).toBe(0)
    expect(store.sum('conversion', 'hero', 'a', '2026-05-27')).toBe(1)
    expect(JSON.parse(store.rows.get('ana')?.text as string)).toEqual({ v: 1, since: NOW })
  })

  it('lets nothing from before count again, and all that comes after', () => {
    const store = notebook()
    store.leave('ana', 'withdrawal')
    const told = [exposure({ at: NOW - 1 }), exposure({ campaign: 'ship', at: NOW + 1 })]
    expect(store.record([{ visitor: 'ana', exposures: told }], NOW + DAY_MS)).toMatchObject([
      { counted: 1, refused: 1 },
    ])
  })
})
