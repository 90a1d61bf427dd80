/** Pages while the store fails: nobody's is wrong or late, a warm cookie asks nothing of it, and it is used again soon. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Keyring } from '../../src/kit/seal.ts'
import { CROWD_PAGE, CROWD_RELEASE, crowd, keyringOf, type Member, member, visitAll } from '../help/crowd.ts'
import { type Edge, startEdge } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { FAULT_NAMES, type FaultyStore, startFaultyStore } from '../help/faulty-store.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

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
    // The faults before it may still hold places among the readers, and then nobody would ask.
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
