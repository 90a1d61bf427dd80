import { Hono } from 'hono'
import { beforeEach, describe, expect, it } from 'vitest'
import { choiceCookie } from '../../src/consent/choice.ts'
import { parseOptOut } from '../../src/consent/region.ts'
import { createStores } from '../../src/flow/stores.ts'
import { bearerAuth } from '../../src/kit/auth.ts'
import { createCounters } from '../../src/kit/counters.ts'
import type { Keyring } from '../../src/kit/seal.ts'
import { nearRoutes, parseStores, storeRoutes } from '../../src/signals/routes.ts'
import type { StoreList } from '../../src/signals/store.ts'
import { keyringOf } from '../help/keyring.ts'
import { createMemoryStoreList } from '../help/stores.ts'

const NOW = Date.UTC(2026, 6, 15)
const TOKEN = 'a-token-that-is-long-enough'
const GRACA = { id: 'graca', name: 'Toldo Graça', latitude: 38.716, longitude: -9.13 }
/** 220 m north of it. */
const HERE = { latitude: 38.718, longitude: -9.13 }

let list: StoreList
let keyring: Keyring
let app: Hono

beforeEach(async () => {
  const optOut = parseOptOut(['US'])
  if (!optOut.ok) throw new Error('bad test')
  keyring = await keyringOf()
  list = createMemoryStoreList([GRACA])
  const stores = createStores({ list: () => list, now: () => NOW, counters: createCounters() })
  const operators = new Hono()
    .use(bearerAuth([{ name: 'ana', secret: TOKEN }]))
    .route('/', storeRoutes({ list: () => list, now: () => NOW, changed: stores.reload }))
  app = new Hono()
    .route(
      '/_selvedge',
      nearRoutes({
        visitor: { keyring, optOut: optOut.value, random: (n) => new Uint8Array(n), isErased: () => false },
        stores,
        now: () => NOW,
        report: (cause) => {
          throw cause
        },
      }),
    )
    .route('/stores', operators)
})

const context = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} }

function share(body: unknown, headers: Record<string, string> = {}) {
  const choice = choiceCookie({ personalization: true, measurement: false, at: NOW, off: [] }).split(
    ';',
    1,
  )[0]
  return app.request(
    'https://shop.example/_selvedge/near',
    {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'Content-Type': 'application/json',
        'Sec-Fetch-Site': 'same-origin',
        Cookie: choice as string,
        ...headers,
      },
    },
    {},
    context as never,
  )
}

const choiceOf = (personalization: boolean, ...off: string[]): Record<string, string> => ({
  Cookie: choiceCookie({ personalization, measurement: false, at: NOW, off }).split(';', 1)[0] as string,
})

describe('POST /near', () => {
  it('answers a shared position with the nearest store and a bucket, and keeps only those', async () => {
    const answer = await share(HERE)
    expect(answer.status).toBe(200)
    const body = await answer.text()
    expect(JSON.parse(body)).toEqual({ store: { id: 'graca', name: 'Toldo Graça', km: 0.3 } })
    const kept = `${answer.headers.get('Set-Cookie')} ${body}`
    expect(kept).toContain('__Host-selvedge-near=graca.2; ')
    expect(kept).not.toMatch(/38\.7|9\.13/)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  it('says that nothing is near, and takes back what was', async () => {
    const answer = await share({ latitude: 52.5, longitude: 13.4 })
    expect(await answer.json()).toEqual({ store: null })
    expect(answer.headers.get('Set-Cookie')).toMatch(/^__Host-selvedge-near=; .*Max-Age=0$/)
  })

  it.each<readonly [string, Record<string, string>]>([
    ['was never asked', { Cookie: '' }],
    ['refused', choiceOf(false)],
    ['sends GPC', { 'Sec-GPC': '1' }],
    ['switched stores off', choiceOf(true, 'store')],
    ['switched places off', choiceOf(true, 'place')],
  ])('uses no position of somebody who %s', async (_name, headers) => {
    const answer = await share(HERE, headers)
    expect([answer.status, answer.headers.get('Set-Cookie')]).toEqual([403, null])
  })

  it('lets no other site set where somebody is', async () => {
    expect((await share(HERE, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await share(HERE, { 'Content-Type': 'text/plain' })).status).toBe(415)
  })

  it('names what is wrong with a position', async () => {
    const answer = await share({ latitude: '38', longitude: 181 })
    expect(answer.status).toBe(422)
    const { faults } = (await answer.json()) as { faults: { path: string }[] }
    expect(faults.map(({ path }) => path)).toEqual(['/latitude', '/longitude'])
    expect((await share({ ...HERE, padding: 'x'.repeat(600) })).status).toBe(413)
  })

  it('is near nothing while the list cannot be read', async () => {
    list = { ...list, all: () => Promise.reject(new Error('down')) }
    expect(await (await share(HERE)).json()).toEqual({ store: null })
  })
})

describe('GET /near.js', () => {
  it('is a script that any page may keep for an hour, and asks nobody by itself', async () => {
    const answer = await app.request('/_selvedge/near.js')
    expect(answer.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8')
    const script = await answer.text()
    expect(() => new Function(script)).not.toThrow()
    // A path alone would send a position to wherever the page's `<base>` says.
    expect(script).toContain("fetch(location.origin + '/_selvedge/near'")
    expect(script.indexOf('addEventListener')).toBeLessThan(script.indexOf('getCurrentPosition'))
  })
})

describe('the list of stores', () => {
  const put = (body: unknown, token = TOKEN) =>
    app.request('/stores', {
      method: 'PUT',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    })

  it('is replaced, and visitors are near the new ones at once', async () => {
    await share(HERE)
    const stores = [
      { id: 'porto', name: ' Toldo Porto ', latitude: HERE.latitude, longitude: HERE.longitude },
    ]
    const answer = await put({ stores })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ stores: [{ ...stores[0], name: 'Toldo Porto' }] })
    expect(await (await share(HERE)).json()).toEqual({ store: { id: 'porto', name: 'Toldo Porto', km: 0.1 } })
    const read = await app.request('/stores', { headers: { Authorization: `Bearer ${TOKEN}` } })
    expect(await read.json()).toMatchObject({ stores: [{ id: 'porto' }] })
  })

  it("is nobody else's to change", async () => {
    expect((await put({ stores: [] }, 'another-long-token')).status).toBe(401)
    expect(await list.all()).toEqual([GRACA])
  })

  it('names every fault and changes nothing', async () => {
    const answer = await put({ stores: [{ ...GRACA, id: 'a.b', latitude: 91, open: true }, { id: 'x' }] })
    expect(answer.status).toBe(422)
    const { faults } = (await answer.json()) as { faults: { path: string }[] }
    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/stores/0/id', '/stores/0/latitude', '/stores/0/open', '/stores/1/name']),
    )
    expect(await list.all()).toEqual([GRACA])
  })
})

describe('parseStores', () => {
  it('refuses an id that comes twice, and too many stores', () => {
    expect(parseStores({ stores: [GRACA, GRACA] })).toMatchObject({
      ok: false,
      error: [{ path: '/stores/1/id', code: 'duplicate_id' }],
    })
    expect(parseStores({ stores: Array(1_001).fill(GRACA) }).ok).toBe(false)
    for (const odd of [null, [], 'x', { stores: 'x' }]) expect(parseStores(odd).ok).toBe(false)
  })
})
