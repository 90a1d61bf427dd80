import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCampaignStates } from '../../src/campaign/state-store.ts'
import { untouched } from '../../src/campaign/states.ts'
import { createReleaseStore } from '../../src/campaign/store.ts'
import type { Database } from '../../src/kit/sql.ts'
import { openDatabase } from '../../src/kit/sql.ts'
import { releaseStoreContract } from '../contract/releases.ts'
import { campaignStatesContract } from '../contract/states.ts'
import { createMemoryReleaseStore } from '../help/releases.ts'
import { emptying } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'
import { createMemoryStates } from '../help/states.ts'

releaseStoreContract('memory', async () => createMemoryReleaseStore())
campaignStatesContract('memory', async () => createMemoryStates())

describe('a real store', () => {
  let server: TestStore
  let db: Database
  beforeAll(async () => {
    server = await startTestStore()
    db = openDatabase({ url: server.url, timeoutMs: 20_000 })
  })
  beforeEach(async () => {
    await db.write(() => emptying('active_release', 'releases', 'audit', 'campaign_state'))
  })
  afterAll(() => server.stop())

  releaseStoreContract('libSQL', async () => createReleaseStore(db))
  campaignStatesContract('libSQL', async () => createCampaignStates(db))

  it('tells with the head what is laid over it, and only to whom it is news', async () => {
    const releases = createReleaseStore(db)
    const states = createCampaignStates(db)
    await states.change(untouched('hero'), { pausedAt: 1 }, null, 1)
    await states.change(untouched('offer'), { admitted: 0.5 }, null, 2)
    const rows = [
      { campaign: 'hero', paused: true, weights: '[]', admitted: 0 },
      { campaign: 'offer', paused: false, weights: '[]', admitted: 0.5 },
    ]
    const nothingLive = { number: 0, checksum: '', enabled: true }
    expect(await releases.head(1)).toEqual({ ...nothingLive, overlay: { version: 2, rows } })
    expect(await releases.head(2)).toEqual(nothingLive)
  })

  it('says so and changes nothing when the store is down', async () => {
    const store = createReleaseStore(openDatabase({ url: 'http://127.0.0.1:9', timeoutMs: 1_000 }))
    await expect(store.head()).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  it('does not publish twice what was stored but whose answer got lost on the way', async () => {
    let isLost = true
    const lossy = openDatabase({
      url: server.url,
      timeoutMs: 20_000,
      fetch: async (request) => {
        const response = await fetch(request)
        if (!isLost) return response
        isLost = false
        throw new TypeError('connection reset')
      },
    })
    const store = createReleaseStore(lossy)
    const draft = { checksum: 'c', document: '{}', author: 'ana', note: '', createdAt: 1 }
    await expect(store.publish(draft)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await store.publish(draft)).toEqual({ number: 1, created: false })
    expect(await store.audit({ limit: 10 })).toHaveLength(1)
  })

  it('stores nothing of a publication whose audit entry is refused', async () => {
    const store = createReleaseStore(db)
    const draft = { checksum: 'c', document: '{}', author: 'ana', note: '', createdAt: 1 }
    await store.publish(draft)
    await expect(store.publish({ ...draft, checksum: 'd', author: null as never })).rejects.toThrow()
    expect(await store.list({ limit: 10 })).toHaveLength(1)
    expect((await store.head()).checksum).toBe('c')
  })
})
