/** What an answer says about itself, what it may leave in a browser, and what of a request reaches the shop. */
import { isInnerList, parseDictionary, parseItem, parseList, Token } from 'structured-headers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choiceCookie } from '../../src/consent/choice.ts'
import { REASONS } from '../../src/decide/model.ts'
import { createPreview, sealPreview } from '../../src/decide/preview.ts'
import { IV_BYTES } from '../../src/kit/seal.ts'
import {
  AUSTIN,
  CDN_SECRET,
  campaign,
  cookiesOf,
  type Edge,
  type Got,
  HOST,
  LISBON,
  type Place,
  releaseOf,
  startEdge,
  type Wish,
} from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { keyringOf } from '../help/keyring.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const HTML =
  '<!doctype html><html><head><title>Tea</title></head><body><h1>Tea</h1><p>Green</p></body></html>'
const SHARED = {
  'Cache-Control': 'public, max-age=600',
  'CDN-Cache-Control': 'max-age=600',
  'Cloudflare-CDN-Cache-Control': 'max-age=600',
  'Surrogate-Control': 'max-age=600',
  'Surrogate-Key': 'home',
  'Cache-Tag': 'home',
  'X-Accel-Expires': '600',
  'X-LiteSpeed-Cache-Control': 'public,max-age=600',
  Pragma: 'cache',
  Expires: 'Wed, 21 Oct 2037 07:28:00 GMT',
  'Last-Modified': 'Wed, 21 Oct 2015 07:28:00 GMT',
  ETag: '"1"',
  Age: '1',
  'Accept-Ranges': 'bytes',
  'Content-Digest': 'sha-256=:AAAA:',
  'Server-Timing': 'shop;dur=3',
}
const THE_SHOPS_OWN = {
  'Content-Security-Policy': "default-src 'self'",
  Link: '</shop.css>; rel=preload',
  'X-Shop': 'tea',
}

let store: TestStore
let origin: FaultyOrigin
let edge: Edge

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  for (const path of ['/', '/tea', '/bare/x', '/checkout', '/old', '/new']) {
    origin.on(path, page(HTML, { ...SHARED, ...THE_SHOPS_OWN }))
  }
  origin.on('/never-kept', page(HTML, { ...SHARED, ...THE_SHOPS_OWN, 'Cache-Control': 'no-store' }))
  edge = await startEdge({
    ORIGIN: origin.url,
    DB_URL: store.url,
    READ_COOKIES: 'tier',
    REDIRECT_HOSTS: 'outlet.example',
  })
})

afterAll(async () => {
  await edge?.stop()
  await origin?.stop()
  await store?.stop()
})

const HERO = campaign('hero', [{ action: 'text', selector: 'h1', value: 'Hello {{ geo.region }}' }])
const EXPERIMENT = campaign('test', [], {
  pages: ['/', '/tea', '/checkout', '/never-kept'],
  variants: [
    { id: 'control', weight: 0.5, edits: [] },
    { id: 'a', weight: 0.5, edits: [{ action: 'text', selector: 'p', value: 'Black' }] },
  ],
})

const decisionsOf = (got: Got): Record<string, string> =>
  Object.fromEntries(
    [...parseDictionary(got.headers['selvedge-decision'] ?? '')].map(([id, [arm, more]]) => [
      id,
      `${arm instanceof Token ? arm.toString() : arm} ${more?.get('r')}`,
    ]),
  )

const asked = () => origin.seen.at(-1)?.headers ?? {}

describe('a personalised page', () => {
  it.each([
    ['on its first way through', '/?fresh=1', AUSTIN, {}],
    ['from where it is kept', '/', AUSTIN, {}],
    ['that is never kept', '/never-kept', AUSTIN, {}],
    ['of a visitor who is shown nothing', '/', LISBON, { 'Selvedge-Holdout': '?1' }],
    ['without a campaign', '/bare/x', AUSTIN, {}],
  ] as const)('belongs to one visitor: %s', async (_, path, place, headers) => {
    await edge.publish(releaseOf({ ...HERO, pages: ['/', '/tea', '/never-kept'] }, EXPERIMENT))
    await edge.get('/')
    for (const method of ['GET', 'HEAD']) {
      const got = await edge.get(path, { place, headers, method })
      expect(got.status).toBe(200)
      expect(got.headers['cache-control']).toBe('private, no-store')
      const left = Object.keys(SHARED).map((name) => name.toLowerCase())
      expect(Object.keys(got.headers).filter((name) => left.includes(name))).toEqual(
        ['cache-control', 'server-timing'].filter((name) => got.headers[name] !== undefined),
      )
      expect(got.headers).toMatchObject(
        Object.fromEntries(Object.entries(THE_SHOPS_OWN).map(([name, value]) => [name.toLowerCase(), value])),
      )
      expect(got.headers['server-timing']).toMatch(/^selvedge;dur=\d+(\.\d+)?;desc="(memory|stream)"$/)
    }
  })

  it('has the same headers for HEAD', async () => {
    await edge.publish(releaseOf(HERO, EXPERIMENT))
    const first = await edge.get('/', { place: AUSTIN })
    for (const path of ['/', '/?never=kept', '/never-kept']) {
      const wish = { place: AUSTIN, headers: { Cookie: cookiesOf(first) } }
      const head = await edge.get(path, { ...wish, method: 'HEAD' })
      const got = await edge.get(path, wish)
      const comparable = ({ headers }: Got): unknown => {
        const {
          'server-timing': _,
          'content-length': _length,
          'transfer-encoding': _coding,
          date: _date,
          ...rest
        } = headers
        return rest
      }
      expect(comparable(head)).toEqual(comparable(got))
      expect(head.bytes.length).toBe(0)
      // Said of HEAD, it would have to be the length of what GET brings (RFC 9110, section 8.6).
      expect([undefined, got.headers['content-length']]).toContain(head.headers['content-length'])
    }
  })

  it('says what was decided and why, as a dictionary', async () => {
    await edge.publish({
      holdout: 0,
      campaigns: [
        HERO,
        campaign('elsewhere', [], { audience: { 'geo.country': 'NO' } }),
        campaign('over', [{ action: 'removeClass', selector: 'p', value: 'x' }], {
          schedule: { to: '2020-01-01T00:00:00Z' },
        }),
        campaign('none', [{ action: 'remove', selector: '#none' }], { holdout: 0 }),
        campaign('out', [{ action: 'append', selector: 'p', value: '!' }], { holdout: 1 }),
      ],
    })
    await edge.get('/')
    const got = await edge.get('/', { place: AUSTIN })
    expect(decisionsOf(got)).toEqual({
      hero: 'a match',
      none: 'a no_slot',
      out: 'holdout holdout',
      elsewhere: 'control audience',
      over: 'control schedule',
    })
    for (const [, [, more]] of parseDictionary(got.headers['selvedge-decision'] ?? '')) {
      expect(REASONS).toContain(String(more?.get('r')))
    }
    expect(heldOutOf(got)).toEqual(['out'])
  })
})

function heldOutOf(got: Got): unknown {
  const header = got.headers['selvedge-holdout']
  if (header === undefined) return undefined
  if (header === '?1') return parseItem(header)[0]
  return parseList(header).flatMap((member) => (isInnerList(member) ? member[0].map(([id]) => id) : []))
}

describe('a page that is untouched for how it was asked for', () => {
  const BROWSER = { Accept: 'text/html,*/*;q=0.8', 'Sec-Fetch-Dest': 'document' }
  const cacheHeadersOf = ({ headers }: Got): Record<string, string | undefined> =>
    Object.fromEntries(
      Object.entries(headers).filter(([name]) => /cache-control$|^surrogate-c|^x-accel/.test(name)),
    )

  it.each([
    ['a round trip', { ...BROWSER, 'Selvedge-Hop': '1' }],
    ['an image', { Accept: 'image/*' }],
    ['the destination', { ...BROWSER, 'Sec-Fetch-Dest': 'image' }],
    ['a fragment', { 'HX-Request': 'true' }],
    ['a login', { ...BROWSER, Authorization: 'Basic eDp5' }],
    ['a session', { ...BROWSER, Cookie: 'session=1' }],
  ])('is nothing that a shared cache may show to others: %s', async (_, headers) => {
    await edge.publish(releaseOf(HERO, EXPERIMENT))
    const got = await edge.get('/', { place: AUSTIN, headers })
    expect([got.status, got.text]).toEqual([200, HTML])
    // The visitor's own browser may keep it as the shop says.
    expect(cacheHeadersOf(got)).toEqual({ 'cache-control': 'private, max-age=600' })
    expect(got.headers.etag).toBe('"1"')
  })

  it('is what the shop says where the address alone decides, or where caches tell it apart', async () => {
    await edge.publish(releaseOf(HERO, EXPERIMENT))
    const excluded = await edge.get('/checkout', { place: AUSTIN, headers: BROWSER })
    expect(cacheHeadersOf(excluded)).toMatchObject({ 'cache-control': 'public, max-age=600' })
    origin.on('/part', page(HTML, { ...SHARED, Vary: 'Accept-Encoding, HX-Request' }))
    const part = await edge.get('/part', { place: AUSTIN, headers: { 'HX-Request': 'true' } })
    expect(cacheHeadersOf(part)).toMatchObject({ 'cache-control': 'public, max-age=600' })
    const other = await edge.get('/part', { place: AUSTIN, headers: { 'X-PJAX': 'true' } })
    expect(cacheHeadersOf(other)).toEqual({ 'cache-control': 'private, max-age=600' })
    origin.on('/photo', page('x', { ...SHARED, 'Content-Type': 'image/png' }))
    const photo = await edge.get('/photo', { place: AUSTIN, headers: { Accept: 'image/*' } })
    expect(cacheHeadersOf(photo)).toMatchObject({ 'cache-control': 'public, max-age=600' })
  })
})

describe('Selvedge-Holdout', () => {
  it('keeps out whom it names, and says so', async () => {
    await edge.publish(
      releaseOf(HERO, {
        ...EXPERIMENT,
        id: 'other',
        variants: [{ id: 'a', weight: 1, edits: [{ action: 'text', selector: 'p', value: 'Black' }] }],
      }),
    )
    const ask = (holdout: string) =>
      edge.get('/', { place: AUSTIN, headers: { 'Selvedge-Holdout': holdout } })
    const some = await ask('("hero")')
    expect([decisionsOf(some), heldOutOf(some)]).toEqual([
      { hero: 'control forced_control', other: 'a match' },
      ['hero'],
    ])
    expect(some.text).toBe(HTML.replace('Green', 'Black'))
    const all = await ask('?1')
    expect([all.text, heldOutOf(all)]).toEqual([HTML, ['hero', 'other']])
    for (const nonsense of ['?0', '("', 'hero', '1', '"hero"', '(1 2)', '\u00e9']) {
      expect((await ask(nonsense)).text).toBe(
        HTML.replace('Tea</h1>', 'Hello Texas</h1>').replace('Green', 'Black'),
      )
    }
  })

  it('says so where everything is held out', async () => {
    await edge.publish({ holdout: 1, campaigns: [HERO] })
    const got = await edge.get('/', { place: AUSTIN })
    expect([got.text, heldOutOf(got), decisionsOf(got)]).toEqual([
      HTML,
      true,
      { hero: 'holdout global_holdout' },
    ])
  })

  it('stays within what a proxy lets through, however many campaigns there are', async () => {
    const many = Array.from({ length: 300 }, (_, at) =>
      campaign(`campaign-${'x'.repeat(40)}-${at}`, [], { holdout: 0 }),
    )
    await edge.publish(releaseOf(...many))
    const got = await edge.get('/', { place: AUSTIN, headers: { 'Selvedge-Holdout': '?1' } })
    expect(got.headers['selvedge-holdout']?.length).toBeLessThanOrEqual(4_096)
    expect((heldOutOf(got) as unknown[]).length).toBeGreaterThan(10)
    expect(got.headers['selvedge-decision']?.length).toBeLessThanOrEqual(4_096)
  })
})

describe('the visitor’s cookie', () => {
  const seconds = Math.floor(Date.now() / 1_000) - 60
  it.each([
    ['where consent is presumed', AUSTIN, {}, true],
    ['where it is asked for', LISBON, {}, false],
    ['where nobody knows the place', {}, {}, false],
    ['who sends Global Privacy Control', AUSTIN, { 'Sec-GPC': '1' }, false],
    ['who sends it several times', AUSTIN, { 'Sec-GPC': ['0', '1'] }, false],
    ['who sends something like it', AUSTIN, { 'Sec-GPC': '0' }, true],
    ['who agreed', LISBON, { Cookie: `__Host-selvedge-consent=v1.p1.m1.${seconds}` }, true],
    [
      'who agreed under Global Privacy Control',
      AUSTIN,
      { Cookie: `__Host-selvedge-consent=v1.p1.m1.${seconds}`, 'Sec-GPC': '1' },
      false,
    ],
    ['who refused', AUSTIN, { Cookie: `__Host-selvedge-consent=v1.p0.m0.${seconds}` }, false],
    ['whose consent cannot be read', AUSTIN, { Cookie: '__Host-selvedge-consent=maybe' }, false],
  ] as const)('goes to a visitor by what they agreed to: %s', async (_, place: Place, headers, isSet) => {
    await edge.publish(releaseOf(HERO, EXPERIMENT))
    for (const path of ['/', '/?stream=1', '/never-kept']) {
      const got = await edge.get(path, { place, headers })
      expect(got.setCookies).toHaveLength(isSet ? 1 : 0)
      if (isSet) {
        expect(got.setCookies[0]).toMatch(
          /^__Host-selvedge=[\w-]{1,1500}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+$/,
        )
        expect(Number(/Max-Age=(\d+)/.exec(got.setCookies[0] ?? '')?.[1])).toBeLessThanOrEqual(393 * 86_400)
      }
      expect(Object.keys(decisionsOf(got)).sort()).toEqual(['hero', 'test'])
      if (!isSet) expect(decisionsOf(got).test).toBe('control consent')
    }
  })

  it('comes once, and goes when consent does', async () => {
    await edge.publish(releaseOf(HERO, EXPERIMENT))
    const Cookie = cookiesOf(await edge.get('/', { place: AUSTIN }))
    expect((await edge.get('/', { place: AUSTIN, headers: { Cookie } })).setCookies).toEqual([])
    const gone = ['__Host-selvedge=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0']
    expect((await edge.get('/', { place: AUSTIN, headers: { Cookie, 'Sec-GPC': '1' } })).setCookies).toEqual(
      gone,
    )
    expect((await edge.get('/', { place: LISBON, headers: { Cookie } })).setCookies).toEqual(gone)
  })

  it('of any damage makes a fresh visitor, and not a word of it', async () => {
    await edge.publish(releaseOf(HERO, EXPERIMENT))
    const whole = cookiesOf(await edge.get('/', { place: AUSTIN }))
    const [, value = ''] = whole.split('=')
    const preview = await edge.preview({ arms: { hero: 'a' } })
    const damaged = [
      '',
      'x',
      value.slice(0, -1),
      `${value}A`,
      `${value.slice(0, 30)}${value[30] === 'A' ? 'B' : 'A'}${value.slice(31)}`,
      value.toLowerCase(),
      preview,
      'A'.repeat(1_600),
      'A'.repeat(12_000),
      '%00%ff',
      '"><script>',
      `\u00ff\u00fe`,
      ...Array.from({ length: 40 }, (_, at) => value.slice(0, Math.floor((value.length * at) / 40))),
    ]
    for (const bad of damaged) {
      const got = await edge.get('/', { place: AUSTIN, headers: { Cookie: `__Host-selvedge=${bad}` } })
      expect([bad, got.status, got.setCookies.length]).toEqual([bad, 200, 1])
      expect(got.text.replace('Black', 'Green')).toBe(HTML.replace('Tea</h1>', 'Hello Texas</h1>'))
      expect(Object.keys(got.headers).some((name) => /error|selvedge-bypass/.test(name))).toBe(false)
    }
    const foreign = await edge.get('/', { place: AUSTIN, headers: { Cookie: whole, Host: 'other.example' } })
    expect(foreign.setCookies).toHaveLength(1)
  })
})

describe('a preview', () => {
  const CAMPAIGNS = releaseOf(
    HERO,
    EXPERIMENT,
    campaign('night', [{ action: 'append', selector: 'p', value: '<i>night</i>' }], {
      schedule: { hours: [[22, 6]] },
    }),
    campaign('small', [{ action: 'addClass', selector: 'p', value: 'small' }], {
      audience: { 'device.type': 'mobile' },
    }),
  )
  const see = (token: string, by: 'header' | 'cookie', place: Place = AUSTIN): Promise<Got> =>
    edge.get('/', {
      place,
      headers:
        by === 'header' ? { 'Selvedge-Preview': token } : { Cookie: `__Host-selvedge-preview=${token}` },
    })

  it.each(['header', 'cookie'] as const)('shows the page as somebody else sees it, by %s', async (by) => {
    await edge.publish(CAMPAIGNS)
    await edge.get('/')
    const wishes: readonly (readonly [unknown, string, string])[] = [
      [{ arms: { test: 'a', hero: 'control' } }, 'test', 'a preview'],
      [{ arms: { test: 'control' } }, 'test', 'control preview'],
      [{ arms: { test: 'nobody' } }, 'test', 'control preview_rejected'],
      [{ signals: { geo: { country: 'CA', region: 'Ontario' } } }, 'hero', 'a match'],
      [
        { now: Date.UTC(2026, 0, 1, 5), signals: { geo: { country: 'US', timezone: 'America/Chicago' } } },
        'night',
        'a match',
      ],
      [
        { now: Date.UTC(2026, 0, 1, 18), signals: { geo: { country: 'US', timezone: 'America/Chicago' } } },
        'night',
        'control schedule',
      ],
      [{ signals: { device: { type: 'mobile' } } }, 'small', 'a match'],
      [{ signals: { device: { type: 'desktop' } } }, 'small', 'control audience'],
      [{ consent: false }, 'test', 'control consent'],
    ]
    for (const [wish, id, expected] of wishes) {
      const got = await see(await edge.preview(wish), by)
      expect([wish, decisionsOf(got)[id]]).toEqual([wish, expected])
      expect(got.setCookies).toEqual([])
      expect(got.headers['cache-control']).toBe('private, no-store')
    }
    const granted = await see(await edge.preview({ consent: true }), by, LISBON)
    expect(decisionsOf(granted).test).toMatch(/ (match|control)$/)
    const there = await see(
      await edge.preview({ signals: { geo: { country: 'CA', region: 'Ontario' } } }),
      by,
    )
    expect(there.text).toContain('<h1>Hello Ontario</h1>')
  })

  it('that is stale or forged is ignored, and the header says why', async () => {
    await edge.publish(CAMPAIGNS)
    const arms = createPreview({ arms: { hero: 'control' }, ttl: 60 }, Date.now())
    const iv = new Uint8Array(IV_BYTES)
    const stale = await sealPreview(await keyringOf(), { ...arms, exp: Date.now() - 1 }, iv)
    const foreign = await sealPreview(
      await keyringOf(`k1:${Buffer.alloc(32, 8).toString('base64')}`),
      arms,
      iv,
    )
    const real = await edge.preview({ arms: { hero: 'control' } })
    const snapshot = cookiesOf(await edge.get('/', { place: AUSTIN })).split('=')[1] ?? ''
    const cases: readonly (readonly [string, string])[] = [
      [stale, 'expired'],
      [foreign, 'forged'],
      [snapshot, 'forged'],
      [`${real.slice(0, -2)}AA`, 'forged'],
      [real.slice(0, 40), 'forged'],
      ['nonsense', 'forged'],
      ['A'.repeat(8_000), 'forged'],
      ['A'.repeat(8_193), 'forged'],
    ]
    for (const [token, why] of cases) {
      for (const by of ['header', 'cookie'] as const) {
        const got = await see(token, by)
        expect([
          by,
          got.headers['selvedge-decision']?.startsWith(`*preview=${why};r=preview_rejected, hero=a;r=match`),
        ]).toEqual([by, true])
        expect(got.text).toContain('Hello Texas')
      }
    }
  })
})

describe('a request of the shop’s own business', () => {
  const known = async (): Promise<string> => cookiesOf(await edge.get('/', { place: AUSTIN }))

  it.each([
    ['a form', '/tea', { method: 'POST', body: 'sku=1' }],
    [
      'a form from a page that has campaigns',
      '/cart/add',
      { method: 'POST', body: 'sku=1', headers: { Referer: `http://${HOST}/tea` } },
    ],
    ['a page of somebody with a session', '/tea', { headers: { Cookie: 'session=1' } }],
    ['a page that is never personalised', '/checkout', {}],
    ['a page behind a login', '/tea', { headers: { Authorization: 'Basic eDp5' } }],
    [
      'a script of a page',
      '/checkout',
      {
        headers: {
          Accept: '*/*',
          'Sec-Fetch-Dest': 'empty',
          'Sec-Fetch-Site': 'same-origin',
          Referer: `http://${HOST}/tea`,
        },
      },
    ],
    ['whoever asks for JSON', '/tea', { headers: { Accept: 'application/json' } }],
  ] as readonly (readonly [string, string, Wish])[])(
    'carries the visitor’s arms: %s',
    async (_, path, wish) => {
      await edge.publish(releaseOf({ ...HERO, pages: ['/', '/tea', '/checkout'] }, EXPERIMENT))
      const own = await known()
      const decided = decisionsOf(await edge.get('/', { place: AUSTIN, headers: { Cookie: own } }))
      const Cookie = [wish.headers?.Cookie, own].filter((part) => part !== undefined).join('; ')
      const got = await edge.get(path, {
        place: AUSTIN,
        ...wish,
        headers: {
          ...wish.headers,
          Cookie,
          'Selvedge-Decision': 'hero=mine',
          'Selvedge-Unit': 'me',
          'Selvedge-Preview': 'x',
          'Selvedge-Visitor': 'forged',
        },
      })
      expect(
        decisionsOf({ ...got, headers: { 'selvedge-decision': String(asked()['selvedge-decision']) } }),
      ).toEqual(decided)
      expect(
        Object.keys(asked())
          .filter((name) => name.startsWith('selvedge-'))
          .sort(),
      ).toEqual(['selvedge-decision', 'selvedge-hop', 'selvedge-visitor'])
      expect(asked()['selvedge-visitor']).not.toContain('forged')
      expect(asked().cookie ?? '').toBe(wish.headers?.Cookie ?? '')
      expect(got.setCookies).toEqual([])
      if (path !== '/cart/add') {
        expect(got.text).toBe(HTML)
        const isAnybodys = path === '/checkout' || wish.method === 'POST'
        expect(got.headers['cache-control']).toBe(
          isAnybodys ? SHARED['Cache-Control'] : 'private, max-age=600',
        )
      }
    },
  )

  it('tells the shop of no arms of somebody who did not agree to be measured', async () => {
    await edge.publish(releaseOf(HERO, EXPERIMENT))
    const chosen = choiceCookie({ personalization: true, measurement: false, at: Date.now(), off: [] })
    const Cookie = `session=1; ${await known()}; ${chosen.split(';', 1)}`
    await edge.get('/tea', { place: AUSTIN, headers: { Cookie } })
    expect(
      Object.keys(asked())
        .filter((name) => name.startsWith('selvedge-'))
        .sort(),
    ).toEqual(['selvedge-hop', 'selvedge-visitor'])
  })

  it('says which attribute kept somebody out of a campaign that reads personal data', async () => {
    await edge.publish(
      releaseOf({
        ...HERO,
        audience: { follows: { $elemMatch: { $in: ['Brisa'] } } },
        override: { reason: 'a test', by: 'ana' },
      }),
    )
    const got = await edge.get('/', { place: AUSTIN, headers: { Cookie: await known() } })
    expect(got.headers['selvedge-decision']).toBe('hero=control;r=audience;why="follows"')
  })

  it.each([
    ['a picture', '/hero', { Accept: 'image/avif,*/*', 'Sec-Fetch-Dest': 'image' }],
    ['a stylesheet', '/shop.css', { Accept: 'text/css,*/*', 'Sec-Fetch-Dest': 'style' }],
    ['a file that a script asks for', '/words.json', { Accept: '*/*', 'Sec-Fetch-Dest': 'empty' }],
    [
      'a script of another site',
      '/api/cart',
      { Accept: '*/*', 'Sec-Fetch-Dest': 'empty', 'Sec-Fetch-Site': 'cross-site' },
    ],
  ])('carries nothing for %s', async (_, path, headers) => {
    await edge.publish(releaseOf({ ...HERO, pages: ['/*'] }, EXPERIMENT))
    await edge.get(path, { place: AUSTIN, headers: { ...headers, Cookie: await known() } })
    expect(Object.keys(asked()).filter((name) => name.startsWith('selvedge-'))).toEqual(['selvedge-hop'])
  })

  it('draws no arms for somebody who will not be the same at the next request', async () => {
    await edge.publish(releaseOf(EXPERIMENT))
    const arms = new Set<unknown>()
    for (let at = 0; at < 12; at++) {
      const got = await edge.get('/tea', { place: AUSTIN, headers: { Cookie: 'session=1' } })
      expect(got.setCookies).toEqual([])
      arms.add(asked()['selvedge-decision'])
    }
    expect([...arms]).toEqual([undefined])
  })

  it('is answered where it has a body that no browser would send', async () => {
    await edge.publish(releaseOf(HERO))
    const strange = { place: AUSTIN, body: 'a=1', headers: { 'Content-Length': '3' } }
    expect((await edge.get('/', strange)).text).toContain('Hello Texas')
    for (const headers of [{ Cookie: 'session=1' }, { Accept: 'application/json' }]) {
      const got = await edge.get('/tea', { ...strange, headers: { ...strange.headers, ...headers } })
      expect([got.status, got.text]).toEqual([200, HTML])
      expect(asked()['content-length'] ?? '0').toBe('0')
    }
  })

  it('keeps what is ours, and what pretends to be, from the shop’s pages too', async () => {
    await edge.publish(releaseOf(HERO))
    await edge.get('/never-kept', {
      place: AUSTIN,
      headers: {
        Cookie: '__Host-selvedge=x; tier=gold; __Host-selvedge-consent=y; __Host-selvedge-preview=z; b=1',
        'Selvedge-Decision': 'hero=mine',
        'Selvedge-Holdout': '?0',
        'Selvedge-Unit-Secret': CDN_SECRET,
      },
    })
    expect(asked().cookie).toBe('tier=gold; b=1')
    expect(Object.keys(asked()).filter((name) => name.startsWith('selvedge-'))).toEqual(['selvedge-hop'])
  })
})

describe('a unit that a CDN passes', () => {
  const ask = (headers: Record<string, string>, place: Place = AUSTIN): Promise<Got> =>
    edge.get('/', { place, headers })
  const arms = async (headers: Record<string, string>, place?: Place): Promise<Set<string | undefined>> => {
    const seen = new Set<string | undefined>()
    for (let at = 0; at < 12; at++) seen.add(decisionsOf(await ask(headers, place)).test)
    return seen
  }

  it('is believed with the secret, and never without', async () => {
    await edge.publish(releaseOf(EXPERIMENT))
    const drawn = new Set<string | undefined>()
    for (const unit of ['u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u8']) {
      const one = await arms({ 'Selvedge-Unit': unit, 'Selvedge-Unit-Secret': CDN_SECRET })
      expect(one.size).toBe(1)
      for (const arm of one) drawn.add(arm)
    }
    expect(drawn.size).toBe(2)
    const wrong: readonly Record<string, string>[] = [
      { 'Selvedge-Unit': 'u1' },
      { 'Selvedge-Unit': 'u1', 'Selvedge-Unit-Secret': '' },
      { 'Selvedge-Unit': 'u1', 'Selvedge-Unit-Secret': `${CDN_SECRET}x` },
      { 'Selvedge-Unit': 'u1', 'Selvedge-Unit-Secret': CDN_SECRET.slice(0, -1) },
      { 'Selvedge-Unit': 'u'.repeat(129), 'Selvedge-Unit-Secret': CDN_SECRET },
    ]
    // A fresh visitor at every request: twelve draws of one arm only would be a chance of 1 in 2,048.
    const seen = await Promise.all(wrong.map((headers) => arms(headers)))
    expect(seen.filter((one) => one.size === 2).length).toBeGreaterThanOrEqual(wrong.length - 1)
  })

  it('has its arms on the shop’s own business too', async () => {
    await edge.publish(releaseOf(EXPERIMENT))
    const unit = { 'Selvedge-Unit': 'u1', 'Selvedge-Unit-Secret': CDN_SECRET }
    const decided = (await ask(unit)).headers['selvedge-decision']
    for (let at = 0; at < 6; at++) {
      await edge.get('/tea', { place: AUSTIN, headers: { ...unit, Cookie: 'session=1' } })
      expect(asked()['selvedge-decision']).toBe(decided)
    }
  })

  it('does not stand above a visitor’s no', async () => {
    await edge.publish(releaseOf(EXPERIMENT))
    const unit = { 'Selvedge-Unit': 'u1', 'Selvedge-Unit-Secret': CDN_SECRET }
    expect(decisionsOf(await ask(unit, LISBON))).toEqual({ test: 'control consent' })
    expect(decisionsOf(await ask({ ...unit, 'Sec-GPC': '1' }))).toEqual({ test: 'control consent' })
  })
})

it('a loop ends plainly, and soon', async () => {
  origin.on('/loop', (request, response) => {
    const headers = request.headers as Record<string, string>
    edge.get('/loop', { headers: { ...headers, Host: HOST } }).then(
      (got) => response.writeHead(got.status, { 'Content-Type': 'text/plain' }).end(got.text),
      () => response.destroy(),
    )
  })
  const before = origin.seen.length
  const got = await edge.get('/loop', { place: AUSTIN })
  expect([got.status, got.text]).toEqual([508, expect.stringContaining('goes in circles')])
  expect(origin.seen.length - before).toBeLessThanOrEqual(4)
})

describe('a campaign that redirects', () => {
  const redirect = (id: string, from: string, to: string, more: Record<string, unknown> = {}) =>
    campaign(id, [], { pages: [from], variants: [{ id: 'a', weight: 1, redirect: to }], ...more })
  const to = async (path: string, wish: Wish = {}): Promise<unknown> => {
    const got = await edge.get(path, { place: AUSTIN, ...wish })
    if (got.status === 302) expect(got.headers['cache-control']).toBe('private, no-store')
    return got.status === 302 ? got.headers.location : got.status
  }

  it('leads to a page of the shop or an allowed host by 302, and keeps the query', async () => {
    await edge.publish(
      releaseOf(
        redirect('old', '/old', '/new?from=old'),
        redirect('out', '/tea', 'https://outlet.example/sale'),
      ),
    )
    expect(await to('/old')).toBe(`http://${HOST}/new?from=old`)
    expect(await to('/old', { method: 'HEAD' })).toBe(`http://${HOST}/new?from=old`)
    expect(await to('/old?utm_source=x&from=mail&next=//evil.example')).toBe(
      `http://${HOST}/new?from=old&utm_source=x&next=//evil.example`,
    )
    expect(await to('/tea?a=%0d%0aSet-Cookie:x=1')).toBe('https://outlet.example/sale?a=%0d%0aSet-Cookie:x=1')
    expect(await to('/old', { headers: { 'X-Forwarded-Host': 'evil.example' } })).toBe(
      `http://${HOST}/new?from=old`,
    )
    expect(await to('/old', { headers: { 'Selvedge-Holdout': '?1' } })).toBe(200)
    expect(await to('/new')).toBe(200)
    const got = await edge.get('/old', { place: AUSTIN })
    expect([decisionsOf(got), got.text, got.setCookies.length]).toEqual([{ old: 'a match' }, '', 1])
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\\\\evil.example',
    'https:evil.example',
    'https://evil.example/',
    'https://outlet.example@evil.example/',
    'https://outlet.example.evil.example/',
    'http://outlet.example/',
    'javascript:alert(1)',
    'data:text/html,x',
    ' /new',
    '/new\r\nSet-Cookie: x=1',
    'new',
    '/old',
  ])('is not published where it leads elsewhere or nowhere: %j', async (target) => {
    const got = await edge.api('/releases', {
      method: 'POST',
      body: JSON.stringify(releaseOf(redirect('old', '/old', target))),
    })
    expect(got.status).toBe(422)
    expect(got.text).toContain('/campaigns/0/variants/0/redirect')
  })

  it('sends nobody in circles, through however many campaigns', async () => {
    await edge.publish(
      releaseOf(
        redirect('one', '/old', '/new'),
        redirect('two', '/new', '/tea'),
        redirect('three', '/tea', '/old'),
        redirect('far', '/far', '/old'),
      ),
    )
    for (const path of ['/old', '/new', '/tea']) {
      expect(await to(path)).toBe(200)
      expect(await to(`${path}?a=1`)).toBe(200)
    }
    const got = await edge.get('/old', { place: AUSTIN })
    expect([got.text, decisionsOf(got)]).toEqual([HTML, { one: 'a error' }])
  })

  it('sends visitors both ways where each way is for others', async () => {
    await edge.publish(
      releaseOf(
        redirect('abroad', '/old', '/new', { audience: { 'geo.country': { $ne: 'US' } } }),
        redirect('home', '/new', '/old', { audience: { 'geo.country': 'US' } }),
      ),
    )
    expect([await to('/old'), await to('/new')]).toEqual([200, `http://${HOST}/old`])
    expect([await to('/old', { place: LISBON }), await to('/new', { place: LISBON })]).toEqual([
      `http://${HOST}/new`,
      200,
    ])
  })

  it('does not wait for the page that nobody will see', async () => {
    await edge.publish(releaseOf(redirect('gone', '/gone', '/new')))
    let answered = false
    origin.on('/gone', (_, response) => {
      response.socket?.once('close', () => {
        answered = true
      })
    })
    expect(await to('/gone')).toBe(`http://${HOST}/new`)
    expect(answered).toBe(false)
  })
})

describe('DYNAMIC_PAGES=stream', () => {
  let streaming: Edge
  beforeAll(async () => {
    streaming = await startEdge({ ORIGIN: origin.url, DB_URL: store.url, DYNAMIC_PAGES: 'stream' })
    origin.on('/mine', (request, response) => {
      page(HTML.replace('Green', `for ${request.headers.cookie}`), SHARED)(request, response)
    })
  })
  afterAll(() => streaming?.stop())

  const session = (name: string): Wish => ({ place: AUSTIN, headers: { Cookie: `session=${name}` } })

  it('gives visitors with a session the edits on their own page, which nobody keeps', async () => {
    await streaming.publish(releaseOf(HERO))
    for (const name of ['ann', 'bob', 'ann']) {
      const got = await streaming.get('/mine', session(name))
      expect(got.text).toBe(
        HTML.replace('Tea</h1>', 'Hello Texas</h1>').replace('Green', `for session=${name}`),
      )
      expect(got.headers['cache-control']).toBe('private, no-store')
      expect(got.headers['server-timing']).toContain('desc="stream"')
      expect(asked()['selvedge-decision']).toBe('hero=a;r=match')
    }
    expect((await streaming.get('/mine', { place: AUSTIN })).text).toContain('for undefined')
  })

  it('leaves alone what is never personalised, and what is no page', async () => {
    await streaming.publish(releaseOf(HERO))
    for (const [path, wish] of [
      ['/checkout', session('ann')],
      ['/tea', { ...session('ann'), method: 'POST', body: 'x=1' }],
    ] as const) {
      const got = await streaming.get(path, wish)
      expect([path, got.text, got.headers['cache-control']]).toEqual([path, HTML, SHARED['Cache-Control']])
      expect(asked()['selvedge-decision']).toBe('hero=a;r=match')
    }
  })

  it('does not put on one page what is meant for the page before', async () => {
    await streaming.publish(releaseOf({ ...HERO, pages: ['/'] }))
    const wish = session('ann')
    const got = await streaming.get('/tea', {
      ...wish,
      headers: { ...wish.headers, Referer: `http://${HOST}/` },
    })
    expect(got.text).toBe(HTML)
    expect(asked()['selvedge-decision']).toBe('hero=a;r=match')
  })

  it('redirects them as everybody', async () => {
    await streaming.publish(
      releaseOf(
        campaign('old', [], { pages: ['/old'], variants: [{ id: 'a', weight: 1, redirect: '/new' }] }),
      ),
    )
    const got = await streaming.get('/old', session('ann'))
    expect([got.status, got.headers.location]).toEqual([302, `http://${HOST}/new`])
  })
})
