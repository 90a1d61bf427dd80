import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import { profileAttributes } from '../../src/profile/attributes.ts'
import { type Doors, grant, known, NOW, openDoors, refuse, visitorId } from '../help/doors.ts'

let doors: Doors

beforeAll(async () => {
  doors = await openDoors()
})
beforeEach(() => doors.clear())
afterAll(() => doors.stop())

const view = (id: string, more: object = {}) => ({
  id,
  kind: 'view',
  category: 'Green Tea',
  at: NOW,
  ...more,
})
const ids = async (): Promise<readonly unknown[]> =>
  (await doors.rows("SELECT id FROM events WHERE id NOT LIKE 'selvedge:%' ORDER BY id")).map(({ id }) => id)
const everything = async (): Promise<string> => {
  const tables = ['events', 'contributions', 'visitors', 'identities', 'consent_log', 'link_tokens']
  return JSON.stringify(await Promise.all(tables.map((table) => doors.rows(`SELECT * FROM ${table}`))))
}

/** Lists products under these categories, by SKU. */
async function list(products: Readonly<Record<string, string>>): Promise<void> {
  await doors.rows('DELETE FROM catalog')
  for (const [sku, category] of Object.entries(products)) {
    await doors.rows(
      "INSERT INTO catalog (sku, name, category, currency, changed_at) VALUES (?, 'x', ?, 'EUR', 0)",
      sku,
      category,
    )
  }
}

describe('POST /events', () => {
  it('keeps the events and lets the very next request read them', async () => {
    const browser = await doors.browser(known('ana'))
    const answer = await browser.post('/events', {
      events: [view('e1'), { id: 'e2', kind: 'follow', brand: 'Brisa', at: NOW }],
    })
    expect([answer.status, answer.body]).toEqual([202, { accepted: 2, skipped: 0, faults: [] }])
    expect(await ids()).toEqual(['e1', 'e2'])
    const snapshot = await browser.snapshot()
    expect(snapshot).toMatchObject({
      id: visitorId('ana'),
      asOf: NOW,
      follows: ['Brisa'],
      stage: 'connected',
    })
    expect(profileAttributes(snapshot ?? undefined, NOW).affinity).toMatchObject({
      'green-tea': expect.any(Number),
    })
  })

  it('counts a replayed event once, and says that it has it', async () => {
    const browser = await doors.browser(known('ana'))
    const body = { events: [view('e1'), view('e1')] }
    await browser.post('/events', body)
    expect((await browser.post('/events', body)).body).toMatchObject({ accepted: 2 })
    expect(await ids()).toEqual(['e1'])
  })

  it('counts each visit once in the visitor’s own week, however many calls tell of it', async () => {
    const browser = await doors.browser(
      known('ana', { lastSeenAt: NOW - 60_000, visitStartedAt: NOW - 60_000 }),
    )
    await browser.post('/events', { events: [view('e1')] })
    await browser.post('/events', { events: [view('e2')] })
    doors.clock.now += 3_600_000
    await browser.post('/events', { events: [{ id: 'e3', kind: 'view' }] })
    const visits = await doors.rows("SELECT detail FROM events WHERE kind = 'visit'")
    expect(visits).toEqual([{ detail: '{"cell":"fri.afternoon"}' }, { detail: '{"cell":"fri.evening"}' }])
  })

  it('keeps the good events of a call and names what is wrong with the others', async () => {
    const browser = await doors.browser(known('ana'))
    const answer = await browser.post('/events', {
      events: [
        view('good'),
        view('later', { at: NOW + 2 * DAY_MS }),
        { id: 'x', kind: 'hack', at: NOW },
        { id: 'n', kind: 'purchase', at: NOW, value: -1, currency: 'EUR' },
        view('q', { quantity: 1e9 }),
        view("'; DROP TABLE events; --"),
        view('<script>'),
        { id: 'v', kind: 'visit', at: NOW },
        view('selvedge:visit:1'),
        view('odd', { catgory: 'tea' }),
        'nothing',
      ],
    })
    expect([answer.status, answer.body.accepted]).toEqual([202, 1])
    expect(answer.body.faults.map(({ path }: { path: string }) => path)).toEqual([
      '/events/1/at',
      '/events/2/kind',
      '/events/3/value',
      '/events/4/quantity',
      '/events/5/id',
      '/events/6/id',
      '/events/7/kind',
      '/events/8/id',
      '/events/9/catgory',
      '/events/10',
    ])
    expect(await ids()).toEqual(['good'])
  })

  it.each([
    ['a body of 10 MB', `{"events":[${JSON.stringify(view('x'.repeat(10_000_000)))}]}`, 413],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), 400],
    ['no JSON', '{"events":[', 422],
    ['nesting without end', `${'['.repeat(30_000)}`, 422],
    ['another shape', '{"event":{}}', 422],
    ['too many events', JSON.stringify({ events: Array.from({ length: 51 }, (_, i) => view(`e${i}`)) }), 413],
    ['nothing but bad events', JSON.stringify({ events: [view('e', { at: 1 })] }), 422],
  ])('refuses %s and keeps nothing', async (_, body, status) => {
    const browser = await doors.browser(known('ana'))
    const answer = await browser.post('/events', body)
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([status, 'application/problem+json'])
    expect(await doors.rows('SELECT * FROM visitors')).toEqual([])
  })

  it('refuses a form', async () => {
    const browser = await doors.browser(known('ana'))
    const answer = await browser.post('/events', new URLSearchParams({ events: '[]' }))
    expect(answer.status).toBe(415)
  })

  it('refuses what does not come from a page of the shop', async () => {
    const browser = await doors.browser(known('ana'))
    const body = { events: [view('e1')] }
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect((await browser.post('/events', body, { 'Sec-Fetch-Site': site })).status).toBe(403)
    }
    expect((await browser.post('/events', body, { Origin: 'https://evil.example' })).status).toBe(403)
    expect(await doors.rows('SELECT * FROM visitors')).toEqual([])
  })

  it.each([
    ['ends the cookie', 'personalization was refused', refuse(), undefined],
    ['leaves the cookie', 'nobody was asked', '', known('ana').id],
    ['leaves the cookie', 'the choice is malformed', '__Host-selvedge-consent=v1.p1', known('ana').id],
  ])('keeps nothing and %s where %s', async (_, __, choice, left) => {
    const browser = await doors.browser(known('ana'), choice)
    const answer = await browser.post('/events', { events: [view('e1')] })
    const told = { accepted: 0, skipped: 1, why: 'consent', faults: [] }
    expect([answer.status, answer.body]).toEqual([202, told])
    expect((await browser.snapshot())?.id).toBe(left)
    expect(await everything()).toBe('[[],[],[],[],[],[]]')
  })

  it('keeps nothing under Sec-GPC, whatever was chosen', async () => {
    const browser = await doors.browser(known('ana'))
    const answer = await browser.post('/events', { events: [view('e1')] }, { 'Sec-GPC': '1' })
    expect(answer.body).toMatchObject({ accepted: 0, why: 'consent' })
    expect(await ids()).toEqual([])
  })

  it('makes nobody: without a cookie of ours, or with a forged one, nothing is kept and none is set', async () => {
    const nobody = await doors.browser()
    const answer = await nobody.post('/events', { events: [view('e1')] })
    expect([answer.body.why, answer.headers.getSetCookie()]).toEqual(['cookie', []])
    const forger = await doors.browser()
    forger.cookies.set('__Host-selvedge', 'AQFhAAAA')
    expect((await forger.post('/events', { events: [view('e1')] })).body.why).toBe('cookie')
    expect([forger.cookies.has('__Host-selvedge'), await ids()]).toEqual([false, []])
  })

  it('brings nobody back: a cookie from before an erasure is void, in this isolate and in one that has not heard', async () => {
    const browser = await doors.browser(known('ana'))
    const replay = await doors.browser(known('ana', { tied: true }))
    await browser.post('/events', { events: [view('e1')] })
    await doors.forget(visitorId('ana'))
    expect((await browser.post('/events', { events: [view('e2')] })).body).toMatchObject({ why: 'erased' })
    doors.buried.clear()
    const answer = await replay.post('/events', { events: [view('e3')] })
    expect(answer.body).toMatchObject({ accepted: 0, skipped: 1, why: 'erased' })
    expect([await browser.snapshot(), await replay.snapshot()]).toEqual([null, null])
    const choices = [browser, replay].map(
      ({ cookies }) => `__Host-selvedge-consent=${cookies.get('__Host-selvedge-consent')}`,
    )
    expect(choices).toEqual([grant(), refuse()])
    expect(await everything()).toBe('[[],[],[],[],[],[]]')
  })

  it('keeps nothing of the classes of data that were switched off', async () => {
    const browser = await doors.browser(known('ana'), grant(NOW, ['orders', 'habit', 'follows']))
    const answer = await browser.post('/events', {
      events: [
        view('e1'),
        { id: 'e2', kind: 'purchase', value: 3, currency: 'EUR' },
        { id: 'e4', kind: 'follow', brand: 'Brisa' },
      ],
    })
    // The purchase was agreed to be measured, and is kept for that alone.
    expect(answer.body).toEqual({ accepted: 2, skipped: 1, why: 'switched_off', faults: [] })
    expect(await doors.rows('SELECT id FROM events')).toEqual([{ id: 'e1' }])
  })

  it('learns a search’s category and forgets its words', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', {
      events: [{ id: 'e1', kind: 'search', query: 'cold green teas for ana@x.example' }],
    })
    expect(await doors.rows("SELECT detail FROM events WHERE id = 'e1'")).toEqual([
      { detail: '{"category":"green-tea"}' },
    ])
    expect(await everything()).not.toMatch(/ana@|cold/)
  })

  it('learns nothing from a sensitive category', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', {
      events: [view('e1', { category: 'Pregnancy tests', brand: 'Brisa', sku: 'p1' })],
    })
    expect(await doors.rows("SELECT detail FROM events WHERE id = 'e1'")).toEqual([{ detail: '{}' }])
  })

  it('learns the category of a product from the catalog, and nothing from a sensitive one', async () => {
    await list({ 'peach-tea': 'Iced tea', 'x-1': 'Pregnancy tests' })
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', {
      events: [
        { id: 'e1', kind: 'add_to_cart', sku: 'peach-tea' },
        { id: 'e2', kind: 'view', sku: 'peach-tea', category: 'Sale' },
        { id: 'e3', kind: 'view', sku: 'x-1', category: 'Sale' },
        { id: 'e4', kind: 'view', sku: 'pregnancy-test-1' },
        { id: 'e5', kind: 'view', sku: 'unlisted' },
      ],
    })
    const rows = await doors.rows("SELECT id, detail FROM events WHERE kind <> 'visit' ORDER BY id")
    expect(Object.fromEntries(rows.map(({ id, detail }) => [id, JSON.parse(String(detail))]))).toEqual({
      e1: { category: 'iced-tea', sku: 'peach-tea' },
      e2: { category: 'sale', sku: 'peach-tea' },
      e3: {},
      e4: {},
      e5: { sku: 'unlisted' },
    })
    expect((await browser.snapshot())?.affinities?.map(([name]) => name).sort()).toEqual(['iced-tea', 'sale'])
  })

  it('never shows a piece again that was called too personal', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', {
      events: [{ id: 'e1', kind: 'too_personal', campaign: 'hero', category: 'tea' }],
    })
    expect((await browser.snapshot())?.caps?.['c:hero']?.ignored).toBe(1_000_000)
  })

  it('keeps neither address, agent, place nor referrer of whoever sends', async () => {
    const browser = await doors.browser(known('ana'))
    const canary = 'c4n4ry'
    const answer = await browser.post(
      '/events',
      { events: [view('e1')] },
      {
        'User-Agent': `Browser/${canary}`,
        'CF-Connecting-IP': '203.0.113.77',
        'X-Forwarded-For': '203.0.113.77',
        'X-Postal-Code': canary,
        'Accept-Language': canary,
        Referer: `https://shop.example/${canary}?mail=${canary}`,
      },
    )
    expect(answer.status).toBe(202)
    const kept =
      (await everything()) + JSON.stringify(await browser.snapshot()) + JSON.stringify(doors.reported)
    expect(kept).not.toMatch(/c4n4ry|203\.0\.113/)
  })

  it('refuses personal data where products are named', async () => {
    const browser = await doors.browser(known('ana'))
    const answer = await browser.post('/events', {
      events: [
        view('a', { category: 'ana@mail.example' }),
        view('b', { brand: '203.0.113.77' }),
        view('c', { sku: '38.7223, -9.1393' }),
        { id: 'd', kind: 'declare', trait: 'name', value: 'ana@mail.example' },
      ],
    })
    expect(answer.status).toBe(422)
    expect(answer.body.faults.map(({ code }: { code: string }) => code)).toEqual(
      Array(4).fill('personal_data'),
    )
  })

  it('says 503 and when to come back while the store is away, and loses nothing of what is sent again', async () => {
    const browser = await doors.browser(known('ana'))
    const body = { events: [view('e1')] }
    doors.store.down = true
    const answer = await browser.post('/events', body)
    expect([answer.status, answer.headers.get('Retry-After'), answer.body.type]).toEqual([
      503,
      '5',
      'urn:selvedge:problem:store_unavailable',
    ])
    expect((await browser.snapshot())?.asOf).toBeUndefined()
    doors.store.down = false
    expect((await browser.post('/events', body)).status).toBe(202)
    expect(await ids()).toEqual(['e1'])
  })

  it('loses and doubles nothing where 16 calls from two tabs overlap', async () => {
    const browser = await doors.browser(known('ana'))
    const calls = Array.from({ length: 16 }, (_, index) =>
      browser.post('/events', { events: [view(`e${index % 8}`), view(`f${index}`)] }),
    )
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(16).fill(202))
    expect(await ids()).toHaveLength(24)
    const [row] = await doors.rows('SELECT document FROM contributions')
    expect(JSON.parse(String(row?.document)).events).toBe(25)
  })

  it('answers 429 where somebody asks too often, before it reads anything', async () => {
    const keys: string[] = []
    const limit = async (key: string): Promise<boolean> => keys.push(key) > 99
    const answer = await doors.app({ limit }).request('https://shop.example/_selvedge/events', {
      method: 'POST',
      headers: { 'CF-Connecting-IP': '192.0.2.1' },
    })
    expect([answer.status, keys]).toEqual([429, ['events:192.0.2.1']])
  })
})

describe('POST /api/events', () => {
  const till = (id: string, more: object = {}) => ({
    id,
    kind: 'store_purchase',
    store: 'corner',
    value: 4.5,
    currency: 'EUR',
    at: NOW,
    ...more,
  })
  const identify = async (name: string, customer: string) =>
    doors.server('/api/identify', { visitor: await doors.reference(visitorId(name)), customer })

  it('lets nobody in without a known token', async () => {
    const answer = await doors.server('/api/events', { events: [] }, { Authorization: 'Bearer guess' })
    expect(answer.status).toBe(401)
  })

  it('counts what a customer did in a store for all browsers of theirs', async () => {
    await identify('phone', '4711')
    const answer = await doors.server('/api/events', { events: [till('t1', { customer: '4711' })] })
    expect([answer.status, answer.body]).toEqual([202, { accepted: 1, known: 0, skipped: 0, faults: [] }])
    const browser = await doors.browser(known('phone'))
    await browser.post('/events', { events: [view('e1')] })
    expect(await browser.snapshot()).toMatchObject({
      orders: { count: 1, total: 4.5 },
      stores: [['corner', 1]],
    })
  })

  it('counts an order once that a thank-you page tells of a browser and a server of its customer, whichever is first', async () => {
    await identify('phone', '4711')
    const phone = await doors.browser(known('phone'))
    const order = { kind: 'purchase', value: 20, currency: 'EUR', at: NOW }
    const told = async (id: string) =>
      (await doors.server('/api/events', { events: [{ ...order, id, customer: '4711' }] })).body
    await phone.post('/events', { events: [{ ...order, id: 'o1' }] })
    expect(await told('o1')).toEqual({ accepted: 1, known: 1, skipped: 0, faults: [] })
    expect(await told('o2')).toMatchObject({ accepted: 1, known: 0 })
    doors.clock.now += 1
    await phone.post('/events', { events: [{ ...order, id: 'o2' }] })
    expect((await phone.snapshot())?.orders).toMatchObject({ count: 2, total: 40 })
    // A till's numbers are not the shop's, nor another customer's this one's.
    expect(
      (await doors.server('/api/events', { events: [till('o1', { customer: '4711' })] })).body.known,
    ).toBe(0)
    await identify('desk', '4712')
    const other = [{ ...order, id: 'o1', customer: '4712' }]
    expect((await doors.server('/api/events', { events: other })).body.known).toBe(0)
  })

  it('counts it once also where both tell it at the same moment', async () => {
    await identify('phone', '4711')
    const phone = await doors.browser(known('phone'))
    const order = { kind: 'purchase', value: 20, currency: 'EUR', at: NOW }
    const ids = Array.from({ length: 12 }, (_, at) => `o${at}`)
    await Promise.all(
      ids.flatMap((id) => [
        phone.post('/events', { events: [{ ...order, id }] }),
        doors.server('/api/events', { events: [{ ...order, id, customer: '4711' }] }),
      ]),
    )
    doors.clock.now += 1
    await phone.post('/events', { events: [view('e1')] })
    expect((await phone.snapshot())?.orders).toMatchObject({ count: 12, total: 240 })
  })

  it('learns from an order of goods the category that most was spent on', async () => {
    await list({ tea: 'Tea', cake: 'Cakes', test: 'Pregnancy tests' })
    const visitor = await doors.reference(visitorId('phone'))
    const order = (id: string, items: readonly object[]) => ({
      id,
      kind: 'purchase',
      at: NOW,
      currency: 'EUR',
      value: 30,
      visitor,
      items,
    })
    await doors.server('/api/events', {
      events: [
        order('o1', [
          { sku: 'tea', quantity: 5, price: 1 },
          { sku: 'cake', quantity: 1, price: 6 },
          { sku: 'test', quantity: 1, price: 90 },
        ]),
        order('o2', [
          { sku: 'tea', quantity: 5, price: 1 },
          { sku: 'cake', quantity: 1 },
        ]),
        order('o3', [{ sku: 'test', quantity: 1 }]),
        { id: 'o4', kind: 'purchase', at: NOW, currency: 'EUR', value: 1, visitor, sku: 'cake' },
      ],
    })
    const rows = await doors.rows("SELECT id, detail ->> '$.category' AS category FROM events ORDER BY id")
    expect(rows.map(({ id, category }) => [id, category])).toEqual([
      ['o1', 'cakes'],
      ['o2', 'tea'],
      ['o3', null],
      ['o4', 'cakes'],
    ])
  })

  it('takes a visitor by reference, and by bare id only one that it has', async () => {
    const events = [
      till('t1', { visitor: await doors.reference(visitorId('phone')) }),
      till('t2', { visitor: visitorId('stranger') }),
    ]
    const answer = await doors.server('/api/events', { events })
    expect(answer.body).toMatchObject({
      accepted: 1,
      faults: [{ path: '/events/1/visitor', code: 'unknown' }],
    })
    const again = await doors.server('/api/events', { events: [till('t3', { visitor: visitorId('phone') })] })
    expect(again.body).toMatchObject({ accepted: 1, faults: [] })
  })

  it('keeps nothing about people it does not know, or who were erased', async () => {
    await identify('phone', '4711')
    await doors.forget(visitorId('phone'))
    const answer = await doors.server('/api/events', {
      events: [
        till('t1', { customer: '4711' }),
        till('t2', { customer: 'never seen' }),
        till('t3', { visitor: visitorId('phone') }),
        till('t4', { visitor: await doors.reference(visitorId('phone')) }),
        till('t5'),
        till('t6', { customer: '1', visitor: '2' }),
      ],
    })
    expect(answer.status).toBe(422)
    const faults = answer.body.faults.map(({ path, code }: { path: string; code: string }) => [path, code])
    expect(faults).toEqual([
      ['/events/4', 'subject'],
      ['/events/5', 'subject'],
      ['/events/0/customer', 'unknown'],
      ['/events/1/customer', 'unknown'],
      ['/events/2/visitor', 'erased'],
      ['/events/3/visitor', 'erased'],
    ])
    expect(await doors.rows('SELECT * FROM events')).toEqual([])
    expect(await everything()).not.toContain('4711')
  })

  it('heeds the classes of data that a browser of the customer switched off', async () => {
    await identify('phone', '4711')
    const browser = await doors.browser(known('phone'))
    await browser.post('/consent', { personalization: true, measurement: false, off: ['orders'] })
    const answer = await doors.server('/api/events', { events: [till('t1', { customer: '4711' })] })
    expect(answer.body).toEqual({ accepted: 0, known: 0, skipped: 1, faults: [] })
  })

  it('takes a till that was offline for a month, and counts its report once', async () => {
    await identify('phone', '4711')
    const body = { events: [till('t1', { customer: '4711', at: NOW - 30 * DAY_MS })] }
    expect((await doors.server('/api/events', body)).body.accepted).toBe(1)
    expect((await doors.server('/api/events', body)).body.accepted).toBe(1)
    expect(await ids()).toEqual(['t1'])
  })

  it('says 503 while the store is away', async () => {
    doors.store.down = true
    const answer = await doors.server('/api/events', { events: [till('t1', { customer: '4711' })] })
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
  })
})
