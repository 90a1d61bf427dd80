/**
 * What keeping profiles costs, against a real store of its own: `npx node test/bench/profiles.ts --profiles 1000000`.
 * Reads one profile out of a thousand and out of all of them, the bytes on disk that one takes, events counted a
 * second, and what the snapshot costs the hot path.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { migrateStore } from '../../src/cli/migrate.ts'
import { startSqld } from '../../src/cli/sqld.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { profileAttributes } from '../../src/profile/attributes.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { COOKIE_NAME, openSnapshot, sealSnapshot } from '../../src/profile/cookie.ts'
import { formatFacts } from '../../src/profile/document.ts'
import { HABIT_CELLS } from '../../src/profile/habit.ts'
import { mergeContributions } from '../../src/profile/merge.ts'
import type { Evidence, EvidenceKind, ProfileStore, Snapshot } from '../../src/profile/model.ts'
import { decodeSnapshot, encodeSnapshot } from '../../src/profile/snapshot.ts'
import { stageMarks } from '../../src/profile/stage.ts'
import { createProfileStore } from '../../src/profile/store.ts'
import { adoptView, snapshotOf } from '../../src/profile/view.ts'
import { newSnapshot } from '../../src/profile/visit.ts'
import { keyringOf } from '../help/keyring.ts'
import { raw } from '../help/sql.ts'

const NOW = Date.now()
const FEW = 1_000
/** Different profiles; all others repeat them under other ids. */
const MODELS = 500
const ROWS_PER_WRITE = 50_000
const READS = 2_000
/** Longest wait for the server to compact its log, seconds. */
const TIDY_MAX_S = 90
/** Reads before the clock starts, so that neither size pays for connecting. */
const WARM_UP = 300

const { values } = parseArgs({ options: { profiles: { type: 'string', default: '1000000' } } })
const profiles = Number(values.profiles)
if (!Number.isInteger(profiles) || profiles < FEW) throw new Error(`--profiles takes a number from ${FEW} on`)

/** Repeatable randomness (Marsaglia's xorshift32), so that two runs measure the same profiles. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** What one visitor did in a quarter: most little, some a lot. */
function eventsOf(model: number): readonly Evidence[] {
  const random = seeded(model + 1)
  const below = (count: number): number => Math.floor(random() * count)
  const kinds: readonly EvidenceKind[] = [
    'view',
    'view',
    'view',
    'visit',
    'visit',
    'search',
    'add_to_cart',
    'purchase',
    'follow',
    'store_visit',
  ]
  const taste = Array.from({ length: 1 + below(6) }, () => `category-${below(200)}`)
  const count = 3 + Math.floor(60 * random() ** 3)
  return Array.from({ length: count }, (_, n): Evidence => {
    const kind = kinds[below(kinds.length)] as EvidenceKind
    return {
      id: `event-${model}-${n}`,
      kind,
      at: NOW - below(85 * DAY_MS),
      category: taste[below(taste.length)] as string,
      ...(kind === 'visit' ? { cell: HABIT_CELLS[below(35)] as never } : {}),
      ...(kind === 'purchase' ? { value: below(9_000) / 100, currency: 'EUR' } : {}),
      ...(kind === 'follow' ? { brand: `Brand ${below(100)}` } : {}),
      ...(kind === 'store_visit' ? { store: `store-${below(40)}` } : {}),
      ...(kind === 'view' ? { sku: `SKU-${below(5_000)}` } : {}),
    }
  })
}

const idOf = (n: number): string => `bench${String(n).padStart(17, '0')}`

async function loadModels(db: Database): Promise<void> {
  await run(
    db,
    'CREATE TABLE bench_models (n INTEGER PRIMARY KEY, first INTEGER, last INTEGER, following INTEGER, known INTEGER, document TEXT)',
  )
  const rows = Array.from({ length: MODELS }, (_, n) => {
    const { facts } = applyAll(emptyContribution(''), eventsOf(n))
    const { following, knownUntil } = stageMarks(facts)
    return {
      n,
      first: facts.firstAt,
      last: facts.lastAt,
      following: Number(following),
      known: knownUntil,
      document: formatFacts(facts),
    }
  })
  await run(
    db,
    `INSERT INTO bench_models SELECT value ->> 'n', value ->> 'first', value ->> 'last', value ->> 'following',
      value ->> 'known', value ->> 'document' FROM json_each(?)`,
    JSON.stringify(rows),
  )
}

/** All profiles, as the store would have written them, in an order that no index likes. */
async function load(db: Database, count: number): Promise<void> {
  await loadModels(db)
  for (let start = 0; start < count; start += ROWS_PER_WRITE) {
    const end = Math.min(count, start + ROWS_PER_WRITE)
    const numbers = `WITH RECURSIVE n(i) AS (SELECT ${start} UNION ALL SELECT i + 1 FROM n WHERE i < ${end - 1}),
      p AS (SELECT printf('bench%017d', i * 7919 % ${count}) AS id, m.* FROM n JOIN bench_models m ON m.n = i % ${MODELS})`
    await run(
      db,
      `INSERT INTO visitors (id, first_seen_at, last_seen_at, following, known_until) ${numbers}
      SELECT id, first, last, following, known FROM p`,
    )
    await run(
      db,
      `INSERT INTO contributions (visitor, version, document, updated_at) ${numbers}
      SELECT id, 1, document, last FROM p`,
    )
  }
}

/** A bulk load leaves the server a log to compact; what it costs meanwhile is not what profiles cost. */
async function tidied(folder: string): Promise<void> {
  const isBusy = (): boolean =>
    ['to_compact', 'tmp'].some((name) => {
      const path = join(folder, 'dbs/default', name)
      return existsSync(path) && readdirSync(path).length > 0
    })
  for (let waited = 0; isBusy() && waited < TIDY_MAX_S; waited++) await sleep(1_000)
}

async function run(db: Database, sql: string, ...params: readonly string[]): Promise<void> {
  await db.write(() => [raw(sql, ...params)])
}

interface Target {
  readonly store: ProfileStore
  readonly profiles: number
}

/**
 * Milliseconds of one read of a profile, [median, 99th percentile] for each store. One read of each in turn, so that
 * whatever else the machine does falls on all of them alike.
 */
async function readTimes(targets: readonly Target[]): Promise<readonly (readonly [number, number])[]> {
  const random = seeded(7)
  const times = targets.map((): number[] => [])
  for (let n = 0; n < WARM_UP + READS; n++) {
    for (const [index, { store, profiles: count }] of targets.entries()) {
      const id = idOf(Math.floor(random() * count))
      const startedAt = performance.now()
      const found = await store.read([id])
      if (n >= WARM_UP) times[index]?.push(performance.now() - startedAt)
      if (found.length !== 1) throw new Error(`${id} is not there`)
    }
  }
  return times.map((list) => {
    list.sort((a, b) => a - b)
    return [list[READS >> 1] as number, list[Math.floor(READS * 0.99)] as number]
  })
}

/** Events counted a second, `visitors` to a batch, two batches at a time, as a queue delivers them. */
async function eventRate(store: ProfileStore, visitors: number, each: number): Promise<number> {
  const rounds = 12
  let counted = 0
  const startedAt = performance.now()
  const worker = async (lane: number): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      const batch = Array.from({ length: visitors }, (_, n) => ({
        visitor: idOf((lane * rounds + round) * visitors + n),
        evidence: eventsOf(round * visitors + n)
          .slice(0, each)
          .map((event) => ({ ...event, id: `${event.id}-${visitors}-${lane}` })),
      }))
      for (const { applied } of await store.applyMany(batch, NOW)) counted += applied
    }
  }
  await Promise.all([worker(0), worker(1)])
  return counted / ((performance.now() - startedAt) / 1_000)
}

/** As much of everything as the bounds allow, in long words. */
function heaviest(): Snapshot {
  const word = (n: number): string => `${n}`.padEnd(48, 'ü')
  const events = Array.from({ length: 60 }, (_, n): readonly Evidence[] => [
    {
      id: `a${n}`,
      kind: 'purchase',
      at: NOW - n * DAY_MS,
      category: word(n),
      value: 999.99,
      currency: 'EUR',
    },
    { id: `b${n}`, kind: 'follow', at: NOW - n * DAY_MS, brand: word(n) },
    { id: `c${n}`, kind: 'store_visit', at: NOW - n * DAY_MS, store: `store-${n % 9}` },
    ...HABIT_CELLS.map(
      (cell, at): Evidence => ({ id: `d${n}-${at}`, kind: 'visit', at: NOW - n * DAY_MS, cell }),
    ),
  ]).flat()
  const caps = Object.fromEntries(
    Array.from({ length: 24 }, (_, n) => [
      `c:campaign-number-${n}`,
      { hour: Math.floor(NOW / 3_600_000) - n, inHour: 1, inDay: 2, inWeek: 9, total: 99, ignored: 3 },
    ]),
  )
  const profile = mergeContributions([applyAll(emptyContribution('v'), events)])
  return { ...adoptView(newSnapshot('v'.repeat(22), NOW - 90 * DAY_MS), snapshotOf(profile, NOW)), caps }
}

/** Microseconds of one call, the best of several runs. */
function microseconds(work: () => unknown): number {
  const calls = 20_000
  const runs = Array.from({ length: 5 }, () => {
    const startedAt = performance.now()
    for (let n = 0; n < calls; n++) work()
    return ((performance.now() - startedAt) / calls) * 1_000
  })
  return Math.min(...runs)
}

async function snapshotFigures(): Promise<Record<string, unknown>> {
  const keyring = await keyringOf(`${'k'.repeat(16)}:${Buffer.alloc(32, 1).toString('base64')}`)
  const heavy = heaviest()
  const bytes = encodeSnapshot(heavy)
  const travelled = decodeSnapshot(bytes) as Snapshot
  const value = (await sealSnapshot(keyring, 'shop.example', heavy, new Uint8Array(12))) as string
  if ((await openSnapshot(keyring, 'shop.example', value, NOW)) === null) throw new Error('it does not open')
  const contribution = applyAll(emptyContribution('v'), eventsOf(7))
  const one = eventsOf(8).slice(0, 1)
  return {
    heaviest_cookie_chars: `${COOKIE_NAME}=${value}`.length,
    decode_us: microseconds(() => decodeSnapshot(bytes)),
    attributes_us: microseconds(() => profileAttributes(travelled, NOW + DAY_MS)),
    count_one_event_us: microseconds(() => applyAll(contribution, one)),
    derive_snapshot_us: microseconds(() => snapshotOf(mergeContributions([contribution]), NOW)),
  }
}

async function pageBytes(db: Database): Promise<number> {
  const [result] = await db.ask<{ bytes: number }>(
    raw('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size'),
  )
  return Number(result?.bytes)
}

interface Served extends Target {
  readonly db: Database
  readonly folder: string
  readonly loadedInS: number
  readonly stop: () => Promise<void>
}

/** A store of its own with so many profiles. */
async function serve(count: number): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-bench-'))
  const sqld = await startSqld({ folder })
  const stop = async (): Promise<void> => {
    await sqld.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await migrateStore({ url: sqld.url })
    const db = openDatabase({ url: sqld.url, timeoutMs: 120_000 })
    const startedAt = performance.now()
    await load(db, count)
    const loadedInS = (performance.now() - startedAt) / 1_000
    return { db, folder, loadedInS, store: createProfileStore(db), profiles: count, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function measure(few: Served, all: Served): Promise<Record<string, unknown>> {
  const bytes = (await pageBytes(all.db)) - (await pageBytes(few.db))
  await tidied(all.folder)
  const [small, large] = await readTimes([few, all])
  const [smallP50, smallP99] = small as readonly [number, number]
  const [largeP50, largeP99] = large as readonly [number, number]
  const countedAt = performance.now()
  const stages = await all.store.countStages(new Date(NOW).toISOString().slice(0, 10))
  const countMs = performance.now() - countedAt
  return {
    profiles,
    loaded_in_s: all.loadedInS,
    read_p50_ms: { [FEW]: smallP50, [profiles]: largeP50 },
    read_p99_ms: { [FEW]: smallP99, [profiles]: largeP99 },
    read_p50_ratio: largeP50 / smallP50,
    bytes_per_profile: bytes / (profiles - FEW),
    count_stages_ms: countMs,
    stages,
    events_per_s: {
      '100 visitors, 1 event each': await eventRate(all.store, 100, 1),
      '100 visitors, 5 events each': await eventRate(all.store, 100, 5),
    },
    snapshot: await snapshotFigures(),
  }
}

async function main(): Promise<void> {
  const few = await serve(FEW)
  try {
    const all = await serve(profiles)
    try {
      const figures = await measure(few, all)
      const round = (_: string, value: unknown): unknown =>
        typeof value === 'number' ? Math.round(value * 100) / 100 : value
      console.log(JSON.stringify(figures, round, 2))
    } finally {
      await all.stop()
    }
  } finally {
    await few.stop()
  }
}

await main()
