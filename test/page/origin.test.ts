/** The Worker between real sockets: what visitors get, and what is kept, when an origin misbehaves. */
import { request as httpRequest } from 'node:http'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type FaultyOrigin, page, startOrigin, wire } from '../help/faulty-origin.ts'
import { type RunningWorker, runWorker } from '../help/workerd.ts'

const ORIGIN_TIMEOUT_MS = 1_000
const FRESH = { 'Cache-Control': 'max-age=60' }
const HTML =
  '<!doctype html><html><head><title>é</title></head><body><h1>Tea</h1><p>Green</p></body></html>\n'
const BYTES = Buffer.from(HTML)

let origin: FaultyOrigin
let worker: RunningWorker
let paths = 0

beforeAll(async () => {
  origin = await startOrigin()
  const entry = new URL('../help/page-worker.ts', import.meta.url).pathname
  worker = await runWorker({
    entry,
    bindings: { ORIGIN: origin.url, ORIGIN_TIMEOUT_MS: String(ORIGIN_TIMEOUT_MS) },
  })
})

afterAll(async () => {
  await worker?.stop()
  await origin?.stop()
})

/** A path of its own for each page, so that no test sees what another has kept. */
function serve(answer: Answer): string {
  paths += 1
  const path = `/page-${paths}`
  origin.on(path, answer)
  return path
}

interface Got {
  readonly status: number
  readonly source: string | null
  readonly headers: Headers
  /** null where the answer broke off. */
  readonly body: string | null
}

async function get(path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Got> {
  const response = await worker.fetch(path, { ...init, headers })
  const body = await response.text().catch(() => null)
  return {
    status: response.status,
    source: response.headers.get('X-Source'),
    headers: response.headers,
    body,
  }
}

/** Asks until the page is kept, which happens after the answer. */
async function getKept(path: string): Promise<Got> {
  for (let tries = 0; ; tries++) {
    const got = await get(path)
    if (got.source === 'memory' || tries === 50) return got
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The bytes of a body as they are on the wire. */
function getRaw(
  path: string,
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(path, worker.url), (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    request.on('error', reject)
    request.end()
  })
}

const chunk = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])

describe('a page that may be kept', () => {
  it.each([
    ['with a length', page(HTML, { ...FRESH, 'Content-Length': String(BYTES.length) })],
    ['in chunks', page(HTML, { ...FRESH, 'Transfer-Encoding': 'chunked' })],
    ['in gzip', page(gzipSync(HTML), { ...FRESH, 'Content-Encoding': 'gzip' })],
    ['in Brotli', page(brotliCompressSync(HTML), { ...FRESH, 'Content-Encoding': 'br' })],
    ['ended by the connection, with its closing tag', wire(FRESH, BYTES)],
    [
      'with its charset in a meta tag',
      page(HTML.replace('<head>', '<head><meta charset=utf-8>'), { ...FRESH, 'Content-Type': 'text/html' }),
    ],
  ])('streams first, then comes from memory with the same bytes: %s', async (_, answer) => {
    const path = serve(answer)
    const first = await get(path)
    expect(first).toMatchObject({ status: 200, source: 'stream fill' })
    const again = await getKept(path)
    expect(again).toMatchObject({ status: 200, source: 'memory', body: first.body })
    expect(again.body?.replace('<meta charset=utf-8>', '')).toBe(HTML)
  })

  it('is asked for without anything of the visitor', async () => {
    const path = serve(page(HTML, FRESH))
    await get(`${path}?utm_source=x&b=2&a=1`, {
      Authorization: 'Basic eDp5',
      Cookie: 'a=1',
      Range: 'bytes=0-1',
      'If-None-Match': '"x"',
      'Accept-Language': 'pt',
      'X-Forwarded-Host': 'evil.example',
      'X-Original-URL': '/admin',
      'X-Rewrite-URL': '/admin',
      Forwarded: 'host=evil.example',
    })
    const asked = origin.seen.at(-1)
    expect(asked?.url).toBe(`${path}?a=1&b=2`)
    expect(asked?.headers).toEqual({
      host: new URL(origin.url).host,
      accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
      'accept-encoding': 'gzip, br',
      'cf-worker': expect.any(String),
      'selvedge-hop': '1',
      'user-agent': 'Mozilla/5.0 (compatible; Selvedge/1.0)',
      'x-forwarded-host': worker.url.host,
      'x-forwarded-proto': 'http',
    })
  })

  it('leads to the public host by its headers, first, kept and renewed', async () => {
    const link = (url: URL | string): string => `<${new URL('/a.css', url).href}>; rel=preload; as=style`
    const headers = { 'Cache-Control': 'max-age=60', ETag: '"v1"', Link: link(origin.url) }
    const path = serve((request, response) => {
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304, headers).end()
      else page(gzipSync(HTML), { ...headers, 'Content-Encoding': 'gzip' })(request, response)
    })
    const linked = (got: Got): Got => {
      expect(got.headers.get('Link')).toBe(link(worker.url))
      return got
    }
    expect(linked(await get(path))).toMatchObject({ body: HTML, source: 'stream fill' })
    expect(linked(await getKept(path))).toMatchObject({ body: HTML, source: 'memory' })
    const later = { 'X-Test-Later': '90000' }
    expect(linked(await get(path, later))).toMatchObject({ body: HTML, source: 'revalidated' })
    expect(linked(await get(path, later))).toMatchObject({ body: HTML, source: 'memory' })
  })

  it('answers HEAD from what is kept, and asks HEAD where nothing is', async () => {
    const path = serve(page(HTML, FRESH))
    expect(await get(path, {}, { method: 'HEAD' })).toMatchObject({
      status: 200,
      source: 'stream head',
      body: '',
    })
    expect(origin.seen.at(-1)?.method).toBe('HEAD')
    await getKept(path)
    const asked = origin.seen.length
    expect(await get(path, {}, { method: 'HEAD' })).toMatchObject({ status: 200, source: 'memory', body: '' })
    expect(origin.seen.length).toBe(asked)
  })
})

describe('a page cut short', () => {
  const SMALL = Buffer.from('<!doctype html><html><title>a</title><p>Tea</html>')
  const cuts = [...SMALL.keys()]
  const gzip = gzipSync(SMALL)

  /** No visitor is told that a cut page is whole, and none is kept: the next visitor gets the whole page. */
  async function expectNothingKept(answers: readonly Answer[], isDetectable: boolean): Promise<void> {
    const cut = answers.map(serve)
    for (const path of cut) {
      const got = await get(path).catch(() => null)
      if (isDetectable && got?.status === 200) expect(got.body).toBeNull()
    }
    for (const path of cut) {
      origin.on(path, page(SMALL, FRESH))
      expect(await get(path)).toMatchObject({ status: 200, body: SMALL.toString() })
      expect(await getKept(path)).toMatchObject({ source: 'memory', body: SMALL.toString() })
    }
  }

  it('against its length is never kept, whatever the byte', async () => {
    const length = { ...FRESH, 'Content-Length': String(SMALL.length) }
    await expectNothingKept(
      cuts.map((at) => wire(length, SMALL.subarray(0, at))),
      true,
    )
  })

  it('before its last chunk is never kept, whatever the byte', async () => {
    const chunked = { ...FRESH, 'Transfer-Encoding': 'chunked' }
    const whole = [0, ...cuts].map((at) => wire(chunked, ...(at === 0 ? [] : [chunk(SMALL.subarray(0, at))])))
    await expectNothingKept(
      [...whole, wire(chunked, chunk(SMALL)), wire(chunked, chunk(SMALL), Buffer.from('0\r\n'))],
      true,
    )
  })

  it('inside its compression is never kept, whatever the byte', async () => {
    const answers = [...gzip.keys()].map((at) =>
      wire({ ...FRESH, 'Content-Encoding': 'gzip', 'Content-Length': String(at) }, gzip.subarray(0, at)),
    )
    await expectNothingKept(answers, true)
  })

  it('by the end of the connection is never kept unless it shows its end', async () => {
    const answers = cuts.map((at) => wire(FRESH, SMALL.subarray(0, at)))
    const marked = answers.map(serve)
    for (const path of marked) await get(path)
    for (const path of marked) expect((await get(path)).source).not.toBe('memory')
  })
})

describe('an origin that fails', () => {
  it.each([
    [
      'resets',
      (_: unknown, response: { socket: { destroy: () => void } | null }) => response.socket?.destroy(),
      502,
      'refused',
    ],
    ['says nothing', () => {}, 504, 'timeout'],
    [
      'sends garbage for a head',
      (_: unknown, response: { socket: { end: (text: string) => void } | null }) =>
        response.socket?.end('garbage\r\n\r\n'),
      502,
      'refused',
    ],
    [
      'sends garbage for gzip',
      wire({ 'Content-Encoding': 'gzip', 'Content-Length': '8' }, Buffer.from('garbage!')),
      502,
      'body',
    ],
    [
      'sends its head and then nothing, in gzip',
      (_: unknown, response: Parameters<Answer>[1]) => {
        response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip' })
        response.flushHeaders()
      },
      504,
      'timeout',
    ],
  ] as [string, Answer, number, string][])('%s: a plain failure', async (_, answer, status, why) => {
    const got = await get(serve(answer))
    expect(got).toMatchObject({ status, source: `failed ${why}` })
    expect(got.headers.get('Cache-Control')).toBe('no-store')
    expect(got.headers.get('Content-Type')).toBe('text/plain; charset=utf-8')
  })

  it('hands on its own error page', async () => {
    const path = serve(page('<h1>Down</h1>', {}, 503))
    expect(await get(path)).toMatchObject({ status: 503, source: 'bypass status', body: '<h1>Down</h1>' })
  })

  it.each([
    ['5xx', page('down', {}, 500)],
    ['a reset', ((_, response) => response.socket?.destroy()) as Answer],
    ['a timeout', (() => {}) as Answer],
    [
      'a damaged coding',
      wire({ ...FRESH, 'Content-Encoding': 'gzip', 'Content-Length': '3' }, Buffer.from('abc')),
    ],
  ])('has its page kept up against %s', async (_, fault) => {
    const path = serve(page(HTML, { 'Cache-Control': 'max-age=60, stale-if-error=600' }))
    await get(path)
    await getKept(path)
    origin.on(path, fault)
    const later = { 'X-Test-Later': '90000' }
    expect(await get(path, later)).toMatchObject({ status: 200, source: 'error', body: HTML })
    expect(await get(path, later)).toMatchObject({ status: 200, source: 'stale', body: HTML })
  })

  it('does not have its page kept up for ever', async () => {
    const path = serve(page(HTML, { 'Cache-Control': 'max-age=60, stale-if-error=600' }))
    await get(path)
    await getKept(path)
    origin.on(path, page('down', {}, 500))
    expect(await get(path, { 'X-Test-Later': '700000' })).toMatchObject({ status: 500, body: 'down' })
  })
})

describe('a page that must not be touched', () => {
  const latin = Buffer.from(HTML, 'latin1')

  it.each([
    ['another charset', page(latin, { 'Content-Type': 'text/html; charset=iso-8859-1' }), 'charset'],
    [
      'another charset in a meta tag',
      page(Buffer.concat([Buffer.from('<meta charset=koi8-r>'), latin]), { 'Content-Type': 'text/html' }),
      'charset',
    ],
    ['no charset at all', page(latin, { 'Content-Type': 'text/html' }), 'charset'],
    ['zstd', page(zstdCompressSync(HTML), { 'Content-Encoding': 'zstd' }), 'encoding'],
    ['a part', page(BYTES.subarray(0, 9), { 'Content-Range': `bytes 0-8/${BYTES.length}` }, 206), 'partial'],
    ['another type', page('{}', { 'Content-Type': 'application/json' }), 'type'],
    ['a missing page', page('<h1>Gone</h1>', {}, 404), 'status'],
  ])('passes byte for byte: %s', async (_, answer, why) => {
    const path = serve((request, response) => answer(request, response))
    const direct = Buffer.from(
      await (await fetch(origin.url + path, { headers: { 'Accept-Encoding': 'identity' } })).arrayBuffer(),
    )
    const raw = await getRaw(path)
    expect(raw.headers['x-source']).toBe(`bypass ${why}`)
    const expected = raw.headers['content-encoding'] === 'zstd' ? zstdCompressSync(HTML) : direct
    expect(raw.body.equals(expected)).toBe(true)
  })

  it('passes byte for byte: another charset in gzip', async () => {
    const path = serve(page(gzipSync(latin), { 'Content-Type': 'text/html', 'Content-Encoding': 'gzip' }))
    const response = await worker.fetch(path)
    expect(response.headers.get('X-Source')).toBe('bypass charset')
    expect(Buffer.from(await response.arrayBuffer()).equals(latin)).toBe(true)
  })

  it('leaves redirects to the visitor, on the public host', async () => {
    const path = serve(page('', { Location: `${origin.url}/there?a=1` }, 302))
    const got = await get(path)
    expect(got).toMatchObject({ status: 302, source: 'bypass redirect' })
    expect(got.headers.get('Location')).toBe(new URL('/there?a=1', worker.url).href)
  })
})

describe('a page that is not for sharing', () => {
  it.each([
    ['set_cookie', { ...FRESH, 'Set-Cookie': ['a=1; Path=/', 'b=2; Path=/'] }],
    ['vary', { ...FRESH, Vary: '*' }],
    ['vary', { ...FRESH, Vary: 'Cookie' }],
    ['private', { 'Cache-Control': 'private, max-age=60' }],
    ['no_store', { 'Cache-Control': 'no-store' }],
    ['no_freshness', {}],
  ])('streams and is never kept: %s %j', async (why, headers) => {
    const path = serve(page(HTML, headers as Record<string, string | string[]>))
    for (const _ of [1, 2, 3]) {
      const got = await get(path)
      expect(got).toMatchObject({ status: 200, body: HTML })
      // `own`: it is remembered that this page goes by the visitor.
      expect([`stream ${why}`, 'stream own']).toContain(got.source)
      expect(got.headers.getSetCookie()).toEqual([headers['Set-Cookie' as keyof typeof headers] ?? []].flat())
    }
  })

  it('streams, bigger than the bound, and the copy is dropped', async () => {
    const big = `${HTML}${'x'.repeat(5_000_000)}</html>`
    const chunked = serve(page(big, FRESH))
    expect((await get(chunked)).body?.length).toBe(big.length)
    expect(await get(chunked)).toMatchObject({ source: 'stream unfit' })
    const sized = serve(page(big, { ...FRESH, 'Content-Length': String(Buffer.byteLength(big)) }))
    expect(await get(sized)).toMatchObject({ source: 'stream oversize', body: big })
  })
})

describe('a page that is validated', () => {
  const tagged: Answer = (request, response) => {
    if (request.headers['if-none-match'] === '"v1"')
      response.writeHead(304, { ETag: '"v1"', 'X-Round': '2' }).end()
    else
      page(HTML, { 'Cache-Control': 'max-age=60', ETag: '"v1"', 'Content-Security-Policy': 'a' })(
        request,
        response,
      )
  }

  it('is renewed by a 304, and fresh again', async () => {
    const path = serve(tagged)
    await get(path)
    await getKept(path)
    const later = { 'X-Test-Later': '90000' }
    const renewed = await get(path, later)
    expect(renewed).toMatchObject({ source: 'revalidated', body: HTML })
    expect(renewed.headers.get('X-Round')).toBe('2')
    expect(renewed.headers.get('Content-Security-Policy')).toBe('a')
    const asked = origin.seen.length
    expect(await get(path, later)).toMatchObject({ source: 'memory', body: HTML })
    expect(origin.seen.length).toBe(asked)
  })

  it('is asked for whole where a 304 speaks of another version', async () => {
    const path = serve(tagged)
    await get(path)
    await getKept(path)
    origin.on(path, (request, response) => {
      if (request.headers['if-none-match'] !== undefined) response.writeHead(304, { ETag: '"v2"' }).end()
      else page('<title>two</title>', { ...FRESH, ETag: '"v2"' })(request, response)
    })
    expect(await get(path, { 'X-Test-Later': '90000' })).toMatchObject({
      status: 200,
      body: '<title>two</title>',
    })
  })

  it('that was asked for whole is never a 304, whatever the origin says', async () => {
    let rude = true
    const path = serve((request, response) => {
      if (rude) response.writeHead(304, { ETag: '"v1"' }).end()
      else page(HTML, FRESH)(request, response)
      rude = false
    })
    // The visitor's browser asked for its own copy; ours is another question.
    expect(await get(path, { 'If-None-Match': '"v1"' })).toMatchObject({ status: 200, body: HTML })
    const always = serve((_, response) => void response.writeHead(304).end())
    expect((await get(always)).status).toBe(502)
  })

  it('is renewed behind the visitor where it may be stale', async () => {
    const graceful = { 'Cache-Control': 'max-age=60, stale-while-revalidate=600' }
    const path = serve(page(HTML, graceful))
    await get(path)
    await getKept(path)
    origin.on(path, page('<title>new</title>', graceful))
    const later = { 'X-Test-Later': '90000' }
    expect(await get(path, later)).toMatchObject({ source: 'stale', body: HTML })
    await expect.poll(async () => (await get(path, later)).body).toBe('<title>new</title>')
  })
})

describe('pass', () => {
  const passing = { 'X-Test-Pass': '1' }

  it('hands on the request with its credentials and the arms, without what is ours', async () => {
    const path = serve(page('ok'))
    await get(`${path}?utm_source=x`, {
      ...passing,
      Cookie: 'a=1; __Host-selvedge=x',
      Authorization: 'Basic eDp5',
      'Selvedge-Decision': 'hero=forged',
      'Selvedge-Unit': 'forged',
    })
    const asked = origin.seen.at(-1)
    expect(asked?.url).toBe(`${path}?utm_source=x`)
    expect(asked?.headers).toMatchObject({
      cookie: 'a=1',
      authorization: 'Basic eDp5',
      'selvedge-decision': 'hero=a',
      'selvedge-hop': '1',
    })
    expect(asked?.headers).not.toHaveProperty('selvedge-unit')
  })

  it('streams a body there and back, and keeps every cookie', async () => {
    const path = serve((request, response) => {
      response.writeHead(201, { 'Content-Type': 'text/plain', 'Set-Cookie': ['a=1', 'b=2'] })
      request.pipe(response)
    })
    const sent = 'x'.repeat(300_000)
    const got = await get(path, passing, { method: 'POST', body: sent })
    expect(got).toMatchObject({ status: 201, body: sent })
    expect(got.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('sends a body once, also where the origin breaks off', async () => {
    let times = 0
    const path = serve((_, response) => {
      times += 1
      response.socket?.destroy()
    })
    expect((await get(path, passing, { method: 'POST', body: 'x' })).status).toBe(502)
    expect(times).toBe(1)
  })

  it('answers plainly where the origin does not', async () => {
    expect(
      await get(
        serve(() => {}),
        passing,
      ),
    ).toMatchObject({ status: 504, body: 'The shop did not answer in time.\n' })
  })

  it('ends a loop', async () => {
    const path = serve(page('ok'))
    expect((await get(path, { ...passing, 'Selvedge-Hop': '3' })).body).toBe('ok')
    expect(await get(path, { ...passing, 'Selvedge-Hop': '4' })).toMatchObject({ status: 508 })
  })
})

describe('many visitors at once', () => {
  it('get their own pages, hit and miss', async () => {
    const own = Array.from({ length: 200 }, (_, at) => at % 20)
    const first = serve(page(''))
    const base = Number(first.slice('/page-'.length))
    for (let at = 0; at < 20; at++) {
      paths = Math.max(paths, base + 1 + at)
      origin.on(`/page-${base + 1 + at}`, page(`<title>${at}</title>`, FRESH))
    }
    const got = await Promise.all(own.map((at) => get(`/page-${base + 1 + at}`)))
    expect(got.map(({ status, body }) => [status, body])).toEqual(
      own.map((at) => [200, `<title>${at}</title>`]),
    )
  })
})
