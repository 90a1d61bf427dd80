/** The demo shop holds what it promises: whole pages, no dead ends, and campaigns that find their elements. */
import { type DefaultTreeAdapterMap, type ParserError, parse } from 'parse5'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evalCondition } from '../help/condition.ts'
import { parseRelease } from '../../src/campaign/schema.ts'
import { parsePreviewRequest } from '../../src/decide/preview.ts'
import { clockAt } from '../../src/signals/clock.ts'
import { BEACON, PRIVACY } from './layout.ts'
import { type Storefront, startStorefront } from './server.ts'
import { createSite, readAsset } from './site.ts'
import { CITIES, DEVICES, instantOf, parseWish, previewOf, VISITS, WEATHERS } from './visitors.ts'

type Node = DefaultTreeAdapterMap['node']
type Element = DefaultTreeAdapterMap['element']

const HOME_MIN_BYTES = 80 * 1024
const NOON = Date.UTC(2026, 10, 18, 12)
const site = createSite({ hasBar: true })
const pages = [...site.items].filter(([, { kind }]) => kind === 'page')
const release = JSON.parse(readAsset('campaigns.json')) as unknown

let shop: Storefront
let api: Storefront
beforeAll(async () => {
  shop = await startStorefront()
  // A shop is no API, so previews asked of it fail.
  api = await startStorefront({ api: { url: shop.url, token: 'none' } })
})
afterAll(async () => {
  await shop.close()
  await api.close()
})

function* elements(node: Node): Generator<Element> {
  if ('tagName' in node) yield node
  if ('childNodes' in node) for (const child of node.childNodes) yield* elements(child)
}

const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((one) => one.name === name)?.value

/** Type, id and class selectors with descendants: all that the demo's campaigns use. */
function matches(element: Element, selector: string): boolean {
  const steps = selector.split(' ')
  const isOne = (candidate: Element, step: string): boolean =>
    (step.match(/[#.]?[\w-]+/g) ?? []).every((part) => {
      if (part.startsWith('#')) return attribute(candidate, 'id') === part.slice(1)
      if (part.startsWith('.'))
        return (attribute(candidate, 'class') ?? '').split(' ').includes(part.slice(1))
      return candidate.tagName === part
    })
  if (!isOne(element, steps.pop() ?? '')) return false
  let above = element.parentNode
  while (steps.length > 0 && above !== null && 'tagName' in above) {
    if (isOne(above, steps.at(-1) ?? '')) steps.pop()
    above = above.parentNode
  }
  return steps.length === 0
}

const formOf = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  redirect: 'manual',
})

describe('pages', () => {
  it('has a home page of a real shop’s size', () => {
    expect(Buffer.byteLength(site.items.get('/')?.body ?? '')).toBeGreaterThanOrEqual(HOME_MIN_BYTES)
  })

  it.each([...pages.map(([path, { body }]) => [path, body] as const), ['404', site.missing.body] as const])(
    'parses %s without an error',
    (_path, body) => {
      const errors: ParserError[] = []
      parse(body, { onParseError: (error) => errors.push(error), sourceCodeLocationInfo: true })
      expect(errors).toEqual([])
    },
  )

  it('gives every page one heading, its own title, and ids that are there once', () => {
    const titles = pages.map(([, { body }]) => /<title>(.*?)<\/title>/.exec(body)?.[1])
    expect(new Set(titles).size).toBe(pages.length)
    for (const [path, { body }] of pages) {
      const all = [...elements(parse(body))]
      const ids = all.flatMap((element) => attribute(element, 'id') ?? [])
      expect([path, all.filter(({ tagName }) => tagName === 'h1').length]).toEqual([path, 1])
      expect([path, ids.filter((id, index) => ids.indexOf(id) !== index)]).toEqual([path, []])
    }
  })

  it('leads nowhere that does not answer', async () => {
    const links = new Set<string>()
    for (const [path, { body }] of pages) {
      for (const element of elements(parse(body))) {
        const link = attribute(element, 'href') ?? attribute(element, 'src')
        if (link === undefined || /^https?:/.test(link)) continue
        const { pathname, hash } = new URL(link, `http://shop.invalid${path}`)
        // Selvedge answers there, in front of the shop.
        if (pathname !== PRIVACY && pathname !== BEACON) links.add(pathname)
        const target = site.items.get(pathname)
        if (hash !== '' && target?.kind === 'page') expect(target.body).toContain(`id="${hash.slice(1)}"`)
      }
    }
    const dead: string[] = []
    for (const link of links) {
      const answer = await fetch(api.url + link, { method: 'HEAD' })
      if (answer.status !== 200) dead.push(link)
    }
    expect(dead).toEqual([])
  })

  it('states product, crumbs and category for machines', () => {
    const body = site.items.get('/products/sparkling-yuzu')?.body ?? ''
    const blocks = [...body.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/g)].map(
      ([, json = '']) => JSON.parse(json) as Record<string, unknown>,
    )
    expect(blocks.map((block) => block['@type'])).toEqual(['Product', 'BreadcrumbList'])
    expect(body).toContain('<meta name="category" content="Sparkling">')
  })
})

describe('campaigns.json', () => {
  const parsed = parseRelease(release, { checkSelector: () => undefined, redirectHosts: [] })
  const campaigns = parsed.ok ? parsed.value.campaigns : []

  it('is a release without faults', () => {
    expect(parsed.ok ? [] : parsed.error).toEqual([])
  })

  it.each(campaigns.map((campaign) => [campaign.id, campaign] as const))(
    'finds every element of %s on its pages',
    (_id, campaign) => {
      const patterns = campaign.pages.map((pathname) => new URLPattern({ pathname }))
      const covered = pages.filter(([path]) => patterns.some((pattern) => pattern.test({ pathname: path })))
      const all = covered.flatMap(([, { body }]) => [...elements(parse(body))])
      const selectors = campaign.variants.flatMap(({ edits }) =>
        edits.flatMap((edit) => (edit.action === 'move' ? [edit.selector, edit.target] : [edit.selector])),
      )
      expect(covered).not.toEqual([])
      expect(selectors.filter((selector) => !all.some((element) => matches(element, selector)))).toEqual([])
    },
  )

  it('tells somebody of whom nothing is known only what is true of everybody', () => {
    // In this language of conditions an absent number counts as 0 where it is compared.
    const shown = campaigns.filter(({ audience }) => evalCondition(audience, {})).map(({ id }) => id)
    expect(shown).toEqual(['cta-words', 'weekend-bench'])
  })

  it('shows and leads to things that are there', () => {
    const written = JSON.stringify(release)
    const pictures = [...written.matchAll(/\/pictures\/[\w-]+\.svg/g)].map(([path]) => path)
    const items = campaigns
      .flatMap(({ data }) => (data.items as { id: string }[] | undefined) ?? [])
      .map(({ id }) => `/products/${id}`)
    const redirects = campaigns.flatMap(({ variants }) => variants.flatMap(({ redirect }) => redirect ?? []))
    expect(items.length).toBeGreaterThanOrEqual(16)
    expect([...pictures, ...items, ...redirects].filter((path) => !site.items.has(path))).toEqual([])
  })
})

describe('startStorefront', () => {
  it('serves pages that shared caches may keep, and confirms them by tag', async () => {
    const first = await fetch(shop.url)
    const etag = first.headers.get('ETag') ?? ''
    expect(first.headers.get('Cache-Control')).toBe('public, max-age=60, stale-while-revalidate=600')
    expect(first.headers.get('Content-Encoding')).toBe('gzip')
    expect(await first.text()).toBe(createSite({ hasBar: false }).items.get('/')?.body)
    const plain = await fetch(shop.url, { headers: { 'Accept-Encoding': 'identity' }, method: 'HEAD' })
    expect(plain.headers.get('ETag')).not.toBe(etag)
    const again = await fetch(shop.url, { headers: { 'If-None-Match': `W/"x", ${etag}` } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  it('answers 404 with a page, and other methods with what it takes', async () => {
    expect((await fetch(`${shop.url}/nothing`)).status).toBe(404)
    expect((await fetch(shop.url, { method: 'DELETE' })).headers.get('Allow')).toBe('GET, HEAD, POST')
  })

  it('carries a basket to the till, for its own visitor only', async () => {
    const added = await fetch(`${shop.url}/cart/add`, formOf({ product: 'sparkling-yuzu', quantity: '3' }))
    const cookie = added.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const basket = await fetch(`${shop.url}/cart`, { headers: { cookie } })
    expect([added.status, added.headers.get('Location')]).toEqual([303, '/cart'])
    expect(basket.headers.get('Cache-Control')).toBe('private, no-store')
    expect(await basket.text()).toContain('€7.20')
    const bought = await fetch(`${shop.url}/cart/checkout`, { ...formOf({}), headers: { cookie } })
    const order = `${shop.url}${bought.headers.get('Location')}`
    expect(await (await fetch(order, { headers: { cookie } })).text()).toContain('3 × Sparkling Yuzu')
    expect((await fetch(order)).status).toBe(404)
  })

  it.each([
    ['an unknown product', { product: 'gold' }, 400],
    ['half a bottle', { product: 'sparkling-yuzu', quantity: '0.5' }, 400],
    ['too long a form', { product: 'x'.repeat(20_000) }, 413],
  ])('refuses %s', async (_name, fields, status) => {
    const answer = await fetch(`${shop.url}/cart/add`, formOf(fields as Record<string, string>))
    expect(answer.status).toBe(status)
  })

  it('has no preview door of its own accord', async () => {
    expect((await fetch(`${shop.url}/_demo/choices`)).status).toBe(404)
    expect(await (await fetch(shop.url)).text()).not.toContain('_demo')
  })

  it('forgets the visitor id when arms are to be drawn anew', async () => {
    const answer = await fetch(`${api.url}/_demo/redraw`, { method: 'POST' })
    expect(answer.headers.getSetCookie()).toEqual([
      '__Host-selvedge-preview=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
      '__Host-selvedge=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    ])
  })

  it('says so where Selvedge gives no preview', async () => {
    const wish = {
      city: 'lisbon',
      day: 'today',
      hour: 9,
      weather: 'hot',
      device: 'mobile',
      visit: 'first',
      consent: true,
    }
    const answer = await fetch(`${api.url}/_demo/preview`, { method: 'POST', body: JSON.stringify(wish) })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([502, []])
    expect(
      (await fetch(`${api.url}/_demo/preview`, { method: 'POST', body: '{"city":"atlantis"}' })).status,
    ).toBe(400)
  })
})

describe('previewOf', () => {
  it('makes a preview that Selvedge takes, of every wish', () => {
    for (const { id: city } of CITIES) {
      for (const weather of Object.keys(WEATHERS)) {
        for (const device of Object.keys(DEVICES)) {
          for (const visit of Object.keys(VISITS)) {
            const wish = parseWish({
              city,
              day: 'july',
              hour: 23,
              weather,
              device,
              visit,
              consent: false,
              arm: 'cold',
            })
            if (wish === undefined) throw new Error('no wish')
            expect(parsePreviewRequest(previewOf(wish, NOON))).toMatchObject({ ok: true })
          }
        }
      }
    }
  })

  it.each([
    ['saturday', { weekday: 'sat', hour: 20, date: '2026-11-21' }],
    ['wednesday', { weekday: 'wed', hour: 20, date: '2026-11-18' }],
    ['july', { hour: 20, date: '2026-07-15' }],
    ['today', { hour: 20, date: '2026-11-18' }],
  ] as const)('finds the hour of the city’s own clock: %s', (day, expected) => {
    expect(clockAt(instantOf(day, 20, 'America/New_York', NOON), 'America/New_York')).toMatchObject(expected)
  })
})
