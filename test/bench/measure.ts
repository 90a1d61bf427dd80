/**
 * What measuring costs, against a real store of its own: `node test/bench/measure.ts --visitors 1000000`.
 * Events counted a second into few and many visitors' rows, by themselves and together with their profiles as the queue's
 * consumer writes them; and the time to read all that a report of 28 days is made of, over 10,000 and 5,000,000 events.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { migrateStore } from '../../src/cli/migrate.ts'
import { startSqld } from '../../src/cli/sqld.ts'
import { writeNews } from '../../src/flow/news.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { formatMeasured, NOTHING } from '../../src/measure/document.ts'
import type { Exposure, Outcome } from '../../src/measure/model.ts'
import { METRICS } from '../../src/measure/model.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { formatFacts } from '../../src/profile/document.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { createProfileStore } from '../../src/profile/store.ts'

const NOW = Date.now()
const DAY_MS = 86_400_000
const FEW = 1_000
const ROWS_PER_WRITE = 50_000
const REPORT_DAYS = 28
const REPORT_ROUNDS = 60
const CPU_TICK_MS = 10

const { values } = parseArgs({
  options: { visitors: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '20' } },
})
const visitors = Number(values.visitors)
const rounds = Number(values.rounds)
if (!Number.isInteger(visitors) || visitors < FEW) throw new Error(`--visitors takes a number from ${FEW} on`)

const idOf = (n: number): string => `bench${String(n).padStart(17, '0')}`
const SEGMENTS = { device: 'mobile', country: 'PT', daypart: 'evening', visitor: 'returning' }

const exposureOf = (campaign: string, n: number): Exposure => ({
  campaign,
  arm: n % 2 === 0 ? 'a' : 'control',
  at: NOW - 5 * DAY_MS - (n % 20) * DAY_MS,
  release: 12,
  windowDays: 14,
  segments: SEGMENTS,
})

/** What a visitor of the last weeks has: two campaigns met, and a few things done. */
const MODELS = Array.from({ length: 40 }, (_, n) => {
  const outcomes = ['visit', 'engaged', 'add_to_cart', 'visit'].map(
    (kind, index): Outcome => ({
      id: `selvedge:${kind}:${n}:${index}`,
      kind: kind as Outcome['kind'],
      at: NOW - (n % 20) * DAY_MS - index,
    }),
  )
  const exposures = ['hero', 'ship'].map((campaign) => exposureOf(campaign, n))
  const evidence = outcomes.map(
    ({ id, at }): Evidence => ({ id, kind: 'view', at, category: `category-${n}`, sku: `SKU-${n}` }),
  )
  return {
    measured: formatMeasured({
      ...NOTHING,
      outcomes,
      exposures: new Map(exposures.map((exposure) => [exposure.campaign, exposure])),
    }),
    facts: formatFacts(applyAll(emptyContribution(''), evidence).facts),
  }
})

async function run(db: Database, sql: string, ...params: readonly unknown[]): Promise<void> {
  await db.write(() => [{ toSQL: () => ({ sql, params }) }])
}

/** Rows of profiles and measures, in an order that no index likes. */
async function load(db: Database, count: number): Promise<void> {
  const models = JSON.stringify(MODELS)
  for (let start = 0; start < count; start += ROWS_PER_WRITE) {
    const end = Math.min(count, start + ROWS_PER_WRITE)
    const numbers = `WITH RECURSIVE n(i) AS (SELECT ${start} UNION ALL SELECT i + 1 FROM n WHERE i < ${end - 1}),
      m AS MATERIALIZED (SELECT key, value ->> 'measured' AS measured, value ->> 'facts' AS facts FROM json_each(?)),
      p AS (SELECT printf('bench%017d', i * 7919 % ${count}) AS id, ${NOW} - (i % 80) * ${DAY_MS} AS at, m.*
        FROM n JOIN m ON m.key = i % ${MODELS.length})`
    await run(db, `INSERT INTO measures ${numbers} SELECT id, 1, at, ${padded('measured')} FROM p`, models)
    await run(db, `INSERT INTO contributions ${numbers} SELECT id, 1, ${padded('facts')}, at FROM p`, models)
    await run(
      db,
      `INSERT INTO visitors (id, first_seen_at, last_seen_at) ${numbers} SELECT id, at, at FROM p`,
      models,
    )
    for (const table of ['measures', 'contributions'])
      await run(db, `UPDATE ${table} SET document = rtrim(document) WHERE document LIKE '% '`)
  }
}

/** Documents that grow leave room beside them; ones that are loaded at once would leave none, and each write would split a page. */
const padded = (document: string): string => `printf('%-*s', length(${document}) * 14 / 10, ${document})`

interface Served {
  readonly db: Database
  readonly visitors: number
  /** Milliseconds of processor time so far. */
  readonly cpu: () => number
  readonly stop: () => Promise<void>
}

async function serve(count: number): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-bench-'))
  const sqld = await startSqld({ folder })
  await migrateStore({ url: sqld.url })
  const db = openDatabase({ url: sqld.url, timeoutMs: 120_000 })
  await load(db, count)
  return {
    db,
    visitors: count,
    cpu: () => {
      const fields = readFileSync(`/proc/${sqld.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return (Number(fields[11]) + Number(fields[12])) * CPU_TICK_MS
    },
    stop: async () => {
      await sqld.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

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
  served: Served,
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
  stores: readonly Served[],
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

async function reports(few: Served, many: Served): Promise<Record<string, unknown>> {
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
  const few = await serve(FEW)
  const many = await serve(visitors)
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
