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

  it('writes what failed again by itself, a few times, and holds nobody up for it', async () => {
    const counters = createCounters()
    const { remember } = createMemories(
      createQuota(1, 1_000, () => 0),
      counters,
    )
    const written: string[][] = []
    const ports = {
      ...slowStore().ports,
      profiles: {
        applyMany: async (batch: readonly VisitorEvidence[]) => {
          written.push(batch.map(({ visitor }) => visitor))
          if (batch.some(({ visitor }) => visitor === 'bad')) throw AWAY
          return []
        },
      },
    }
    await expect(remember(news('bad'), ports)).rejects.toThrow('away')
    for (const name of ['v1', 'v2', 'v3']) await remember(news(name), ports).catch(() => {})
    expect(written).toEqual([['bad'], ['bad'], ['bad'], ['v1', 'v2', 'v3']])
    expect(counters.read()).toEqual({ view_lost: 1 })
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
