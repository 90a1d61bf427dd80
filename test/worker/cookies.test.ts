/** Cookies that are not what we sealed, cookies of the erased, and keys that change under load. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../src/kit/base64.ts'
import { IV_BYTES, type Keyring, seal } from '../../src/kit/seal.ts'
import { openDatabase } from '../../src/kit/sql.ts'
import { DAY_MS, MINUTE_MS } from '../../src/kit/time.ts'
import { TABLES } from '../../src/privacy/inventory.ts'
import { COOKIE_NAME, openSnapshot } from '../../src/profile/cookie.ts'
import { encodeSnapshot } from '../../src/profile/snapshot.ts'
import { CROWD_PAGE, CROWD_RELEASE, cookieOf, freshId, returning } from '../help/crowd.ts'
import { AUSTIN, type Edge, type Got, HOST, startEdge, TOKEN } from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { keyringOf } from '../help/keyring.ts'
import { raw } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const AT_ONCE = 32
const key = (name: string, byte: number): string => `${name}:${Buffer.alloc(32, byte).toString('base64')}`
const KEYS = { k1: key('k1', 7), k2: key('k2', 8), k3: key('k3', 9) }

let store: TestStore
let origin: FaultyOrigin
let edge: Edge
let keyring: Keyring

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  origin.on('/', page(CROWD_PAGE, { 'Cache-Control': 'max-age=600' }))
  keyring = await keyringOf()
  edge = await started()
  await edge.publish(CROWD_RELEASE)
  await edge.warm()
})

afterAll(async () => {
  await edge?.stop()
  await origin?.stop()
  await store?.stop()
})

const started = (more: Record<string, string> = {}): Promise<Edge> =>
  startEdge({ ORIGIN: origin.url, DB_URL: store.url, ...more })
const view = (at: Edge, Cookie: string): Promise<Got> => at.get('/', { place: AUSTIN, headers: { Cookie } })
const post = (Cookie: string, events: readonly unknown[]): Promise<Got> =>
  edge.get('/_selvedge/events', {
    place: AUSTIN,
    method: 'POST',
    headers: { Cookie, 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
    body: JSON.stringify({ events }),
  })
const isKnown = ({ text }: Got): boolean => text.includes('Welcome back')

/** The work on each of these, a few at a time. */
async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  let next = 0
  const one = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return results
}

describe('a cookie', () => {
  const snapshot = returning(MINUTE_MS)
  let good: string

  beforeAll(async () => {
    good = await cookieOf(snapshot, keyring)
  })

  const expectNobody = async (values: readonly string[]): Promise<void> => {
    const answers = await each(values, (value) => view(edge, `${COOKIE_NAME}=${value}`))
    expect(answers.filter(isKnown)).toEqual([])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    // Whoever carries one gets an id of their own, and never the one that it is about.
    const ids = await each(answers, async ({ setCookies }) => idOf(setCookies, keyring))
    expect(ids.filter((id) => id === undefined || id === snapshot.id)).toEqual([])
  }

  it('as we sealed it is believed', async () => {
    expect(isKnown(await view(edge, good))).toBe(true)
  })

  it('with any one bit flipped is nobody’s', async () => {
    const bytes = decodeBase64url(good.slice(COOKIE_NAME.length + 1)) as Uint8Array
    const forged = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const copy = bytes.slice()
      copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7))
      return encodeBase64url(copy)
    })
    await expectNobody(forged)
  })

  it('cut off anywhere, or with more at its end, is nobody’s', async () => {
    const value = good.slice(COOKIE_NAME.length + 1)
    const cut = Array.from({ length: value.length }, (_, end) => value.slice(0, end))
    await expectNobody([...cut, `${value}A`, `${value}AAAA`, `${value}=`, `A${value}`, value + value])
  })

  it('of another host, another key, a key of the same name, or another use of the key is nobody’s', async () => {
    const bytes = encodeSnapshot(snapshot)
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
    const others = await Promise.all([
      cookieOf(snapshot, keyring, 'other.example'),
      cookieOf(snapshot, keyring, `sub.${HOST}`),
      cookieOf(snapshot, keyring, `${HOST}:8443`),
      cookieOf(snapshot, await keyringOf(KEYS.k2)),
      cookieOf(snapshot, await keyringOf(key('k1', 8))),
    ])
    const purposes = [
      '',
      COOKIE_NAME,
      'preview',
      `selvedge:view${snapshot.id}`,
      `${COOKIE_NAME}-preview\n${HOST}`,
    ]
    const misused = await Promise.all(purposes.map((purpose) => seal(keyring, purpose, bytes, iv)))
    await expectNobody([...others.map((cookie) => cookie.slice(COOKIE_NAME.length + 1)), ...misused])
  })

  it('that cannot be opened is counted, so that lost keys show, and none of those who are new', async () => {
    const at = await started()
    try {
      const unread = async (): Promise<unknown> => {
        const got = await at.get('/_selvedge/health', { headers: { Authorization: `Bearer ${TOKEN}` } })
        return (JSON.parse(got.text) as { counters: Record<string, number> }).counters.cookie_unread
      }
      for (const cookie of ['', good, '']) await view(at, cookie)
      expect(await unread()).toBeUndefined()
      await view(at, await cookieOf(snapshot, await keyringOf(KEYS.k2)))
      expect(await unread()).toBe(1)
    } finally {
      await at.stop()
    }
  })

  it('that is forged gets nothing at the doors either, and no failure', async () => {
    const about = returning(MINUTE_MS)
    const forged = await cookieOf(about, await keyringOf(KEYS.k2))
    const told = await post(forged, [{ id: 'forged', kind: 'view', category: 'tea' }])
    expect([told.status, JSON.parse(told.text)]).toMatchObject([202, { accepted: 0, why: 'cookie' }])
    for (const path of ['/me', '/privacy', '/privacy/download', '/privacy/erase', '/why?campaign=again']) {
      const got = await edge.get(`/_selvedge${path}`, { place: AUSTIN, headers: { Cookie: forged } })
      expect([path, got.status]).toEqual([path, 200])
      expect(got.text).not.toContain(about.id)
    }
    expect(await rowsOf(about.id)).toEqual({})
  })

  it('that is older than its 13 months is nobody’s', async () => {
    const createdAt = Date.now() - 394 * DAY_MS
    await expectNobody([(await cookieOf({ ...snapshot, createdAt }, keyring)).slice(COOKIE_NAME.length + 1)])
  })
})

async function idOf(lines: readonly string[], keys: Keyring): Promise<string | undefined> {
  const line = lines.find((each) => each.startsWith(`${COOKIE_NAME}=`))
  const value = line?.split(';')[0]?.slice(COOKIE_NAME.length + 1)
  return (await openSnapshot(keys, HOST, value, Date.now()))?.id
}

/** Rows of a visitor, by table, where there are any. */
async function rowsOf(visitor: string): Promise<Record<string, number>> {
  const db = openDatabase({ url: store.url, timeoutMs: 20_000 })
  const columns: Record<string, string> = {
    visitors: 'visitors.id',
    consentLog: 'consent_log.visitor',
    deadLetters: 'dead_letters.visitor',
  }
  const counts: Record<string, number> = {}
  for (const name of Object.keys(TABLES)) {
    const [table, column] = (columns[name] ?? `${name}.visitor`).split('.')
    const [found] = await db.ask<{ n: number }>(
      raw(`SELECT COUNT(*) AS n FROM ${table} WHERE ${column} = ?`, visitor),
    )
    const count = Number(found?.n)
    if (count > 0) counts[name] = count
  }
  return counts
}

describe('an erasure', () => {
  const EVENTS = 1_000
  const PER_CALL = 10

  it('that races 1,000 events and the pages of its visitor leaves no row, and no replay brings any back', async () => {
    const snapshot = returning(MINUTE_MS)
    const cookie = await cookieOf(snapshot, keyring)
    const calls = Array.from({ length: EVENTS / PER_CALL }, (_, call) =>
      Array.from({ length: PER_CALL }, (_, at) => ({ id: `e${call}-${at}`, kind: 'view', category: 'tea' })),
    )
    const told = calls.slice(0, 5)
    for (const events of told) expect((await post(cookie, events)).status).toBe(202)
    expect(await rowsOf(snapshot.id)).toMatchObject({ visitors: 1, events: expect.any(Number) })
    const before = each(calls, (events) => post(cookie, events))
    const pages = each(calls, () => view(edge, cookie))
    const headers = { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }
    const erased = await edge.get('/_selvedge/me', { method: 'DELETE', place: AUSTIN, headers })
    expect(erased.status).toBe(200)
    const answers = await before
    expect((await pages).every(({ status }) => status === 200)).toBe(true)
    // Nothing that was sent while it went on was half-taken: it is in before, or refused, or to be sent again.
    expect(answers.filter(({ status }) => status !== 202 && status !== 503)).toEqual([])
    expect(answers.some(({ text }) => text.includes('erased'))).toBe(true)
    expect(await rowsOf(snapshot.id)).toEqual({})

    const replays = await each(calls, async (events) => [
      await post(cookie, events),
      await view(edge, cookie),
    ])
    for (const [event, seen] of replays) {
      expect(JSON.parse((event as Got).text)).toMatchObject({ accepted: 0, why: 'erased' })
      expect([(seen as Got).status, isKnown(seen as Got)]).toEqual([200, false])
      expect((seen as Got).setCookies.join()).toMatch(/^__Host-selvedge=; .*Max-Age=0/)
    }
    const elsewhere = await started()
    try {
      await elsewhere.warm()
      expect(isKnown(await view(elsewhere, cookie))).toBe(false)
    } finally {
      await elsewhere.stop()
    }
    expect(await rowsOf(snapshot.id)).toEqual({})
  })
})

describe('a rotation over three keys', () => {
  const PEOPLE = 100
  const { k1, k2, k3 } = KEYS
  /** Each next one opens what the one before it seals, and the other way round: they run side by side for a while. */
  const STAGES = [k1, `${k1},${k2}`, `${k2},${k1}`, `${k2},${k3}`, `${k3},${k2}`, k3]

  it('under load loses nobody', async () => {
    const all = await keyringOf(`${k1},${k2},${k3}`)
    const oldest = await keyringOf(k1)
    // Seen longer than a minute ago, so that each view seals the cookie anew.
    const long = (id: string, keys: Keyring): Promise<string> =>
      cookieOf({ ...returning(MINUTE_MS, id), lastSeenAt: Date.now() - 2 * MINUTE_MS }, keys)
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, async () => {
        const id = freshId()
        return { id, cookie: await long(id, oldest) }
      }),
    )
    let lost = 0
    let sealed = 0
    for (const [at, stage] of STAGES.entries()) {
      const running = await Promise.all([
        started({ SEAL_KEYS: STAGES[at - 1] ?? stage }),
        started({ SEAL_KEYS: stage }),
      ])
      await Promise.all(running.map((one) => one.warm()))
      try {
        for (const one of running) {
          const isNew = one === running[1]
          await each(people, async (person) => {
            const got = await view(one, person.cookie)
            if (!isKnown(got)) lost += 1
            const id = await idOf(got.setCookies, all)
            if (id !== undefined && id !== person.id) lost += 1
            if (id === undefined) return
            sealed += 1
            // The next view is more than a minute away; the new version has the last word.
            if (isNew) person.cookie = await long(id, await keyringOf(stage))
          })
        }
      } finally {
        await Promise.all(running.map((one) => one.stop()))
      }
    }
    expect(lost).toBe(0)
    expect(sealed).toBe(PEOPLE * STAGES.length * 2)
  })
})
