import { describe, expect, it } from 'vitest'
import { bounded } from '../../src/kit/bounded.ts'
import { createQuota } from '../../src/kit/quota.ts'
import type { Database } from '../../src/kit/sql.ts'

/** A store that is asked slowly, and says how many asked at once. */
function slow(): { readonly db: Database; readonly peak: () => { reads: number; writes: number } } {
  const now = { reads: 0, writes: 0 }
  const peak = { reads: 0, writes: 0 }
  const take = async (kind: 'reads' | 'writes'): Promise<never> => {
    now[kind]++
    peak[kind] = Math.max(peak[kind], now[kind])
    await new Promise((resolve) => setTimeout(resolve, 10))
    now[kind]--
    return [] as never
  }
  const db: Database = { ask: () => take('reads'), read: () => take('reads'), write: () => take('writes') }
  return { db, peak: () => peak }
}
const quota = (places: number) => createQuota(places, 60_000, Date.now)

describe('bounded', () => {
  it('lets few write at once, however many may read', async () => {
    const { db, peak } = slow()
    const store = bounded(db, { places: quota(24), writers: quota(4) })
    await Promise.all(
      Array.from({ length: 20 }, () => Promise.all([store.write(() => []), store.read(() => [])])),
    )
    expect(peak()).toEqual({ reads: 20, writes: 4 })
  })

  it('tells those who would wait too long that it is not now', async () => {
    const never = new Promise<never>(() => {})
    const store = bounded({ ...slow().db, write: () => never }, { places: quota(24), writers: quota(1) })
    store.write(() => []).catch(() => {})
    await expect(store.write(() => [])).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  it('lets somebody wait for as long as they may', async () => {
    const { db, peak } = slow()
    const store = bounded(db, { places: quota(1), lineMs: 5_000 })
    await Promise.all(Array.from({ length: 30 }, () => store.write(() => [])))
    expect(peak()).toEqual({ reads: 0, writes: 1 })
  })
})
