import { describe, expect, it } from 'vitest'
import { createTombstones } from '../../src/flow/tombstones.ts'
import { createCounters } from '../../src/kit/counters.ts'
import { startDeadline } from '../../src/kit/deadline.ts'
import type { Soon } from '../../src/kit/soon.ts'
import { tombstoneOf } from '../../src/profile/retention.ts'

const LONG_MS = 60_000
const RETRY_MS = 1_000

/** An isolate whose store answers when it is told to, and a clock to turn. */
function lab() {
  const asked: ((hashes: readonly string[]) => void)[] = []
  const works: Promise<unknown>[] = []
  const state = { now: 1_800_000_000_000, isDown: false }
  const tombstones = createTombstones({
    store: () => ({
      tombstonesSince: () =>
        state.isDown
          ? Promise.reject(new Error('down'))
          : new Promise((resolve) => {
              asked.push((hashes) => resolve({ hashes, cursor: hashes.length, more: false }))
            }),
    }),
    cache: () => ({ match: async () => undefined, put: async () => {} }),
    space: '',
    now: () => state.now,
    counters: createCounters(() => {}),
  })
  const ready = (ms: number): Soon<void> =>
    tombstones.ready(
      startDeadline(ms, () => Date.now()),
      (work) => works.push(work),
    )
  return { tombstones, ready, asked, works, state }
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

describe('createTombstones', () => {
  it('has all first requests of an isolate wait, and not the first one only', async () => {
    const { tombstones, ready, asked } = lab()
    const erased = await tombstoneOf('eve')
    const views = ['eve', 'ann', 'eve'].map(async (visitor) => {
      await ready(LONG_MS)
      return tombstones.isErased(visitor)
    })
    await turn()
    expect(tombstones.isKnown()).toBe(false)
    for (const answer of asked) answer([erased])
    expect(await Promise.all(views)).toEqual([true, false, true])
  })

  it('believes nobody while the list is not known, and lets nobody else wait for a while', async () => {
    const { tombstones, ready, asked, state } = lab()
    await ready(1)
    expect([tombstones.isKnown(), await tombstones.isErased('ann')]).toEqual([false, true])
    await ready(LONG_MS)
    expect(asked).toHaveLength(1)
    state.now += RETRY_MS
    const again = ready(LONG_MS)
    await turn()
    asked[1]?.([])
    await again
    expect([tombstones.isKnown(), await tombstones.isErased('ann')]).toEqual([true, false])
  })

  it('is known by an answer that comes too late for who asked', async () => {
    const { tombstones, ready, asked, works } = lab()
    await ready(1)
    asked[0]?.([])
    await Promise.all(works)
    expect(tombstones.isKnown()).toBe(true)
  })

  it('asks a store that is down once in a while, and keeps what it knows', async () => {
    const { tombstones, ready, asked, state } = lab()
    state.isDown = true
    await ready(LONG_MS)
    expect(tombstones.isKnown()).toBe(false)
    state.isDown = false
    await ready(LONG_MS)
    expect(asked).toHaveLength(0)
    state.now += RETRY_MS
    const again = ready(LONG_MS)
    await turn()
    asked[0]?.([await tombstoneOf('eve')])
    await again
    state.isDown = true
    state.now += LONG_MS
    await ready(LONG_MS)
    expect([await tombstones.isErased('eve'), await tombstones.isErased('ann')]).toEqual([true, false])
  })

  it('renews what it knows behind everybody’s back, once', async () => {
    const { ready, asked, state } = lab()
    const first = ready(LONG_MS)
    await turn()
    asked[0]?.([])
    await first
    state.now += LONG_MS
    await Promise.all([ready(LONG_MS), ready(LONG_MS), ready(LONG_MS)])
    await turn()
    expect(asked).toHaveLength(2)
  })
})
