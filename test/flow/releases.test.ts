import { beforeEach, describe, expect, it } from 'vitest'
import type { CompiledRelease } from '../../src/campaign/model.ts'
import type { Overlay } from '../../src/campaign/overlay.ts'
import { checksumOf, type ReleaseStore } from '../../src/campaign/release.ts'
import { createReleases, type Releases, type ReleasesOptions } from '../../src/flow/releases.ts'
import { createCounters } from '../../src/kit/counters.ts'
import { startDeadline } from '../../src/kit/deadline.ts'
import { release } from '../help/release.ts'
import { createMemoryReleaseStore } from '../help/releases.ts'

const TTL_MS = 10_000
const act = { actor: 'ana', at: 0, note: '' }
const counters = createCounters()
let now: number
let store: ReleaseStore
let cached: Map<string, string>
let asked: string[]
/** What the store does before it answers: nothing, hang or fail. */
let before: () => Promise<void>

beforeEach(() => {
  now = 1_000_000
  store = createMemoryReleaseStore()
  cached = new Map()
  asked = []
  before = async () => {}
})

const cache: ReturnType<ReleasesOptions['cache']> = {
  match: async (key) => {
    const body = cached.get(String(key))
    return body === undefined ? undefined : new Response(body)
  },
  put: async (key, response) => {
    cached.set(String(key), await response.text())
  },
}

function isolate(options: Partial<ReleasesOptions> = {}): Releases {
  return createReleases({
    store: () => ({
      head: async () => {
        asked.push('head')
        const answer = await store.head()
        await before()
        return answer
      },
      get: async (number) => {
        asked.push(`get ${number}`)
        await before()
        return store.get(number)
      },
    }),
    cache: () => cache,
    space: 'test',
    compile: (document, about) => ({ ...about, document }) as unknown as CompiledRelease,
    now: () => now,
    random: () => 0.5,
    ttlMs: TTL_MS,
    counters,
    ...options,
  })
}

async function publish(name: string): Promise<void> {
  const document = JSON.stringify({ name })
  const checksum = await checksumOf(document)
  await store.publish({ checksum, document, author: 'ana', note: '', createdAt: now })
}

/** One request: what it is served at once, and all it left to the background. */
async function request(
  releases: Releases,
  budgetMs = 1_000,
): Promise<{ served: number | null; later: Promise<unknown> }> {
  const work: Promise<unknown>[] = []
  await releases.ready(
    startDeadline(budgetMs, () => now),
    (promise) => work.push(promise),
  )
  return { served: releases.current()?.number ?? null, later: Promise.all(work) }
}

const hang = (): { readonly release: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>()
  before = () => promise
  return { release: resolve }
}
const fail = (): void => {
  before = () => Promise.reject(new Error('down'))
}

describe('ready', () => {
  it('serves the live release to the first request and asks nobody again within the time to live', async () => {
    await publish('a')
    const releases = isolate()
    expect((await request(releases)).served).toBe(1)
    now += TTL_MS / 2
    for (let visitor = 0; visitor < 10; visitor++) await request(releases)
    expect(asked).toEqual(['head', 'get 1'])
  })

  it('finds a newer release in the background, and one look-up serves everybody', async () => {
    await publish('a')
    const releases = isolate()
    await request(releases)
    await publish('b')
    now += TTL_MS
    const requests = await Promise.all(Array.from({ length: 5 }, () => request(releases)))
    expect(requests.map(({ served }) => served)).toEqual(Array(5).fill(1))
    await Promise.all(requests.map(({ later }) => later))
    expect((await request(releases)).served).toBe(2)
    expect(asked).toEqual(['head', 'get 1', 'head', 'get 2'])
  })

  it('does not take the copy of a neighbour whose clock is minutes ahead for a new one', async () => {
    await publish('a')
    await request(isolate({ now: () => now + 5 * 60_000 }))
    await publish('b')
    const [first, running] = [isolate(), isolate()]
    expect((await request(first)).served).toBe(2)
    await request(running)
    // The neighbour put its copy once more, and then was gone.
    await isolate({ now: () => now + 5 * 60_000 }).reload()
    await publish('c')
    now += TTL_MS
    await (await request(running)).later
    expect(running.current()?.number).toBe(3)
    // Where nothing else is to be had it is good enough.
    fail()
    await isolate({ now: () => now + 5 * 60_000 }).reload()
    expect((await request(isolate())).served).toBe(3)
  })

  it.each([0, 0.5, 0.999])('looks again within the time to live, whatever the dice say: %d', async (dice) => {
    await publish('a')
    const releases = isolate({ random: () => dice })
    await request(releases)
    await publish('b')
    now += TTL_MS
    await (await request(releases)).later
    expect(releases.current()?.number).toBe(2)
  })

  it('does not read a document again that it holds', async () => {
    await publish('a')
    const releases = isolate()
    await request(releases)
    now += TTL_MS
    await (await request(releases)).later
    expect(asked).toEqual(['head', 'get 1', 'head'])
  })

  it('keeps nobody beyond the deadline, and then lets nobody else wait', async () => {
    await publish('a')
    const releases = isolate()
    const hung = hang()
    const first = await request(releases, 5)
    expect(first.served).toBeNull()
    expect(releases.why()).toBe('no_release')
    await request(releases, 60_000)
    expect(asked).toEqual(['head'])
    hung.release()
    await first.later
    expect(releases.current()?.number).toBe(1)
  })

  it('makes nobody wait where nothing was published', async () => {
    const releases = isolate()
    await request(releases)
    await request(releases)
    expect(asked).toEqual(['head'])
    expect(releases.why()).toBe('no_release')
  })
})

describe('the overlay', () => {
  const paused = (campaign: string) => ({ campaign, paused: true, weights: '[]', admitted: 0 })
  const withCampaigns: ReleasesOptions['compile'] = (_, about) => ({
    ...release({ id: 'a' }, { id: 'b', pages: ['/b'] }),
    ...about,
  })
  const shown = (releases: Releases): readonly string[] =>
    releases
      .current()
      ?.plan(new URL('https://shop.example/b'))
      .campaigns.map(({ id }) => id) ?? []
  /** What the store says beside its head. */
  const overlaid = (overlay: () => Overlay): Partial<ReleasesOptions> => ({
    compile: withCampaigns,
    store: () => ({
      head: async (known) => {
        asked.push(`head ${known}`)
        const head = await store.head()
        return overlay().version === known ? head : { ...head, overlay: overlay() }
      },
      get: (number) => store.get(number),
    }),
  })

  it('comes with the head, and goes on holding where there is no news of it', async () => {
    await publish('a')
    let overlay: Overlay = { version: 0, rows: [] }
    const releases = isolate(overlaid(() => overlay))
    await request(releases)
    expect(shown(releases)).toEqual(['a', 'b'])
    overlay = { version: 3, rows: [paused('a')] }
    await releases.reload()
    expect(shown(releases)).toEqual(['b'])
    const same = releases.current()
    await releases.reload()
    expect(releases.current()).toBe(same)
    expect(asked).toEqual(['head 0', 'head 0', 'head 3'])
  })

  it('lies over a neighbour’s copy too, and over the next release', async () => {
    await publish('a')
    const overlay: Overlay = { version: 3, rows: [paused('b')] }
    await isolate(overlaid(() => overlay)).reload()
    const neighbour = isolate({ ...overlaid(() => overlay), store: () => createMemoryReleaseStore() })
    await request(neighbour)
    expect(shown(neighbour)).toEqual(['a'])
    await publish('b')
    const releases = isolate(overlaid(() => overlay))
    await releases.reload()
    expect(shown(releases)).toEqual(['a'])
  })

  it('is asked for where a copy is of a program that knew of none', async () => {
    await publish('a')
    const overlay: Overlay = { version: 3, rows: [paused('b')] }
    await isolate(overlaid(() => overlay)).reload()
    for (const [key, body] of cached) {
      if (key.endsWith('/head')) cached.set(key, JSON.stringify({ ...JSON.parse(body), overlay: undefined }))
    }
    const releases = isolate(overlaid(() => overlay))
    await request(releases)
    expect(shown(releases)).toEqual(['a'])
    expect(asked).toEqual(['head 0', 'head 0'])
  })
})

describe('refresh', () => {
  it('is not blocked by a look-up that never ends', async () => {
    await publish('a')
    const releases = isolate()
    await request(releases)
    hang()
    now += TTL_MS
    await request(releases)
    before = async () => {}
    await publish('b')
    now += TTL_MS
    await (await request(releases)).later
    expect(releases.current()?.number).toBe(2)
  })

  it('does not let an older answer that comes late undo a newer one', async () => {
    await publish('a')
    const releases = isolate()
    await request(releases)
    const late = hang()
    now += TTL_MS
    const slow = await request(releases)
    before = async () => {}
    await publish('b')
    now += TTL_MS
    await (await request(releases)).later
    late.release()
    await slow.later
    expect(releases.current()?.number).toBe(2)
  })

  it('keeps the last good release while the store is down, and counts', async () => {
    await publish('a')
    const releases = isolate()
    await request(releases)
    fail()
    const failures = counters.read().release_lookup_failed ?? 0
    now += TTL_MS
    await (await request(releases)).later
    expect((await request(releases)).served).toBe(1)
    expect(counters.read().release_lookup_failed).toBe(failures + 1)
  })

  it('keeps the last good release where the next one does not compile here, and tries that one once', async () => {
    await publish('good')
    let tried = 0
    const releases = isolate({
      compile: (document, about) => {
        if ('name' in document && document.name === 'bad') {
          tried++
          throw new Error('cannot')
        }
        return { ...about } as CompiledRelease
      },
    })
    await request(releases)
    await publish('bad')
    for (let look = 0; look < 3; look++) {
      now += TTL_MS
      await (await request(releases)).later
    }
    expect((await request(releases)).served).toBe(1)
    expect(tried).toBe(1)
    expect(counters.read().release_unusable).toBe(1)
    await publish('mended')
    now += TTL_MS
    await (await request(releases)).later
    expect(releases.current()?.number).toBe(3)
  })
})

describe('the kill switch', () => {
  it('turns off and on again with the same release', async () => {
    await publish('a')
    const releases = isolate()
    await request(releases)
    await store.setEnabled(false, act)
    now += TTL_MS
    await (await request(releases)).later
    expect([releases.current(), releases.why()]).toEqual([null, 'disabled'])
    await store.setEnabled(true, act)
    now += TTL_MS
    await (await request(releases)).later
    expect([releases.current()?.number, releases.why()]).toEqual([1, 'live'])
  })

  it('works where the document cannot be read', async () => {
    await publish('a')
    const releases = isolate()
    await request(releases)
    await publish('b')
    store = { ...store, get: async () => null }
    cached.clear()
    await store.setEnabled(false, act)
    now += TTL_MS
    await (await request(releases)).later
    expect(releases.why()).toBe('disabled')
  })
})

describe('reload', () => {
  it('shows at once what was just published', async () => {
    await publish('a')
    const releases = isolate()
    await request(releases)
    await publish('b')
    await releases.reload()
    expect(releases.current()?.number).toBe(2)
  })

  it('does not throw when the store is down', async () => {
    fail()
    await expect(isolate().reload()).resolves.toBeUndefined()
  })
})

describe('copies in the cache', () => {
  it('spare a new isolate the store', async () => {
    await publish('a')
    await request(isolate())
    asked = []
    expect((await request(isolate())).served).toBe(1)
    expect(asked).toEqual([])
  })

  it('are asked about at the store when they are old, and stand in when it does not answer in time', async () => {
    await publish('a')
    await request(isolate())
    now += 3_600_000
    await publish('b')
    hang()
    const cold = isolate()
    expect((await request(cold, 10)).served).toBe(1)
    before = async () => {}
    await (await request(cold)).later
    expect(cold.current()?.number).toBe(2)
  })

  it('stand in when the store is down', async () => {
    await publish('a')
    await request(isolate())
    now += 3_600_000
    fail()
    expect((await request(isolate())).served).toBe(1)
  })

  it('are not believed when they are not what their checksum says', async () => {
    await publish('a')
    await request(isolate())
    for (const key of cached.keys()) if (!key.endsWith('/head')) cached.set(key, '{"name":"forged"}')
    asked = []
    expect((await request(isolate())).served).toBe(1)
    expect(asked).toEqual(['get 1'])
  })

  it.each(['', 'null', '{', '[]', '{"number":"1"}'])(
    'are ignored when the head is damaged: %s',
    async (damage) => {
      await publish('a')
      await request(isolate())
      for (const key of cached.keys()) if (key.endsWith('/head')) cached.set(key, damage)
      asked = []
      expect((await request(isolate())).served).toBe(1)
      expect(asked).toEqual(['head'])
    },
  )

  it('are done without when the cache itself fails', async () => {
    await publish('a')
    const broken = { match: () => Promise.reject(new Error()), put: () => Promise.reject(new Error()) }
    expect((await request(isolate({ cache: () => broken as never }))).served).toBe(1)
  })

  it('of another space are not seen', async () => {
    await publish('a')
    await request(isolate())
    store = createMemoryReleaseStore()
    expect((await request(isolate({ space: 'staging' }))).served).toBeNull()
  })
})
