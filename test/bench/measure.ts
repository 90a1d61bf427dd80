/**
 * What measuring costs, against a real store of its own: `npx node test/bench/measure.ts --visitors 1000000`.
 * Events counted a second into few and many visitors' rows, by themselves and together with their profiles as the queue's
 * consumer writes them; and the time to read all that a report of 28 days is made of, over 10,000 and 5,000,000 events.
 */
import { parseArgs } from 'node:util'
import { writeNews } from '../../src/flow/news.ts'
import type { Database } from '../../src/kit/sql.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import type { Outcome } from '../../src/measure/model.ts'
import { METRICS } from '../../src/measure/model.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { createProfileStore } from '../../src/profile/store.ts'
import { type CrowdedStore, idOf, NOW, run, startCrowdedStore } from './crowded-store.ts'

const FEW = 1_000
const REPORT_DAYS = 28
const REPORT_ROUNDS = 60

const { values } = parseArgs({
  options: { visitors: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '20' } },
})
const visitors = Number(values.visitors)
const rounds = Number(values.rounds)
if (!Number.isInteger(visitors) || visitors < FEW) throw new Error(`--visitors takes a number from ${FEW} on`)

/** Makes ids of this run's batches its own. */
let made = 0
const orderOf = (id: string): Outcome => ({
  id,
  kind: 'purchase',
  at: NOW,
  value: 4_990,
  margin: 1_200,
})
const boughtOf = (id: string): Evidence => ({
  id,
  kind: 'purchase',
  at: NOW,
  category: 'category-7',
  value: 49.9,
  currency: 'EUR',
})

/** Events counted a second: batches of so many visitors with so many events each, two at a time. */
async function rate(
  served: CrowdedStore,
  size: number,
  each: number,
  parts: readonly ('profiles' | 'measures')[],
): Promise<Record<string, number>> {
  const profiles = createProfileStore(served.db)
  const measures = createMeasureStore(served.db)
  made += 1
  const base = made
  const lane = async (start: number): Promise<void> => {
    for (let round = start; round < rounds; round += 2) {
      const batch = Array.from({ length: size }, (_, n) => {
        const visitor = idOf((((base * rounds + round) * size + n) * 31_337) % served.visitors)
        const ids = Array.from({ length: each }, (_, index) => `order-${base}-${round}-${n}-${index}`)
        return {
          visitor,
          evidence: parts.includes('profiles') ? ids.map(boughtOf) : [],
          outcomes: parts.includes('measures') ? ids.map(orderOf) : [],
        }
      })
      const { unsettled } = await writeNews({ profiles, measures }, batch, NOW)
      if (unsettled.size > 0) throw new Error('some were not counted')
    }
  }
  const [cpu, own, startedAt] = [served.cpu(), process.cpuUsage(), performance.now()]
  await Promise.all([lane(0), lane(1)])
  const events = rounds * size * each
  const { user, system } = process.cpuUsage(own)
  return {
    events_per_s: events / ((performance.now() - startedAt) / 1_000),
    store_cpu_us_per_event: ((served.cpu() - cpu) * 1_000) / events,
    own_cpu_us_per_event: (user + system) / events,
  }
}

/** Sums as so many events would have left them, over 28 days, two arms and 24 segments. */
async function loadCells(db: Database, campaign: string, events: number): Promise<void> {
  const perCohort = events / (REPORT_DAYS * 2)
  const day = (n: number): string => new Date(NOW - n * DAY_MS).toISOString().slice(0, 10)
  const segments = ['all', ...Array.from({ length: 23 }, (_, n) => `country:${String.fromCharCode(65 + n)}X`)]
  const rows = segments.flatMap((segment, place) => {
    const n = Math.round(place === 0 ? perCohort : perCohort / 23)
    return Array.from({ length: REPORT_DAYS }, (_, age) =>
      ['a', 'control'].flatMap((arm) => [
        [campaign, segment, day(age), arm, 'exposed', n, 0, 0, 0, 0, 0],
        ...METRICS.map((metric) => [
          campaign,
          segment,
          day(age),
          arm,
          metric,
          0,
          ...[4_990, 24_900_100, 3_990, 15_920_100, 19_910_100].map((sum) => Math.ceil(n / 20) * sum),
        ]),
      ]),
    ).flat()
  })
  await run(
    db,
    `INSERT INTO cells SELECT ${Array.from({ length: 11 }, (_, n) => `value ->> ${n}`).join()} FROM json_each(?)`,
    JSON.stringify(rows),
  )
}

/** Median milliseconds to read a report's cells, one of each in turn, so that whatever else runs falls on all alike. */
async function reportTimes(
  stores: readonly CrowdedStore[],
  segment: string,
): Promise<readonly { readonly ms: number; readonly cells: number }[]> {
  const found = stores.map(() => ({ times: [] as number[], cells: 0 }))
  for (let round = 0; round < REPORT_ROUNDS; round++) {
    for (const [index, { db }] of stores.entries()) {
      const startedAt = performance.now()
      const cells = await createMeasureStore(db).cells({ campaign: 'report', segment })
      found[index]?.times.push(performance.now() - startedAt)
      if (found[index] !== undefined) found[index].cells = cells.length
    }
  }
  return found.map(({ times, cells }) => ({
    ms: times.toSorted((a, b) => a - b)[times.length >> 1] as number,
    cells,
  }))
}

async function reports(few: CrowdedStore, many: CrowdedStore): Promise<Record<string, unknown>> {
  await loadCells(few.db, 'report', 10_000)
  await loadCells(many.db, 'report', 5_000_000)
  const [small, large] = await reportTimes([few, many], 'all')
  const [smallSplit, largeSplit] = await reportTimes([few, many], '*')
  return {
    'report of 10,000 events': { all: small, segments: smallSplit },
    'report of 5,000,000 events': { all: large, segments: largeSplit },
    ratio: (large?.ms ?? 0) / (small?.ms ?? 1),
    ratio_of_segments: (largeSplit?.ms ?? 0) / (smallSplit?.ms ?? 1),
  }
}

async function main(): Promise<void> {
  const few = await startCrowdedStore(FEW)
  const many = await startCrowdedStore(visitors)
  try {
    const figures: Record<string, unknown> = { visitors }
    for (const size of [100, 500])
      for (const each of [1, 5]) {
        const name = `${size} visitors, ${each} event${each === 1 ? '' : 's'} each`
        figures[name] = {
          [`measures of ${FEW}`]: await rate(few, size, each, ['measures']),
          measures: await rate(many, size, each, ['measures']),
          profiles: await rate(many, size, each, ['profiles']),
          both: await rate(many, size, each, ['profiles', 'measures']),
        }
      }
    Object.assign(figures, await reports(few, many))
    const round = (_: string, value: unknown): unknown =>
      typeof value === 'number' ? Math.round(value * 100) / 100 : value
    console.log(JSON.stringify(figures, round, 2))
  } finally {
    await few.stop()
    await many.stop()
  }
}

await main()
