/**
 * What a request tells about somebody and nobody asked for: planted where it comes in, and searched for everywhere that
 * anything could have kept it. What the visitor's own browser sends to the shop itself goes there as it came.
 */
import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/kit/sql.ts'
import { COOKIE_NAME, openSnapshot } from '../../src/profile/cookie.ts'
import { type SearchableCache, startCache } from '../help/cache.ts'
import { CROWD_PAGE, cookieOf, returning } from '../help/crowd.ts'
import { AUSTIN, campaign, cookiesOf, type Edge, type Got, HOST, releaseOf, startEdge } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { keyringOf } from '../help/keyring.ts'
import { listen } from '../help/listen.ts'
import { raw } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const EMAIL = 'canary.person@mail.example'
const CANARIES = [
  '203.0.113.77',
  '2001:db8:cafe::77',
  '30.267153',
  '97.743061',
  '78701-canary',
  'canary.person',
  'CanaryBrowser/77',
]
const HEADERS = {
  'CF-Connecting-IP': '203.0.113.77',
  'X-Forwarded-For': '203.0.113.77, 2001:db8:cafe::77',
  'X-Real-IP': '203.0.113.77',
  'True-Client-IP': '203.0.113.77',
  Forwarded: 'for=203.0.113.77',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) CanaryBrowser/77 Chrome/140.0 Safari/537.36',
  Referer: `https://elsewhere.example/?mail=${EMAIL}`,
}
const PLACE = { ...AUSTIN, latitude: '30.267153', longitude: '-97.743061', postalCode: '78701-canary' }

let store: TestStore
let origin: FaultyOrigin
let weather: Server
let edge: Edge
let cache: SearchableCache
const outside: string[] = []
const answers: Got[] = []

beforeAll(async () => {
  store = await startTestStore()
  cache = await startCache()
  origin = await startOrigin()
  origin.on('/', page(CROWD_PAGE, { 'Cache-Control': 'max-age=600' }))
  origin.on('/cart', page('ok'))
  weather = createServer((request, response) => {
    outside.push(`${request.url} ${JSON.stringify(request.rawHeaders)}`)
    response.end('{}')
  })
  const at = await listen(weather)
  const key = Buffer.alloc(32, 3).toString('base64')
  const bindings = {
    ORIGIN: origin.url,
    DB_URL: store.url,
    WEATHER_URL: at,
    WEATHER_ARCHIVE_URL: at,
    IDENTITY_KEY: key,
  }
  edge = await startEdge(bindings, undefined, cache.address)
  await edge.publish(
    releaseOf(
      campaign('hot', [{ action: 'text', selector: 'h1', value: 'Ice' }], {
        audience: { 'weather.isHot': true },
      }),
      campaign('again', [{ action: 'text', selector: '#again', value: '{{ geo.city }}' }]),
    ),
  )
  await edge.warm()
  await act()
})

afterAll(async () => {
  await edge?.stop()
  weather?.close()
  cache?.stop()
  await origin?.stop()
  await store?.stop()
})

/** A visit with everything planted: pages, events good and bad, a login by e-mail, a form to the shop. */
async function act(): Promise<void> {
  const ask = async (path: string, more: { method?: string; headers?: object; body?: string } = {}) => {
    const headers = { ...HEADERS, ...more.headers }
    const got = await edge.get(path, { ...more, place: PLACE, headers })
    answers.push(got)
    return got
  }
  const Cookie = cookiesOf(await ask('/'))
  const json = { Cookie, 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' }
  await ask('/', { headers: { Cookie: `${Cookie}; mail=${EMAIL}` } })
  const events = [
    { id: 'a', kind: 'search', query: `tea for ${EMAIL}` },
    { id: 'b', kind: 'view', category: EMAIL },
    { id: 'c', kind: 'view', category: 'tea', sku: EMAIL },
    { id: 'd', kind: 'view', category: 'tea' },
  ]
  const told = await ask('/_selvedge/events', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ events }),
  })
  expect(told.status).toBe(202)
  const form = { Cookie, 'Content-Type': 'application/x-www-form-urlencoded' }
  await ask('/cart', { method: 'POST', headers: form, body: `mail=${EMAIL}` })
  const visitor = (await snapshots())[0]?.id
  // A cookie older than ten minutes has a fresh view made, and kept for the next page.
  const old = await cookieOf(returning(20 * 60_000, visitor), await keyringOf())
  await ask('/', { headers: { Cookie: old } })
  const body = JSON.stringify({ visitor, customer: EMAIL })
  const tied = await edge.api('/identify', { method: 'POST', headers: HEADERS, body })
  expect([tied.status, tied.text.includes(EMAIL)]).toEqual([200, false])
  for (const path of ['/privacy', '/me', '/why?campaign=again'])
    await ask(`/_selvedge${path}`, { headers: { Cookie } })
  await sleep(300)
}

async function snapshots() {
  const keyring = await keyringOf()
  const values = answers.flatMap(({ setCookies }) =>
    setCookies
      .filter((line) => line.startsWith(`${COOKIE_NAME}=`))
      .map((line) => line.split(';')[0] as string),
  )
  const opened = await Promise.all(
    values.map((pair) => openSnapshot(keyring, HOST, pair.slice(COOKIE_NAME.length + 1), Date.now())),
  )
  return opened.filter((one) => one !== null)
}

const found = (text: string): readonly string[] => CANARIES.filter((canary) => text.includes(canary))

describe('what a request tells and nobody asked for', () => {
  it('is in no table of the store', async () => {
    const db = openDatabase({ url: store.url, timeoutMs: 20_000 })
    const ask = (sql: string) => db.ask<Readonly<Record<string, unknown>>>(raw(sql))
    const tables = await ask("SELECT name FROM sqlite_master WHERE type = 'table'")
    let rows = 0
    for (const { name } of tables) {
      const all = await ask(`SELECT * FROM "${name}"`)
      rows += all.length
      expect([name, found(JSON.stringify(all))]).toEqual([name, []])
    }
    expect((await ask('SELECT * FROM events')).length).toBeGreaterThan(0)
    expect((await ask('SELECT * FROM identities')).length).toBe(1)
    expect(rows).toBeGreaterThan(5)
  })

  it('is in no cookie, opened or closed', async () => {
    const opened = await snapshots()
    expect(opened.length).toBeGreaterThan(0)
    expect(found(JSON.stringify(opened))).toEqual([])
    expect(found(answers.flatMap(({ setCookies }) => setCookies).join())).toEqual([])
  })

  it('is in no entry of the data centre’s cache: pages, releases, views, by address, head or body', () => {
    const entries = cache.entries()
    const kinds = ['shop.example', '/release/', '/view/']
    for (const kind of kinds)
      expect([kind, entries.some(({ key }) => key.includes(kind))]).toEqual([kind, true])
    // What is kept can be read here, or nothing could be found.
    expect(entries.some(({ text }) => text.includes('Green tea'))).toBe(true)
    expect(entries.flatMap(({ key, text }) => found(`${key} ${text}`))).toEqual([])
  })

  it('is in no log', () => {
    expect(found(edge.log())).toEqual([])
  })

  it('is not told to the weather service, but for a place of 0.1°', () => {
    expect(outside.length).toBeGreaterThan(0)
    expect(found(outside.join())).toEqual([])
    for (const line of outside) {
      expect(line).toMatch(/latitude=30\.3&/)
      expect(line).not.toMatch(/cookie/i)
    }
  })

  it('is not told to the shop for the page that is kept for everybody', () => {
    const shared = origin.seen.filter(({ url }) => url === '/')
    expect(shared.length).toBeGreaterThan(0)
    for (const { rawHeaders } of shared) expect(found(rawHeaders.join())).toEqual([])
  })

  it('reaches the shop where the visitor’s browser tells it: in a request of its own, without our cookies', () => {
    const own = origin.seen.filter(({ url }) => url === '/cart')
    expect(own).toHaveLength(1)
    const said = own[0]?.rawHeaders.join() ?? ''
    expect(found(said)).toContain('CanaryBrowser/77')
    expect(said).not.toContain(COOKIE_NAME)
  })
})
