import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createReleaseStore } from '../../src/campaign/store.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { createStoreList } from '../../src/signals/store.ts'
import { storeListContract } from '../contract/stores.ts'
import { emptying } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'
import { createMemoryStoreList } from '../help/stores.ts'

storeListContract('memory', async () => createMemoryStoreList())

describe('a real store', () => {
  let server: TestStore
  let db: Database
  beforeAll(async () => {
    server = await startTestStore()
    db = openDatabase({ url: server.url, timeoutMs: 20_000 })
  })
  beforeEach(async () => {
    await db.write(() => emptying('stores', 'audit'))
  })
  afterAll(() => server.stop())

  storeListContract('libSQL', async () => createStoreList(db))

  it('has the audit say who replaced how many by how many', async () => {
    const list = createStoreList(db)
    const graca = { id: 'graca', name: 'Graça', latitude: 38.7, longitude: -9.1 }
    await list.replace([graca], 'ana', 1_000)
    await list.replace([], 'ben', 2_000)
    const entries = await createReleaseStore(db).audit({ limit: 10 })
    expect(
      entries.map(({ at, actor, action, subject, detail }) => [at, actor, action, subject, detail]),
    ).toEqual([
      [2_000, 'ben', 'stores.replace', '0', { from: 1 }],
      [1_000, 'ana', 'stores.replace', '1', { from: 0 }],
    ])
  })

  it('writes no audit entry for a list that is refused', async () => {
    const twice = { id: 'a', name: 'A', latitude: 1, longitude: 1 }
    await expect(createStoreList(db).replace([twice, twice], 'ana', 1)).rejects.toMatchObject({
      code: 'store_rejected',
    })
    expect(await createReleaseStore(db).audit({ limit: 10 })).toEqual([])
  })
})
