import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { createProfileStore, sampleVisitors } from '../../src/profile/store.ts'
import { event, NOW } from '../help/evidence.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

describe('sampleVisitors', () => {
  let server: TestStore
  let db: Database
  beforeAll(async () => {
    server = await startTestStore()
    db = openDatabase({ url: server.url, timeoutMs: 20_000 })
    const store = createProfileStore(db)
    // The higher the number, the longer ago.
    const batch = Array.from({ length: 130 }, (_, n) => ({
      visitor: `v${String(n).padStart(3, '0')}`,
      evidence: [event('follow', { brand: 'Brisa' }, n / 10)],
    }))
    await store.applyMany(batch, NOW)
  })
  afterAll(() => server.stop())

  it('reads the newest, more than a round trip takes, and counts all', async () => {
    const { total, contributions } = await sampleVisitors(db, 0, 120)
    expect(total).toBe(130)
    expect(contributions.map(({ visitor }) => visitor).toSorted()).toEqual(
      Array.from({ length: 120 }, (_, n) => `v${String(n).padStart(3, '0')}`),
    )
    expect(contributions.every(({ facts }) => facts.follows[0]?.[0] === 'Brisa')).toBe(true)
  })

  it('leaves out who was not here since that day', async () => {
    const { total, contributions } = await sampleVisitors(db, NOW - DAY_MS, 120)
    // NOW is 20:26 of a day, and the day before has 24 hours: 1.85 days.
    expect([total, contributions.length]).toEqual([19, 19])
  })

  it('is empty where nobody was here', async () => {
    expect(await sampleVisitors(db, NOW + DAY_MS, 120)).toEqual({ total: 0, contributions: [] })
  })
})
