/**
 * A real store with the visitors of a shop's last weeks in it: each has a profile, two campaigns met, and a few things
 * done, in an order that no index likes.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateStore } from '../../src/cli/migrate.ts'
import { startSqld } from '../../src/cli/sqld.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { formatMeasured, NOTHING } from '../../src/measure/document.ts'
import type { Exposure, Outcome } from '../../src/measure/model.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { formatFacts } from '../../src/profile/document.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { raw } from '../help/sql.ts'

export const NOW = Date.now()
const ROWS_PER_WRITE = 50_000
const CPU_TICK_MS = 10

/** The `n`th of the visitors. */
export const idOf = (n: number): string => `bench${String(n).padStart(17, '0')}`
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

export async function run(db: Database, sql: string, ...params: readonly unknown[]): Promise<void> {
  await db.write(() => [raw(sql, ...params)])
}

/** Rows of profiles and measures, in an order that no index likes. */
async function fill(db: Database, count: number): Promise<void> {
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

export interface CrowdedStore {
  readonly url: string
  readonly db: Database
  readonly visitors: number
  /** Milliseconds of processor time so far. */
  readonly cpu: () => number
  readonly stop: () => Promise<void>
}

export async function startCrowdedStore(count: number): Promise<CrowdedStore> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-bench-'))
  const sqld = await startSqld({ folder })
  await migrateStore({ url: sqld.url })
  const db = openDatabase({ url: sqld.url, timeoutMs: 120_000 })
  await fill(db, count)
  return {
    url: sqld.url,
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
