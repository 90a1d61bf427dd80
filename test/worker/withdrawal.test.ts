/** Refusals while the store is down, or slow: they hold at once, and are carried out for certain. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Keyring } from '../../src/kit/seal.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { CROWD_PAGE, CROWD_RELEASE, cookieOf, freshId, returning } from '../help/crowd.ts'
import { AUSTIN, type Edge, type Got, LISBON, startEdge } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { type FaultyStore, startFaultyStore } from '../help/faulty-store.ts'
import { keyringOf } from '../help/keyring.ts'
import { raw } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'
import { until } from '../help/until.ts'

/** Questions that all doors of one isolate put to the store at once, and beside them those of erasures. */
const DOORS = 24
const RIGHTS = 2

let store: TestStore
let gate: FaultyStore
let origin: FaultyOrigin
let edge: Edge
let keyring: Keyring
let db: Database

beforeAll(async () => {
  store = await startTestStore()
  gate = await startFaultyStore(store.url)
  origin = await startOrigin()
  origin.on('/', page(CROWD_PAGE, { 'Cache-Control': 'max-age=600' }))
  keyring = await keyringOf()
  db = openDatabase({ url: store.url, timeoutMs: 20_000 })
  edge = await startEdge({ ORIGIN: origin.url, DB_URL: gate.url, RELEASE_TTL_SECONDS: '3600' })
  await edge.publish(CROWD_RELEASE)
  await edge.warm()
})

beforeEach(async () => {
  gate.become(null)
  await until(() => gate.pending() === 0)
})

afterAll(async () => {
  await edge?.stop()
  gate?.stop()
  await origin?.stop()
  await store?.stop()
})

/** Rows of this id in any table that has ids. */
async function rowsOf(id: string): Promise<number> {
  const tables = ['visitors WHERE id', 'contributions WHERE visitor', 'events WHERE visitor']
  const found = await db.read(() => tables.map((table) => raw(`SELECT COUNT(*) AS n FROM ${table} = ?`, id)))
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

describe('doors', () => {
  it('of a slow store ask it no more at once than it has connections for, and every one answers', async () => {
    const cookies = await Promise.all(
      Array.from({ length: 60 }, () => cookieOf(returning(60_000, freshId()), keyring)),
    )
    gate.become('is slow')
    const wish = { personalization: false, measurement: false }
    const answers = await Promise.all(
      cookies.map((Cookie) => edge.get('/_selvedge/consent', { ...AT_HOME, ...post(wish, { Cookie }) })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
    // The refusal holds for all of them, and whom the store could not be told of is noted.
    expect(answers.every(({ setCookies }) => setCookies.includes(CLEARED))).toBe(true)
    expect(answers.filter((got) => got.status === 200).map(noteOf)).not.toContainEqual(
      expect.stringMatching(/./),
    )
    expect(answers.some((got) => noteOf(got) !== '')).toBe(true)
    expect(gate.peak()).toBeGreaterThan(0)
    // Both lines, and the list of tombstones.
    expect(gate.peak()).toBeLessThanOrEqual(DOORS + RIGHTS + 1)
  })
})

describe('an erasure', () => {
  it('is a no in the person’s other browsers too, where an old yes or a presumed one would begin anew', async () => {
    const { id } = await knownVisitor()
    const Cookie = await cookieOf({ ...returning(60_000, id), tied: true }, keyring)
    const wish = { ...AT_HOME, method: 'DELETE', headers: { Cookie, 'Sec-Fetch-Site': 'same-origin' } }
    expect((await edge.get('/_selvedge/me', wish)).status).toBe(200)
    const { setCookies } = await edge.get('/', { ...AT_HOME, headers: { Cookie } })
    expect(setCookies).toEqual([CLEARED, expect.stringMatching(/^__Host-selvedge-consent=v1\.p0\.m0\./)])
    const choice = setCookies[1]?.split(';')[0] ?? ''
    expect((await edge.get('/', { ...AT_HOME, headers: { Cookie: choice } })).setCookies).toEqual([])
  })
})
