/** Deletions asked for while the store is away: the queue, which stands in for the platform's here, sees to them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Env } from '../../src/env.ts'
import { createIdentityStore } from '../../src/identity/store.ts'
import type { Keyring } from '../../src/kit/seal.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { FORGET_COOKIE, openForget } from '../../src/profile/forget.ts'
import worker from '../../src/worker.ts'
import { cookieOf, freshId, returning } from '../help/crowd.ts'
import { HOST, TOKEN } from '../help/edge.ts'
import { type FaultyStore, startFaultyStore } from '../help/faulty-store.ts'
import { keyringOf } from '../help/keyring.ts'
import { SEAL_KEYS } from '../help/keys.ts'
import { openProfiles } from '../help/profile-store.ts'
import { raw } from '../help/sql.ts'
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
  await openProfiles(db).apply(id, evidence, now)
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
async function deliver(queue = 'selvedge-events'): Promise<readonly string[]> {
  const fate: string[] = []
  const messages = sent.splice(0).map((body, index) => ({
    id: `m${index}`,
    timestamp: new Date(),
    body: JSON.parse(JSON.stringify(body)),
    attempts: 1,
    ack: () => void fate.push('ack'),
    retry: () => void fate.push('retry'),
  }))
  await worker.queue({ queue, messages } as never, env)
  return fate
}

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
    expect(await answer.text()).toContain('It is not on record yet. Please go back and send it again')
    expect(answer.headers.getSetCookie().join()).toContain('.affinity-habit-recent;')
  })
})

describe('everything that is to be erased while the store is away', () => {
  const ways: readonly [string, (Cookie: string) => Promise<Response>][] = [
    ['a form', (Cookie) => ask('/privacy/erase', 'POST', Cookie, new URLSearchParams({ confirm: 'yes' }))],
    ['a script', (Cookie) => ask('/me', 'DELETE', Cookie)],
  ]

  it.each(ways)('by %s is erased by the queue, with all browsers of the person', async (_, erase) => {
    const { id, Cookie } = await knownVisitor()
    const tab = await knownVisitor()
    const person = id.padEnd(43, 'p')
    for (const visitor of [id, tab.id]) {
      const tie = { visitor, person, source: 'login', at: Date.now(), proven: true } as const
      await createIdentityStore(db).tie(tie)
    }
    gate.become('refuses')
    const answer = await erase(Cookie)
    expect([answer.status, sent]).toEqual([202, [{ forget: id, all: true }]])
    const lines = answer.headers.getSetCookie().join('\n')
    expect(lines).toMatch(/^__Host-selvedge=; .*Max-Age=0/m)
    expect(lines).toMatch(/^__Host-selvedge-consent=v1\.p0\.m0/m)
    expect(await kept(id)).toContain('tea')
    gate.become(null)
    expect(await deliver()).toEqual(['ack'])
    expect([await kept(id), await kept(tab.id)]).toEqual(['[]', '[]'])
  })

  it('is erased also where the queue gave up on it, by nobody’s hand', async () => {
    const { id, Cookie } = await knownVisitor()
    gate.become('refuses')
    await ask('/me', 'DELETE', Cookie)
    const [message] = sent
    expect(await deliver('selvedge-events-dead')).toEqual(['retry'])
    gate.become(null)
    sent.push(message)
    expect(await deliver('selvedge-events-dead')).toEqual(['ack'])
    expect(await kept(id)).toBe('[]')
    expect(await db.read(() => [raw('SELECT * FROM dead_letters WHERE visitor = ?', id)])).toMatchObject([
      { rows: [] },
    ])
  })

  it.each(ways)('by %s is noted in the browser where the queue is away too', async (_, erase) => {
    const { id, Cookie } = await knownVisitor()
    gate.become('refuses')
    isAway = true
    const answer = await erase(Cookie)
    expect([answer.status, sent]).toEqual([202, []])
    const note = answer.headers.getSetCookie().find((line) => line.startsWith(FORGET_COOKIE)) ?? ''
    expect(await openForget(keyring, HOST, note.split(/[=;]/)[1] ?? '')).toEqual([id])
  })
})
