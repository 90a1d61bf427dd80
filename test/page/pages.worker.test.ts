/** What is kept, for whom, and when the origin is asked: the real Cache API, an origin made up, and a clock to turn. */
import { describe, expect, it } from 'vitest'
import { type Deadline, startDeadline } from '../../src/kit/deadline.ts'
import { MINUTE_MS } from '../../src/kit/time.ts'
import { createPageMemory, type PageMemory } from '../../src/page/cache.ts'
import { compileTemplate } from '../../src/page/mark.ts'
import { createPages, type PagePorts } from '../../src/page/origin.ts'
import type { PageSource } from '../../src/page/source.ts'
import { stitch } from '../../src/page/stitch.ts'

const HTML = '<!doctype html><html><head><title>Tea</title></head><body><h1>Tea</h1></body></html>'
const SET = { selectors: ['h1'], key: 'set' }
let labs = 0

const page = (body: string, headers: HeadersInit = { 'Cache-Control': 'max-age=60' }): Response => {
  const response = new Response(body, { headers })
  response.headers.set('Content-Type', 'text/html; charset=utf-8')
  response.headers.set('Content-Length', String(body.length))
  return response
}

interface Seen {
  readonly source: string
  readonly body: string
}

/** One data centre with its Cache API, one isolate that can be restarted, one origin that says what it is told to. */
async function lab(ports: Partial<PagePorts> = {}) {
  labs += 1
  const asked: Request[] = []
  const state = {
    memory: createPageMemory(1_000_000),
    now: 1_800_000_000_000,
    answer: (_: Request): Response | Promise<Response> => page(HTML),
  }
  const works: Promise<unknown>[] = []
  const cache = await caches.open(`lab-${labs}`)
  const host = `https://lab-${labs}.example`

  const pages = (memory: PageMemory) =>
    createPages({
      fetch: async (request) => {
        asked.push(request)
        return state.answer(request)
      },
      cache,
      memory,
      now: () => state.now,
      waitUntil: (work) => works.push(work),
      compile: (bytes, set) => compileTemplate(bytes, set, 'nonce'),
      settings: {
        origin: null,
        originTimeoutMs: 200,
        dropQuery: ['utm_*'],
        pageMaxBytes: 500,
        defaultTtlSeconds: 0,
      },
      ...ports,
    })

  async function load(path = '/', init: RequestInit = {}, deadline?: Deadline): Promise<PageSource> {
    const url = new URL(path, host)
    const request = new Request(url, init)
    return pages(state.memory).load(request, url, SET, deadline ?? startDeadline(500, () => Date.now()))
  }

  async function settle(): Promise<void> {
    while (works.length > 0) await works.shift()
  }

  /** Loads, reads and lets everything in the background finish. */
  async function visit(path?: string, init?: RequestInit): Promise<Seen> {
    const seen = await read(await load(path, init))
    await settle()
    return seen
  }

  return { state, asked, load, visit, settle, cache, pages: () => pages(state.memory) }
}

async function read(source: PageSource): Promise<Seen> {
  switch (source.kind) {
    case 'template':
      return { source: source.state, body: new TextDecoder().decode(stitch(source.template, []).bytes) }
    case 'stream':
      return {
        source: `${source.own ? 'own' : 'shared'} ${source.why ?? 'fill'}`,
        body: await source.response.text(),
      }
    case 'bypass':
      return { source: `bypass ${source.why}`, body: await source.response.text() }
    case 'failed':
      return { source: `failed ${source.why}`, body: '' }
  }
}

describe('the tiers', () => {
  it('fill both at once, and memory comes first', async () => {
    const { visit, asked, state } = await lab()
    expect(await visit()).toEqual({ source: 'shared fill', body: HTML })
    expect(await visit()).toEqual({ source: 'memory', body: HTML })
    state.memory = createPageMemory(1_000_000)
    expect(await visit()).toEqual({ source: 'cache', body: HTML })
    expect(await visit()).toEqual({ source: 'memory', body: HTML })
    expect(asked).toHaveLength(1)
  })

  it('bring back the head of the page as it was', async () => {
    const { visit, load, state } = await lab()
    const csp = `default-src 'self' ${'https://cdn.example '.repeat(600)}`.trim()
    state.answer = () =>
      page(HTML, { 'Cache-Control': 'max-age=60', 'Content-Security-Policy': csp, 'X-A': 'a, "b"' })
    await visit()
    state.memory = createPageMemory(1_000_000)
    const source = await load()
    if (source.kind !== 'template') throw new Error(source.kind)
    const headers = new Headers(source.head.headers as [string, string][])
    expect(headers.get('Content-Security-Policy')).toBe(csp)
    expect(headers.get('X-A')).toBe('a, "b"')
    expect(headers.has('Content-Length')).toBe(false)
  })

  it('hold one page for all ways to spell its URL', async () => {
    const { visit, asked } = await lab()
    await visit('/a/../tea?b=2&a=1&utm_source=x#top')
    expect((await visit('/tea?utm_medium=y&a=1&b=2')).source).toBe('memory')
    expect(asked.map((request) => new URL(request.url).search)).toEqual(['?a=1&b=2'])
  })

  it('do without a Cache API that throws, and without one that does not answer in time', async () => {
    const broken = new Proxy({} as Cache, { get: () => () => Promise.reject(new Error('down')) })
    const { visit, state } = await lab({ cache: broken })
    expect((await visit()).source).toBe('shared fill')
    expect((await visit()).source).toBe('memory')

    const hanging = new Proxy({} as Cache, { get: () => () => new Promise(() => {}) })
    const slow = await lab({ cache: hanging })
    const source = await slow.load(
      '/',
      {},
      startDeadline(1, () => Date.now()),
    )
    expect(await read(source)).toEqual({ source: 'shared fill', body: HTML })
    expect(state.memory.pages.entries()).toBe(1)
  })

  it('take damaged entries for misses', async () => {
    const { visit, cache, state } = await lab()
    await visit()
    const key = `https://lab-${labs}.example/_selvedge/pages/v3/set/`
    const whole = await (await cache.match(key))?.arrayBuffer()
    for (const bytes of [whole?.slice(0, -1), whole?.slice(0, 7), new ArrayBuffer(0), new ArrayBuffer(64)]) {
      await cache.put(key, new Response(bytes ?? null, { headers: { 'Cache-Control': 'max-age=60' } }))
      state.memory = createPageMemory(1_000_000)
      expect((await visit()).source).toBe('shared fill')
    }
  })

  it('never hold more than memory is allowed', async () => {
    const { visit, state } = await lab()
    state.memory = createPageMemory(5_000)
    for (let at = 0; at < 40; at++) {
      await visit(`/${at}`)
      expect(state.memory.pages.bytes()).toBeLessThanOrEqual(5_000)
    }
    expect(state.memory.pages.entries()).toBeGreaterThan(1)
  })
})

describe('a first fill', () => {
  it('is made by one of many visitors, and none waits for another', async () => {
    let compiled = 0
    const { load, settle, asked } = await lab({
      compile: (bytes, set) => {
        compiled += 1
        return compileTemplate(bytes, set, 'nonce')
      },
    })
    const sources = await Promise.all(Array.from({ length: 50 }, () => load()))
    const seen = await Promise.all(sources.map(read))
    await settle()
    expect(seen.every(({ body }) => body === HTML)).toBe(true)
    expect(seen.filter(({ source }) => source === 'shared fill')).toHaveLength(1)
    expect(seen.filter(({ source }) => source === 'shared busy')).toHaveLength(49)
    expect([compiled, asked.length]).toEqual([1, 50])
  })

  it('that its visitor abandons is made by a later one', async () => {
    const { load, visit, settle } = await lab()
    const source = await load()
    if (source.kind === 'stream') await source.response.body?.cancel()
    await settle()
    expect((await visit()).source).toBe('shared fill')
    expect((await visit()).source).toBe('memory')
  })

  it('that is killed gives way after a while', async () => {
    const { load, state } = await lab()
    await load()
    expect((await read(await load())).source).toBe('shared busy')
    state.now += MINUTE_MS / 2
    expect((await read(await load())).source).toBe('shared fill')
  })

  it('of any page is copied by sixteen visitors at once, for an isolate has no room for the copies of all', async () => {
    const { load, settle, state } = await lab()
    const paths = Array.from({ length: 40 }, (_, at) => `/${at}`)
    const why = (source: PageSource): string | undefined =>
      source.kind === 'stream' ? source.why : source.kind
    const waiting = await Promise.all(paths.map((path) => load(path)))
    expect(waiting.map(why).filter((each) => each === 'busy')).toHaveLength(24)
    expect((await Promise.all(waiting.map(read))).every(({ body }) => body === HTML)).toBe(true)
    await settle()
    // Whose copies were made have given their places back; whose were killed lose them after a while.
    const next = await Promise.all(paths.map((path) => load(`${path}/next`)))
    expect(next.map(why).filter((each) => each === 'busy')).toHaveLength(24)
    expect(why(await load('/killed'))).toBe('busy')
    state.now += MINUTE_MS / 2
    expect(why(await load('/killed'))).toBeUndefined()
    expect(state.memory.copies.size).toBe(1)
  })

  it('gives its place back where its visitor goes, and where the origin cannot be asked for a newer page', async () => {
    const { load, settle, state, visit } = await lab()
    for (let at = 0; at < 20; at++) {
      const source = await load(`/${at}`)
      if (source.kind === 'stream') await source.response.body?.cancel()
      await settle()
    }
    expect(state.memory.copies.size).toBe(0)
    state.answer = () => page(HTML, { 'Cache-Control': 'max-age=60, stale-while-revalidate=600' })
    await visit('/old')
    state.now += 2 * MINUTE_MS
    state.answer = () => Promise.reject(new Error('refused'))
    expect((await visit('/old')).source).toBe('stale')
    expect(state.memory.copies.size).toBe(0)
  })

  it('does not hold the visitor back, nor wait for a slow one', async () => {
    const { load, state } = await lab()
    let push: ((text: string) => void) | undefined
    state.answer = () => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          push = (text) => controller.enqueue(new TextEncoder().encode(text))
        },
      })
      return new Response(body, {
        headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'max-age=60' },
      })
    }
    const source = await load()
    if (source.kind !== 'stream') throw new Error(source.kind)
    const reader = source.response.body?.getReader()
    push?.('<p>early')
    expect(new TextDecoder().decode((await reader?.read())?.value as Uint8Array)).toBe('<p>early')
    await reader?.cancel()
  })

  it.each([
    ['cannot be cut', () => Promise.resolve(null)],
    ['breaks the compiler', () => Promise.reject(new Error('compiler'))],
  ])('of a page that %s is not tried at every request', async (_, compile) => {
    let tries = 0
    const { visit, state } = await lab({
      compile: () => {
        tries += 1
        return compile()
      },
    })
    await visit()
    expect(await visit()).toEqual({ source: 'shared unfit', body: HTML })
    expect(tries).toBe(1)
    state.now += 2 * MINUTE_MS
    await visit()
    expect(tries).toBe(2)
  })

  it('drops its copy of a page that outgrows the bound, and goes on', async () => {
    const { visit, state } = await lab()
    const big = HTML.replace('Tea', 'x'.repeat(600))
    state.answer = () => {
      const response = page(big)
      response.headers.delete('Content-Length')
      return response
    }
    expect(await visit()).toEqual({ source: 'shared fill', body: big })
    expect(await visit()).toEqual({ source: 'shared unfit', body: big })
  })
})

describe('a visitor who carries something', () => {
  const german = { headers: { 'Accept-Language': 'de', Cookie: 'basket=1; __Host-selvedge=x' } }
  const personal = (request: Request): Response => {
    const cookie = request.headers.get('Cookie')
    return page(`${cookie} ${request.headers.get('Accept-Language')}`, {
      'Cache-Control': 'private',
    })
  }

  it('gets the shared page where it is for everybody', async () => {
    const { visit, asked } = await lab()
    await visit('/', german)
    expect(await visit('/', german)).toEqual({ source: 'memory', body: HTML })
    expect(asked[0]?.headers.has('Cookie')).toBe(false)
    expect(asked[0]?.headers.has('Accept-Language')).toBe(false)
  })

  it('gets their own page where it is not, by a second question once and by one from then on', async () => {
    const { visit, asked, state } = await lab()
    state.answer = personal
    expect(await visit('/', german)).toEqual({ source: 'own private', body: 'basket=1 de' })
    expect(asked).toHaveLength(2)
    expect(await visit('/', german)).toEqual({ source: 'own own', body: 'basket=1 de' })
    expect(await visit('/')).toEqual({ source: 'own own', body: 'null null' })
    expect(asked).toHaveLength(4)
    state.now += 6 * MINUTE_MS
    state.answer = () => page(HTML)
    expect((await visit('/', german)).source).toBe('shared fill')
  })

  it('is not asked for twice where their request could not matter', async () => {
    const { visit, asked, state } = await lab()
    state.answer = personal
    expect(await visit('/', { headers: { 'Accept-Language': 'de' } })).toEqual({
      source: 'shared private',
      body: 'null null',
    })
    expect(asked).toHaveLength(1)
  })

  it.each([
    [
      'Vary names their language',
      'de',
      { Vary: 'Accept-Language', 'Cache-Control': 'max-age=60' },
      'own vary',
    ],
    ['Vary names nothing of theirs', 'de', { Vary: 'Cookie', 'Cache-Control': 'max-age=60' }, 'shared vary'],
  ])('where %s', async (_, language, headers, expected) => {
    const { visit, state } = await lab()
    state.answer = () => page(HTML, headers)
    expect((await visit('/', { headers: { 'Accept-Language': language } })).source).toBe(expected)
  })

  it('shares a page that goes by Accept among those who ask for HTML first, and with nobody else', async () => {
    const { visit, asked, state } = await lab()
    const headers = { 'Cache-Control': 'max-age=60', Vary: 'Accept' }
    state.answer = (request) =>
      request.headers.get('Accept')?.startsWith('text/html')
        ? page(HTML, headers)
        : new Response('{}', { headers: { ...headers, 'Content-Type': 'application/json' } })
    const chrome = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
    const firefox = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
    const json = { headers: { Accept: 'application/json, text/html;q=0.5' } }
    // Who fills it makes no difference.
    expect(await visit('/', json)).toMatchObject({ body: '{}' })
    expect((await visit('/', { headers: { Accept: chrome } })).source).toBe('shared fill')
    const before = asked.length
    expect((await visit('/', { headers: { Accept: firefox } })).source).toBe('memory')
    expect(asked).toHaveLength(before)
    expect(await visit('/', json)).toMatchObject({ body: '{}' })
    expect((await visit('/', { headers: { Accept: chrome } })).source).toBe('memory')
  })

  it('is redirected by their own language and login, not by those of nobody', async () => {
    const { load, state } = await lab()
    state.answer = (request) =>
      new Response(null, { status: 302, headers: { Location: `/${request.headers.get('Accept-Language')}` } })
    const source = await load('/', german)
    expect(source).toMatchObject({ kind: 'bypass', why: 'redirect' })
    expect(source.kind === 'bypass' && source.response.headers.get('Location')).toBe('/de')
  })
})

describe('a kept page that ages', () => {
  const graceful = { 'Cache-Control': 'max-age=60, stale-while-revalidate=600', ETag: '"1"' }

  it('is renewed once for many visitors, who get it meanwhile', async () => {
    const { visit, load, settle, asked, state } = await lab()
    state.answer = () => page(HTML, graceful)
    await visit()
    state.now += 2 * MINUTE_MS
    const sources = await Promise.all(Array.from({ length: 20 }, () => load()))
    expect((await Promise.all(sources.map(read))).every(({ source }) => source === 'stale')).toBe(true)
    await settle()
    expect(asked).toHaveLength(2)
    expect(asked[1]?.headers.get('If-None-Match')).toBe('"1"')
    expect((await visit()).source).toBe('memory')
  })

  it('keeps its template through a 304', async () => {
    let compiled = 0
    const { visit, state } = await lab({
      compile: (bytes, set) => {
        compiled += 1
        return compileTemplate(bytes, set, 'nonce')
      },
    })
    state.answer = (request) =>
      request.headers.get('If-None-Match') === '"1"'
        ? new Response(null, { status: 304, headers: { ...graceful } })
        : page(HTML, graceful)
    await visit()
    for (let round = 0; round < 3; round++) {
      state.now += 2 * MINUTE_MS
      expect((await visit()).source).toBe('stale')
      expect((await visit()).source).toBe('memory')
    }
    expect(compiled).toBe(1)
  })

  it('is taken from another isolate that has renewed it', async () => {
    const { visit, asked, state } = await lab()
    await visit()
    const sleeping = state.memory
    state.memory = createPageMemory(1_000_000)
    state.now += 2 * MINUTE_MS
    state.answer = () => page('<title>new</title>')
    await visit()
    state.memory = sleeping
    expect(await visit()).toEqual({ source: 'cache', body: '<title>new</title>' })
    expect(asked).toHaveLength(2)
  })

  it('is renewed from the Cache API rather than the origin, where another isolate has put it', async () => {
    const { visit, asked, state } = await lab()
    state.answer = () => page(HTML, graceful)
    await visit()
    const sleeping = state.memory
    state.memory = createPageMemory(1_000_000)
    state.now += 11 * MINUTE_MS
    state.answer = () => page('<title>new</title>', graceful)
    await visit()
    state.memory = sleeping
    state.now -= 9 * MINUTE_MS
    expect((await visit()).source).toBe('stale')
    expect(await visit()).toEqual({ source: 'memory', body: '<title>new</title>' })
    expect(asked).toHaveLength(2)
  })

  it('is dropped where the origin no longer shares it', async () => {
    for (const changed of [
      () => page('mine', { 'Cache-Control': 'private' }),
      () => new Response('gone', { status: 410 }),
      () => page('mine', { ...graceful, 'Set-Cookie': 'a=1' }),
    ]) {
      const { visit, state } = await lab()
      state.answer = () => page(HTML, graceful)
      await visit()
      state.now += 2 * MINUTE_MS
      state.answer = changed
      expect((await visit()).body).toBe(HTML)
      expect((await visit()).body).not.toBe(HTML)
    }
  })

  it('survives a renewal that breaks off, and tries again later', async () => {
    const { visit, asked, state } = await lab()
    state.answer = () => page(HTML, graceful)
    await visit()
    state.now += 2 * MINUTE_MS
    state.answer = () => {
      const half = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('<!doctype html>'))
          controller.error(new Error('reset'))
        },
      })
      return new Response(half, { headers: { ...graceful, 'Content-Type': 'text/html; charset=utf-8' } })
    }
    expect(await visit()).toEqual({ source: 'stale', body: HTML })
    expect(await visit()).toEqual({ source: 'stale', body: HTML })
    expect(asked).toHaveLength(2)
    state.now += MINUTE_MS
    state.answer = () => page('<title>new</title>', graceful)
    await visit()
    expect(asked).toHaveLength(3)
    expect(await visit()).toEqual({ source: 'memory', body: '<title>new</title>' })
  })

  it('is not cut anew at every request where it must be validated and always differs', async () => {
    let compiled = 0
    let version = 0
    const { visit, state } = await lab({
      compile: (bytes, set) => {
        compiled += 1
        return compileTemplate(bytes, set, 'nonce')
      },
    })
    state.answer = () => {
      version += 1
      return page(`<title>${version}</title>`, { 'Cache-Control': 'no-cache', ETag: `"${version}"` })
    }
    for (let at = 1; at <= 10; at++) expect((await visit()).body).toBe(`<title>${at}</title>`)
    expect(compiled).toBe(1)
  })

  it('is validated at every request where the origin wants that', async () => {
    const { visit, asked, state } = await lab()
    const strict = { 'Cache-Control': 'public, max-age=0, must-revalidate', ETag: '"1"' }
    state.answer = (request) =>
      request.headers.has('If-None-Match')
        ? new Response(null, { status: 304, headers: strict })
        : page(HTML, strict)
    await visit()
    for (let at = 0; at < 3; at++) expect(await visit()).toEqual({ source: 'revalidated', body: HTML })
    expect(asked).toHaveLength(4)
    state.answer = () => new Response('down', { status: 503 })
    expect((await visit()).source).toBe('bypass status')
  })
})

describe('an origin that fails', () => {
  it('is asked again now and then, and visitors do not wait for it', async () => {
    const { visit, asked, state } = await lab()
    await visit()
    state.now += 2 * MINUTE_MS
    state.answer = () => Promise.reject(new Error('refused'))
    expect((await visit()).source).toBe('error')
    const once = asked.length
    for (let at = 0; at < 5; at++) expect(await visit()).toEqual({ source: 'stale', body: HTML })
    expect(asked).toHaveLength(once)
    state.now += MINUTE_MS / 4
    await visit()
    expect(asked.length).toBeGreaterThan(once)
    state.answer = () => page('<title>back</title>')
    state.now += MINUTE_MS / 4
    expect((await visit()).source).toBe('stale')
    expect(await visit()).toEqual({ source: 'memory', body: '<title>back</title>' })
  })

  it('that drops a connection is asked once more at once', async () => {
    const { visit, asked, state } = await lab()
    state.answer = () => (asked.length === 1 ? Promise.reject(new Error('reset')) : page(HTML))
    expect(await visit()).toEqual({ source: 'shared fill', body: HTML })
  })
})

describe('loadOwn', () => {
  it('asks as the visitor, for a whole page, and keeps nothing', async () => {
    const { pages, asked, state } = await lab()
    const url = new URL(`https://lab-${labs}.example/account?utm_a=1`)
    const request = new Request(url, {
      headers: { Cookie: 'sid=1', Range: 'bytes=0-9', 'If-None-Match': '"x"', 'Accept-Encoding': 'zstd' },
    })
    const source = await pages().loadOwn(request, url, { 'Selvedge-Decision': 'hero=a' })
    expect(await read(source)).toEqual({ source: 'own own', body: HTML })
    expect(asked[0]?.url).toBe(url.href)
    expect(Object.fromEntries(asked[0]?.headers ?? [])).toEqual({
      'accept-encoding': 'gzip, br',
      cookie: 'sid=1',
      'selvedge-decision': 'hero=a',
      'selvedge-hop': '1',
    })
    expect(state.memory.pages.entries()).toBe(0)
  })
})
