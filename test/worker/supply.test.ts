/** From a report of stock to the next look at a page, through the whole running Worker. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../src/kit/time.ts'
import { AUSTIN, campaign, type Edge, type Got, releaseOf, startEdge } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const OFFER = [{ action: 'text', selector: 'h1', value: 'Tea at your corner' }]

let store: TestStore
let shop: FaultyOrigin
let edge: Edge

beforeAll(async () => {
  store = await startTestStore()
  shop = await startOrigin()
  shop.on('/', page('<h1>Shop</h1>', { 'Cache-Control': 'public, max-age=600' }))
  edge = await startEdge({ ORIGIN: shop.url, DB_URL: store.url })
})

afterAll(async () => {
  await edge?.stop()
  await shop?.stop()
  await store?.stop()
})

const put = (path: string, body: unknown, method = 'PUT'): Promise<Got> =>
  edge.api(path, { method, body: JSON.stringify(body) })
const json = ({ text }: Got) => JSON.parse(text)
const report = async (quantity: number, more: object = {}): Promise<void> => {
  const got = await put('/stock', { stock: [{ sku: 'tea', place: 'online', quantity, ...more }] })
  expect([got.status, json(got).accepted]).toEqual([200, 1])
}
/** What the next page view that is decided at all says: a page on its way may be late under load. */
async function decision(place = AUSTIN): Promise<string> {
  for (;;) {
    const said = (await edge.get('/', { place })).headers['selvedge-decision']
    if (said !== undefined) return said
    await sleep(20)
  }
}

describe('catalog', () => {
  it('lists products, lists them anew, and takes them off', async () => {
    const tea = {
      sku: 'tea',
      name: 'Iced tea',
      category: 'Iced tea',
      price: 2.6,
      cost: 1.05,
      url: '/products/tea',
    }
    const got = await put('/catalog', {
      products: [{ ...tea, price: 3 }, { sku: 'fig', name: 'Fig' }, { sku: 'bad' }],
    })
    expect([got.status, json(got).accepted, json(got).faults[0].path]).toEqual([200, 2, '/products/2/name'])
    expect((await put('/catalog', { products: [tea], remove: ['fig'] }, 'POST')).status).toBe(200)
    const listed = json(await edge.api('/catalog'))
    expect(listed).toEqual({ products: [{ ...tea, currency: 'EUR' }], next: null })
    expect(json(await edge.api('/catalog?sku=fig')).products).toEqual([])
  })

  it.each([
    ['faults only', { products: [{ sku: 'x' }] }, 422],
    ['no list', {}, 422],
    ['too many rows', { products: Array.from({ length: 1_001 }, () => ({})) }, 413],
    ['too many bytes', { products: [], remove: [], more: 'x'.repeat(1_100_000) }, 413],
  ])('refuses %s', async (_, body, status) => {
    expect((await put('/catalog', body)).status).toBe(status)
  })

  it('asks for a token', async () => {
    expect((await edge.get('/_selvedge/api/stock')).status).toBe(401)
  })
})

describe('stock', () => {
  it('never lets an older report replace a newer one, and names what the catalog does not know', async () => {
    const at = Date.now() - 60_000
    await report(5, { at })
    await report(9, { at: at - 1 })
    expect(json(await edge.api('/stock?sku=tea')).stock).toEqual([
      { sku: 'tea', place: 'online', quantity: 5, at },
    ])
    const { accepted, warnings } = json(
      await put('/stock', { stock: [{ sku: 'plum', place: 'PT', quantity: 1 }] }),
    )
    expect([accepted, warnings[0].path, warnings[0].code]).toEqual([1, '/stock/0/sku', 'unknown_sku'])
  })

  it('rests an offer at the next look after the last one is gone, and when nobody knows any more', async () => {
    const supply = { sku: 'tea', at: 'online' }
    await edge.publish(releaseOf(campaign('corner', OFFER, { supply })))
    await edge.warm()
    // The isolate's first look knows nothing yet, and starts to.
    while ((await decision()).includes('stock_unknown')) await sleep(20)
    expect(await decision()).toBe('corner=a;r=match')
    await report(0)
    expect(await decision()).toBe('corner=control;r=stock;why="online"')
    expect((await edge.get('/', { place: AUSTIN })).text).toContain('<h1>Shop</h1>')
    await report(3)
    expect(await decision()).toBe('corner=a;r=match')
    await edge.publish(
      releaseOf(campaign('corner', OFFER, { supply: { ...supply, sku: 'fig', maxAge: 60 } })),
    )
    const late = await put('/stock', {
      stock: [{ sku: 'fig', place: 'online', quantity: 9, at: Date.now() - HOUR_MS - 1_000 }],
    })
    expect(json(late).warnings[0]).toMatchObject({ path: '/stock/0/at', code: 'old_report' })
    while ((await decision()).includes('why="report"')) await sleep(20)
    expect(await decision()).toBe('corner=control;r=stock_unknown;why="age"')
  })

  it('warns at publishing of what nothing was reported of, and refuses what promises nothing', async () => {
    const check = (more: object) =>
      edge.api('/releases?dryRun=1', {
        method: 'POST',
        body: JSON.stringify(releaseOf(campaign('corner', OFFER, { ...more }))),
      })
    const { warnings } = json(await check({ supply: { sku: 'unheard', at: 'online' } }))
    expect(warnings).toMatchObject([{ path: '/campaigns/0/supply/sku', code: 'no_stock_report' }])
    const faults = json(
      await check({ supply: { at: 'online' }, limit: { total: 1, day: 2 }, withoutConsent: 'a' }),
    ).faults.map(({ path }: { path: string }) => path)
    expect(faults).toEqual(['/campaigns/0/supply', '/campaigns/0/limit/day', '/campaigns/0/withoutConsent'])
  })

  it('rests a limited offer until its pacing has looked', async () => {
    await edge.publish(releaseOf(campaign('few', OFFER, { limit: { total: 5 } })))
    expect(await decision()).toMatch(/^few=control;r=capacity;why="limit"/)
    expect(await decision({ ...AUSTIN, country: 'DE' })).toBe('few=control;r=capacity;why="no_id"')
  })
})
