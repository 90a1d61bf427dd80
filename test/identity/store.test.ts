import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIdentityStore } from '../../src/identity/store.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { tombstoneOf } from '../../src/profile/retention.ts'
import { identityStoreContract } from '../contract/identities.ts'
import { createMemoryIdentityStore } from '../help/identities.ts'
import { emptying, raw } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const TABLES = ['identities', 'link_tokens', 'visitors', 'contributions', 'events', 'tombstones']

identityStoreContract('memory', async () => {
  const store = createMemoryIdentityStore()
  return {
    store,
    meet: async (visitor) => store.meet(visitor),
    bury: async (id) => store.bury(id),
    lose: async (visitor) => store.lose(visitor),
  }
})

describe('libSQL', () => {
  let server: TestStore
  let db: Database
  const run = (sql: string, ...params: readonly unknown[]) => db.write(() => [raw(sql, ...params)])
  const meet = async (visitor: string): Promise<void> => {
    await run('INSERT INTO visitors (id, first_seen_at, last_seen_at) VALUES (?, 1, 1)', visitor)
  }

  beforeAll(async () => {
    server = await startTestStore()
    db = openDatabase({ url: server.url, timeoutMs: 20_000 })
  })
  afterAll(() => server.stop())

  const open = async () => {
    await db.write(() => emptying(...TABLES))
    const bury = async (id: string): Promise<void> => {
      await run('INSERT INTO tombstones (hash, at) VALUES (?, 1)', await tombstoneOf(id))
    }
    const lose = async (visitor: string): Promise<void> => {
      await run('DELETE FROM visitors WHERE id = ?', visitor)
    }
    return { store: createIdentityStore(db), meet, bury, lose }
  }

  identityStoreContract('libSQL', open)

  it('marks the visitor of a tie as linked, and no longer when it is taken back', async () => {
    const { store } = await open()
    const linked = async () => (await db.read(() => [raw('SELECT linked FROM visitors')]))[0]?.rows[0]?.linked
    await meet('phone')
    await store.tie({ visitor: 'phone', person: 'A'.repeat(43), source: 'login', at: 1, proven: true })
    expect(await linked()).toBe(1)
    await store.untie('phone')
    expect(await linked()).toBe(0)
  })

  it('says so and ties nothing when the store is down', async () => {
    const away = createIdentityStore(openDatabase({ url: 'http://127.0.0.1:9', timeoutMs: 1_000 }))
    await expect(away.groupOf('phone')).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})
