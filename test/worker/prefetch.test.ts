/** Pages that a browser fetches before anybody looks: they are as they would be, and count when they are shown. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choiceCookie } from '../../src/consent/choice.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { parseMeasured } from '../../src/measure/document.ts'
import { COOKIE_NAME } from '../../src/profile/cookie.ts'
import { AUSTIN, campaign, cookiesOf, type Edge, type Got, releaseOf, startEdge } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'
import { until } from '../help/until.ts'

const HTML =
  '<!doctype html><html><head><title>Tea</title></head><body><h1>Tea</h1><p>Green</p></body></html>'
const AHEAD = { 'Sec-Purpose': 'prefetch;prerender' }

let store: TestStore
let origin: FaultyOrigin
let edge: Edge
let silent: Edge
let db: Database

const RELEASE = releaseOf(
  campaign('hero', [], {
    pages: ['/', '/live'],
    caps: { day: 1 },
    variants: [{ id: 'a', weight: 1, edits: [{ action: 'text', selector: 'h1', value: 'Yours' }] }],
  }),
  campaign('send', [], {
    pages: ['/old'],
    variants: [
      { id: 'control', weight: 0.5, edits: [] },
      { id: 'sent', weight: 0.5, edits: [], redirect: '/new' },
    ],
  }),
)

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  for (const path of ['/', '/start', '/old', '/new'])
    origin.on(path, page(HTML, { 'Cache-Control': 'max-age=600' }))
  origin.on('/live', page(HTML, { 'Cache-Control': 'no-store' }))
  db = openDatabase({ url: store.url, timeoutMs: 5_000 })
  const bindings = { ORIGIN: origin.url, DB_URL: store.url }
  edge = await startEdge({ ...bindings, BEACON: 'true' })
  silent = await startEdge(bindings)
  await edge.publish(RELEASE)
  await edge.warm()
  await silent.warm()
  for (const path of ['/', '/old']) await look(path, '', { 'User-Agent': 'curl/8' })
})

afterAll(async () => {
  await edge?.stop()
  await silent?.stop()
  await origin?.stop()
  await store?.stop()
})

const look = (path: string, Cookie: string, headers: object = {}, at: Edge = edge): Promise<Got> =>
  at.get(path, { place: AUSTIN, headers: { ...(Cookie === '' ? {} : { Cookie }), ...headers } })

/** Somebody who has an id, and was shown nothing yet. */
const newcomer = async (): Promise<string> => cookiesOf(await look('/start', ''))

const raw = (sql: string) => ({ toSQL: () => ({ sql, params: [] }) })
async function exposed(): Promise<readonly string[]> {
  const [found] = await db.read(() => [raw('SELECT document FROM measures')])
  return (found?.rows ?? []).flatMap(({ document }) => {
    const exposures = parseMeasured(String(document))?.exposures ?? new Map()
    return [...exposures].map(([id, { arm }]) => `${id}=${arm}`)
  })
}
const clear = () =>
  db.write(() => ['measures', 'cells', 'events'].map((table) => raw(`DELETE FROM ${table}`)))

describe('a page that is fetched ahead of time', () => {
  it.each([
    ['Sec-Purpose', '/', { 'Sec-Purpose': 'prefetch' }],
    ['Sec-Purpose, to prerender', '/', AHEAD],
    ['Purpose', '/', { Purpose: 'prefetch' }],
    ['Sec-Purpose, as it streams', '/live', AHEAD],
  ])('counts once it is looked at, and shows the same then: by %s', async (_, path, ahead) => {
    await clear()
    const Cookie = await newcomer()
    for (let times = 0; times < 3; times++) {
      const fetched = await look(path, Cookie, ahead)
      expect(fetched.text).toContain('<h1>Yours</h1>')
      expect(fetched.text).toContain(' data-selvedge-ahead')
      // No impression, so nothing is capped, and no visit either.
      expect(fetched.setCookies).toEqual([])
    }
    const shown = await look(path, Cookie)
    expect(shown.text).toContain('<h1>Yours</h1>')
    expect(shown.text).not.toContain(' data-selvedge-ahead')
    expect(shown.setCookies).toHaveLength(1)
    await until(async () => (await exposed()).length > 0)
    expect(await exposed()).toEqual(['hero=a'])
    expect((await look(path, cookiesOf(shown))).text).toContain('<h1>Tea</h1>')
  })

  it('leaves nothing behind where nobody looks', async () => {
    await clear()
    const Cookie = await newcomer()
    await look('/', Cookie, AHEAD)
    await look('/old', Cookie, AHEAD)
    // What was counted after it is there, so the other would be.
    await look('/', await newcomer())
    await until(async () => (await exposed()).length > 0)
    await sleep(100)
    expect(await exposed()).toEqual(['hero=a'])
  })

  it('makes nobody of whoever has no id yet', async () => {
    const got = await look('/', '', AHEAD)
    expect([got.setCookies, got.text.includes('beacon.js')]).toEqual([[], false])
  })

  it('leaves the cookie that nobody can read, and what waits in the storage, to the page that is looked at', async () => {
    const Cookie = `${COOKIE_NAME}=x`
    const got = await look('/', Cookie, AHEAD)
    expect([got.setCookies, got.text.includes('clear.js')]).toEqual([[], false])
    expect((await look('/', Cookie)).setCookies).toHaveLength(1)
  })

  it('is not fetched where a campaign sends its visitor on: the browser comes again when it is meant', async () => {
    const seen = new Set<string>()
    for (let tries = 0; tries < 40 && seen.size < 2; tries++) {
      const Cookie = await newcomer()
      const fetched = await look('/old', Cookie, AHEAD)
      const meant = await look('/old', Cookie)
      seen.add(`${fetched.status} ${meant.status}`)
      if (fetched.status === 503) expect(fetched.headers['cache-control']).toBe('no-store')
    }
    expect([...seen].sort()).toEqual(['200 200', '503 302'])
  })

  it('counts at once where no beacon would tell that it is shown', async () => {
    const chosen = choiceCookie({ personalization: true, measurement: false, at: Date.now(), off: [] })
    const unmeasured = `${await newcomer()}; ${chosen.split(';', 1)}`
    const withoutBeacon = await newcomer()
    for (const [Cookie, at] of [
      [unmeasured, edge],
      [withoutBeacon, silent],
    ] as const) {
      const fetched = await look('/', Cookie, AHEAD, at)
      expect(fetched.text).toContain('<h1>Yours</h1>')
      expect(fetched.text).not.toContain(' data-selvedge-ahead')
      expect(fetched.setCookies).toHaveLength(1)
    }
  })
})
