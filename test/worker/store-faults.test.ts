/** Pages while the store fails: nobody's is wrong or late, a warm cookie asks nothing of it, and it is used again soon. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Keyring } from '../../src/kit/seal.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import {
  CROWD_PAGE,
  CROWD_RELEASE,
  cookieOf,
  crowd,
  freshId,
  keyringOf,
  type Member,
  member,
  returning,
  visitAll,
} from '../help/crowd.ts'
import { AUSTIN, type Edge, type Got, LISBON, startEdge } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { FAULT_NAMES, type FaultyStore, startFaultyStore } from '../help/faulty-store.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const VIEWS = 60
const PARALLEL = 200
/** Page views of one isolate that read the store at once. */
const READERS = 16

let store: TestStore
let gate: FaultyStore
let origin: FaultyOrigin
let edge: Edge
let keyring: Keyring
let db: Database
let people: readonly Member[]

beforeAll(async () => {
  store = await startTestStore()
  gate = await startFaultyStore(store.url)
  origin = await startOrigin()
  origin.on('/', page(CROWD_PAGE, { 'Cache-Control': 'max-age=600' }))
  // Without a category there is nothing that a view says of its visitor.
  origin.on('/plain', page('<!doctype html><h1>Tea</h1>', { 'Cache-Control': 'max-age=600' }))
  keyring = await keyringOf()
  db = openDatabase({ url: store.url, timeoutMs: 20_000 })
  people = await crowd(VIEWS, keyring)
  edge = await startEdge({
    ORIGIN: origin.url,
    DB_URL: gate.url,
    BUDGET_MS: '25',
    RELEASE_TTL_SECONDS: '3600',
  })
  await edge.publish(CROWD_RELEASE)
  await edge.warm()
  await visitAll(edge, people, VIEWS)
})

afterAll(async () => {
  await edge?.stop()
  gate?.stop()
  await origin?.stop()
  await store?.stop()
})

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return
    await sleep(25)
  }
  throw new Error('it never came')
}

/** Whether a cookie of the day before yesterday comes back renewed, which only the store can do. */
async function isRenewed(): Promise<boolean> {
  const { wish } = await member('ancient', keyring)
  return (await edge.get('/', wish)).setCookies.length > 0
}

const readsOfProfiles = (): readonly string[] =>
  gate.said().filter((body) => /identities|contributions|"events"/.test(body))

/** Rows of this id in any table that has ids. */
async function rowsOf(id: string): Promise<number> {
  const raw = (sql: string) => ({ toSQL: () => ({ sql, params: [id] }) })
  const tables = ['visitors WHERE id', 'contributions WHERE visitor', 'events WHERE visitor']
  const found = await db.read(() => tables.map((table) => raw(`SELECT COUNT(*) AS n FROM ${table} = ?`)))
  return found.reduce((sum, { rows }) => sum + Number(rows[0]?.n), 0)
}

/** Somebody with rows. */
async function knownVisitor(): Promise<{ readonly id: string; readonly Cookie: string }> {
  const id = freshId()
  const Cookie = await cookieOf(returning(60_000, id), keyring)
  const events = [{ id: 'e1', kind: 'view', category: 'tea' }]
  const told = await edge.get('/_selvedge/events', { ...AT_HOME, ...post({ events }, { Cookie }) })
  expect([told.status, (await rowsOf(id)) > 0]).toEqual([202, true])
  return { id, Cookie }
}

const AT_HOME = { place: AUSTIN }
const post = (body: unknown, headers: Record<string, string>) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin', ...headers },
})
const CLEARED = '__Host-selvedge=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0'
const NO_NOTE = '__Host-selvedge-forget=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0'
const noteOf = ({ setCookies }: Got): string =>
  setCookies.find((line) => line.startsWith('__Host-selvedge-forget='))?.split(';')[0] ?? ''

describe('a refusal', () => {
  const GPC = { 'Sec-GPC': '1' }
  const ways: readonly [string, (Cookie: string) => Promise<Got>][] = [
    ['by GPC', (Cookie) => edge.get('/', { ...AT_HOME, headers: { ...GPC, Cookie } })],
    [
      'of a consent platform',
      (Cookie) => edge.get('/', { ...AT_HOME, headers: { Cookie: `${Cookie}; CookieConsent=0` } }),
    ],
    [
      'given here',
      (Cookie) => {
        const wish = { personalization: false, measurement: false }
        return edge.get('/_selvedge/consent', { ...AT_HOME, ...post(wish, { Cookie }) })
      },
    ],
    [
      'that an event tells first',
      (Cookie) => {
        const events = [{ id: 'e2', kind: 'view', category: 'tea' }]
        return edge.get('/_selvedge/events', { ...AT_HOME, ...post({ events }, { ...GPC, Cookie }) })
      },
    ],
  ]

  it.each(ways)(
    '%s holds at once while the store is down, and is carried out when it is back',
    async (_, refuse) => {
      await until(isRenewed)
      const { id, Cookie } = await knownVisitor()
      gate.become('refuses')
      const got = await refuse(Cookie)
      const note = noteOf(got)
      expect([got.setCookies.includes(CLEARED), note.length > 40]).toEqual([true, true])
      const later = (): Promise<Got> => edge.get('/', { place: LISBON, headers: { Cookie: note } })
      expect((await later()).setCookies).toEqual([])
      gate.become(null)
      expect(await rowsOf(id)).toBeGreaterThan(0)
      expect((await later()).setCookies).toEqual([])
      await until(async () => (await rowsOf(id)) === 0)
      await until(async () => (await later()).setCookies.includes(NO_NOTE))
      expect(await rowsOf(id)).toBe(0)
    },
  )

  it('is carried out at once where the store is well, and leaves no note', async () => {
    const { id, Cookie } = await knownVisitor()
    const got = await edge.get('/_selvedge/consent', {
      ...AT_HOME,
      ...post({ personalization: false, measurement: false }, { Cookie }),
    })
    expect([noteOf(got), await rowsOf(id)]).toEqual(['', 0])
  })

  it('that somebody made up forgets nobody', async () => {
    const { id, Cookie } = await knownVisitor()
    // Sealed by us, but for another purpose.
    const forged = Cookie.replace('__Host-selvedge=', '__Host-selvedge-forget=')
    for (const value of [forged, '__Host-selvedge-forget=x']) {
      const got = await edge.get('/', { place: LISBON, headers: { Cookie: value } })
      expect(got.setCookies).toEqual([NO_NOTE])
    }
    expect(await rowsOf(id)).toBeGreaterThan(0)
  })
})

describe('a page view', () => {
  it('with a warm cookie reads nothing of the store', async () => {
    await until(() => gate.pending() === 0)
    const warm = await member('warm', keyring)
    await edge.get('/plain', warm.wish)
    gate.said()
    for (let view = 0; view < 100; view++) expect((await edge.get('/plain', warm.wish)).status).toBe(200)
    expect(readsOfProfiles()).toEqual([])
  })

  it('with a cookie older than ten minutes is read for only behind the visitor’s back', async () => {
    const old = await member('old', keyring)
    gate.said()
    gate.become('hangs')
    const run = await visitAll(edge, [old], 8)
    await until(() => gate.pending() > 0)
    expect(run.errors).toEqual([])
    gate.become(null)
    await until(() => gate.pending() === 0)
    expect(readsOfProfiles().length).toBeGreaterThan(0)
  })
})

describe('a store that', () => {
  it.each(FAULT_NAMES)('%s: every page is its visitor’s own, and the store is used again', async (fault) => {
    gate.become(fault)
    const { errors } = await visitAll(edge, people, VIEWS, 16)
    expect(errors).toEqual([])
    gate.become(null)
    await until(isRenewed)
  })

  it('is slow leaves none of 200 parallel requests hanging, and is not asked by all of them', async () => {
    // The faults before it may still hold places among the readers, and then hardly anybody would ask.
    await until(async () => {
      const renewed = await Promise.all(Array.from({ length: READERS }, isRenewed))
      return renewed.every((one) => one)
    })
    gate.become('is slow')
    const ancient = await Promise.all(Array.from({ length: PARALLEL }, () => member('ancient', keyring)))
    const { errors } = await visitAll(edge, ancient, PARALLEL, PARALLEL)
    expect(errors).toEqual([])
    expect(gate.peak()).toBeGreaterThan(0)
    // Readers, writers, the list of tombstones.
    expect(gate.peak()).toBeLessThanOrEqual(READERS + 2 + 1)
    gate.become(null)
    await until(() => gate.pending() === 0)
  })

  it('refuses for longer than its patience is asked again by those who come later', async () => {
    gate.become('hangs')
    await visitAll(edge, people, PARALLEL, 32)
    gate.become(null)
    await until(isRenewed)
    await visitAll(edge, people, VIEWS)
    await until(() => gate.pending() === 0)
  })
})
