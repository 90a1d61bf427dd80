/**
 * Consent through the whole running Worker: whatever a browser says of its wishes, and wherever it is, nobody gets an
 * id, a cookie, a row, a place in an experiment or a page made from what is known of them unless the table says so.
 * The table is written by hand; the rules are tried in all their combinations beside `resolveConsent`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql, statement } from '../../src/kit/query.ts'
import type { Keyring } from '../../src/kit/seal.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { COOKIE_NAME, openSnapshot } from '../../src/profile/cookie.ts'
import { cookiebot, gppString, oneTrust, tcfString, usNational } from '../help/consent-strings.ts'
import {
  AUSTIN,
  campaign,
  type Edge,
  type Got,
  HOST,
  LISBON,
  type Place,
  releaseOf,
  startEdge,
} from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { keyringOf } from '../help/keyring.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

let store: TestStore
let origin: FaultyOrigin
let edge: Edge
let db: Database
let keyring: Keyring
/** Ids that somebody agreed to have, as their cookies carry them. */
const agreed = new Set<string>()

const text = (selector: string, value: string) => ({ action: 'text', selector, value })
const RELEASE = releaseOf(
  campaign('context', [text('h1', 'Tea in {{ geo.country }}')]),
  campaign('place', [text('#place', 'In {{ geo.city }}')]),
  campaign('taste', [text('#taste', 'Tea again')], {
    audience: { follows: 'Brisa' },
    override: { reason: 'A test', by: 'tester' },
  }),
  campaign('trial', [], {
    variants: [
      { id: 'control', weight: 0.5, edits: [] },
      { id: 'a', weight: 0.5, edits: [text('#trial', 'Trial')] },
    ],
  }),
)
const PAGE =
  '<!doctype html><title>Tea</title><h1>Tea</h1><p id="place">Here</p><p id="taste">.</p><p id="trial">.</p>\n'
const JSON_BODY = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' }

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  origin.on('/', page(PAGE, { 'Cache-Control': 'max-age=600' }))
  origin.on('/basket', (_, response) => response.writeHead(204).end())
  edge = await startEdge({ ORIGIN: origin.url, DB_URL: store.url })
  keyring = await keyringOf()
  db = openDatabase({ url: store.url, timeoutMs: 5_000 })
  await edge.publish(RELEASE)
  await edge.warm()
})

afterAll(async () => {
  await edge?.stop()
  await origin?.stop()
  await store?.stop()
})

const GREATER_LONDON: Place = { country: 'GB', regionCode: 'ENG', city: 'London', continent: 'EU' }
const QUEBEC: Place = { country: 'CA', regionCode: 'QC', city: 'Montréal', continent: 'NA' }
const SYDNEY: Place = { country: 'AU', regionCode: 'NSW', city: 'Sydney', continent: 'OC' }
const NOWHERE: Place = {}

interface Signal {
  readonly name: string
  readonly cookie?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Personalization and measurement, G granted or D denied, and the rule that settled the first; `region` for both. */
  readonly says: string
}

const seconds = (days = 0): number => Math.floor(Date.now() / 1_000) - days * 86_400
const own = (switches: string, days = 0): string => `__Host-selvedge-consent=v1.${switches}.${seconds(days)}`
const tcf = (...purposes: number[]): string => `euconsent-v2=${tcfString(purposes)}`
const trust = (functional: 0 | 1, performance: 0 | 1, more?: string): string =>
  `OptanonConsent=${oneTrust({ C0001: 1, C0002: performance, C0003: functional }, more)}`
const bot = (value: string): string => `CookieConsent=${value}`
const GPC = { 'Sec-GPC': '1' }
const DNT = { DNT: '1' }

const SIGNALS: readonly Signal[] = [
  { name: 'nothing', says: 'region' },
  { name: 'GPC', headers: GPC, says: 'DD gpc' },
  { name: 'GPC among several lines', headers: { 'Sec-GPC': '0, 1' }, says: 'DD gpc' },
  { name: 'a GPC that is none', headers: { 'Sec-GPC': 'true' }, says: 'region' },
  { name: 'DNT', headers: DNT, says: 'DD dnt' },
  { name: 'a yes', cookie: own('p1.m1'), says: 'GG grant' },
  { name: 'a yes under DNT', cookie: own('p1.m1'), headers: DNT, says: 'GG grant' },
  { name: 'a yes under GPC', cookie: own('p1.m1'), headers: GPC, says: 'DD gpc' },
  { name: 'a yes to one purpose', cookie: own('p1.m0'), says: 'GD grant' },
  { name: 'a yes to the other purpose', cookie: own('p0.m1'), says: 'DG deny' },
  { name: 'a no', cookie: own('p0.m0'), says: 'DD deny' },
  { name: 'a yes that has lapsed', cookie: own('p1.m1', 200), says: 'region' },
  { name: 'a no that is old', cookie: own('p0.m0', 200), says: 'DD deny' },
  { name: 'a yes from the future', cookie: own('p1.m1', -30), says: 'DD malformed' },
  { name: 'a yes, broken', cookie: '__Host-selvedge-consent=v1.p1.m1', says: 'DD malformed' },
  { name: 'a yes and a no', cookie: `${own('p1.m1')}; ${own('p0.m0')}`, says: 'DD deny' },
  { name: 'TCF, all', cookie: tcf(1, 5, 6, 8), says: 'GG cmp_grant' },
  { name: 'TCF, measurement only', cookie: tcf(1, 8), says: 'DG cmp_deny' },
  { name: 'TCF, none', cookie: tcf(), says: 'DD cmp_deny' },
  { name: 'TCF, broken', cookie: 'euconsent-v2=CPXx', says: 'DD malformed' },
  { name: 'TCF, all, and a no', cookie: `${tcf(1, 5, 6, 8)}; ${own('p0.m0')}`, says: 'DD deny' },
  { name: 'TCF, none, and a yes', cookie: `${tcf()}; ${own('p1.m1')}`, says: 'DD cmp_deny' },
  { name: 'OneTrust, on', cookie: trust(1, 1), says: 'GG cmp_grant' },
  { name: 'OneTrust, functional', cookie: trust(1, 0), says: 'GD cmp_grant' },
  { name: 'OneTrust, off', cookie: trust(0, 0), says: 'DD cmp_deny' },
  { name: 'OneTrust, not answered', cookie: trust(1, 1, '&interactionCount=0'), says: 'region' },
  { name: 'OneTrust, broken', cookie: 'OptanonConsent=groups=C0003%3A', says: 'DD malformed' },
  { name: 'Cookiebot, on', cookie: bot(cookiebot(true, true)), says: 'GG cmp_grant' },
  { name: 'Cookiebot, refused', cookie: bot('0'), says: 'DD cmp_deny' },
  { name: 'Cookiebot, broken', cookie: bot('%7Bbroken'), says: 'DD malformed' },
  { name: 'US privacy, opted out of sale', cookie: 'usprivacy=1YYN', says: 'DD cmp_deny' },
  { name: 'US privacy, not applicable', cookie: 'usprivacy=1---', says: 'region' },
  {
    name: 'GPP, opted out of sale',
    cookie: `__gpp=${gppString({ 7: usNational(1, 2, 2) })}; __gpp_sid=7`,
    says: 'DD cmp_deny',
  },
  { name: 'GPP, broken', cookie: '__gpp=DBAA~~', says: 'DD malformed' },
]
const FEW = ['nothing', 'GPC', 'a yes', 'a no', 'TCF, broken']

interface Row extends Signal {
  readonly where: string
  readonly place: Place
  readonly personalization: boolean
  readonly measurement: boolean
  readonly source: string
}

function rowsAt(where: string, place: Place, presumed: boolean, names?: readonly string[]): readonly Row[] {
  return SIGNALS.filter(({ name }) => names?.includes(name) ?? true).map((signal) => {
    const says = signal.says === 'region' ? (presumed ? 'GG region' : 'DD region') : signal.says
    const [switches = '', source = ''] = says.split(' ')
    return {
      ...signal,
      where,
      place,
      personalization: switches[0] === 'G',
      measurement: switches[1] === 'G',
      source,
    }
  })
}

const ROWS = [
  ...rowsAt('Lisbon', LISBON, false),
  ...rowsAt('Austin', AUSTIN, true),
  ...rowsAt('London', GREATER_LONDON, false, FEW),
  ...rowsAt('Québec', QUEBEC, false, FEW),
  ...rowsAt('Sydney', SYDNEY, true, FEW),
  ...rowsAt('a place that nobody knows', NOWHERE, false, FEW),
]

/** Asks as a browser with this row's wishes, and `own` cookies of ours besides. */
function ask(
  row: Row,
  path: string,
  more: { readonly own?: string; readonly body?: unknown; readonly method?: string } = {},
): Promise<Got> {
  const Cookie = [row.cookie, more.own].filter((pair) => pair !== undefined && pair !== '').join('; ')
  const body = more.body === undefined ? {} : { method: 'POST', body: JSON.stringify(more.body) }
  return edge.get(path, {
    ...body,
    ...(more.method === undefined ? {} : { method: more.method }),
    place: row.place,
    headers: {
      ...row.headers,
      ...(more.body === undefined && more.method === undefined ? {} : JSON_BODY),
      ...(Cookie === '' ? {} : { Cookie }),
    },
  })
}

const event = (kind = 'follow') => ({
  events: [{ id: `e-${crypto.randomUUID()}`, kind, brand: 'Brisa', category: 'tea' }],
})

const OWN_COOKIE = `${COOKIE_NAME}=`
const ownCookieOf = ({ setCookies }: Got): string | undefined =>
  setCookies.find((line) => line.startsWith(OWN_COOKIE))?.split(';')[0]

async function idOf(cookie: string): Promise<string> {
  const snapshot = await openSnapshot(keyring, HOST, cookie.slice(OWN_COOKIE.length), Date.now())
  if (snapshot === null) throw new Error(`not a cookie of ours: ${cookie}`)
  return snapshot.id
}

/** Every visitor id that stands anywhere in the store. */
async function idsInStore(): Promise<ReadonlySet<string>> {
  const query = sql`SELECT id FROM visitors UNION SELECT visitor FROM contributions UNION SELECT visitor FROM events
    UNION SELECT visitor FROM identities UNION SELECT visitor FROM consent_log WHERE visitor IS NOT NULL`
  const [found] = await db.read(() => [statement(query)])
  return new Set((found?.rows ?? []).map((row) => String(row.id)))
}

const reasons = ({ headers }: Got): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (headers['selvedge-decision'] ?? '')
      .split(', ')
      .map((member) => [member.split('=')[0] ?? '', /;r=(\w+)/.exec(member)?.[1] ?? '']),
  )

/** Only what is true of everybody who is there. */
function expectNothingPersonal(got: Got): void {
  const { place, trial, taste, context } = reasons(got)
  expect({ place, trial, taste, context }).toEqual({
    place: 'consent',
    trial: 'consent',
    taste: 'consent',
    context: 'match',
  })
  const words = PAGE.replace('<h1>Tea</h1>', `<h1>${/<h1>(.*?)<\/h1>/.exec(got.text)?.[1]}</h1>`)
  expect(got.text).toBe(words)
}

/** Somebody from where consent is presumed, with an id, a cookie and rows. */
async function knownVisitor(): Promise<{ readonly cookie: string; readonly id: string }> {
  const [before] = rowsAt('Austin', AUSTIN, true, ['nothing']) as readonly [Row]
  const first = ownCookieOf(await ask(before, '/')) ?? ''
  const told = await ask(before, '/_selvedge/events', { own: first, body: event() })
  expect(JSON.parse(told.text)).toMatchObject({ accepted: 1 })
  const cookie = ownCookieOf(told) ?? first
  const id = await idOf(cookie)
  agreed.add(id)
  return { cookie, id }
}

const CLEARED = `${COOKIE_NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`
const SAYS_NO = new Set(['gpc', 'deny', 'cmp_deny', 'dnt'])

describe.each(ROWS)('$name in $where', (row) => {
  const { personalization, measurement, source } = row

  it('settles both purposes as the table says', async () => {
    const { consent } = JSON.parse((await ask(row, '/_selvedge/me')).text)
    expect(consent).toMatchObject({
      personalization: { granted: personalization, source },
      measurement: { granted: measurement },
    })
  })

  it(
    personalization ? 'makes an id, and keeps what is told' : 'leaves a newcomer without an id',
    async () => {
      const got = await ask(row, '/')
      const cookie = ownCookieOf(got)
      const told = await ask(row, '/_selvedge/events', { body: event(), own: cookie ?? '' })
      origin.seen.length = 0
      await ask(row, '/basket', { body: {}, own: cookie ?? '' })
      const passed = origin.seen[0]?.headers ?? {}
      if (personalization) {
        expect(got.setCookies).toHaveLength(1)
        expect(reasons(got)).toMatchObject({ place: 'match', taste: 'audience' })
        expect(['match', 'control']).toContain(reasons(got).trial)
        expect(JSON.parse(told.text)).toMatchObject({ accepted: 1, skipped: 0 })
        expect(passed['selvedge-visitor']).toBeDefined()
        agreed.add(await idOf(cookie ?? ''))
      } else {
        const near = await ask(row, '/_selvedge/near', { body: { latitude: 38.7, longitude: -9.1 } })
        expectNothingPersonal(got)
        expect([got, told, near].flatMap(({ setCookies }) => setCookies)).toEqual([])
        expect(JSON.parse(told.text)).toMatchObject({ accepted: 0, skipped: 1, why: 'consent' })
        expect(near.status).toBe(403)
        expect(passed['selvedge-visitor']).toBeUndefined()
      }
    },
  )

  it(personalization ? 'knows again who comes back' : 'forgets who comes with an id', async () => {
    const { cookie, id } = await knownVisitor()
    const got = await ask(row, '/', { own: cookie })
    if (personalization) {
      expect(reasons(got)).toMatchObject({ place: 'match', taste: 'match' })
      const set = ownCookieOf(got)
      if (set !== undefined) expect(await idOf(set)).toBe(id)
      return
    }
    expectNothingPersonal(got)
    if (SAYS_NO.has(source)) {
      expect(got.setCookies).toEqual([CLEARED])
      // It is deleted behind the answer.
      for (let tries = 0; tries < 100 && (await idsInStore()).has(id); tries++) await sleep(20)
      expect((await idsInStore()).has(id)).toBe(false)
      return
    }
    // Who only travels may come home, and who was not asked yet may still say no.
    expect(got.setCookies).toEqual([])
    expect((await idsInStore()).has(id)).toBe(true)
    const [home] = rowsAt('Austin', AUSTIN, true, ['nothing']) as readonly [Row]
    expect(reasons(await ask(home, '/', { own: cookie }))).toMatchObject({ taste: 'match' })
    const body = { personalization: false, measurement: false }
    expect((await ask(row, '/_selvedge/consent', { own: cookie, body })).setCookies).toContain(CLEARED)
    expect((await idsInStore()).has(id)).toBe(false)
  })

  if (personalization) return

  it('finds what is to be erased, of who came with an id before', async () => {
    const { cookie, id } = await knownVisitor()
    await ask(row, '/', { own: cookie })
    const told = await ask(row, '/_selvedge/me', { own: cookie, method: 'DELETE' })
    if (!SAYS_NO.has(source)) expect(JSON.parse(told.text).receipt).not.toBeNull()
    expect((await idsInStore()).has(id)).toBe(false)
  })
})

describe('withdrawing', () => {
  const [here] = rowsAt('Austin', AUSTIN, true, ['nothing']) as readonly [Row]

  it('takes effect with the next request, and what it covered is deleted by then', async () => {
    const { cookie, id } = await knownVisitor()
    expect(reasons(await ask(here, '/', { own: cookie })).taste).toBe('match')
    const body = { personalization: false, measurement: false }
    const chosen = await ask(here, '/_selvedge/consent', { own: cookie, body })
    expect((await idsInStore()).has(id)).toBe(false)
    expect(chosen.setCookies.some((line) => line.startsWith(OWN_COOKIE) && line.endsWith('Max-Age=0'))).toBe(
      true,
    )
    const choice = chosen.setCookies
      .find((line) => line.startsWith('__Host-selvedge-consent='))
      ?.split(';')[0]
    // A tab that was open before may still send the cookie.
    const next = await ask({ ...here, cookie: choice ?? '' }, '/', { own: cookie })
    expectNothingPersonal(next)
    expect((await idsInStore()).has(id)).toBe(false)
  })

  it('makes somebody new of who agrees again, old cookie or not', async () => {
    const { cookie, id } = await knownVisitor()
    await ask(here, '/_selvedge/consent', {
      own: cookie,
      body: { personalization: false, measurement: false },
    })
    const again = { ...here, cookie: own('p1.m1') }
    const replayed = await ask(again, '/', { own: cookie })
    expectNothingPersonal(replayed)
    const told = await ask(again, '/_selvedge/events', { own: cookie, body: event() })
    expect(JSON.parse(told.text)).toMatchObject({ accepted: 0, why: 'erased' })
    const fresh = ownCookieOf(await ask(again, '/')) ?? ''
    expect(await idOf(fresh)).not.toBe(id)
    expect((await idsInStore()).has(id)).toBe(false)
  })

  it('of one kind of data stops its use at once and keeps the rest', async () => {
    const { cookie } = await knownVisitor()
    const off = { personalization: true, measurement: true, off: ['follows'] }
    const chosen = await ask(here, '/_selvedge/consent', { own: cookie, body: off })
    const choice = chosen.setCookies
      .find((line) => line.startsWith('__Host-selvedge-consent='))
      ?.split(';')[0]
    const next = await ask({ ...here, cookie: choice ?? '' }, '/', { own: cookie })
    expect(reasons(next)).toMatchObject({ place: 'match', taste: 'audience' })
  })
})

describe('a comparison that the law exempts', () => {
  const TODAY = '__Host-selvedge-today='
  const todayOf = ({ setCookies }: Got): string | undefined =>
    setCookies.find((line) => line.startsWith(TODAY))?.split(';')[0]
  const CLEARED = `${TODAY}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`
  const [silent] = rowsAt('Lisbon', LISBON, false, ['nothing']) as readonly [Row]
  let exempting: Edge
  beforeAll(async () => {
    exempting = await startEdge({ ORIGIN: origin.url, DB_URL: store.url, EXEMPT_TESTS: 'PT' })
    await exempting.warm()
  })
  afterAll(() => exempting?.stop())
  const look = (row: Row, own = '', headers: Readonly<Record<string, string>> = {}): Promise<Got> => {
    const Cookie = [row.cookie, own].filter((pair) => pair !== undefined && pair !== '').join('; ')
    const all = { ...row.headers, ...headers, ...(Cookie === '' ? {} : { Cookie }) }
    return exempting.get('/', { place: row.place, headers: all })
  }

  it('draws by a number that dies with the day, keeps its arm, and knows nothing else', async () => {
    const arms = new Set<string>()
    for (let visitor = 0; visitor < 12; visitor++) {
      const first = await look(silent)
      const number = todayOf(first) ?? ''
      expect(first.setCookies).toHaveLength(1)
      expect(first.setCookies[0]).toMatch(
        /^__Host-selvedge-today=\d{4}-\d\d-\d\d\.[\w-]{22}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d{1,5}$/,
      )
      const again = await look(silent, number)
      expect([again.text, again.setCookies]).toEqual([first.text, []])
      expect(reasons(first)).toMatchObject({ place: 'consent', taste: 'consent', context: 'match' })
      arms.add(reasons(first).trial ?? '')
    }
    expect([...arms].sort()).toEqual(['control', 'match'])
  })

  it('stores nothing about it and tells nobody of it', async () => {
    const number = todayOf(await look(silent)) ?? ''
    const before = await idsInStore()
    const told = await exempting.get('/_selvedge/events', {
      place: LISBON,
      method: 'POST',
      body: JSON.stringify(event()),
      headers: { ...JSON_BODY, Cookie: number },
    })
    expect(JSON.parse(told.text)).toMatchObject({ accepted: 0, why: 'consent' })
    origin.seen.length = 0
    await exempting.get('/basket', { place: LISBON, method: 'POST', body: '{}', headers: { Cookie: number } })
    const said = origin.seen[0]?.rawHeaders.join() ?? ''
    expect(said).not.toContain(number.slice(-22))
    expect(said.toLowerCase()).not.toContain('selvedge-visitor')
    expect(await idsInStore()).toEqual(before)
  })

  it.each(rowsAt('Lisbon', LISBON, false).filter(({ says }) => says !== 'region'))(
    'ends where something was said: $name',
    async (row) => {
      const number = todayOf(await look(silent)) ?? ''
      const got = await look(row, number)
      expect(got.setCookies.filter((line) => line !== CLEARED && line.startsWith(TODAY))).toEqual([])
      if (!row.personalization) {
        expectNothingPersonal(got)
        expect(got.setCookies).toEqual([CLEARED])
      }
    },
  )

  it.each([
    [
      'a bot',
      silent,
      { 'User-Agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
    ],
    ['a country that is not named', { ...silent, place: GREATER_LONDON }, {}],
    ['a place that nobody knows', { ...silent, place: NOWHERE }, {}],
  ] as const)('is not for %s', async (_, row, headers) => {
    const got = await look(row, '', headers)
    expect([got.setCookies, reasons(got).trial]).toEqual([[], 'consent'])
  })

  it('believes no number of another day, nor one that is none', async () => {
    for (const value of ['2020-01-01.AAAAAAAAAAAAAAAAAAAAAA', 'x', `${'A'.repeat(22)}`]) {
      const got = await look(silent, `${TODAY}${value}`)
      expect(todayOf(got)).toMatch(/=\d{4}-\d\d-\d\d\./)
      expect(todayOf(got)).not.toBe(`${TODAY}${value}`)
    }
  })

  it('is off unless the operator says so', async () => {
    expect((await ask(silent, '/')).setCookies).toEqual([])
  })
})

describe('the store after all of them', () => {
  it('knows nobody who did not agree', async () => {
    const ids = await idsInStore()
    expect(ids.size).toBeGreaterThan(0)
    expect([...ids].filter((id) => !agreed.has(id))).toEqual([])
  })
})
