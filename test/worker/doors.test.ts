/** The operators' doors of the whole Worker: bad input is named to its last fault, and changes nothing that is live. */
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AUSTIN, campaign, type Edge, type Got, releaseOf, startEdge, TOKEN } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const HTML = '<!doctype html><html><body><h1>Tea</h1></body></html>'
const RELEASE = releaseOf(campaign('hero', [{ action: 'text', selector: 'h1', value: 'Coffee' }]))
const MEGABYTE = 1024 * 1024

let store: TestStore
let origin: FaultyOrigin
let edge: Edge

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  origin.on('/', page(HTML, { 'Cache-Control': 'max-age=600' }))
  edge = await startEdge({ ORIGIN: origin.url, DB_URL: store.url })
  await edge.publish(RELEASE)
})

afterAll(async () => {
  await edge?.stop()
  await origin?.stop()
  await store?.stop()
})

interface Fault {
  readonly path: string
  readonly code: string
  readonly message: string
}

const faultsOf = (got: Got): readonly Fault[] =>
  (JSON.parse(got.text) as { faults?: readonly Fault[] }).faults ?? []
const post = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Got> =>
  edge.api('/releases', { method: 'POST', body, headers })

async function expectStillLive(): Promise<void> {
  expect((await edge.get('/', { place: AUSTIN })).text).toBe(HTML.replace('Tea', 'Coffee'))
  const { live } = JSON.parse((await edge.api('/releases')).text) as { live: number }
  expect(live).toBe(1)
}

describe('a caller without a known token', () => {
  const doors = [
    ['POST', '/releases'],
    ['GET', '/releases'],
    ['GET', '/releases/active'],
    ['GET', '/releases/1'],
    ['POST', '/releases/1/activate'],
    ['POST', '/releases/rollback'],
    ['PUT', '/switch'],
    ['GET', '/audit'],
    ['POST', '/previews'],
    ['GET', '/nothing'],
  ] as const
  const wrong = [
    '',
    'Bearer',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(0, -1)}`,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Bearer tester:${TOKEN}`,
    `Basic ${TOKEN}`,
    `Bearer ${'x'.repeat(5_000)}`,
    'Bearer \u00e9\u00e9',
  ]

  it('gets 401 at every door, whatever they send, and nothing happens', async () => {
    for (const [method, path] of doors) {
      for (const Authorization of wrong) {
        const body = method === 'GET' ? '' : JSON.stringify(RELEASE)
        const got = await edge.api(path, { method, headers: { Authorization }, body })
        expect([method, path, Authorization, got.status]).toEqual([method, path, Authorization, 401])
        expect(got.headers['www-authenticate']).toMatch(/^Bearer realm="selvedge"/)
        expect(got.headers['cache-control']).toBe('no-store')
        expect(got.text).not.toContain(TOKEN)
      }
    }
    await expectStillLive()
  })

  it('learns no counts from the health door', async () => {
    const told = async (Authorization: string): Promise<string[]> =>
      Object.keys(
        JSON.parse((await edge.get('/_selvedge/health', { headers: { Authorization } })).text) as object,
      )
    expect(await told(`Bearer ${TOKEN}x`)).not.toContain('counters')
    expect(await told(`Bearer ${TOKEN}`)).toContain('counters')
  })
})

describe('a release with faults', () => {
  it('is refused with all of them and where they are, and the live one stays', async () => {
    const edits = (...list: unknown[]): unknown => [{ id: 'a', weight: 1, edits: list }]
    const bad = {
      holdout: 0,
      colour: 'red',
      campaigns: [
        { id: 'twice', pages: ['/*'], variants: edits(), tint: 1 },
        { id: 'twice', pages: ['/*'], variants: edits({ action: 'text', selector: 'p:has(a)', value: 'x' }) },
        { id: 'explode', pages: ['/*'], variants: edits({ action: 'explode', selector: 'p' }) },
        {
          id: 'liquid',
          pages: ['/*'],
          variants: edits({ action: 'text', selector: '.l', value: '{{ geo.city | nope' }),
        },
        {
          id: 'weights',
          pages: ['/*'],
          variants: [
            { id: 'a', weight: 0.9, edits: [] },
            { id: 'b', weight: 0.3, edits: [] },
          ],
        },
        {
          id: 'onclick',
          pages: ['/*'],
          variants: edits({ action: 'setAttribute', selector: 'a', name: 'onclick', value: 'x()' }),
        },
        {
          id: 'script',
          pages: ['/*'],
          variants: edits({ action: 'html', selector: '.s', value: '<a href="javascript:x()">x</a>' }),
        },
        {
          id: 'url',
          pages: ['/*'],
          variants: edits({ action: 'setAttribute', selector: '.u', name: 'href', value: 'javascript:x()' }),
        },
        { id: 'one', pages: ['/a'], variants: edits({ action: 'text', selector: '.same', value: '1' }) },
        { id: 'other', pages: ['/*'], variants: edits({ action: 'text', selector: '.same', value: '2' }) },
        { id: 'Bad Id', pages: ['/*'], variants: edits() },
        { id: 'pages', pages: ['nowhere'], variants: edits() },
        { id: 'audience', pages: ['/*'], audience: { 'geo.country': { $near: 1 } }, variants: edits() },
      ],
    }
    const got = await post(JSON.stringify(bad))
    expect(got.status).toBe(422)
    expect(got.headers['content-type']).toBe('application/problem+json')
    const faults = faultsOf(got)
    const paths = faults.map(({ path }) => path)
    for (const path of [
      '/colour',
      '/campaigns/0/tint',
      '/campaigns/1/id',
      '/campaigns/1/variants/0/edits/0/selector',
      '/campaigns/2/variants/0/edits/0/action',
      '/campaigns/3/variants/0/edits/0/value',
      '/campaigns/4/variants',
      '/campaigns/5/variants/0/edits/0/name',
      '/campaigns/6/variants/0/edits/0/value',
      '/campaigns/7/variants/0/edits/0/value',
      '/campaigns/9/variants/0/edits/0/selector',
      '/campaigns/10/id',
      '/campaigns/11/pages/0',
    ]) {
      expect(paths).toContain(path)
    }
    expect(paths.some((path) => path.startsWith('/campaigns/12/audience'))).toBe(true)
    for (const { message, code } of faults)
      expect([message, code].every((text) => text.length > 2)).toBe(true)
    await expectStillLive()
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{"campaigns": [}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['a key twice', '{"campaigns":[],"campaigns":[]}'],
    ['nothing but nesting', '['.repeat(100_000)],
    ['a prototype', '{"__proto__":{"campaigns":[]},"constructor":1}'],
    ['half a surrogate', '{"campaigns":[{"id":"\\ud800"}]}'],
  ])('is refused where it is %s', async (_, body) => {
    const got = await post(body)
    expect(got.status).toBe(422)
    expect(faultsOf(got).length).toBeGreaterThan(0)
    await expectStillLive()
  })

  /** Sends so many chunks of 64 KB, and then waits for the answer to what was not ended. */
  const sendPart = (chunks: number, headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const all = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', ...headers }
      const sent = request(
        `${edge.url}/_selvedge/api/releases`,
        { method: 'POST', headers: all },
        (answer) => {
          resolve(answer.statusCode)
          sent.destroy()
        },
      )
      sent.on('error', reject)
      sent.write(' '.repeat(chunks * 64 * 1024))
    })

  it('is refused where it is too large, announced or not, before it is read', async () => {
    expect(await sendPart(1, { 'Content-Length': String(MEGABYTE + 1) })).toBe(422)
    expect(await sendPart(17, { 'Transfer-Encoding': 'chunked' })).toBe(422)
    expect((await edge.api('/previews', { method: 'POST', body: ' '.repeat(20_000) })).status).toBe(413)
    await expectStillLive()
  })

  it('has at most 10,000 campaigns, and with all of them pages are what they were', async () => {
    const small = (count: number): unknown[] =>
      Array.from({ length: count }, (_, at) => ({
        id: `c${at}`,
        pages: [`/c${at}`],
        variants: [{ id: 'a' }],
      }))
    const [hero] = (RELEASE as { campaigns: unknown[] }).campaigns
    const over = await post(JSON.stringify({ campaigns: [hero, ...small(10_000)] }))
    expect([over.status, faultsOf(over)[0]?.path]).toEqual([422, '/campaigns'])
    await expectStillLive()
    const most = await post(JSON.stringify({ campaigns: [hero, ...small(9_999)] }))
    expect(most.status).toBe(201)
    expect((await edge.get('/', { place: AUSTIN })).text).toBe(HTML.replace('Tea', 'Coffee'))
    expect((await edge.api('/releases/1/activate', { method: 'POST' })).status).toBe(200)
    await expectStillLive()
  })
})
