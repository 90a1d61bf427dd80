import { is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as schema from '../../db/schema.ts'
import { createConsentLog } from '../../src/consent/store.ts'
import { type Bearer, readBearer } from '../../src/flow/bearer.ts'
import { eraseBearer, forgetVisitor, type LaterPorts, planErasure, readHeld } from '../../src/flow/rights.ts'
import { cardOf } from '../../src/identity/link.ts'
import type { TieSource } from '../../src/identity/model.ts'
import { createIdentityStore } from '../../src/identity/store.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { PERSONAL_TABLES } from '../../src/privacy/inventory.ts'
import { clearCookieHeader } from '../../src/profile/cookie.ts'
import { FORGET_COOKIE, openForget } from '../../src/profile/forget.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { tombstoneOf } from '../../src/profile/retention.ts'
import { type Doors, HOST, known, NOW, openDoors, visitorId } from '../help/doors.ts'
import { orm } from '../help/orm.ts'
import { openPrivacy, type Privacy } from '../help/privacy.ts'
import { openProfiles } from '../help/profile-store.ts'

let doors: Doors
let privacy: Privacy
beforeAll(async () => {
  doors = await openDoors()
  privacy = openPrivacy(doors)
})
beforeEach(async () => {
  await doors.clear()
  privacy.forgotten.length = 0
})
afterAll(() => doors.stop())

const PERSON = 'p'.repeat(43)
const CARD = cardOf(PERSON)
const view = (id: string, category = 'tea'): Evidence => ({ id, kind: 'view', at: NOW, category })

/** Rows of somebody in every table that can have any. */
async function meet(visitor: string, source?: TieSource): Promise<void> {
  const profiles = openProfiles(doors.db)
  await profiles.apply(
    visitor,
    [view('e1'), { id: 'e2', kind: 'follow', at: NOW, brand: 'Fonte Clara' }],
    NOW,
  )
  await createConsentLog(doors.db).append({
    at: NOW,
    visitor,
    personalization: true,
    measurement: true,
    off: [],
    source: 'banner',
    policy: 'v7',
  })
  await measured(visitor)
  if (source === undefined) return
  await createIdentityStore(doors.db).tie({ visitor, person: PERSON, source, at: NOW, proven: true })
}

/** What measuring keeps; put there as it is, so it asks by itself whether the id was erased. */
async function measured(visitor: string): Promise<void> {
  if (await openProfiles(doors.db).isErased(visitor)) return
  const letter = { body: JSON.stringify({ visitor }), error: 'store_timeout' }
  await doors.db.write(() => [
    orm.insert(schema.measures).values({ visitor, version: 1, oldestAt: NOW, document: '{"v":1}' }),
    orm.insert(schema.deadLetters).values({ ...letter, id: `letter of ${visitor}`, at: NOW, visitor }),
  ])
}

/** How often a text stands anywhere in the store, whatever table and column. */
async function occurrences(text: string): Promise<number> {
  let found = 0
  for (const table of Object.values(schema)) {
    if (!is(table, SQLiteTable)) continue
    const name = (table as unknown as { [key: symbol]: string })[Symbol.for('drizzle:Name')]
    for (const row of await doors.rows(`SELECT * FROM ${name}`)) {
      if (JSON.stringify(row).includes(text)) found += 1
    }
  }
  return found
}

async function bearerOf(name: string): Promise<Bearer> {
  const shopper = await privacy.shopper(known(name))
  const cookie = [...shopper.cookies].map((pair) => pair.join('=')).join('; ')
  const url = new URL('https://shop.example/')
  const ports = {
    keyring: doors.keyring,
    optOut: new Map(),
    random: () => new Uint8Array(),
    isErased: () => false,
  }
  return readBearer(new Request(url, { headers: { Cookie: cookie } }), url, NOW, ports)
}

const held = async (name: string) => readHeld(privacy.rights(), await bearerOf(name), () => {})
const erase = async (name: string, later: LaterPorts['later'] = async () => false) =>
  eraseBearer(privacy.rights(), await bearerOf(name), new URL('https://shop.example/'), {
    visitor: { keyring: doors.keyring, random: (length) => crypto.getRandomValues(new Uint8Array(length)) },
    later,
    report: (cause) => void doors.reported.push(cause),
  })

describe('readHeld', () => {
  it('finds the rows of every table that holds people', async () => {
    await meet(visitorId('ana'), 'login')
    const { rows, scope, snapshot } = await held('ana')
    expect(Object.keys(rows ?? {}).toSorted()).toEqual(PERSONAL_TABLES.toSorted())
    for (const table of PERSONAL_TABLES) expect(rows?.[table].length, table).toBeGreaterThan(0)
    expect(scope).toMatchObject({ covers: 'person' })
    expect(snapshot).toMatchObject({ follows: ['Fonte Clara'], stage: 'connected' })
  })

  it('tells JSON columns as what they mean', async () => {
    await meet(visitorId('ana'))
    const { rows } = await held('ana')
    expect(rows?.events.map(({ kind, detail }) => [kind, detail])).toContainEqual([
      'view',
      { category: 'tea' },
    ])
    expect(rows?.contributions[0]?.document).toMatchObject({ v: 1 })
  })

  it('finds nothing of somebody else, and of other browsers only after signing in', async () => {
    await meet(visitorId('ana'), 'login')
    await meet(visitorId('tab'), 'login')
    await meet(visitorId('mail'), 'newsletter')
    await meet(visitorId('eve'))
    const idsOf = async (name: string) =>
      [...new Set((await held(name)).rows?.events.map(({ visitor }) => visitor))].toSorted()
    expect(await idsOf('ana')).toEqual(['ana', 'mail', 'tab'].map(visitorId))
    expect(await idsOf('mail')).toEqual([visitorId('mail')])
    expect(await idsOf('eve')).toEqual([visitorId('eve')])
  })

  describe('of a browser that a newsletter ties to somebody', () => {
    // Its cookie has the person's view, by which pages are chosen for it.
    const others = {
      asOf: NOW,
      stage: 'known',
      traits: { name: 'Ana' },
      follows: ['Secret'],
      tied: true,
    } as const
    const read = async (carried = known('mail', others)) => {
      const bearer = await bearerOf('mail')
      return readHeld(privacy.rights(), { ...bearer, carried }, () => {})
    }

    it('tells nothing of what the person’s other browsers said, though its own cookie carries it', async () => {
      await meet(visitorId('ana'), 'login')
      await meet(visitorId('mail'), 'newsletter')
      const { bearer, snapshot } = await read()
      expect(bearer.carried).toEqual({ ...known('mail'), asOf: NOW })
      expect(snapshot?.traits).toBeUndefined()
      expect(JSON.stringify([bearer, snapshot])).not.toContain('Secret')
    })

    it('nor where its cookie is from before ties were marked, for the store knows of the newsletter', async () => {
      await meet(visitorId('mail'), 'newsletter')
      const { tied: _, ...unmarked } = others
      const { bearer, snapshot } = await read(known('mail', unmarked))
      expect(bearer.carried).toEqual({ ...known('mail'), asOf: NOW })
      expect(JSON.stringify(snapshot)).not.toContain('Secret')
    })

    it.each(['the store is away', 'the tie is gone'])('nor where %s', async (what) => {
      if (what === 'the store is away') doors.store.down = true
      const { bearer, snapshot } = await read()
      expect(snapshot).toEqual({ ...known('mail'), asOf: NOW })
      expect(bearer.carried).toEqual(snapshot)
    })

    it('nor to whoever signed in here after that person, whose words the cookie may still carry', async () => {
      await meet(visitorId('mail'), 'login')
      for (const down of [false, true]) {
        const { bearer, snapshot } = await read(known('mail', { ...others, asOf: NOW - 1 }))
        expect(JSON.stringify([bearer, snapshot])).not.toContain('Secret')
        doors.store.down = !down
      }
    })

    it('tells all of it to whoever signed in', async () => {
      await meet(visitorId('mail'), 'login')
      expect((await read()).bearer.carried).toMatchObject({ traits: { name: 'Ana' } })
    })
  })

  it('reads more rows than fit one answer', async () => {
    const events = Array.from(
      { length: 12_000 },
      (_, index) => `('${visitorId('ana')}', 'n${index}', ${NOW}, 'view')`,
    )
    await doors.rows(`INSERT INTO events (visitor, id, at, kind) VALUES ${events.join(',')}`)
    const { rows } = await held('ana')
    expect(new Set(rows?.events.map(({ id }) => id)).size).toBe(12_000)
  })

  it('falls back to the cookie where the store is away, and says so', async () => {
    doors.store.down = true
    const reported: unknown[] = []
    const found = await readHeld(privacy.rights(), await bearerOf('ana'), (cause) => reported.push(cause))
    expect(found).toMatchObject({ rows: null, snapshot: { id: visitorId('ana') } })
    expect(reported).toMatchObject([{ code: 'store_unavailable' }])
  })
})

describe('eraseBearer', () => {
  it('leaves the id nowhere in the store, and gives a receipt of what went', async () => {
    await meet(visitorId('ana'))
    await meet(visitorId('eve'))
    const { receipt, setCookies } = await erase('ana')
    expect(receipt).toMatchObject({
      receipt: await tombstoneOf(visitorId('ana')),
      erasedAt: new Date(NOW).toISOString(),
      covers: 'browser',
      rows: { visitors: 1, contributions: 1, events: 2, identities: 0, consentLog: 1 },
    })
    expect(await occurrences(visitorId('ana'))).toBe(0)
    expect(await occurrences(visitorId('eve'))).toBeGreaterThan(0)
    expect(await doors.rows('SELECT visitor FROM consent_log ORDER BY seq')).toEqual([
      { visitor: null },
      { visitor: visitorId('eve') },
    ])
    expect(setCookies).toContain(clearCookieHeader())
    expect(privacy.forgotten).toEqual([visitorId('ana')])
  })

  it('takes everything of whoever signed in: all browsers, the card, the person', async () => {
    await meet(visitorId('ana'), 'login')
    await meet(visitorId('tab'), 'newsletter')
    await meet(CARD, 'card')
    const { receipt } = await erase('ana')
    expect(receipt).toMatchObject({
      covers: 'person',
      ids: 3,
      rows: { visitors: 3, events: 6, identities: 3 },
    })
    for (const text of [visitorId('ana'), visitorId('tab'), PERSON]) expect(await occurrences(text)).toBe(0)
    const again = await createIdentityStore(doors.db).tie({
      visitor: visitorId('new'),
      person: PERSON,
      source: 'login',
      at: NOW,
      proven: true,
    })
    expect(again).toBe('erased')
  })

  it('leaves the others to whoever only opened a newsletter’s link', async () => {
    await meet(visitorId('ana'), 'login')
    await meet(visitorId('mail'), 'newsletter')
    expect((await erase('mail')).receipt).toMatchObject({ covers: 'newsletter', ids: 1 })
    expect(await occurrences(visitorId('mail'))).toBe(0)
    expect((await held('ana')).rows?.events).toHaveLength(2)
  })

  it('gives the same receipt number and time again, with nothing left to go', async () => {
    await meet(visitorId('ana'))
    const first = await erase('ana')
    doors.clock.now = NOW + 60_000
    const second = await erase('ana')
    expect(second.receipt).toMatchObject({
      receipt: first.receipt?.receipt,
      erasedAt: first.receipt?.erasedAt,
    })
    expect(second.receipt?.rows).toEqual({
      visitors: 0,
      contributions: 0,
      events: 0,
      identities: 0,
      consentLog: 0,
      measures: 0,
      deadLetters: 0,
    })
  })

  it('leaves it to the queue where the store is away, with everything of the person', async () => {
    doors.store.down = true
    const sent: unknown[] = []
    const { receipt, pending, setCookies } = await erase('ana', async (message) => {
      sent.push(message)
      return true
    })
    expect([receipt, pending, sent]).toEqual([null, 'all', [{ forget: visitorId('ana'), all: true }]])
    expect(setCookies).toContain(clearCookieHeader())
    expect(setCookies.join()).not.toContain(FORGET_COOKIE)
    expect(privacy.forgotten).toEqual([])
    expect(doors.reported.at(-1)).toMatchObject({ code: 'store_unavailable' })
  })

  it.each([
    ['there is no queue', () => undefined],
    ['the queue is away too', async () => false],
  ])('has the browser note its id where the store is away and %s', async (_, later) => {
    doors.store.down = true
    const { receipt, pending, setCookies } = await erase('ana', later)
    expect([receipt, pending]).toEqual([null, 'browser'])
    expect(setCookies).toContain(clearCookieHeader())
    const note = setCookies.find((line) => line.startsWith(FORGET_COOKIE))?.split(/[=;]/)[1] ?? ''
    expect(await openForget(doors.keyring, HOST, note)).toEqual([visitorId('ana')])
  })

  it('keeps a plain refusal in the browser, so that nothing begins anew', async () => {
    const { setCookies } = await erase('ana')
    expect(setCookies.some((line) => line.startsWith('__Host-selvedge-consent=v1.p0.m0.'))).toBe(true)
  })

  it('leaves nothing behind of 1,000 events that arrive at the same time', async () => {
    const profiles = openProfiles(doors.db)
    const visitor = visitorId('ana')
    await profiles.apply(visitor, [view('first')], NOW)
    const writes = Array.from({ length: 40 }, (_, batch) =>
      profiles.apply(
        visitor,
        Array.from({ length: 25 }, (__, index) => view(`b${batch}.${index}`)),
        NOW,
      ),
    )
    const [erased, ...outcomes] = await Promise.all([erase('ana'), ...writes])
    expect(erased.receipt).not.toBeNull()
    expect(outcomes.some((outcome) => outcome.erased)).toBe(true)
    expect(await occurrences(visitor)).toBe(0)
    expect(await profiles.apply(visitor, [view('late')], NOW)).toMatchObject({ erased: true, applied: 0 })
    expect(await occurrences(visitor)).toBe(0)
  })
})

describe('what comes after an erasure', () => {
  it('is put on record without the id', async () => {
    await erase('ana')
    await meet(visitorId('ana'))
    expect(await occurrences(visitorId('ana'))).toBe(0)
    expect(await doors.rows('SELECT visitor FROM consent_log')).toMatchObject([{ visitor: null }])
  })
})

describe('what measuring adds up', () => {
  const summed = () =>
    doors.rows("SELECT metric, n, y FROM cells WHERE segment = 'all' AND metric <> 'bounce'")
  const expose = async (visitor: string) => {
    const hero = { campaign: 'hero', arm: 'a', at: NOW, release: 1, windowDays: 14, segments: {} }
    await createMeasureStore(doors.db).record([{ visitor, exposures: [hero] }], NOW)
  }

  it('says that somebody asked to be erased, and no more of them', async () => {
    await expose(visitorId('ana'))
    expect((await erase('ana')).receipt?.rows).toMatchObject({ measures: 1 })
    expect(await summed()).toMatchObject([
      { metric: 'exposed', n: 1 },
      { metric: 'erasure', y: 1 },
    ])
    await expose(visitorId('ana'))
    expect(await summed()).toMatchObject([{ n: 1 }, { y: 1 }])
  })

  it('tells a withdrawal from it', async () => {
    await expose(visitorId('ana'))
    await forgetVisitor(privacy.rights(), visitorId('ana'))
    expect(await summed()).toMatchObject([
      { metric: 'exposed', n: 1 },
      { metric: 'withdrawal', y: 1 },
    ])
  })
})

describe('planErasure', () => {
  it('says beforehand exactly what erasing will take', async () => {
    await meet(visitorId('ana'), 'login')
    const plan = await planErasure(privacy.rights(), await bearerOf('ana'))
    expect(plan?.counts).toEqual((await erase('ana')).receipt?.rows)
  })

  it('tells whoever only opened a newsletter’s link not even how much goes of that person’s card, and nor does the receipt', async () => {
    await meet(visitorId('mail'), 'newsletter')
    await meet(CARD, 'card')
    const plan = await planErasure(privacy.rights(), await bearerOf('mail'))
    expect(plan?.counts).toMatchObject({ visitors: 1, events: 2, identities: 1 })
    const { receipt } = await erase('mail')
    expect(receipt).toMatchObject({ covers: 'newsletter', ids: 1, rows: plan?.counts })
    expect(await occurrences(CARD)).toBe(0)
  })
})

describe('forgetVisitor', () => {
  it('forgets one browser for good, and no other of the same person', async () => {
    await meet(visitorId('ana'), 'login')
    await meet(visitorId('tab'), 'login')
    expect((await forgetVisitor(privacy.rights(), visitorId('ana'))).rows).toMatchObject({
      visitors: 1,
      events: 2,
      identities: 1,
    })
    expect(await occurrences(visitorId('ana'))).toBe(0)
    expect((await held('tab')).rows?.events).toHaveLength(2)
    expect(await openProfiles(doors.db).isErased(visitorId('ana'))).toBe(true)
  })

  it('leaves nothing of a card whose last browser is forgotten, in any table, and all of it before', async () => {
    for (const browser of ['phone', 'laptop']) await meet(visitorId(browser), 'login')
    await meet(CARD, 'card')
    await forgetVisitor(privacy.rights(), visitorId('phone'))
    expect(await occurrences(CARD)).toBeGreaterThan(0)
    await forgetVisitor(privacy.rights(), visitorId('laptop'))
    expect([await occurrences(CARD), await occurrences(PERSON)]).toEqual([0, 0])
    // It was no erasure of the person: with a browser that agrees, the card may come back.
    await meet(visitorId('tab'), 'login')
    await meet(CARD, 'card')
    expect(await occurrences(CARD)).toBeGreaterThan(0)
  })
})
