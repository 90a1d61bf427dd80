/**
 * Values that mean harm, by every way a stranger can send one, into every place an edit can put one: no element and no
 * attribute comes to be by them, nothing is thrown, and no header is theirs.
 */
import { createServer, type Server } from 'node:http'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AUSTIN, campaign, type Edge, type Got, releaseOf, startEdge } from '../help/edge.ts'
import { listen } from '../help/listen.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const PAYLOADS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</h1><svg/onload=alert(1)>',
  '" onmouseover="alert(1)',
  "' autofocus onfocus='alert(1)",
  '"><script>alert(1)</script>',
  '-->', // closes a comment
  '<!--',
  ']]><p>',
  '</title></textarea></style></script><p>',
  '</select></table></p><p>',
  '<plaintext>',
  '<base href=//evil.example>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;img src=x&#62;',
  '&quot;&#x22;&#34 onclick=x',
  '&copy=1&amp;lt;&',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'java\u0001script:alert(1)',
  'java\0\x0b\x0c\x7fscript:alert(1)',
  'java\r\nscript\n:alert(1)',
  'java&#1;script:alert(1)',
  'j\u0001&#x61;va\t&#115;cript\x7f&colon;alert(1)',
  'javascript&colon;alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  '//evil.example/x',
  '\\\\evil.example',
  '\r\nX-Evil: 1\r\n\r\n<p>split',
  '\n\nSet-Cookie: evil=1',
  'a\0b\0<p>',
  '\ud800',
  'x\udfff<p>',
  '\u2028\u2029\u0085',
  '{{ 7 | times: 7 }}{% for i in (1..9) %}',
  '$' + '{alert(1)} `x` #{x}',
  '\u202e\ufeff\u200b<p>',
  'x'.repeat(700),
]
const WRAPS: readonly ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => ` ${payload} `,
  (payload) => `"${payload}"`,
  (payload) => `'>${payload}`,
  (payload) => payload + payload,
  (payload) => payload.toUpperCase(),
  (payload) => `https://x.example/${payload}`,
  (payload) => `/?q=${payload}`,
  (payload) => encodeURIComponent(payload.toWellFormed()),
  (payload) => `&${payload};`,
  (payload) => `\r\n${payload}\r\n`,
  (payload) => `\u00a0${payload}\ud83d`,
  (payload) => `x="${payload}`,
  (payload) => `a ${payload} 2x, ${payload} 3x`,
  (payload) => [...payload].toReversed().join(''),
]
const HOSTILE = [...new Set(PAYLOADS.flatMap((payload) => WRAPS.map((wrap) => wrap(payload))))]

/** All that a stranger decides, side by side. */
const ALL = [
  'page.query.q',
  'page.utm.source',
  'cookie.tier',
  'cookie.raw',
  'page.referrer',
  'geo.city',
  'geo.region',
  'device.language',
  'page.path',
]
  .map((name) => `{{ ${name} }}`)
  .join('|')
const MARKUP = `<b title="${ALL}" data-q='${ALL}'>${ALL}</b><a href="{{ page.query.q }}">x</a><a href="/go?q=${ALL}">x</a><img alt="" srcset="{{ geo.city }} 2x"><textarea>${ALL}</textarea>`

/** Every place has a section of its own, so that it shows which one a value has broken out of. */
const EDITS = [
  { action: 'text', selector: '#s1', value: ALL },
  { action: 'html', selector: '#s2', value: MARKUP },
  { action: 'replace', selector: '#s3', value: `<p id="s3">${MARKUP}</p>` },
  { action: 'before', selector: '#s4', value: MARKUP },
  { action: 'after', selector: '#s5', value: MARKUP },
  { action: 'prepend', selector: '#s6', value: MARKUP },
  { action: 'append', selector: '#s7', value: MARKUP },
  { action: 'setAttribute', selector: '#s8', name: 'title', value: ALL },
  { action: 'setAttribute', selector: '#s9', name: 'href', value: '{{ page.query.q }}' },
  { action: 'setAttribute', selector: '#s10', name: 'srcset', value: '{{ cookie.tier }} 2x' },
  { action: 'setAttribute', selector: '#s11', name: 'data-x', value: ALL },
  { action: 'addClass', selector: '#s12', value: `is-${ALL}` },
  { action: 'removeClass', selector: '#s13', value: ALL },
  { action: 'text', selector: 'title', value: ALL },
  // Nothing in the selector says so, but these are a script and a refresh: their page knows.
  { action: 'setAttribute', selector: '#app', name: 'src', value: '{{ page.query.q }}' },
  { action: 'setAttribute', selector: '#again', name: 'content', value: '0;url={{ page.query.q }}' },
] as const
const LOADS = '<script id="app" src="/app.js"></script><meta id="again" http-equiv="refresh" content="900">'
const ELEMENTS: Readonly<Record<number, string>> = {
  9: '<a id="s9" href="/tea">x</a>',
  10: '<img id="s10" alt="" srcset="/tea.jpg 2x">',
}
const SECTIONS = EDITS.slice(0, -3).map((_, at) => {
  const element = ELEMENTS[at + 1] ?? `<p id="s${at + 1}" class="a b" title="t" data-x="d">Tea</p>`
  return `<section>${element}</section>`
})
const HTML = `<!doctype html><html><head><title>Tea</title>${LOADS}</head><body>${SECTIONS.join('\n')}<footer>End</footer></body></html>`

let store: TestStore
let origin: Server
let edge: Edge

beforeAll(async () => {
  store = await startTestStore()
  origin = createServer((request, response) => {
    const isKept = request.url?.startsWith('/kept') === true
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': isKept ? 'max-age=600' : 'no-store',
    })
    response.end(HTML)
  })
  edge = await startEdge({
    ORIGIN: await listen(origin),
    DB_URL: store.url,
    READ_COOKIES: 'tier,raw',
    DROP_QUERY: '*',
  })
  await edge.publish(
    releaseOf(
      campaign('everywhere', EDITS),
      campaign('away', [], {
        pages: ['/away*'],
        priority: 1,
        variants: [{ id: 'a', weight: 1, redirect: '/kept?own=1' }],
      }),
    ),
  )
})

afterAll(async () => {
  await edge?.stop()
  origin?.close()
  origin?.closeAllConnections()
  await store?.stop()
})

/** What can stand in a header line as it is. */
const printable = (value: string): string => value.replace(/[^\x20-\x7e\xa0-\xff]/g, '').trim()
const escaped = (value: string): string => encodeURIComponent(value.toWellFormed())

function send(path: string, value: string): Promise<Got> {
  const query = escaped(value).slice(0, 1_500)
  const raw = printable(value).replaceAll(';', '').slice(0, 2_000)
  return edge.get(`${path}?q=${query}&utm_source=${query}&${query}=1`, {
    place: { ...AUSTIN, city: value, region: value },
    headers: {
      Cookie: `tier=${query}; raw=${raw}`,
      Referer: `https://${raw}.example/`,
      'Accept-Language': raw,
      'Selvedge-Preview': raw,
      'Selvedge-Holdout': `("${raw}")`,
    },
  })
}

/** Element names and attribute names, in order: what a value must not change. */
function shapeOf(node: DefaultTreeAdapterTypes.ChildNode): string {
  if (!('tagName' in node)) return node.nodeName === '#comment' ? '<!>' : ''
  return `<${node.tagName} ${node.attrs.map(({ name }) => name).join(' ')}>${node.childNodes.map(shapeOf).join('')}`
}

interface Shape {
  readonly outside: string
  readonly sections: readonly string[]
}

function shapeOfPage(html: string): Shape {
  const document = parse(html)
  const root = document.childNodes.find((node) => node.nodeName === 'html') as DefaultTreeAdapterTypes.Element
  const body = root.childNodes.find((node) => node.nodeName === 'body') as DefaultTreeAdapterTypes.Element
  const isSection = (node: DefaultTreeAdapterTypes.ChildNode): boolean => node.nodeName === 'section'
  return {
    outside: [...document.childNodes, ...root.childNodes.filter((node) => node !== body), ...body.childNodes]
      .filter((node) => node !== root && !isSection(node))
      .map(shapeOf)
      .join(''),
    sections: body.childNodes.filter(isSection).map(shapeOf),
  }
}

function* elementsOf(node: DefaultTreeAdapterTypes.Node): Generator<DefaultTreeAdapterTypes.Element> {
  if ('tagName' in node) yield node
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsOf(child)
}

/** Every URL of a page leads to where a link may lead. */
function expectSafeUrls(html: string, value: string): void {
  for (const { attrs } of elementsOf(parse(html))) {
    for (const attribute of attrs) {
      if (attribute.name !== 'href' && attribute.name !== 'srcset') continue
      const urls = attribute.name === 'href' ? [attribute.value] : attribute.value.split(/[\t\n\f\r ,]+/)
      for (const each of urls) {
        const url = URL.parse(each, 'https://shop.example/')
        if (url !== null)
          expect([value, url.protocol]).toEqual([value, expect.stringMatching(/^(?:https?|mailto|tel):$/)])
      }
    }
  }
}

const KNOWN_HEADERS =
  /^(?:cache-control|content-type|content-length|transfer-encoding|date|set-cookie|selvedge-decision|server-timing|location)$/

function expectOurHeaders(got: Got): void {
  for (const name of Object.keys(got.headers)) expect(name).toMatch(KNOWN_HEADERS)
  expect(got.setCookies.every((line: string): boolean => line.startsWith('__Host-selvedge='))).toBe(true)
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

it('there are at least 500 of them', () => {
  expect(HOSTILE.length).toBeGreaterThanOrEqual(500)
})

it.each([
  ['a page that is kept', (_value: string): string => '/kept', 'memory'],
  [
    'a page that streams, and whose path they are',
    (value: string): string => `/flow/${escaped(value).slice(0, 1_500)}`,
    'stream',
  ],
] as const)('make no element and no attribute on %s', async (_, pathOf, source) => {
  await send('/kept', 'tea')
  const plain = shapeOfPage(HTML)
  const harmless = await send(pathOf('tea'), 'tea')
  const edited = shapeOfPage(harmless.text)
  expect(edited.sections.filter((shape, at) => shape !== plain.sections[at])).toHaveLength(6)
  await inBatches(HOSTILE, async (value) => {
    const got = await send(pathOf(value), value)
    expect([got.status, got.isWhole]).toEqual([200, true])
    expect(got.headers['server-timing']).toContain(`"${source}"`)
    expect(got.headers['selvedge-decision']).toContain('everywhere=a;r=match')
    expectOurHeaders(got)
    const { outside, sections } = shapeOfPage(got.text)
    expect([value, outside]).toEqual([value, plain.outside])
    expect(sections).toHaveLength(plain.sections.length)
    // A value that is not safe in its place gives no edit there.
    for (const [at, shape] of sections.entries())
      expect([edited.sections[at], plain.sections[at]]).toContain(shape)
    expectSafeUrls(got.text, value)
    expect(got.text).toContain(LOADS)
  })
  // What was withheld is counted; nothing else was worth a word.
  expect(edge.log().replaceAll('selvedge: first edit_unfit\n', '')).not.toContain('selvedge:')
})

it('lead nobody off the shop, and add no header to a redirect', async () => {
  await inBatches(HOSTILE, async (value) => {
    const got = await send('/away', value)
    expect(got.status).toBe(302)
    expectOurHeaders(got)
    const location = new URL(got.headers.location ?? '')
    expect([location.host, location.pathname, location.searchParams.get('own')]).toEqual([
      'shop.example',
      '/kept',
      '1',
    ])
    expect(got.headers.location).toMatch(/^[\x21-\x7e]+$/)
  })
})
