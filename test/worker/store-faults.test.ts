/** Pages while the store fails: nobody's is wrong or late, a warm cookie asks nothing of it, and it is used again soon. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Keyring } from '../../src/kit/seal.ts'
import { MINUTE_MS } from '../../src/kit/time.ts'
import { COOKIE_NAME, openSnapshot, readCookie } from '../../src/profile/cookie.ts'
import {
  CROWD_PAGE,
  CROWD_RELEASE,
  cookieOf,
  crowd,
  freshId,
  type Member,
  member,
  returning,
  visitAll,
} from '../help/crowd.ts'
import { AUSTIN, cookiesOf, type Edge, HOST, startEdge } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { FAULT_NAMES, type FaultyStore, startFaultyStore } from '../help/faulty-store.ts'
import { keyringOf } from '../help/keyring.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'
import { until } from '../help/until.ts'

const VIEWS = 60
const PARALLEL = 200

let store: TestStore
let gate: FaultyStore
let origin: FaultyOrigin
let edge: Edge
let keyring: Keyring
let people: readonly Member[]

beforeAll(async () => {
  store = await startTestStore()
  gate = await startFaultyStore(store.url)
  origin = await startOrigin()
  origin.on('/', page(CROWD_PAGE, { 'Cache-Control': 'max-age=600' }))
  // Without a category there is nothing that a view says of its visitor.
  origin.on('/plain', page('<!doctype html><h1>Tea</h1>', { 'Cache-Control': 'max-age=600' }))
  keyring = await keyringOf()
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

/**
 * Whether a cookie of the day before yesterday comes back as of now, which only the store can do. That a cookie comes
 * back says nothing: what was shown is noted in it too.
 */
async function isRenewed(): Promise<boolean> {
  const askedAt = Date.now()
  const { wish } = await member('ancient', keyring)
  const value = readCookie(cookiesOf(await edge.get('/', wish)), COOKIE_NAME)
  const snapshot = await openSnapshot(keyring, HOST, value, askedAt)
  return (snapshot?.asOf ?? 0) >= askedAt
}

/** What the store was asked since the last call that names this visitor. */
const askedAbout = (id: string): readonly string[] => gate.said().filter((body) => body.includes(id))
/** That there was a visit is written down when the page is long gone, and no page is made of it. */
const isOfMeasuring = (body: string): boolean => /(?:JOIN|INTO) measures/.test(body)

describe('a page view', () => {
  it('with a warm cookie reads nothing of the store', async () => {
    const id = freshId()
    const wish = { place: AUSTIN, headers: { Cookie: await cookieOf(returning(0, id), keyring) } }
    for (let view = 0; view < 100; view++) expect((await edge.get('/plain', wish)).status).toBe(200)
    expect(askedAbout(id).filter((body) => !isOfMeasuring(body))).toEqual([])
  })

  it('with a cookie older than ten minutes is read for only behind the visitor’s back', async () => {
    const id = freshId()
    const wish = {
      place: AUSTIN,
      headers: { Cookie: await cookieOf(returning(20 * MINUTE_MS, id), keyring) },
    }
    gate.become('hangs')
    await until(async () => {
      expect((await edge.get('/plain', wish)).status).toBe(200)
      return askedAbout(id).length > 0
    })
    gate.become(null)
  })
})

describe('a store that', () => {
  it.each(FAULT_NAMES)('%s: every page is its visitor’s own, and the store is used again', async (fault) => {
    gate.become(fault)
    const { errors } = await visitAll(edge, people, VIEWS, 16)
    expect(errors).toEqual([])
    expect(await isRenewed()).toBe(false)
    gate.become(null)
    await until(isRenewed)
  })

  it('is slow leaves none of 200 parallel requests hanging, and is not asked by all of them', async () => {
    // Those whom the fault before it let go may hold all places among the readers for a moment longer.
    await until(isRenewed)
    gate.become('is slow')
    const ancient = await Promise.all(Array.from({ length: PARALLEL }, () => member('ancient', keyring)))
    const { errors } = await visitAll(edge, ancient, PARALLEL, PARALLEL)
    expect(errors).toEqual([])
    expect(gate.peak()).toBeGreaterThan(0)
    // Readers, writers, the list of tombstones.
    expect(gate.peak()).toBeLessThanOrEqual(16 + 2 + 1)
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
