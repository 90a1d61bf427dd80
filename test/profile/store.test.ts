import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createIdentityStore } from '../../src/identity/store.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { profileStoreContract } from '../contract/profiles.ts'
import { event, NOW } from '../help/evidence.ts'
import { openProfiles } from '../help/profile-store.ts'
import { createMemoryProfileStore } from '../help/profiles.ts'
import { emptying, raw } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

profileStoreContract('memory', async () => createMemoryProfileStore())

describe('libSQL', () => {
  let server: TestStore
  let db: Database
  const run = (...statements: readonly string[]) => db.write(() => statements.map((sql) => raw(sql)))
  const clear = () =>
    db.write(() =>
      emptying('visitors', 'contributions', 'events', 'tombstones', 'stage_counts', 'consent_log'),
    )
  beforeAll(async () => {
    server = await startTestStore()
    db = openDatabase({ url: server.url, timeoutMs: 20_000 })
  })
  beforeEach(clear)
  afterAll(() => server.stop())

  profileStoreContract('libSQL', async () => {
    await clear()
    return openProfiles(db)
  })

  it('refuses what is still on its way of a class that its owner switched off, and takes it out of the rest', async () => {
    const store = openProfiles(db)
    await run(
      `INSERT INTO consent_log (at, visitor, personalization, measurement, off, source, policy)
        VALUES (1, 'ana', 1, 1, '', 'api', '1'), (2, 'ana', 1, 1, 'affinity,recent', 'api', '1')`,
    )
    const order = event('purchase', { value: 5, currency: 'EUR', category: 'tea' })
    const applied = await store.apply('ana', [event('view', { category: 'tea', sku: 'T' }), order], NOW)
    expect(applied).toMatchObject({ applied: 1, refused: 1, settled: true })
    const record = await store.record('ana')
    expect(record?.facts).toMatchObject({ affinity: [], recent: [], orders: 1 })
    expect(record?.events.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['purchase', { value: 5, currency: 'EUR' }],
    ])
  })

  it('lets no write in that did not know of a choice made meanwhile', async () => {
    const choosing = (n: number) =>
      run(`INSERT INTO consent_log (at, visitor, personalization, measurement, off, source, policy)
        VALUES (${n}, 'ana', 1, 1, 'affinity', 'api', '1')`)
    const store = openProfiles(db)
    const writes = Array.from({ length: 20 }, (_, n) =>
      store.apply('ana', [event('view', { category: 'tea' }, n)], NOW),
    )
    await choosing(1)
    await store.drop('ana', ['affinity'], NOW)
    await Promise.all(writes)
    const record = await store.record('ana')
    expect([record?.facts.affinity ?? [], record?.events ?? []]).toEqual([[], []])
  })

  it('leaves no row of an erased id in any table', async () => {
    const store = openProfiles(db)
    const writes = Array.from({ length: 40 }, (_, n) => store.apply('ana', [event('view', {}, n)], NOW))
    const tie = { visitor: 'ana', person: 'A'.repeat(43), source: 'login', at: NOW, proven: true } as const
    await Promise.all([...writes, store.erase('ana', NOW), createIdentityStore(db).tie(tie)])
    const tables = ['visitors WHERE id', 'contributions WHERE visitor', 'events WHERE visitor']
    const counts = await run(...tables.map((table) => `SELECT COUNT(*) AS rows FROM ${table} = 'ana'`))
    expect(counts.map((result) => Number(result.rows[0]?.rows))).toEqual([0, 0, 0])
  })

  it('writes all of a visitor or nothing', async () => {
    const store = openProfiles(db)
    await store.apply('ana', [event('view')], NOW)
    const good = event('view')
    await expect(
      store.apply('ana', [good, { ...event('view'), kind: null as never }], NOW),
    ).rejects.toMatchObject({
      code: 'store_rejected',
    })
    expect((await store.record('ana'))?.events).toHaveLength(1)
    expect((await store.read(['ana']))[0]?.facts.events).toBe(1)
  })

  it('never overwrites a document of another version, and counts the others of the batch', async () => {
    const store = openProfiles(db)
    await store.apply('ana', [event('view')], NOW)
    await run(`UPDATE contributions SET document = '{"v":2,"new":true}'`)
    const evidence = [event('view')]
    const [ana, rui] = await store.applyMany(
      [
        { visitor: 'ana', evidence },
        { visitor: 'rui', evidence },
      ],
      NOW,
    )
    expect([ana?.settled, rui?.settled]).toEqual([false, true])
    await expect(store.apply('ana', evidence, NOW)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect((await store.read(['ana', 'rui'])).map(({ visitor }) => visitor)).toEqual(['rui'])
  })

  it('says so when the store is down', async () => {
    const store = openProfiles(openDatabase({ url: 'http://127.0.0.1:9', timeoutMs: 1_000 }))
    await expect(store.apply('ana', [event('view')], NOW)).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    await expect(store.read(['ana'])).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  it('purges in bounded steps and says that there is more', async () => {
    const store = openProfiles(db)
    await run(`INSERT INTO events (visitor, id, at, kind) WITH RECURSIVE n(i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5001) SELECT 'v', 'e' || i, 1, 'view' FROM n`)
    const before = { events: 2, profiles: 0, tombstones: 0, counts: 0 }
    expect(await store.purge(before)).toMatchObject({ events: 5_000, more: true })
    expect(await store.purge(before)).toMatchObject({ events: 1, more: false })
  })
})
