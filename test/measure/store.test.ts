import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as schema from '../../db/schema.ts'
import { SelvedgeError } from '../../src/kit/errors.ts'
import { type Statement, sql, statement } from '../../src/kit/query.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { measuresBefore } from '../../src/measure/retention.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { tombstoneOf } from '../../src/profile/retention.ts'
import { measureStoreContract } from '../contract/measures.ts'
import { exposure, NOW, outcome } from '../help/measures.ts'
import { orm } from '../help/orm.ts'
import { raw } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

let sqld: TestStore
let db: Database
beforeAll(async () => {
  sqld = await startTestStore()
  db = openDatabase({ url: sqld.url, timeoutMs: 10_000 })
})
afterAll(() => sqld.stop())

const count = async (table: string): Promise<number> => {
  const [row] = await db.ask<{ n: number }>(
    statement(sql`SELECT COUNT(*) AS n FROM ${sql.identifier(table)}`),
  )
  return Number(row?.n)
}
const clear = async (): Promise<void> => {
  await db.write(() => [
    orm.delete(schema.measures),
    orm.delete(schema.cells),
    orm.delete(schema.tombstones),
    orm.delete(schema.viewCounts),
    orm.delete(schema.deadLetters),
  ])
}
const open = async () => {
  await clear()
  return { store: createMeasureStore(db), visitors: () => count('measures') }
}

measureStoreContract('libSQL', open)

/** A database that loses its connection, or finds a row changed, just before its writes. */
const interrupted = (before: () => Promise<unknown>): Database => ({
  ...db,
  write: async (work) => {
    await before()
    return db.write(work)
  },
})

describe('record in libSQL', () => {
  beforeEach(clear)
  const told = ['ana', 'rui'].map((visitor) => ({
    visitor,
    exposures: [exposure()],
    outcomes: [outcome('purchase', 0, { value: 5 })],
  }))

  it('changes nothing where the last of its statements fails', async () => {
    await db.write(() => [raw('ALTER TABLE cells RENAME TO hidden')])
    try {
      await expect(createMeasureStore(db).record(told, NOW)).rejects.toBeInstanceOf(SelvedgeError)
      expect(await count('measures')).toBe(0)
    } finally {
      await db.write(() => [raw('ALTER TABLE hidden RENAME TO cells')])
    }
  })

  it('plans again where one row of the batch has changed in between, and counts nothing twice', async () => {
    const store = createMeasureStore(db)
    const other = { visitor: 'rui', outcomes: [outcome('purchase', 0, { value: 7 })] }
    let raced = false
    const racing = interrupted(async () => {
      if (raced) return
      raced = true
      await store.record([other], NOW)
    })
    await createMeasureStore(racing).record(told, NOW)
    const revenue = (await store.cells({ campaign: 'hero' })).find(({ metric }) => metric === 'revenue')
    expect(revenue).toMatchObject({ n: 2, y: 17, yy: 5 ** 2 + 12 ** 2 })
  })

  it('refuses an id that is erased between reading and writing, and counts the rest of the batch', async () => {
    const hash = await tombstoneOf('ana')
    const burying = interrupted(() =>
      db.write(() => [orm.insert(schema.tombstones).values({ hash, at: NOW }).onConflictDoNothing()]),
    )
    expect(await createMeasureStore(burying).record(told, NOW)).toMatchObject([
      { visitor: 'ana', counted: 0, refused: 2 },
      { visitor: 'rui', counted: 2, refused: 0 },
    ])
    expect(await count('measures')).toBe(1)
  })

  it('settles all but whom others always come first with, and nothing of that one', async () => {
    const store = createMeasureStore(db)
    const beaten = interrupted(() => store.record([{ visitor: 'rui', outcomes: [outcome('visit')] }], NOW))
    const recorded = await createMeasureStore(beaten).record(told, NOW)
    expect(recorded.map(({ settled, counted }) => [settled, counted])).toEqual([
      [true, 2],
      [false, 0],
    ])
    const exposed = (await store.cells({ campaign: 'hero' })).find(({ metric }) => metric === 'exposed')
    expect(exposed?.n).toBe(1)
  })

  it('reads in parts what does not fit one answer of the store', async () => {
    const cause = Object.assign(new Error(), { code: 'RESPONSE_TOO_LARGE' })
    const small: Database = {
      ...db,
      read: async (work) => {
        const asked = (work as () => readonly Statement[])().flatMap((each) => each.toSQL().params)
        if ((JSON.parse(String(asked[0])) as unknown[]).length > 2)
          throw new SelvedgeError('store_unavailable', 'too much', { cause })
        return db.read(work)
      },
    }
    const batch = [1, 2, 3, 4, 5].map((n) => ({ visitor: `v${n}`, exposures: [exposure()] }))
    const recorded = await createMeasureStore(small).record(batch, NOW)
    expect(recorded.map(({ visitor, counted }) => [visitor, counted])).toEqual(
      batch.map(({ visitor }) => [visitor, 1]),
    )
  })

  it('takes two round trips for a batch, and one where nothing is new', async () => {
    let trips = 0
    const fetching = (request: Request): Promise<Response> => {
      trips += 1
      return fetch(request)
    }
    const counted = openDatabase({ url: sqld.url, timeoutMs: 10_000, fetch: fetching })
    const store = createMeasureStore(counted)
    await store.record(told, NOW)
    const first = trips
    await store.record(told, NOW)
    expect([first, trips - first]).toEqual([2, 1])
  })
})

describe('purge in libSQL', () => {
  it('takes counts of views after 25 months, and what the queue gave up on after 30 days', async () => {
    await clear()
    const letter = { visitor: null, body: '{}', error: 'x' }
    await db.write(() => [
      orm.insert(schema.viewCounts).values({ day: '2026-05-28', campaign: '_page', reason: 'pages', n: 1 }),
      orm.insert(schema.deadLetters).values([
        { ...letter, id: 'old', at: NOW - 31 * DAY_MS },
        { ...letter, id: 'new', at: NOW - 29 * DAY_MS },
      ]),
    ])
    expect(await createMeasureStore(db).purge(measuresBefore(NOW))).toBe(1)
    expect([await count('dead_letters'), await count('view_counts')]).toEqual([1, 1])
    await createMeasureStore(db).purge(measuresBefore(NOW + 762 * DAY_MS))
    expect(await count('view_counts')).toBe(0)
  })
})
