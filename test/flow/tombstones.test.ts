import { describe, expect, it } from 'vitest'
import { createTombstones } from '../../src/flow/tombstones.ts'
import { createCounters } from '../../src/kit/counters.ts'
import { startDeadline } from '../../src/kit/deadline.ts'
import type { Soon } from '../../src/kit/soon.ts'
import { tombstoneOf } from '../../src/profile/retention.ts'

const LONG_MS = 60_000
const RETRY_MS = 1_000
const MAX_PAGES = 50

/** A data centre's cache. */
function cacheOf() {
  const kept = new Map<string, Response>()
  return {
    kept,
    match: async (key: RequestInfo | URL) => kept.get(String(key))?.clone(),
    put: async (key: RequestInfo | URL, response: Response) => void kept.set(String(key), response),
  }
}

/** An isolate whose store answers when it is told to, and a clock to turn. */
function lab(cache: Pick<Cache, 'match' | 'put'> = cacheOf()) {
  const asked: ((hashes: readonly string[], more?: boolean) => void)[] = []
  const cursors: number[] = []
  const works: Promise<unknown>[] = []
  const state = { now: 1_800_000_000_000, isDown: false }
  const tombstones = createTombstones({
    store: () => ({
      tombstonesSince: (cursor) => {
        cursors.push(cursor)
        return state.isDown
          ? Promise.reject(new Error('down'))
          : new Promise((resolve) => {
              asked.push((hashes, more = false) => resolve({ hashes, cursor: cursor + hashes.length, more }))
            })
      },
    }),
    cache: () => cache,
    space: '',
    now: () => state.now,
    counters: createCounters(() => {}),
  })
  const ready = (ms: number): Soon<void> =>
    tombstones.ready(
      startDeadline(ms, () => Date.now()),
      (work) => works.push(work),
    )
  return { tombstones, ready, asked, cursors, works, state }
}

/** The cache of a data centre in which another isolate has read the list. */
async function cacheWith(...hashes: readonly string[]) {
  const cache = cacheOf()
  const { ready, asked } = lab(cache)
  const known = ready(LONG_MS)
  await turn()
  asked[0]?.(hashes)
  await known
  return cache
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

  it('believes nobody before the last page of a long list', async () => {
    const { tombstones, ready, asked } = lab()
    const first = ready(LONG_MS)
    await turn()
    asked[0]?.([await tombstoneOf('ann')], true)
    await turn()
    expect([tombstones.isKnown(), await tombstones.isErased('eve')]).toEqual([false, true])
    asked[1]?.([await tombstoneOf('eve')])
    await first
    const [eve, bob] = [await tombstones.isErased('eve'), await tombstones.isErased('bob')]
    expect([tombstones.isKnown(), eve, bob]).toEqual([true, true, false])
  })

  it('begins with what another isolate has left in the cache, and asks for the rest only', async () => {
    const cache = await cacheWith(await tombstoneOf('eve'))
    const other = lab(cache)
    await other.ready(1)
    expect([other.tombstones.isKnown(), other.cursors]).toEqual([true, [1]])
    expect(await other.tombstones.isErased('eve')).toBe(true)
    expect(await other.tombstones.isErased('ann')).toBe(false)
  })

  it('knows from such a copy that nobody was erased, so that no first page waits for the store', async () => {
    const { tombstones, ready, state } = lab(await cacheWith())
    state.isDown = true
    await ready(LONG_MS)
    expect([tombstones.isKnown(), await tombstones.isErased('ann')]).toEqual([true, false])
  })

  it('goes on soon with a list of more pages than one look-up reads', async () => {
    const { tombstones, ready, asked, works, state } = lab()
    const hash = await tombstoneOf('eve')
    await ready(1)
    while (asked.length < MAX_PAGES) {
      asked.at(-1)?.([hash], true)
      await turn()
    }
    asked.at(-1)?.([hash], true)
    await Promise.all(works)
    expect([asked.length, tombstones.isKnown()]).toEqual([MAX_PAGES, false])
    state.now += RETRY_MS
    const rest = ready(LONG_MS)
    await turn()
    asked.at(-1)?.([])
    await rest
    expect([asked.length, tombstones.isKnown()]).toEqual([MAX_PAGES + 1, true])
  })

  it('loses no erasure of its own to a copy that does not have it', async () => {
    const cache = await cacheWith(await tombstoneOf('eve'))
    const other = lab(cache)
    await other.tombstones.add('ann')
    await other.ready(1)
    expect(await other.tombstones.isErased('ann')).toBe(true)
    other.asked[0]?.([await tombstoneOf('eve'), await tombstoneOf('ann')])
    await Promise.all(other.works)
    expect([await other.tombstones.isErased('ann'), await other.tombstones.isErased('bob')]).toEqual([
      true,
      false,
    ])
  })

  it.each([
    ['of another program', new Response('{"hashes":["0123456789abcdef"],"cursor":1}')],
    ['cut short', new Response(new Uint8Array(700), { headers: { 'Selvedge-Cursor': '1' } })],
    ['without its reach', new Response(new Uint8Array(1_024))],
  ])('takes no copy %s', async (_, copy) => {
    const cache = cacheOf()
    cache.match = async () => copy.clone()
    const { tombstones, ready, cursors } = lab(cache)
    await ready(1)
    expect([tombstones.isKnown(), cursors]).toEqual([false, [0]])
  })

  it('writes no copy for a few more, since the store tells them', async () => {
    const cache = cacheOf()
    const { ready, asked, state, works } = lab(cache)
    const hashes = await Promise.all(Array.from({ length: 20 }, (_, n) => tombstoneOf(`visitor-${n}`)))
    const first = ready(LONG_MS)
    await turn()
    asked[0]?.(hashes.slice(0, 10))
    await first
    const [before] = cache.kept.values()
    for (const [at, more] of [hashes.slice(10, 11), hashes.slice(11, 15)].entries()) {
      state.now += LONG_MS
      await ready(LONG_MS)
      await turn()
      asked[at + 1]?.(more)
      await Promise.all(works)
      expect([...cache.kept.values()][0] === before).toBe(at === 0)
    }
  })
})
