import { beforeAll, describe, expect, it } from 'vitest'
import { type RefreshPorts, refreshSnapshot } from '../../src/flow/refresh.ts'
import { createCounters } from '../../src/kit/counters.ts'
import { startDeadline } from '../../src/kit/deadline.ts'
import { createQuota } from '../../src/kit/quota.ts'
import { importKeyring, type Keyring } from '../../src/kit/seal.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/kit/time.ts'
import type { Snapshot } from '../../src/profile/model.ts'
import { newSnapshot } from '../../src/profile/visit.ts'

const NOW = 500_000 * HOUR_MS
const ID = 'a'.repeat(22)

let keyring: Keyring
beforeAll(async () => {
  const made = await importKeyring(`a:${Buffer.alloc(32, 1).toString('base64')}`)
  if (!made.ok) throw new Error('keys')
  keyring = made.value
})

/** A browser that is tied to nobody any more, as the store knows at once. */
function open() {
  const kept = new Map<string, string>()
  const later: Promise<unknown>[] = []
  let reads = 0
  const read = async () => {
    reads += 1
    return []
  }
  const ports: RefreshPorts = {
    store: () => ({ profiles: { read }, identities: { groupOf: async (id) => [id] } }),
    cache: {
      match: async (key) => (kept.has(String(key)) ? new Response(kept.get(String(key))) : undefined),
      put: async (key, response) => void kept.set(String(key), await response.text()),
    },
    readers: createQuota(4, 1_000, () => NOW),
    keyring,
    random: (length) => new Uint8Array(length),
    counters: createCounters(),
    waitUntil: (work) => void later.push(work),
  }
  /** A page view by a cookie whose view was read so many minutes ago. */
  async function view(minutes: number, more: Partial<Snapshot> = {}) {
    const snapshot: Snapshot = {
      ...newSnapshot(ID, NOW - 9 * HOUR_MS),
      asOf: NOW - minutes * MINUTE_MS,
      follows: ['Secret'],
      ...more,
    }
    const got = await refreshSnapshot(snapshot, NOW, startDeadline(60_000, Date.now), ports)
    await Promise.all(later)
    return { follows: got.follows, reads }
  }
  return { view }
}

describe('refreshSnapshot', () => {
  it('renews a browser’s own view behind its back, and waits for the store after a day', async () => {
    const { view } = open()
    expect(await view(9)).toEqual({ follows: ['Secret'], reads: 0 })
    expect(await view(11)).toEqual({ follows: ['Secret'], reads: 1 })
    expect(await view(11)).toEqual({ follows: undefined, reads: 1 })
    expect(await open().view(23 * 60)).toEqual({ follows: ['Secret'], reads: 1 })
    expect(await open().view(25 * 60)).toEqual({ follows: undefined, reads: 1 })
  })

  it('shows nothing of a person on a browser that was unlinked ten minutes ago, or while nobody was at it', async () => {
    const tied = { tied: true } as const
    const { view } = open()
    expect(await view(4, tied)).toEqual({ follows: ['Secret'], reads: 0 })
    expect(await view(6, tied)).toEqual({ follows: ['Secret'], reads: 1 })
    expect(await view(6, tied)).toEqual({ follows: undefined, reads: 1 })
    for (const minutes of [11, 180]) {
      expect(await open().view(minutes, tied)).toEqual({ follows: undefined, reads: 1 })
    }
  })
})
