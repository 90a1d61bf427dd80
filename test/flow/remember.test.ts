import { describe, expect, it } from 'vitest'
import type { VisitorNews } from '../../src/flow/news.ts'
import { createMemories } from '../../src/flow/remember.ts'
import { createCounters } from '../../src/kit/counters.ts'
import { SelvedgeError } from '../../src/kit/errors.ts'
import { createQuota } from '../../src/kit/quota.ts'
import type { Applied, VisitorEvidence } from '../../src/profile/model.ts'

const news = (visitor: string, id = 'e'): VisitorNews => ({
  visitor,
  evidence: [{ id, kind: 'view', at: 0, category: 'tea' }],
})

const AWAY = new SelvedgeError('store_unavailable', 'away')

/** A store whose writes end when they are told to. */
function slowStore() {
  const batches: (readonly VisitorEvidence[])[] = []
  const ends: ((fails?: boolean) => void)[] = []
  const profiles = {
    applyMany: (batch: readonly VisitorEvidence[]) =>
      new Promise<readonly Applied[]>((resolve, reject) => {
        batches.push(batch)
        ends.push((fails = false) => (fails ? reject(AWAY) : resolve([])))
      }),
  }
  const measures = { record: async () => [], leave: async () => {} }
  return { batches, ends, ports: { profiles, measures, now: () => 0 } }
}

describe('createMemories', () => {
  it('writes what came during a write together, and all of it', async () => {
    const { batches, ends, ports } = slowStore()
    const { remember } = createMemories(
      createQuota(1, 1_000, () => 0),
      createCounters(),
    )
    const first = remember(news('v0'), ports)
    await Promise.all(Array.from({ length: 150 }, (_, at) => remember(news(`v${at + 1}`), ports)))
    expect(batches).toHaveLength(1)
    for (let done = 0; done < 3; done++) {
      ends[done]?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await first
    expect(batches.map(({ length }) => length)).toEqual([1, 100, 50])
  })

  it('lets the next one write what could not be written while the store was away', async () => {
    const { batches, ends, ports } = slowStore()
    const { remember } = createMemories(
      createQuota(1, 1_000, () => 0),
      createCounters(),
    )
    const first = remember(news('v0'), ports)
    ends[0]?.(true)
    await expect(first).rejects.toThrow('away')
    void remember(news('v1'), ports)
    expect(batches.map((batch) => batch.map(({ visitor }) => visitor))).toEqual([['v0'], ['v0', 'v1']])
  })

  it('leaves the newest out, and counts them, where too many wait', async () => {
    const { ports } = slowStore()
    const counters = createCounters()
    const { remember } = createMemories(
      createQuota(1, 1_000, () => 0),
      counters,
    )
    for (let at = 0; at < 2_010; at++) void remember(news(`v${at}`), ports)
    expect(counters.read()).toEqual({ view_unremembered: 9 })
  })
})

describe('createQuota', () => {
  it('has so many places, and each again when it was given back', () => {
    const quota = createQuota(2, 1_000, () => 0)
    const leave = quota.enter()
    expect([quota.enter() !== null, quota.enter()]).toEqual([true, null])
    leave?.()
    leave?.()
    expect([quota.enter() !== null, quota.enter()]).toEqual([true, null])
  })

  it('frees the place of work that was cut off', () => {
    let now = 0
    const quota = createQuota(1, 1_000, () => now)
    quota.enter()
    now = 999
    expect(quota.enter()).toBeNull()
    now = 1_000
    expect(quota.enter()).not.toBeNull()
  })
})
