/** What is acknowledged is kept once, whatever dies in between. `test/bench/kills.ts` is the same at length. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { createProfileStore } from '../../src/profile/store.ts'
import { runOrdeal } from '../help/ordeal.ts'
import { raw } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'
import { compare } from '../help/truth.ts'

describe('events', () => {
  it('that are acknowledged are kept once, while the Worker is killed and its store breaks off', async () => {
    const report = await runOrdeal({ events: 300, kills: 3, faults: 6, people: 20 })
    for (const met of [report.kills, report.faults, report.unanswered]) expect(met).toBeGreaterThan(0)
    expect(report).toMatchObject({ told: 300, lost: 0, doubled: 0, profiles: 0, cells: 0 })
  })
})

describe('compare', () => {
  const now = Date.now()
  const told = Array.from({ length: 4 }, (_, n) => ({
    visitor: 'visitor-1',
    event: { id: `e${n}`, kind: n % 2 === 0 ? 'purchase' : 'view' },
  }))
  const same = { lost: 0, doubled: 0, profiles: 0, cells: 0 }
  let store: TestStore
  let db: Database

  beforeAll(async () => {
    store = await startTestStore()
    db = openDatabase({ url: store.url, timeoutMs: 5_000 })
    const things = told.map(
      ({ event: { id, kind } }, n) => ({ id, kind, at: now - n, category: 'tea' }) as const,
    )
    const visitor = 'visitor-1'
    await createProfileStore(db).applyMany([{ visitor, evidence: things as never }], now)
    const exposure = {
      campaign: 'hero',
      arm: 'a',
      at: now - 60_000,
      release: 1,
      windowDays: 14,
      segments: {},
    }
    const outcomes = things
      .filter(({ kind }) => kind === 'purchase')
      .map(({ id, at }) => ({ id, kind: 'purchase', at, value: 100 }) as const)
    await createMeasureStore(db).record([{ visitor, exposures: [exposure], outcomes }], now)
  })
  afterAll(() => store?.stop())

  const change = (sql: string) => db.write(() => [raw(sql)])

  it('finds nothing where nothing is wrong', async () => {
    expect(await compare(db, told)).toEqual(same)
  })

  it.each([
    [
      'a sum that is off',
      'UPDATE cells SET y = y + 1 WHERE rowid = (SELECT MIN(rowid) FROM cells WHERE y > 0)',
      'UPDATE cells SET y = y - 1 WHERE rowid = (SELECT MIN(rowid) FROM cells WHERE y > 0)',
      { cells: 1 },
    ],
    [
      'an outcome that is there twice',
      `UPDATE measures SET document = json_set(document, '$.outcomes[#]', json(document -> '$.outcomes[0]'))`,
      `UPDATE measures SET document = json_remove(document, '$.outcomes[#-1]')`,
      { doubled: 1 },
    ],
    [
      'an event that is gone',
      `UPDATE events SET id = 'x1' WHERE id = 'e1'`,
      `UPDATE events SET id = 'e1' WHERE id = 'x1'`,
      { lost: 1 },
    ],
    [
      'a profile of other events',
      `UPDATE events SET detail = json_set(detail, '$.category', 'coffee') WHERE id = 'e1'`,
      `UPDATE events SET detail = json_set(detail, '$.category', 'tea') WHERE id = 'e1'`,
      { profiles: 1 },
    ],
  ])('finds %s', async (_, spoil, mend, found) => {
    await change(spoil)
    expect(await compare(db, told)).toMatchObject(found)
    await change(mend)
    expect(await compare(db, told)).toEqual(same)
  })
})
