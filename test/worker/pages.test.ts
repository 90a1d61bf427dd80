/** Real pages, odd pages and origins that fail, through the whole Worker: never a broken page, never half of one kept. */
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUSTIN, campaign, type Edge, type Got, releaseOf, startEdge } from '../help/edge.ts'
import { type Answer, type FaultyOrigin, page, startOrigin, wire } from '../help/faulty-origin.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'
import { createSite, type Item } from '../storefront/site.ts'

const FRESH = { 'Cache-Control': 'max-age=600' }
/** Kept, and asked about at every request. */
const ALWAYS_ASKED = { 'Cache-Control': 'max-age=0, stale-if-error=600', ETag: '"1"' }
const MEGABYTE = 1024 * 1024

let store: TestStore
let origin: FaultyOrigin
let edge: Edge
let paths = 0

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  edge = await startEdge({ ORIGIN: origin.url, DB_URL: store.url, ORIGIN_TIMEOUT_MS: '300' })
})

afterAll(async () => {
  await edge?.stop()
  await origin?.stop()
  await store?.stop()
})

function serve(answer: Answer): string {
  paths += 1
  const path = `/page-${paths}`
  origin.on(path, answer)
  return path
}

const visit = (path: string, headers: Record<string, string> = {}): Promise<Got> =>
  edge.get(path, { place: AUSTIN, headers })

const sourceOf = ({ headers }: Got): string =>
  /desc="(\w+)"/.exec(headers['server-timing'] ?? '')?.[1] ?? headers['selvedge-bypass'] ?? ''

/** Asks until the page comes from where it is kept, which is so soon after the first answer. */
async function visitKept(path: string): Promise<Got> {
  for (let tries = 0; ; tries++) {
    const got = await visit(path)
    if (!['stream', ''].includes(sourceOf(got)) || tries === 20) return got
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const EVERYTHING = [
  'html',
  'head',
  'title',
  'body',
  'h1',
  'main',
  'p',
  'a',
  'li',
  'div',
  'table',
  'script',
  'p > *',
]
/** Marks every element of a page, cuts it there, and changes nothing. */
const NO_EDITS = releaseOf(
  ...EVERYTHING.map((selector, at) =>
    campaign(`none-${at}`, [{ action: 'addClass', selector, value: 'never' }], {
      audience: { 'geo.country': 'ZZ' },
    }),
  ),
)
/** Streams every page through the rewriter, and finds nothing on it. */
const NO_SLOT = releaseOf(campaign('nowhere', [{ action: 'remove', selector: '#selvedge-nowhere' }]))

const bytes = (...parts: readonly (string | number)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part]))),
  )

const ODD: Readonly<Record<string, Buffer>> = {
  'a byte order mark': Buffer.from('\ufeff<!doctype html><h1>Tea</h1>'),
  'carriage returns': Buffer.from('<!doctype html>\r\n<h1\r\nclass="a"\r\n>Tea\r</h1>\r\n'),
  'invalid UTF-8': bytes(
    '<h1>',
    0xff,
    0xc3,
    '</h1><p title="',
    0xe2,
    0x82,
    '">',
    0xf0,
    0x9f,
    '</p>',
    0xed,
    0xa0,
    0x80,
  ),
  'null bytes': bytes('<h1>', 0, '</h1><p a', 0, 'b=c>', 0, '</p>', 0),
  nothing: Buffer.alloc(0),
  'one byte': Buffer.from('<'),
  'no tags': Buffer.from('Tea & <3 cake'),
  'a tag that never ends': Buffer.from('<h1>Tea</h1><p class="a'),
  'a comment that never ends': Buffer.from('<h1>Tea</h1><!-- <p>Green'),
  'implied end tags': Buffer.from('<table><tr><td><p>one<p>two<li>a<li>b</div></table><h1>Tea'),
  'tags in scripts and styles': Buffer.from(
    '<script>"<h1></h1>"</script><style>/*<p>*/</style><textarea><p></textarea>',
  ),
  'a plaintext element': Buffer.from('<h1>Tea</h1><plaintext></h1><p>'),
  'foreign content': Buffer.from(
    '<svg><a><title><p>x</title></a></svg><math><mi><p>x</mi></math><template><p>x</template>',
  ),
  'a select with raw text': Buffer.from(
    '<h1>Tea</h1><select><style></select><p>x</p><script></select></style>',
  ),
  'deep nesting': Buffer.from('<div>'.repeat(2_000) + '</div>'.repeat(2_000)),
  'formatting out of order': Buffer.from('<a><b><p></a></b><h1><a><p><a></h1></p>'.repeat(50)),
  'markup that looks like a mark': Buffer.from('<!--selvedge--><h1>Tea</h1><!----><!--><p>--!></p>'),
  'upper case': Buffer.from('<HTML><BODY><H1>TEA</H1><P ID=A>x</BODY></HTML>'),
}

describe('a form sent to a page', () => {
  it('outdates what is kept of it, unless it was refused', async () => {
    await edge.publish(releaseOf(campaign('x', [{ action: 'addClass', selector: 'h1', value: 'x' }])))
    let reviews = 0
    let isRefused = true
    const path = serve((request, response) => {
      if (request.method === 'POST') {
        if (!isRefused) reviews += 1
        response.writeHead(isRefused ? 403 : 303, { Location: path }).end()
      } else page(`<h1>${reviews}</h1>`, FRESH)(request, response)
    })
    const post = (method = 'POST') => edge.get(path, { place: AUSTIN, method })
    await visitKept(path)
    for (const method of ['POST', 'OPTIONS']) {
      await post(method)
      expect(sourceOf(await visit(path))).toBe('memory')
    }
    isRefused = false
    await post()
    expect((await visit(path)).text).toBe('<h1 class="x">1</h1>')
  })
})

describe('a page without edits', () => {
  it.each([
    ['that is cut at every element', NO_EDITS, ['memory']],
    ['that has no such element', NO_SLOT, ['memory']],
  ] as const)('%s comes out byte for byte: the demo shop', async (_, release, sources) => {
    await edge.publish(release)
    const pages: readonly (readonly [string, Item])[] = [...createSite({ hasBar: false }).items].filter(
      ([, { kind }]) => kind === 'page',
    )
    expect(pages.length).toBeGreaterThanOrEqual(10)
    for (const [, { body }] of pages) {
      const path = serve(page(body, FRESH))
      expect((await visit(path)).text === body).toBe(true)
      const again = await visitKept(path)
      expect([sourceOf(again), again.text === body]).toEqual([sources[0], true])
    }
  })

  it.each([
    ['that is cut at every element', NO_EDITS, 0],
    ['that has no such element', NO_SLOT, 1],
  ])('%s comes out byte for byte: odd pages, plain and compressed', async (_, release, shift) => {
    await edge.publish(release)
    const codings: readonly ((body: Buffer) => Answer)[] = [
      (body) => page(body, FRESH),
      (body) => page(gzipSync(body), { ...FRESH, 'Content-Encoding': 'gzip' }),
      (body) => page(brotliCompressSync(body), { ...FRESH, 'Content-Encoding': 'br' }),
    ]
    for (const [at, [name, body]] of Object.entries(ODD).entries()) {
      for (const answer of [codings[0], codings[1 + ((at + shift) % 2)]] as const) {
        const path = serve((answer as (body: Buffer) => Answer)(body))
        for (const got of [await visit(path), await visitKept(path)]) {
          expect([name, got.status, got.isWhole, got.bytes.equals(body)]).toEqual([name, 200, true, true])
        }
      }
    }
  })
})

const SMALL = Buffer.from('<!doctype html><title>a</title><h1>Tea</h1><p>Green</html>')
const EDITS = releaseOf(
  campaign('hero', [
    { action: 'text', selector: 'h1', value: 'Fresh in {{ geo.city }}' },
    { action: 'after', selector: 'h1', value: '<i>new</i>' },
    { action: 'setAttribute', selector: 'p', name: 'data-city', value: '{{ geo.city }}' },
  ]),
)
const edited = (html: string): string =>
  html.replace('<h1>Tea</h1>', '<h1>Fresh in Austin</h1><i>new</i>').replace('<p>', '<p data-city="Austin">')
const EDITED = edited(SMALL.toString())

const chunk = (part: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])
const CHUNKED = { ...FRESH, 'Transfer-Encoding': 'chunked' }
const gzip = gzipSync(SMALL)

describe('an edited page', () => {
  it.each([
    [
      'its length',
      (at: number) => wire({ ...FRESH, 'Content-Length': String(SMALL.length) }, SMALL.subarray(0, at)),
      SMALL,
    ],
    [
      'its last chunk',
      (at: number) => wire(CHUNKED, ...(at === 0 ? [] : [chunk(SMALL.subarray(0, at))])),
      SMALL,
    ],
    [
      'the end of its compression',
      (at: number) =>
        wire({ ...FRESH, 'Content-Encoding': 'gzip', 'Content-Length': String(at) }, gzip.subarray(0, at)),
      gzip,
    ],
  ] as const)(
    'cut off before %s, at any byte, never looks whole and is never kept',
    async (_, cutAt, whole) => {
      await edge.publish(EDITS)
      const cut = [...whole.keys()].map((at) => serve(cutAt(at)))
      for (const path of cut) {
        const got = await visit(path).catch(() => undefined)
        if (got?.status === 200) expect([path, got.isWhole]).toEqual([path, false])
        else if (got !== undefined) expect(got.text).toBe('The shop cannot be reached.\n')
      }
      for (const path of cut) origin.on(path, page(SMALL, FRESH))
      for (const path of cut) expect((await visit(path)).text).toBe(EDITED)
      for (const path of cut.filter((_, at) => at % 10 === 0)) {
        const got = await visitKept(path)
        expect([sourceOf(got), got.text]).toEqual(['memory', EDITED])
      }
    },
  )

  it.each([
    ['5 MB', `<p>${'Green tea. '.repeat(480_000)}</p>`],
    ['an attribute of 3 MB', `<a title="${'x'.repeat(3 * MEGABYTE)}">x</a><h2>On</h2>`],
    ['20,000 stray end tags', `${'</b></p></td>'.repeat(20_000)}<h2>On</h2>`],
    ['a select with raw text', '<select><option><style></select></style><h2>On</h2>'],
    ['50,000 elements', '<li>x'.repeat(50_000)],
  ])('is whole, whatever the rewriter makes of it: %s', async (_, filling) => {
    const html = `<!doctype html><html><body><h1>Tea</h1>${filling}<footer>End</footer></body></html>`
    await edge.publish(EDITS)
    const path = serve(page(html, FRESH))
    const first = await visit(path)
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (const got of [first, await visit(path)]) {
      expect([got.status, got.isWhole]).toEqual([200, true])
      const undone = got.text
        .replace('<h1>Fresh in Austin</h1><i>new</i>', '<h1>Tea</h1>')
        .replaceAll('<p data-city="Austin">', '<p>')
      expect(undone === html).toBe(true)
    }
    expect(first.text).toContain('<h1>Fresh in Austin</h1>')
  })
})

type Fault = readonly [name: string, answer: Answer, status: number]
const FAULTS: readonly Fault[] = [
  ['refuses', (_, response) => response.socket?.destroy(), 502],
  ['hangs', () => {}, 504],
  ['fails', page('<h1>Tea</h1> is off', {}, 500), 500],
  ['is busy', page('<h1>Tea</h1> later', { 'Retry-After': '5' }, 503), 503],
  ['sends garbage', (_, response) => response.socket?.end('garbage\r\n\r\n'), 502],
  [
    'sends garbage for gzip',
    wire({ ...FRESH, 'Content-Encoding': 'gzip', 'Content-Length': '8' }, Buffer.from('garbage!')),
    502,
  ],
]

describe('an origin that fails', () => {
  it.each(FAULTS)('%s: its own answer, or a plain failure', async (_, answer, status) => {
    await edge.publish(EDITS)
    const got = await visit(serve(answer))
    expect(got.status).toBe(status)
    expect(got.isWhole).toBe(true)
    expect(got.setCookies).toEqual([])
    if (status === 500 || status === 503) expect(got.text).toMatch(/^<h1>Tea<\/h1> /)
    else {
      expect(got.headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
      })
      expect(got.text).toMatch(/^The shop .*\.\n$/)
    }
  })

  it.each(FAULTS)('%s: the page that is kept, finished for its visitor', async (_, answer) => {
    await edge.publish(EDITS)
    const path = serve((request, response) => {
      const isKnown = request.headers['if-none-match'] !== undefined
      page(isKnown ? '' : SMALL, ALWAYS_ASKED, isKnown ? 304 : 200)(request, response)
    })
    await visit(path)
    expect(sourceOf(await visitKept(path))).toBe('revalidated')
    origin.on(path, answer)
    const got = await visit(path)
    expect([sourceOf(got), got.status, got.text]).toEqual(['error', 200, EDITED])
    expect(got.headers['cache-control']).toBe('private, no-store')
  })
})

describe('an answer that is not to be edited', () => {
  const latin1 = bytes('<!doctype html><h1>Ch', 0xe1, '</h1>')
  const metaLatin1 = bytes('<!doctype html><meta charset="iso-8859-1"><h1>Ch', 0xe1, '</h1>')
  const metaUtf8 = Buffer.from('<!doctype html><meta charset="utf-8"><h1>Chá</h1>')
  const utf16 = Buffer.from('\ufeff<!doctype html><h1>Tea</h1>', 'utf16le')
  const zstd = zstdCompressSync(SMALL)
  it.each([
    ['zstd', page(zstd, { ...FRESH, 'Content-Encoding': 'zstd' }), 'encoding', zstd, 200],
    ['a part', page(SMALL, { ...FRESH, 'Content-Range': 'bytes 0-9/90' }, 206), 'partial', SMALL, 206],
    [
      'a charset in the header',
      page(latin1, { ...FRESH, 'Content-Type': 'text/html; charset=iso-8859-1' }),
      'charset',
      latin1,
      200,
    ],
    [
      'a charset in the page',
      page(metaLatin1, { ...FRESH, 'Content-Type': 'text/html' }),
      'charset',
      metaLatin1,
      200,
    ],
    ['UTF-16', page(utf16, { ...FRESH, 'Content-Type': 'text/html' }), 'charset', utf16, 200],
    [
      'a header that contradicts the page',
      page(metaUtf8, { ...FRESH, 'Content-Type': 'text/html; charset=windows-1252' }),
      'charset',
      metaUtf8,
      200,
    ],
    [
      'a page that says no-transform',
      page(SMALL, { 'Cache-Control': 'no-transform' }),
      'no_transform',
      SMALL,
      200,
    ],
    ['a page that is not found', page(SMALL, FRESH, 404), 'status', SMALL, 404],
    [
      'data',
      page('{"h1":"<h1>Tea</h1>"}', { ...FRESH, 'Content-Type': 'application/json' }),
      'type',
      Buffer.from('{"h1":"<h1>Tea</h1>"}'),
      200,
    ],
  ] as const)('passes byte for byte: %s', async (_, answer, why, body, status) => {
    await edge.publish(EDITS)
    const path = serve(answer)
    for (const got of [await visit(path), await visit(path, { Cookie: 'a=1' })]) {
      expect([got.status, got.headers['selvedge-bypass'], got.isWhole]).toEqual([status, why, true])
      expect(got.bytes.equals(body)).toBe(true)
      expect(got.setCookies).toEqual([])
    }
  })

  it('asks for no part where a page is to be edited', async () => {
    const path = serve(page(SMALL, FRESH))
    expect((await visit(path, { Range: 'bytes=0-5' })).text).toBe(EDITED)
    expect((await visit(path, { Range: 'bytes=0-5', Cookie: 'a=1' })).text).toBe(EDITED)
  })
})
