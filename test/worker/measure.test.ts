/** What the running Worker counts of whom: the same of every arm, and nothing of those who are not to be counted. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { choiceCookie } from '../../src/consent/choice.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { type Exposed, type Measured, parseMeasured } from '../../src/measure/document.ts'
import {
  AUSTIN,
  campaign,
  cookiesOf,
  type Edge,
  type Got,
  releaseOf,
  startEdge,
  type Wish,
} from '../help/edge.ts'
import { type FaultyOrigin, page, startOrigin } from '../help/faulty-origin.ts'
import { emptying, raw } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const VISITORS = 24
const SHOWS = (id: string) => ({ action: 'text', selector: `#${id}`, value: 'for you' })
const halves = (...edits: readonly unknown[]) => ({
  variants: [
    { id: 'control', weight: 0.5, edits: [] },
    { id: 'shown', weight: 0.5, edits },
  ],
})
const html = (...ids: readonly string[]): string =>
  `<!doctype html><html><head><title>Tea</title></head><body>${ids.map((id) => `<p id="${id}">${id}</p>`).join('')}</body></html>`

let store: TestStore
let origin: FaultyOrigin
let edge: Edge
let db: Database

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  const kept = { 'Cache-Control': 'max-age=600' }
  origin.on('/both', page(html('hero', 'side'), kept))
  origin.on('/side', page(html('side'), kept))
  origin.on('/none', page(html('foot'), kept))
  origin.on('/fresh', page(html('hero'), { 'Cache-Control': 'no-store' }))
  origin.on('/sale', page(html('hero'), kept))
  db = openDatabase({ url: store.url, timeoutMs: 5_000 })
  edge = await startEdge({
    ORIGIN: origin.url,
    DB_URL: store.url,
    IDENTITY_KEY: Buffer.alloc(32, 2).toString('base64'),
  })
  await edge.publish({
    ...(releaseOf(
      campaign('hero', [], {
        pages: ['/both', '/side', '/none', '/fresh', '/sale'],
        ...halves(SHOWS('hero')),
      }),
      campaign('side', [], { ...halves(SHOWS('side')), holdout: 0.3 }),
      campaign('send', [], {
        pages: ['/sale'],
        priority: -1,
        variants: [
          { id: 'control', weight: 0.5, edits: [] },
          { id: 'sent', weight: 0.5, edits: [], redirect: '/none' },
        ],
      }),
    ) as object),
    holdout: 0.2,
  })
  await edge.warm()
  // Pages that are kept are templates from here on.
  for (const path of ['/both', '/side', '/none', '/sale'])
    await look(path, { headers: { 'User-Agent': 'curl/8' } })
})

afterAll(async () => {
  await edge?.stop()
  await origin?.stop()
  await store?.stop()
})

const rows = (sql: string) => db.ask<Readonly<Record<string, unknown>>>(raw(sql))
const clear = () => db.write(() => emptying('measures', 'cells', 'events'))

const look = (path: string, wish: Wish = {}): Promise<Got> => edge.get(path, { place: AUSTIN, ...wish })

/** What is kept of each visitor, once it is so many. */
async function measured(count: number): Promise<readonly Measured[]> {
  for (let tries = 0; ; tries++) {
    const found = await rows('SELECT document FROM measures ORDER BY visitor')
    if (found.length >= count || tries > 100) {
      return found.flatMap(({ document }) => parseMeasured(String(document)) ?? [])
    }
    await sleep(20)
  }
}
const exposedTo = ({ exposures }: Measured): readonly string[] => [...exposures.keys()].sort()
const armsOf = (all: readonly Measured[], id: string): ReadonlySet<string | undefined> =>
  new Set(all.map(({ exposures }) => exposures.get(id)?.arm))

/** So many new visitors look at one page; gives what was decided for each. */
async function crowd(path: string): Promise<readonly Got[]> {
  await clear()
  return Promise.all(Array.from({ length: VISITORS }, () => look(path)))
}
const without = (all: readonly Measured[], id: string): readonly Measured[] =>
  all.filter(({ exposures }) => !exposures.has(id) || exposures.size > 1)

describe('exposures', () => {
  it.each([
    ['a kept page', '/both', ['_all', 'hero', 'side']],
    ['a kept page with a slot less', '/side', ['_all', 'side']],
    ['a page that streams', '/fresh', ['_all', 'hero']],
  ])('on %s are the same in every arm', async (_, path, ids) => {
    await crowd(path)
    const all = await measured(VISITORS)
    expect(all).toHaveLength(VISITORS)
    const held = all.filter(({ exposures }) => exposures.get('_all')?.arm === 'holdout')
    expect(new Set(held.flatMap(exposedTo))).toEqual(new Set(held.length > 0 ? ['_all'] : []))
    const shown = without(all, '_all')
    expect(new Set(shown.map((each) => exposedTo(each).join()))).toEqual(new Set([ids.join()]))
    for (const id of ids.slice(1)) expect(armsOf(shown, id).size).toBeGreaterThan(1)
    const one = shown[0]?.exposures.get(ids[1] as string) as Exposed
    expect(one).toMatchObject({
      release: 1,
      windowDays: 14,
      segments: { device: 'desktop', country: 'US', visitor: 'new' },
    })
  })

  it('are none on a page without any slot', async () => {
    await crowd('/none')
    await sleep(100)
    expect(await rows('SELECT * FROM measures')).toEqual([])
  })

  it('are of a redirect at the same moment in both arms, and of nothing on the page that it leaves', async () => {
    const got = await crowd('/sale')
    const all = await measured(VISITORS)
    const sent = got.filter(({ status }) => status === 302)
    expect(sent.length).toBeGreaterThan(0)
    const header = sent.map(({ headers }) => headers['selvedge-decision'] ?? '')
    expect(
      header.every(
        (text) =>
          (text.includes('send=sent;r=match') && text.includes('hero=control;r=page')) ||
          text.includes('hero=shown;r=page'),
      ),
    ).toBe(true)
    const shown = without(all, '_all')
    expect(shown.every(({ exposures }) => exposures.has('send'))).toBe(true)
    expect(shown.filter(({ exposures }) => exposures.has('hero')).length).toBe(
      shown.filter(({ exposures }) => exposures.get('send')?.arm === 'control').length,
    )
    expect(shown.filter(({ exposures }) => exposures.get('send')?.arm === 'sent')).toHaveLength(sent.length)
  })

  it('are none of bots, previews, forced holdouts and those who refuse to be measured', async () => {
    await clear()
    const token = await edge.preview({ arms: { hero: 'shown' } })
    const chose = (personalization: boolean, measurement: boolean) => ({
      headers: {
        Cookie: choiceCookie({ personalization, measurement, at: Date.now(), off: [] }).split(
          ';',
          1,
        )[0] as string,
      },
    })
    const uncounted: readonly Wish[] = [
      { headers: { 'User-Agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' } },
      { headers: { 'Selvedge-Preview': token } },
      { headers: { 'Selvedge-Holdout': '?1' } },
      { headers: { 'Selvedge-Holdout': '("hero")' } },
      { headers: { 'Sec-GPC': '1' } },
      chose(true, false),
      // What personalization shows is measured, and nothing else.
      chose(false, true),
      { method: 'HEAD' },
    ]
    for (const wish of uncounted) for (const path of ['/both', '/fresh', '/sale']) await look(path, wish)
    await look('/both')
    const all = await measured(1)
    await sleep(50)
    expect([all.length, (await rows('SELECT * FROM measures')).length]).toEqual([1, 1])
  })
})

describe('a visit', () => {
  /** What a consent platform writes where somebody refuses to be measured, and nothing else. */
  const NO_STATISTICS = 'OptanonConsent=groups=C0001:1,C0002:0,C0003:1&interactionCount=1'

  /** One browser, with its cookies. */
  function browser() {
    const jar = new Map<string, string>()
    const keep = (got: Got): Got => {
      for (const pair of cookiesOf(got).split('; ')) {
        const at = pair.indexOf('=')
        if (at > 0) jar.set(pair.slice(0, at), pair.slice(at + 1))
      }
      return got
    }
    const cookie = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = () => ({
      Cookie: cookie(),
      'Sec-Fetch-Site': 'same-origin',
      'Content-Type': 'application/json',
    })
    return {
      look: async (path: string, more = '') =>
        keep(await look(path, { headers: { Cookie: [cookie(), more].filter(Boolean).join('; ') } })),
      post: async (path: string, body: unknown) =>
        keep(
          await look(`/_selvedge${path}`, { method: 'POST', headers: headers(), body: JSON.stringify(body) }),
        ),
    }
  }
  const kindsOf = ({ outcomes }: Measured): readonly string[] => outcomes.map(({ kind }) => kind).sort()

  it('is engaged by its second page, and written down once however many follow', async () => {
    await clear()
    const { look } = browser()
    await look('/both')
    expect((await measured(1)).map(kindsOf)).toEqual([['visit']])
    for (let view = 0; view < 6; view++) await look('/both')
    await sleep(100)
    const [row] = await rows('SELECT version, document FROM measures')
    expect(row?.version).toBe(2)
    expect(kindsOf(parseMeasured(String(row?.document)) as Measured)).toEqual(['engaged', 'visit'])
  })

  it('counts what the browser tells, once, and its harm when it goes', async () => {
    await clear()
    const { look, post } = browser()
    await look('/both')
    await measured(1)
    const events = [
      { id: 'o1', kind: 'purchase', value: 12.5, currency: 'EUR' },
      { id: 's1', kind: 'seen', campaign: 'side' },
      { id: 's2', kind: 'seen', campaign: 'nobody' },
    ]
    const answer = JSON.parse((await post('/events', { events })).text)
    expect(answer).toMatchObject({ accepted: 2, skipped: 0, faults: [{ path: '/events/2/campaign' }] })
    await post('/events', { events })
    const [one] = await measured(1)
    const purchases = one?.outcomes.filter(({ kind }) => kind === 'purchase')
    expect(purchases).toEqual([{ id: 'o1', kind: 'purchase', at: expect.any(Number), value: 1_250 }])
    expect([...(one?.sightings.keys() ?? [])]).toEqual(['side'])

    await post('/consent', { personalization: false, measurement: false })
    expect(await rows('SELECT * FROM measures')).toEqual([])
    const harms = await rows(
      `SELECT DISTINCT metric, y FROM cells WHERE campaign = '_all' AND segment = 'all'
        AND metric IN ('opt_out', 'withdrawal', 'conversion') ORDER BY metric`,
    )
    expect(harms.map(({ metric, y }) => [metric, y])).toEqual([
      ['conversion', 1],
      ['opt_out', 1],
      ['withdrawal', 1],
    ])
  })

  it('is forgotten as far as it was measured where a consent platform says so', async () => {
    await clear()
    const { look } = browser()
    await look('/both')
    await measured(1)
    await look('/both', NO_STATISTICS)
    for (let tries = 0; (await measured(1))[0]?.since === undefined && tries < 100; tries++) await sleep(20)
    const [left] = await measured(1)
    expect([left?.exposures.size, left?.outcomes.length]).toEqual([0, 0])
  })

  it('stays in the profile where measurement alone is refused', async () => {
    await clear()
    const { look, post } = browser()
    await look('/both')
    await measured(1)
    await post('/events', { events: [{ id: 'v1', kind: 'view', category: 'tea' }] })
    await post('/consent', { personalization: true, measurement: false })
    const [left] = await measured(1)
    expect([left?.exposures.size, left?.outcomes.length, left?.since]).toEqual([0, 0, expect.any(Number)])
    expect(await rows("SELECT kind FROM events WHERE id = 'v1'")).toHaveLength(1)
    await look('/both')
    await sleep(50)
    expect((await measured(1))[0]?.exposures.size).toBe(0)
  })
})

describe('the doors of reports', () => {
  const report = async (
    path: string,
  ): Promise<Readonly<Record<string, unknown>> & { readonly status?: unknown }> =>
    JSON.parse((await edge.api(`/reports${path}`)).text) as never

  it('tell what was counted, and of what was not that it is not there', async () => {
    await crowd('/both')
    await measured(VISITORS)
    const side = (await report('/campaigns/side')) as {
      arms: { visitors: number | null }[]
      baseline: string
    }
    const whole = (await report('/holdout')) as typeof side
    expect(side.baseline).toBe('control')
    // Of all of them, but for arms of a handful.
    const countOf = ({ arms }: typeof side) => arms.reduce((sum, { visitors }) => sum + (visitors ?? 0), 0)
    const handfuls = whole.arms.filter(({ visitors }) => visitors === null).length
    expect(countOf(whole)).toBeGreaterThanOrEqual(VISITORS - 9 * handfuls)
    expect(countOf(side)).toBeLessThanOrEqual(VISITORS)
    expect(await report('')).toMatchObject({ campaigns: [{ campaign: 'hero' }, {}, {}] })
    expect(await report('/funnel')).toMatchObject({ days: expect.any(Array) })
    expect(await report('/reasons')).toMatchObject({ campaigns: expect.any(Array) })
    expect((await edge.api('/reports/campaigns/side?format=csv')).text).toMatch(
      /^campaign,segment,metric,arm,/,
    )
    expect(await report('/campaigns/nobody')).toMatchObject({ status: 404 })
  })

  it('name every fault of what they are asked', async () => {
    const asked = '/campaigns/side?view=mine&from=2026-02-30&to=soon&format=xml'
    const { status, faults } = (await report(asked)) as { status: number; faults: { path: string }[] }
    expect([status, faults.map(({ path }) => path)]).toEqual([422, ['/view', '/format', '/from', '/to']])
    expect(await report('/funnel?from=2026-03-02&to=2026-03-01')).toMatchObject({ status: 422 })
  })
})
