/** Deletions asked for while the store is away: the queue, which stands in for the platform's here, sees to them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Env } from '../../src/env.ts'
import type { Keyring } from '../../src/kit/seal.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { createProfileStore } from '../../src/profile/store.ts'
import worker from '../../src/worker.ts'
import { cookieOf, freshId, keyringOf, returning } from '../help/crowd.ts'
import { HOST, SEAL_KEYS, TOKEN } from '../help/edge.ts'
import { type FaultyStore, startFaultyStore } from '../help/faulty-store.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

let store: TestStore
let gate: FaultyStore
let db: Database
let keyring: Keyring
let env: Env
/** What was put into the queue; `isAway`: nothing can be. */
const sent: unknown[] = []
let isAway = false

beforeAll(async () => {
  store = await startTestStore()
  gate = await startFaultyStore(store.url)
  db = openDatabase({ url: store.url, timeoutMs: 20_000 })
  keyring = await keyringOf()
  const send = async (body: unknown) => {
    if (isAway) throw new Error('the queue is away')
    sent.push(body)
  }
  const EVENTS = { send } as unknown as NonNullable<Env['EVENTS']>
  env = { SEAL_KEYS, API_TOKEN: `tester:${TOKEN}`, DB_URL: gate.url, EVENTS }
})
beforeEach(() => {
  gate.become(null)
  sent.length = 0
  isAway = false
})
afterAll(async () => {
  gate?.stop()
  await store?.stop()
})

/** Somebody with rows, who agreed. */
async function knownVisitor(): Promise<{ readonly id: string; readonly Cookie: string }> {
  const id = freshId()
  const now = Date.now()
  const evidence = [
    { id: 'e1', kind: 'view', at: now, category: 'tea' },
    { id: 'e2', kind: 'follow', at: now, brand: 'Fonte Clara' },
  ] as const
  await createProfileStore(db).apply(id, evidence, now)
  const choice = `__Host-selvedge-consent=v1.p1.m1.${Math.floor(now / 1_000) - 60}`
  return { id, Cookie: `${await cookieOf(returning(60_000, id), keyring)}; ${choice}` }
}

const context = { waitUntil: () => {}, passThroughOnException: () => {} } as unknown as ExecutionContext

function ask(path: string, method: string, Cookie: string, body?: URLSearchParams): Promise<Response> {
  const headers = { Cookie, 'Sec-Fetch-Site': 'same-origin', Accept: 'text/html' }
  const request = new Request(`https://${HOST}/_selvedge${path}`, { method, headers, body: body ?? null })
  return worker.fetch(request as never, env, context)
}

/** Delivers what the queue was given. Gives what became of each. */
async function deliver(): Promise<readonly string[]> {
  const fate: string[] = []
  const messages = sent.splice(0).map((body, index) => ({
    id: `m${index}`,
    timestamp: new Date(),
    body: JSON.parse(JSON.stringify(body)),
    attempts: 1,
    ack: () => void fate.push('ack'),
    retry: () => void fate.push('retry'),
  }))
  await worker.queue({ queue: 'selvedge-events', messages } as never, env)
  return fate
}

const raw = (sql: string, id: string) => ({ toSQL: () => ({ sql, params: [id] }) })
async function kept(id: string): Promise<string> {
  const tables = ['contributions WHERE visitor', 'events WHERE visitor', 'visitors WHERE id']
  const found = await db.read(() => tables.map((table) => raw(`SELECT * FROM ${table} = ?`, id)))
  return JSON.stringify(found.flatMap(({ rows }) => rows))
}

const NO_CLASS = { personalization: 'on', measurement: 'on', shown: 'habit,affinity,recent' }

describe('a data class that is switched off while the store is away', () => {
  const switchOff = (Cookie: string) => ask('/consent', 'POST', Cookie, new URLSearchParams(NO_CLASS))

  it('is deleted by the queue, although the choice could not be put on record', async () => {
    const { id, Cookie } = await knownVisitor()
    gate.become('refuses')
    const answer = await switchOff(Cookie)
    expect(answer.status).toBe(503)
    const message = sent.find((body) => Object.hasOwn(body as object, 'drop'))
    expect(message).toEqual({ drop: id, off: ['affinity', 'habit', 'recent'] })
    sent.splice(0, sent.length, message)
    expect(await deliver()).toEqual(['retry'])
    gate.become(null)
    expect(await kept(id)).toContain('tea')
    sent.push(message)
    expect(await deliver()).toEqual(['ack'])
    expect(await kept(id)).not.toContain('tea')
    expect(await kept(id)).toContain('Fonte Clara')
  })

  it('is said not to be deleted where the queue is away too, and the choice holds', async () => {
    const { Cookie } = await knownVisitor()
    gate.become('refuses')
    isAway = true
    const answer = await switchOff(Cookie)
    expect(await answer.text()).toContain('deleting what it covers, did not work yet')
    expect(answer.headers.getSetCookie().join()).toContain('.affinity-habit-recent;')
  })
})
