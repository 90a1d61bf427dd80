/** What browsers and servers tell, as far as it is counted, over a real store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { choiceCookie } from '../../src/consent/choice.ts'
import { createViewCounts } from '../../src/decide/store.ts'
import { createDeadLetters } from '../../src/events/store.ts'
import { MINUTE_MS } from '../../src/kit/time.ts'
import { type Measured, parseMeasured } from '../../src/measure/document.ts'
import type { Exposure, Outcome } from '../../src/measure/model.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { type Answer, type Doors, known, NOW, openDoors, visitorId } from '../help/doors.ts'

let doors: Doors

beforeAll(async () => {
  doors = await openDoors()
})
beforeEach(() => doors.clear())
afterAll(() => doors.stop())

const measuredOf = async (name: string): Promise<Measured | null> => {
  const [row] = await doors.rows('SELECT document FROM measures WHERE visitor = ?', visitorId(name))
  return row === undefined ? null : parseMeasured(String(row.document))
}
const outcomesOf = async (name: string): Promise<readonly Outcome[]> =>
  (await measuredOf(name))?.outcomes ?? []
const exposure: Exposure = {
  campaign: 'hero',
  arm: 'a',
  at: NOW - MINUTE_MS,
  release: 1,
  windowDays: 14,
  segments: {},
}
/** Somebody whose pages were measured. */
async function expose(...names: readonly string[]): Promise<void> {
  const batch = names.map((name) => ({ visitor: visitorId(name), exposures: [exposure] }))
  await createMeasureStore(doors.db).record(batch, NOW)
}
const identify = async (name: string, customer: string): Promise<unknown> =>
  doors.server('/api/identify', { visitor: await doors.reference(visitorId(name)), customer })
const codesOf = ({ body }: Answer): readonly string[] =>
  body.faults.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)
const choice = (personalization: boolean, measurement: boolean): string =>
  choiceCookie({ personalization, measurement, at: NOW, off: [] }).split(';', 1)[0] as string

describe('POST /events', () => {
  const bought = { id: 'o1', kind: 'purchase', value: 12.34, currency: 'EUR', category: 'tea' }

  it('measures what was done, in the shop’s currency, however often it is told', async () => {
    const browser = await doors.browser(known('ana'))
    const events = [bought, { id: 'w1', kind: 'view', category: 'tea' }, { id: 'c1', kind: 'add_to_cart' }]
    for (let time = 0; time < 2; time++) await browser.post('/events', { events })
    const outcomes = await outcomesOf('ana')
    expect(outcomes.filter(({ kind }) => kind !== 'visit')).toEqual([
      { id: 'o1', kind: 'purchase', at: NOW, value: 1_234 },
      { id: 'c1', kind: 'add_to_cart', at: NOW },
    ])
  })

  it.each(['USD', 'ZZZ'])('refuses an order in %s, which would count without its value', async (currency) => {
    const browser = await doors.browser(known('ana'))
    const events = [{ ...bought, currency }]
    const alone = await browser.post('/events', { events })
    expect([alone.status, codesOf(alone)]).toEqual([422, ['/events/0/currency currency']])
    const beside = await browser.post('/events', { events: [...events, { ...bought, id: 'o2' }] })
    expect([beside.status, beside.body.accepted, codesOf(beside)]).toEqual([
      202,
      1,
      ['/events/0/currency currency'],
    ])
    expect(await doors.rows("SELECT id FROM events WHERE kind = 'purchase'")).toEqual([{ id: 'o2' }])
    expect((await outcomesOf('ana')).map(({ id }) => id)).not.toContain('o1')
  })

  it('refuses a complaint about a campaign that never was, and takes one about what has left the release', async () => {
    await expose('bea')
    const browser = await doors.browser(known('ana'))
    const complain = (campaign: string) =>
      browser.post('/events', { events: [{ id: `c-${campaign}`, kind: 'too_personal', campaign }] })
    const strange = await complain('nobody')
    expect([strange.status, codesOf(strange)]).toEqual([422, ['/events/0/campaign unknown_campaign']])
    await createMeasureStore(doors.db).record(
      [{ visitor: visitorId('bea'), exposures: [{ ...exposure, campaign: 'left' }] }],
      NOW,
    )
    expect([(await complain('left')).status, (await complain('hero')).status]).toEqual([202, 202])
    expect((await outcomesOf('ana')).flatMap(({ campaign }) => campaign ?? [])).toEqual(['left', 'hero'])
  })

  it('counts a purchase for all campaigns, whichever it names', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', { events: [{ ...bought, campaign: 'hero' }] })
    expect((await outcomesOf('ana'))[0]).toEqual({ id: 'o1', kind: 'purchase', at: NOW, value: 1_234 })
  })

  it('hears of stores from the shop’s servers alone', async () => {
    const browser = await doors.browser(known('ana'))
    const events = ['store_visit', 'store_purchase'].map((kind) => ({ id: kind, kind, store: 'corner' }))
    const answer = await browser.post('/events', { events })
    expect([answer.status, codesOf(answer)]).toEqual([
      422,
      [
        '/events/0/store unknown_field',
        '/events/0/kind kind',
        '/events/1/store unknown_field',
        '/events/1/kind kind',
      ],
    ])
  })

  it.each([
    ['profile and measures', choice(true, true), 1, true],
    ['the profile alone', choice(true, false), 1, false],
  ])('asks each purpose by itself: %s', async (_, agreed, kept, isMeasured) => {
    const browser = await doors.browser(known('ana'), agreed)
    await browser.post('/events', { events: [bought] })
    expect(await doors.rows("SELECT id FROM events WHERE id = 'o1'")).toHaveLength(kept)
    expect((await outcomesOf('ana')).length > 0).toBe(isMeasured)
  })

  it('hears from the beacon what came into view and what was more than a glance, and keeps no profile by it', async () => {
    const browser = await doors.browser(known('ana', { lastSeenAt: NOW, visitStartedAt: NOW - 5_000 }))
    const start = (NOW - 5_000).toString(36)
    const answer = await browser.post('/events', {
      events: [
        { id: 's1', kind: 'seen', campaign: 'hero' },
        { id: `engaged:${start}`, kind: 'engaged' },
        { kind: 'engaged' },
        { id: 's2', kind: 'seen', campaign: 'gone' },
        { id: 's3', kind: 'seen' },
        { id: 's4', kind: 'seen', campaign: 'hero', at: NOW + 3 * 86_400_000 },
      ],
    })
    expect(answer.body).toMatchObject({ accepted: 3, skipped: 0 })
    expect(answer.body.faults.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual([
      ['/events/4/campaign', 'value'],
      ['/events/5/at', 'time'],
      ['/events/3/campaign', 'unknown_campaign'],
    ])
    const measured = await measuredOf('ana')
    expect([...(measured?.sightings ?? [])]).toEqual([['hero', NOW]])
    expect(measured?.outcomes.map(({ id }) => id)).toEqual([
      `selvedge:engaged:${start}`,
      `selvedge:visit:${start}`,
    ])
    expect(await doors.rows('SELECT * FROM visitors')).toEqual([])
  })

  it('keeps nothing of the beacon’s for whoever does not want to be measured', async () => {
    const browser = await doors.browser(known('ana'), choice(true, false))
    const answer = await browser.post('/events', { events: [{ kind: 'seen', campaign: 'hero' }] })
    expect(answer.body).toMatchObject({ accepted: 0, skipped: 1, why: 'switched_off' })
    expect(await measuredOf('ana')).toBeNull()
  })

  it('answers 429 where one visitor tells too much, whatever their address', async () => {
    const keys: string[] = []
    const limitVisitor = async (key: string): Promise<boolean> => keys.push(key) > 99
    const browser = await doors.browser(known('ana'))
    const Cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await doors.app({ limitVisitor }).request('https://shop.example/_selvedge/events', {
      method: 'POST',
      headers: { Cookie, 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json' },
      body: JSON.stringify({ events: [bought] }),
    })
    expect([answer.status, answer.headers.get('Retry-After'), keys]).toEqual([
      429,
      '60',
      [`visitor:${visitorId('ana')}`],
    ])
    expect(await measuredOf('ana')).toBeNull()
  })
})

describe('POST /api/events', () => {
  const order = (id: string, more: object) => ({ id, kind: 'purchase', at: NOW, currency: 'EUR', ...more })
  const visitor = visitorId('ana')

  it('takes a margin, a cost, or the goods whose costs the catalog knows', async () => {
    await expose('ana')
    const reference = await doors.reference(visitor)
    await doors.rows(
      `INSERT INTO catalog (sku, name, cost, currency, changed_at) VALUES ('tea', 'Tea', 120, 'EUR', 0)`,
    )
    const items = [{ sku: 'tea', quantity: 2, price: 4 }]
    const answer = await doors.server('/api/events', {
      events: [
        order('m', { visitor: reference, value: 10, margin: 2.5 }),
        order('c', { visitor: reference, value: 10, cost: 12 }),
        order('i', { visitor: reference, items }),
        order('u', { visitor: reference, value: 10, items: [{ sku: 'hat', quantity: 1 }] }),
        order('n', { visitor: reference, value: 10 }),
        order('t', { visitor: reference, value: 10, items: [{ sku: 'tea', quantity: 10_000 }] }),
      ],
    })
    expect([answer.body.accepted, codesOf(answer)]).toEqual([
      6,
      ['/events/3/items/0/sku unknown_cost', '/events/5/items unknown_cost'],
    ])
    expect((await outcomesOf('ana')).map(({ id, value, margin }) => [id, value, margin])).toEqual([
      ['m', 1_000, 250],
      ['c', 1_000, -200],
      ['i', 800, 560],
      ['u', 1_000, undefined],
      ['n', 1_000, undefined],
      ['t', 1_000, undefined],
    ])
    // What the goods come to is the order's value for the profile as well.
    expect(await doors.rows("SELECT detail FROM events WHERE id = 'i'")).toEqual([
      { detail: '{"currency":"EUR","value":8}' },
    ])
  })

  it('learns the margin of an order from a server that tells it after the thank-you page did', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', { events: [{ id: 'o1', kind: 'purchase', value: 50, currency: 'EUR' }] })
    const server = { visitor: await doors.reference(visitor), at: NOW - MINUTE_MS, value: 48, margin: 20 }
    const events = [order('o1', server)]
    for (let time = 0; time < 2; time++) {
      expect((await doors.server('/api/events', { events })).body).toMatchObject({ accepted: 1, known: 1 })
    }
    expect((await outcomesOf('ana')).filter(({ kind }) => kind === 'purchase')).toEqual([
      { id: 'o1', kind: 'purchase', at: NOW, value: 4_800, margin: 2_000 },
    ])
  })

  it('names everything that is wrong with an order, and takes no other currency', async () => {
    const answer = await doors.server('/api/events', {
      events: [
        order('a', { visitor, value: 1, margin: 1, cost: 1 }),
        order('b', { visitor, value: 1, items: [{ sku: '', quantity: 0, price: -1, colour: 'red' }, null] }),
        order('c', { visitor, cost: 1 }),
        order('d', { visitor, value: 1, items: [] }),
        order('e', { visitor: await doors.reference(visitor), value: 1, currency: 'USD' }),
      ],
    })
    expect(answer.status).toBe(422)
    expect(codesOf(answer)).toEqual([
      '/events/0/cost duplicate',
      '/events/1/items/0/colour unknown_field',
      '/events/1/items/0/sku value',
      '/events/1/items/0/quantity value',
      '/events/1/items/0/price value',
      '/events/1/items/1 type',
      '/events/2/value missing',
      '/events/3/items value',
      '/events/4/currency currency',
    ])
  })

  it('refuses margins that cannot be, and takes a loss that can', async () => {
    const visitor = await doors.reference(visitorId('ana'))
    const answer = await doors.server('/api/events', {
      events: [
        order('a', { visitor, value: 5, margin: 50 }),
        order('b', { visitor, value: 1, margin: -5_000_000 }),
        order('c', { visitor, value: 1, cost: 5_000_000 }),
        order('d', { visitor, margin: 1 }),
        order('e', { visitor, value: 0, margin: -800 }),
        order('f', { visitor, value: 500, margin: -5_000 }),
        order('g', { visitor, value: 5, margin: 5 }),
      ],
    })
    expect([answer.body.accepted, codesOf(answer)]).toEqual([
      3,
      ['/events/0/margin value', '/events/1/margin value', '/events/2/cost value', '/events/3/value missing'],
    ])
  })

  it('refuses what has not happened yet, beyond what clocks are off by', async () => {
    const visitor = await doors.reference(visitorId('ana'))
    const at = (ms: number) => order(`o${ms}`, { visitor, value: 1, at: NOW + ms })
    const answer = await doors.server('/api/events', { events: [at(5 * MINUTE_MS), at(5 * MINUTE_MS + 1)] })
    expect([answer.body.accepted, codesOf(answer)]).toEqual([1, ['/events/1/at time']])
  })

  it('refuses an unknown store where the shop lists its stores, and an unknown campaign', async () => {
    const visitor = await doors.reference(visitorId('ana'))
    const events = [
      order('a', { visitor, kind: 'store_purchase', store: 'corner', value: 1 }),
      order('b', { visitor, kind: 'store_visit', store: 'moon' }),
      order('c', { visitor, kind: 'not_relevant', campaign: 'nobody' }),
    ]
    const before = await doors.server('/api/events', { events })
    expect([before.body.accepted, codesOf(before)]).toEqual([2, ['/events/2/campaign unknown_campaign']])
    await doors.rows(
      "INSERT INTO stores (id, name, latitude, longitude, changed_at) VALUES ('corner', 'Corner', 38.7, -9.1, 0)",
    )
    const answer = await doors.server('/api/events', { events })
    expect([answer.body.accepted, codesOf(answer)]).toEqual([
      1,
      ['/events/1/store unknown_store', '/events/2/campaign unknown_campaign'],
    ])
  })

  it('counts a customer’s order once for each browser of theirs that is measured, and for no other', async () => {
    for (const name of ['phone', 'desk', 'tab']) await identify(name, '4711')
    await expose('phone', 'desk')
    const body = {
      events: [order('t1', { customer: '4711', kind: 'store_purchase', store: 'corner', value: 4.5 })],
    }
    expect((await doors.server('/api/events', body)).body).toMatchObject({ accepted: 1, known: 0 })
    expect((await doors.server('/api/events', body)).body).toMatchObject({ accepted: 1, known: 1 })
    const one = [{ id: 't1', kind: 'store_purchase', at: NOW, value: 450 }]
    expect([await outcomesOf('phone'), await outcomesOf('desk'), await measuredOf('tab')]).toEqual([
      one,
      one,
      null,
    ])
    expect(await doors.rows('SELECT visitor FROM events')).toHaveLength(1)
  })

  it('counts nothing for a browser that took its word back', async () => {
    await expose('ana')
    const browser = await doors.browser(known('ana'))
    await browser.post('/consent', { personalization: true, measurement: false })
    const events = [order('o1', { visitor: await doors.reference(visitor), value: 1 })]
    expect((await doors.server('/api/events', { events })).body).toMatchObject({ accepted: 1 })
    expect(await outcomesOf('ana')).toEqual([])
    expect(await doors.rows("SELECT id FROM events WHERE id = 'o1'")).toHaveLength(1)
  })

  it('takes 500 events of 500 people in one call, and no more', async () => {
    const names = Array.from({ length: 500 }, (_, at) => `v${at}_`)
    await expose(...names)
    const events = await Promise.all(
      names.map(async (name) => order('o1', { visitor: await doors.reference(visitorId(name)), value: 1 })),
    )
    expect((await doors.server('/api/events', { events })).body).toEqual({
      accepted: 500,
      known: 0,
      skipped: 0,
      faults: [],
    })
    const [sum] = await doors.rows(
      "SELECT SUM(y) AS y FROM cells WHERE campaign = 'hero' AND segment = 'all' AND metric = 'revenue'",
    )
    expect(sum?.y).toBe(50_000)
    expect((await doors.server('/api/events', { events: [...events, events[0]] })).status).toBe(413)
  })
})

describe('POST /consent', () => {
  const harms = async () =>
    Object.fromEntries(
      (
        await doors.rows(
          `SELECT metric, SUM(y) AS y FROM cells WHERE segment = 'all'
            AND metric IN ('opt_out', 'withdrawal', 'erasure') GROUP BY metric`,
        )
      ).map(({ metric, y }) => [metric, y]),
    )

  it('counts a class that is switched off as an opt-out, once for each that is new', async () => {
    await expose('ana')
    const browser = await doors.browser(known('ana'))
    const wish = { personalization: true, measurement: true, off: ['habit'] }
    await browser.post('/consent', wish)
    expect(await harms()).toEqual({ opt_out: 1 })
    doors.clock.now += MINUTE_MS
    await browser.post('/consent', wish)
    expect((await outcomesOf('ana')).filter(({ kind }) => kind === 'opt_out')).toHaveLength(1)
  })

  it('counts measurement that is taken back as a withdrawal, and forgets what was measured alone', async () => {
    await expose('ana')
    const browser = await doors.browser(known('ana'))
    await browser.post('/consent', { personalization: true, measurement: false })
    expect([await harms(), (await measuredOf('ana'))?.exposures.size]).toEqual([{ withdrawal: 1 }, 0])
    expect(await browser.snapshot()).not.toBeNull()
  })

  it('counts nothing of whoever never agreed to be measured', async () => {
    const browser = await doors.browser(known('ana'), choice(true, false))
    await browser.post('/consent', { personalization: true, measurement: false, off: ['habit'] })
    expect([await harms(), await outcomesOf('ana')]).toEqual([{}, []])
  })
})

describe('/api/events/dead', () => {
  const news = (visitor: string) =>
    JSON.stringify({ visitor, evidence: [], outcomes: [{ id: 'o1', kind: 'visit', at: NOW }] })
  const letter = (id: string, body: string, visitor: string | null = visitorId('ana')) => ({
    id,
    at: NOW,
    visitor,
    body,
    error: 'given_up',
  })
  const dead = () => createDeadLetters(doors.db)

  it('replays what was given up, and counts it once', async () => {
    await dead().keep([letter('m1', news(visitorId('ana'))), letter('m2', '{broken', null)])
    await dead().keep([letter('m1', 'another')])
    const answer = await doors.server('/api/events/dead/replay', {})
    expect(answer.body).toEqual({ replayed: ['m1'], failed: [{ id: 'm2', error: 'malformed' }] })
    expect((await doors.server('/api/events/dead/replay', {})).body.replayed).toEqual([])
    expect(await outcomesOf('ana')).toHaveLength(1)
    const listed = await doors.app().request('https://shop.example/_selvedge/api/events/dead?limit=1', {
      headers: { Authorization: 'Bearer a-token-that-is-long-enough' },
    })
    expect(await listed.json()).toMatchObject({ letters: [{ id: 'm2', replayedAt: null }], next: 2 })
  })

  it('replays a good one behind a hundred that cannot be mended, of one time and of others', async () => {
    const broken = Array.from({ length: 101 }, (_, n) => ({
      ...letter(`b${n}`, '{broken', null),
      at: NOW - (n % 2),
    }))
    await dead().keep([letter('good', news(visitorId('ana'))), ...broken.slice(0, 50)])
    await dead().keep(broken.slice(50))
    await dead().keep([letter('better', news(visitorId('ana')))])
    const { body } = await doors.server('/api/events/dead/replay', {})
    expect(body.replayed).toEqual(['good', 'better'])
    expect(body.failed).toHaveLength(101)
  })

  it('keeps none of somebody who was erased', async () => {
    await doors.forget(visitorId('ana'))
    await dead().keep([letter('m1', news(visitorId('ana')))])
    expect(await dead().list({ limit: 9 })).toEqual([])
  })
})

describe('createViewCounts', () => {
  it('adds to what was counted before', async () => {
    const counts = createViewCounts(doors.db)
    const rows = [
      { day: '2026-07-03', campaign: 'hero', reason: 'match', n: 2 },
      { day: '2026-07-03', campaign: '_page', reason: 'pages', n: 5 },
    ]
    await counts.add(rows)
    await counts.add(rows)
    expect(await counts.read('2026-07-01', '2026-07-31', 'hero')).toEqual([{ ...rows[0], n: 4 }])
  })
})
