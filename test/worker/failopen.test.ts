/** Whatever fails, the storefront's own page is what a visitor gets, and all is well again when the fault is over. */
import { createHash } from 'node:crypto'
import { createServer as createHttpServer, request } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { checksumOf } from '../../src/campaign/release.ts'
import { createReleaseStore } from '../../src/campaign/store.ts'
import { openDatabase } from '../../src/kit/sql.ts'
import { AUSTIN, campaign, type Edge, type Got, releaseOf, startEdge, TOKEN } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { SEAL_KEYS } from '../help/keys.ts'
import { listen } from '../help/listen.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'
import { until } from '../help/until.ts'

const HTML = '<!doctype html><html><body><h1>Tea</h1></body></html>'
const EDITED = HTML.replace('Tea', 'Coffee')
const RELEASE = releaseOf(campaign('hero', [{ action: 'text', selector: 'h1', value: 'Coffee' }]))
const WIRED = { RELEASE_TTL_SECONDS: '1' }
const FRESH = { 'Cache-Control': 'public, max-age=600', ETag: '"1"' }

let store: TestStore
let origin: FaultyOrigin
const running: Edge[] = []

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  origin.on('/', page(HTML, FRESH))
  origin.onUpgrade((asked, socket) => {
    // RFC 6455, section 4.2.2.
    const key = `${asked.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
  })
  origin.on('/form', (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain' })
    request.pipe(response)
  })
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((edge) => edge.stop()))
})

afterAll(async () => {
  await origin?.stop()
  await store?.stop()
})

async function start(bindings: Readonly<Record<string, string>>, entry?: string): Promise<Edge> {
  const edge = await startEdge({ ...WIRED, ORIGIN: origin.url, ...bindings }, entry)
  running.push(edge)
  return edge
}

const visit = (edge: Edge): Promise<Got> => edge.get('/', { place: AUSTIN })

function expectUntouched(got: Got, why: string | undefined): void {
  expect([got.status, got.text, got.isWhole, got.setCookies]).toEqual([200, HTML, true, []])
  expect(got.headers).toMatchObject({ 'cache-control': FRESH['Cache-Control'], etag: FRESH.ETag })
  expect([got.headers['selvedge-bypass'], got.headers['selvedge-decision']]).toEqual([why, undefined])
}

const untilPage = (edge: Edge, text: string): Promise<void> =>
  until(async () => (await visit(edge)).text === text)

type Behaviour = 'hang' | 'forward' | 'refuse' | string

/** Stands before the store and does what it is told; text is what it says to whatever it is asked. */
async function startGate(
  url: string,
): Promise<{ url: string; is: Behaviour; pending: () => number; stop: () => void }> {
  const sockets = new Set<Socket>()
  const gate = { url: '', is: 'forward' as Behaviour, pending: () => sockets.size, stop: () => {} }
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    if (gate.is === 'hang') return
    if (gate.is === 'refuse') return void socket.destroy()
    if (gate.is !== 'forward') return void socket.once('data', () => socket.end(gate.is))
    const { hostname, port } = new URL(url)
    const there = connect(Number(port), hostname)
    there.on('error', () => socket.destroy())
    socket.pipe(there).pipe(socket)
  })
  gate.url = await listen(server)
  gate.stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return gate
}

const says = (status: string, body: string, type = 'application/json'): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`

describe('a store that fails', () => {
  beforeAll(async () => {
    await (await start({ DB_URL: store.url })).publish(RELEASE)
  })

  it.concurrent.each([
    ['is not there', 'refuse'],
    ['hangs', 'hang'],
    ['speaks another language', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['is a web page', says('200 OK', '<h1>Welcome to nginx</h1>', 'text/html')],
    ['answers nonsense', says('200 OK', '{"results":[{"type":"ok"}]}')],
    ['breaks off', says('200 OK', '{"results":[{"type":"ok"}]}').slice(0, -9)],
    ['fails', says('500 Internal Server Error', '{"error":"disk full"}')],
    ['refuses its token', says('401 Unauthorized', '')],
  ])('when an isolate starts: pages are untouched, and edited once it is back: %s', async (_, fault) => {
    const gate = await startGate(store.url)
    gate.is = fault
    const edge = await startEdge({ ...WIRED, DB_URL: gate.url, ORIGIN: origin.url, BUDGET_MS: '25' })
    try {
      for (const got of await Promise.all(Array.from({ length: 10 }, () => visit(edge)))) {
        expectUntouched(got, 'no_release')
      }
      if (fault === 'hang') expect(gate.pending()).toBeGreaterThan(0)
      gate.is = 'forward'
      await untilPage(edge, EDITED)
    } finally {
      gate.stop()
      await edge.stop()
    }
  })

  it('when a release is live: it stays', async () => {
    const gate = await startGate(store.url)
    const edge = await start({ DB_URL: gate.url })
    try {
      await untilPage(edge, EDITED)
      gate.is = 'hang'
      const end = Date.now() + 1_200
      while (Date.now() < end) expect((await visit(edge)).text).toBe(EDITED)
      expect(gate.pending()).toBeGreaterThan(0)
    } finally {
      gate.stop()
    }
  })

  it('for want of any: pages are untouched, and operators are told what is missing', async () => {
    const edge = await start({})
    expectUntouched(await visit(edge), 'no_release')
    const { status, text } = await edge.api('/releases')
    expect([status, text]).toEqual([503, expect.stringContaining('DB_URL is not set')])
  })

  it('that nobody has migrated: operators and the log are told so, visitors are not', async () => {
    const bare = await startTestStore({ migrated: false })
    try {
      const edge = await start({ DB_URL: bare.url })
      expectUntouched(await visit(edge), 'no_release')
      await until(() => /first release_lookup_failed: .*no such table/.test(edge.log()))
      expect((await edge.api('/releases')).text).toContain('no such table')
      const body = JSON.stringify({ personalization: true, measurement: true })
      const headers = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' }
      const refused = await edge.get('/_selvedge/consent', { method: 'POST', body, headers })
      expect([refused.status, refused.text]).toEqual([503, expect.not.stringContaining('table')])
    } finally {
      await bare.stop()
    }
  })

  it('that does not know our token: operators are told so', async () => {
    const gate = createHttpServer((_, response) => void response.writeHead(401).end('{"error":"expired"}'))
    try {
      const edge = await start({ DB_URL: await listen(gate) })
      const { status, text, headers } = await edge.api('/releases')
      expect([status, text]).toEqual([503, expect.stringContaining('HTTP 401')])
      expect(headers['retry-after']).toBe('5')
    } finally {
      gate.close()
    }
  })
})

describe('a release that cannot be used', () => {
  const putInto = async (document: string): Promise<void> => {
    const about = { author: 'somebody', note: '', createdAt: Date.now() }
    await createReleaseStore(openDatabase({ url: store.url, timeoutMs: 5_000 })).publish({
      ...about,
      document,
      checksum: await checksumOf(document),
    })
  }

  it.each([
    ['no JSON', '{"campaigns": ['],
    ['no release', 'null'],
    ['no campaigns', '{"holdout":0}'],
    ['campaigns of another shape', '{"holdout":0,"campaigns":[{"id":"hero"},7]}'],
    [
      'a campaign without variants',
      '{"holdout":0,"campaigns":[{"id":"hero","status":"live","pages":["/*"],"audience":{}}]}',
    ],
  ])('breaks no page, and replaces no good one: %s', async (_, document) => {
    const edge = await start({ DB_URL: store.url })
    await edge.publish(RELEASE)
    expect((await visit(edge)).text).toBe(EDITED)
    await putInto(document)
    // Whatever is done to what is live, the isolate looks at once.
    await edge.api('/switch', { method: 'PUT', body: JSON.stringify({ enabled: true }) })
    const cold = await start({ DB_URL: store.url })
    for (let view = 0; view < 5; view++) {
      expect((await visit(edge)).text).toBe(EDITED)
      const got = await visit(cold)
      expect([got.status, got.text, got.isWhole]).toEqual([200, HTML, true])
    }
    await edge.publish(RELEASE)
    await untilPage(cold, EDITED)
  })
})

describe('the kill switch', () => {
  it('works at once where it is turned, and soon everywhere', async () => {
    const here = await start({ DB_URL: store.url })
    const there = await start({ DB_URL: store.url })
    await here.publish(RELEASE)
    await Promise.all([here.warm(), there.warm()])
    const turn = (enabled: boolean): Promise<Got> =>
      here.api('/switch', { method: 'PUT', body: JSON.stringify({ enabled, reason: 'test' }) })
    expect((await turn(false)).status).toBe(200)
    expectUntouched(await visit(here), 'disabled')
    await untilPage(there, HTML)
    expectUntouched(await visit(there), 'disabled')
    expect((await turn(true)).status).toBe(200)
    expect((await visit(here)).text).toBe(EDITED)
    await untilPage(there, EDITED)
  })

  it('works by configuration, and the doors stay open', async () => {
    const edge = await start({ DB_URL: store.url, ENABLED: 'false' })
    await edge.publish(RELEASE)
    expectUntouched(await visit(edge), undefined)
    const health = await edge.get('/_selvedge/health')
    expect(JSON.parse(health.text)).toMatchObject({ status: 'ok', personalization: 'disabled' })
  })
})

describe('a broken configuration', () => {
  const secret = 'a-secret-that-nobody-may-read'
  it.each([
    [{ SEAL_KEYS: '' }, ['/SEAL_KEYS']],
    [{ SEAL_KEYS: `k1:${secret}` }, ['/SEAL_KEYS']],
    [{ SEAL_KEYS: secret }, ['/SEAL_KEYS']],
    [{ API_TOKEN: 'short' }, ['/API_TOKEN']],
    [{ API_TOKEN: `ops:${secret}!!` }, ['/API_TOKEN']],
    [{ CDN_SECRET: 'short' }, ['/CDN_SECRET']],
    [{ CONSENT_OPT_OUT: 'US,DE,Texas' }, ['/CONSENT_OPT_OUT']],
    [{ EXCLUDE_PATHS: '/a,/(' }, ['/EXCLUDE_PATHS']],
    [
      { DB_URL: 'ftp://store', BUDGET_MS: 'soon', DYNAMIC_PAGES: 'yes', ENABLED: 'no' },
      ['/BUDGET_MS', '/DB_URL', '/DYNAMIC_PAGES', '/ENABLED'],
    ],
  ])('serves the storefront, and names every fault at the doors: %j', async (bindings, paths) => {
    const edge = await start({ DB_URL: store.url, ...bindings } as Record<string, string>)
    expectUntouched(await visit(edge), 'error')
    expect((await edge.get('/form', { method: 'POST', body: 'sku=1' })).text).toBe('sku=1')
    for (const door of ['/_selvedge/health', '/_selvedge/api/releases', '/_selvedge/anything']) {
      const got = await edge.get(door, { headers: { Authorization: `Bearer ${TOKEN}` } })
      expect(got.status).toBe(503)
      const { faults } = JSON.parse(got.text) as { faults: { path: string }[] }
      const named = [...new Set(faults.map(({ path }) => `/${path.split('/')[1]}`))].sort()
      expect(named).toEqual(paths)
      expect(got.text).not.toContain(secret)
      expect(got.text).not.toContain(SEAL_KEYS)
    }
    expect(edge.log()).not.toContain(secret)
  })

  it.each(['/eu/', '/?shop=eu', '/#eu'])('names an origin with more than a host: %s', async (more) => {
    const edge = await start({ DB_URL: store.url, ORIGIN: `${origin.url}${more}` })
    expectUntouched(await visit(edge), 'error')
    const { faults } = JSON.parse((await edge.get('/_selvedge/health')).text) as {
      faults: { path: string }[]
    }
    expect(faults.map(({ path }) => path)).toEqual(['/ORIGIN'])
  })

  it('without an origin that could be asked is a plain failure', async () => {
    const got = await visit(await start({ ORIGIN: 'nowhere', DB_URL: store.url }))
    expect([got.status, got.headers['content-type']]).toEqual([502, 'text/plain; charset=utf-8'])
  })
})

describe('a WebSocket', () => {
  it.each([{ SEAL_KEYS: '' }, { ENABLED: 'false' }, {}])(
    'goes through, whatever the configuration: %j',
    async (bindings) => {
      const edge = await start({ DB_URL: store.url, ...bindings } as Record<string, string>)
      const asking = request(`${edge.url}/socket`, {
        headers: {
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'Sec-WebSocket-Version': '13',
        },
      }).end()
      const status = await new Promise<number | undefined>((resolve, reject) => {
        asking.on('upgrade', (answer, socket) => {
          socket.destroy()
          resolve(answer.statusCode)
        })
        asking.on('response', (answer) => resolve(answer.resume().statusCode))
        asking.on('error', reject)
      })
      expect(status).toBe(101)
    },
  )
})

describe('a fault that nobody foresaw', () => {
  const entry = join(import.meta.dirname, '../help/broken-worker.ts')

  it.each(['classify', 'ready', 'release', 'keyring', 'memory', 'counters'])(
    'in one part leaves the page whole: %s',
    async (part) => {
      const edge = await start({ DB_URL: store.url, BREAK: part }, entry)
      await edge.publish(RELEASE)
      for (const method of ['GET', 'HEAD']) {
        const got = await edge.get('/', { place: AUSTIN, method, headers: { Cookie: '__Host-selvedge=x' } })
        expect([got.status, got.text]).toEqual([200, method === 'HEAD' ? '' : HTML])
        expect(got.headers['selvedge-bypass'] ?? 'no_release').toMatch(/^(?:error|no_release)$/)
      }
      const form = await edge.get('/form', {
        method: 'POST',
        body: 'sku=1',
        headers: { Cookie: 'session=1' },
      })
      expect([form.status, form.text]).toEqual([200, 'sku=1'])
    },
  )
})
