/** What every `MeasureStore` must do, whatever it keeps measures in. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import {
  type Cell,
  EVERYTHING,
  METRICS,
  type MeasureStore,
  type VisitorMeasures,
} from '../../src/measure/model.ts'
import { measuresBefore } from '../../src/measure/retention.ts'
import { anyFacts, exposure, NOW, outcome, recompute, type Table, tellings } from '../help/measures.ts'

const TODAY = '2026-05-28'

export interface OpenStore {
  readonly store: MeasureStore
  /** How many visitors it keeps anything of. */
  readonly visitors: () => Promise<number>
}

/** Cells as `recompute` writes them: without those of zeros, and `n` in counts alone. */
function tableOf(cells: readonly Cell[]): Table {
  const rows = cells.map(({ campaign, segment, day, arm, metric, n, y, yy, x, xx, xy }) => {
    const isMetric = (METRICS as readonly string[]).includes(metric)
    return [`${campaign}|${segment}|${day}|${arm}|${metric}`, [isMetric ? 0 : n, y, yy, x, xx, xy]] as const
  })
  return Object.fromEntries(rows.filter(([, sums]) => sums.some((sum) => sum !== 0)))
}

/** `open` gives an empty store. */
export function measureStoreContract(name: string, open: () => Promise<OpenStore>): void {
  const everything = async (store: MeasureStore): Promise<readonly Cell[]> => {
    const cells: Cell[] = []
    for (const campaign of await store.campaigns())
      cells.push(...(await store.cells({ campaign, segment: '*' })))
    return cells
  }
  const cell = async (store: MeasureStore, metric: string, campaign = 'hero') =>
    (await store.cells({ campaign })).find((each) => each.metric === metric)

  describe(`${name}: record`, () => {
    it('comes to the cells of a recomputation, in any order, any repetition and any batches', async () => {
      const told = anyFacts.chain((facts) => fc.tuple(fc.constant(facts), tellings(facts)))
      await fc.assert(
        fc.asyncProperty(told, async ([facts, batches]) => {
          const { store } = await open()
          for (const batch of batches) await store.record(batch, NOW)
          expect(tableOf(await everything(store))).toEqual(recompute(facts))
        }),
        { numRuns: 8 },
      )
    })

    it('lets 12 writers of the same visitors lose and double nothing', async () => {
      const { store } = await open()
      const facts = Array.from({ length: 12 }, (_, n): VisitorMeasures[] =>
        ['ana', 'rui', 'eva'].map((visitor) => ({
          visitor,
          exposures: [exposure({ arm: n % 2 === 0 ? 'a' : 'b', at: NOW - n * DAY_MS })],
          outcomes: [outcome('purchase', -n, { value: 100 + n, margin: n })],
        })),
      )
      const recorded = await Promise.all(facts.map((batch) => store.record(batch, NOW)))
      expect(recorded.flat().every(({ settled }) => settled)).toBe(true)
      expect(tableOf(await everything(store))).toEqual(recompute(facts.flat()))
    })

    it('answers for each visitor once, in the order of their first measures', async () => {
      const { store } = await open()
      const [known, fresh] = [outcome('visit'), outcome('visit')]
      await store.record([{ visitor: 'rui', outcomes: [known] }], NOW)
      const batch = [
        { visitor: 'rui', outcomes: [known] },
        { visitor: 'ana', outcomes: [outcome('visit', -91)] },
        { visitor: 'rui', outcomes: [fresh] },
      ]
      expect(await store.record(batch, NOW)).toEqual([
        { visitor: 'rui', counted: 1, known: 1, refused: 0, settled: true },
        { visitor: 'ana', counted: 0, known: 0, refused: 1, settled: true },
      ])
    })

    it('loses nobody of a batch of 600', async () => {
      const { store, visitors } = await open()
      const batch = Array.from({ length: 600 }, (_, n) => ({ visitor: `v${n}`, exposures: [exposure()] }))
      expect(await store.record(batch, NOW)).toHaveLength(600)
      expect((await cell(store, 'exposed'))?.n).toBe(600)
      expect(await visitors()).toBe(600)
    })

    it('keeps sums of money exact', async () => {
      const { store } = await open()
      const value = 90_000_001
      const batch = [
        { visitor: 'ana', exposures: [exposure()], outcomes: [outcome('purchase', 0, { value })] },
      ]
      await store.record(batch, NOW)
      expect(await cell(store, 'revenue')).toMatchObject({ y: value, yy: value ** 2 })
    })

    it('takes names for nothing but names', async () => {
      const { store } = await open()
      const campaign = `it's "so"); DROP TABLE cells; --\n%_`
      await store.record([{ visitor: campaign, exposures: [exposure({ campaign, arm: campaign })] }], NOW)
      expect(await store.campaigns()).toEqual([campaign])
      expect(await cell(store, 'exposed', campaign)).toMatchObject({ arm: campaign, n: 1 })
    })
  })

  describe(`${name}: cells`, () => {
    const met = (visitor: string, days: number, device = 'mobile'): VisitorMeasures => ({
      visitor,
      exposures: [exposure({ at: NOW - days * DAY_MS, segments: { device } })],
    })

    it('has a cell for every metric of whoever was exposed, and zeros where nothing happened', async () => {
      const { store } = await open()
      await store.record([met('ana', 0)], NOW)
      const cells = await store.cells({ campaign: 'hero' })
      expect(cells.map(({ metric }) => metric).toSorted()).toEqual(['exposed', ...METRICS].toSorted())
      expect(cells.find(({ metric }) => metric === 'revenue')).toEqual({
        campaign: 'hero',
        segment: 'all',
        day: TODAY,
        arm: 'a',
        metric: 'revenue',
        n: 1,
        y: 0,
        yy: 0,
        x: 0,
        xx: 0,
        xy: 0,
      })
    })

    it('keeps to the days, both included, and to the segment', async () => {
      const { store } = await open()
      await store.record([met('ana', 0), met('rui', 1), met('eva', 2, 'desktop'), met('ivo', 3)], NOW)
      const exposed = async (more: object) =>
        (await store.cells({ campaign: 'hero', ...more }))
          .filter(({ metric }) => metric === 'exposed')
          .map(({ day, segment }) => `${day} ${segment}`)
      expect(await exposed({ from: '2026-05-26', to: '2026-05-27' })).toEqual([
        '2026-05-26 all',
        '2026-05-27 all',
      ])
      expect(await exposed({ from: '2026-05-27' })).toEqual(['2026-05-27 all', '2026-05-28 all'])
      expect(await exposed({ segment: 'device:desktop' })).toEqual(['2026-05-26 device:desktop'])
      expect(await exposed({ segment: '*', from: TODAY })).toEqual([
        `${TODAY} all`,
        `${TODAY} device:mobile`,
        `${TODAY} release:1`,
      ])
      expect(await exposed({ campaign: 'nobody' })).toEqual([])
    })

    it('adds up days where they are folded, and keeps to the metrics that are asked for', async () => {
      const { store } = await open()
      const bought = [outcome('purchase', 0, { value: 500 })]
      await store.record(
        [{ ...met('ana', 0), outcomes: bought }, met('rui', 1), met('eva', 2), met('ivo', 1, 'desktop')],
        NOW,
      )
      const folded = await store.cells({
        campaign: 'hero',
        segment: 'device:*',
        metrics: ['revenue'],
        folded: true,
        from: '2026-05-27',
      })
      expect(folded.map(({ segment, day, metric, n, y, yy }) => [segment, day, metric, n, y, yy])).toEqual([
        ['device:desktop', '', 'exposed', 1, 0, 0],
        ['device:desktop', '', 'revenue', 1, 0, 0],
        ['device:mobile', '', 'exposed', 2, 0, 0],
        ['device:mobile', '', 'revenue', 2, 500, 250_000],
      ])
      const daily = await store.cells({ campaign: 'hero', metrics: ['revenue'] })
      expect(daily).toEqual(
        (await store.cells({ campaign: 'hero' })).filter(({ metric }) =>
          ['exposed', 'revenue'].includes(metric),
        ),
      )
    })

    it('keeps what each arm should have in as many rows as there are arms, however often weights change', async () => {
      const { store } = await open()
      const splits = Array.from(
        { length: 40 },
        (_, n) => `a=${(0.2 + n / 100).toFixed(2)},b=${(0.8 - n / 100).toFixed(2)}`,
      )
      await store.record(
        splits.map((split, n) => ({ visitor: `visitor-${n}`, exposures: [exposure({ split })] })),
        NOW,
      )
      const cells = await store.cells({ campaign: 'hero', segment: 'split:*' })
      expect(cells.map(({ segment, arm, metric, n }) => [segment, arm, metric, n])).toEqual([
        ['split:drawn', 'a', 'exposed', 40],
        ['split:meant', 'a', 'exposed', 158_000],
        ['split:meant', 'b', 'exposed', 242_000],
      ])
    })

    it('counts releases and nothing else by them', async () => {
      const { store } = await open()
      await store.record([{ ...met('ana', 0), outcomes: [outcome('purchase', 0, { value: 5 })] }], NOW)
      const cells = await store.cells({ campaign: 'hero', segment: 'release:1' })
      expect(cells.map(({ metric, n }) => [metric, n])).toEqual([['exposed', 1]])
    })

    it('knows the campaigns that have any, each once', async () => {
      const { store } = await open()
      expect(await store.campaigns()).toEqual([])
      const exposures = ['ship', 'hero', EVERYTHING].map((campaign) => exposure({ campaign }))
      await store.record([{ visitor: 'ana', exposures }], NOW)
      expect((await store.campaigns()).toSorted()).toEqual([EVERYTHING, 'hero', 'ship'])
    })
  })

  describe(`${name}: leave`, () => {
    const bought = {
      exposures: [exposure({ at: NOW - DAY_MS })],
      outcomes: [outcome('purchase', 0, { value: 5 })],
    }

    it.each(['erasure', 'withdrawal'] as const)('counts an %s and keeps the sums', async (harm) => {
      const { store } = await open()
      await store.record([{ visitor: 'ana', ...bought }], NOW)
      await store.leave(['ana', 'ana', 'nobody'], harm, NOW)
      expect(await cell(store, harm)).toMatchObject({ n: 1, y: 1 })
      expect(await cell(store, 'revenue')).toMatchObject({ n: 1, y: 5 })
    })

    it('keeps nothing of whoever is erased', async () => {
      const { store, visitors } = await open()
      await store.record([{ visitor: 'ana', ...bought }], NOW)
      await store.leave(['ana'], 'erasure', NOW)
      expect(await visitors()).toBe(0)
    })

    it('lets nothing from before a withdrawal count again, and what comes after it does', async () => {
      const { store } = await open()
      await store.record([{ visitor: 'ana', ...bought }], NOW)
      await store.leave(['ana'], 'withdrawal', NOW)
      expect(await store.record([{ visitor: 'ana', ...bought }], NOW)).toMatchObject([
        { counted: 0, refused: 2 },
      ])
      const later = { visitor: 'ana', exposures: [exposure({ campaign: 'ship', at: NOW + 1 })] }
      expect(await store.record([later], NOW + 1)).toMatchObject([{ counted: 1 }])
    })

    it('counts everything that was told before, however close', async () => {
      const { store } = await open()
      const told = Array.from({ length: 8 }, (_, n) => ({
        visitor: 'ana',
        exposures: [exposure({ at: NOW - n })],
      }))
      await Promise.all([
        ...told.map((each) => store.record([each], NOW)),
        store.leave(['ana'], 'withdrawal', NOW),
      ])
      const [exposed, left] = [await cell(store, 'exposed'), await cell(store, 'withdrawal')]
      expect(left?.y ?? 0).toBe(exposed?.n ?? 0)
    })
  })

  describe(`${name}: purge`, () => {
    it('takes away what is past its time, entry by entry, and leaves the sums', async () => {
      const { store, visitors } = await open()
      await store.record([{ visitor: 'ana', exposures: [exposure()] }], NOW)
      await store.record(
        [{ visitor: 'rui', exposures: [exposure()], outcomes: [outcome('visit', 1)] }],
        NOW + DAY_MS,
      )
      const before = tableOf(await everything(store))
      expect(await store.purge(measuresBefore(NOW + 91 * DAY_MS))).toBe(0)
      expect(await store.purge(measuresBefore(NOW + 91 * DAY_MS + 1))).toBe(2)
      expect(await visitors()).toBe(1)
      expect(await store.purge(measuresBefore(NOW + 91 * DAY_MS + 1))).toBe(0)
      expect(tableOf(await everything(store))).toEqual(before)
    })

    it('takes away sums after 25 months', async () => {
      const { store } = await open()
      await store.record([{ visitor: 'ana', exposures: [exposure()] }], NOW)
      await store.purge(measuresBefore(NOW + 761 * DAY_MS))
      expect(await store.campaigns()).toEqual(['hero'])
      await store.purge(measuresBefore(NOW + 762 * DAY_MS))
      expect(await store.campaigns()).toEqual([])
    })
  })
}
