import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readBearer } from '../../src/flow/bearer.ts'
import { LANGUAGES } from '../../src/privacy/language.ts'
import { TEXTS } from '../../src/privacy/texts.ts'
import { FORGET_COOKIE } from '../../src/profile/forget.ts'
import { type Doors, grant, HOST, known, NOW, openDoors, refuse, visitorId } from '../help/doors.ts'

let doors: Doors

beforeAll(async () => {
  doors = await openDoors()
})
beforeEach(() => doors.clear())
afterAll(() => doors.stop())

const CHOICE = '__Host-selvedge-consent'
const log = () =>
  doors.rows(
    'SELECT at, visitor, personalization, measurement, off, source, policy FROM consent_log ORDER BY seq',
  )
const view = { events: [{ id: 'e1', kind: 'view', category: 'tea', at: NOW }] }
const form = (fields: Record<string, string>) => new URLSearchParams(fields)

describe('POST /consent', () => {
  it('keeps a choice in the cookie and puts it on record', async () => {
    const browser = await doors.browser(known('ana'), '')
    const answer = await browser.post('/consent', {
      personalization: true,
      measurement: false,
      off: ['orders', 'habit'],
    })
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        choice: { personalization: true, measurement: false, off: ['orders', 'habit'] },
        consent: {
          personalization: { granted: true, source: 'grant' },
          measurement: { granted: false, source: 'deny' },
        },
      },
    ])
    expect(browser.cookies.get(CHOICE)).toBe(`v1.p1.m0.${NOW / 1_000}.habit-orders`)
    expect(await log()).toEqual([
      {
        at: NOW,
        visitor: visitorId('ana'),
        personalization: 1,
        measurement: 0,
        off: 'habit,orders',
        source: 'api',
        policy: 'v7',
      },
    ])
  })

  it('takes the nearest store out of the browser with the consent, or the kind of data, that it was for', async () => {
    const near = '__Host-selvedge-near'
    for (const [wish, isKept] of [
      [{ personalization: true, measurement: true }, true],
      [{ personalization: true, measurement: true, off: ['habit'] }, true],
      [{ personalization: true, measurement: true, off: ['store'] }, false],
      [{ personalization: true, measurement: true, off: ['place'] }, false],
      [{ personalization: false, measurement: false }, false],
    ] as const) {
      const browser = await doors.browser(known('ana'), grant())
      browser.cookies.set(near, 'graca.2')
      const { headers } = await browser.post('/consent', wish)
      expect([wish, headers.getSetCookie().join().includes(`${near}=;`)]).toEqual([wish, !isKept])
    }
    const none = await (await doors.browser(known('ana'), grant())).post('/consent', {
      personalization: false,
      measurement: false,
    })
    expect(none.headers.getSetCookie().join()).not.toContain(near)
  })

  it.each(LANGUAGES)(
    'says in %s, on a page, that a choice holds which could not be put on record',
    async (language) => {
      doors.store.down = true
      const to = `/_selvedge/privacy?lang=${language}&done=saved`
      const request = new Request(`https://${HOST}/_selvedge/consent`, {
        method: 'POST',
        headers: { 'Sec-Fetch-Site': 'same-origin', Accept: 'text/html', 'Accept-Language': 'xx' },
        body: form({ choice: 'all', to }),
      })
      const answer = await doors.app().fetch(request)
      expect([answer.status, answer.headers.get('Content-Type'), answer.headers.get('Retry-After')]).toEqual([
        503,
        'text/html; charset=utf-8',
        '5',
      ])
      expect(answer.headers.get('Cache-Control')).toContain('no-store')
      const page = await answer.text()
      expect(page).toContain(`<html lang="${language}">`)
      expect(page).toContain(TEXTS[language].unrecorded)
      expect(answer.headers.getSetCookie().join()).toContain(`${CHOICE}=v1.p1.m1.`)
      doors.store.down = false
    },
  )

  it('works without a script, and goes back to the page', async () => {
    const browser = await doors.browser(null, '')
    const answer = await browser.post(
      '/consent',
      form({ personalization: 'on', to: '/tea?x=1', source: 'banner' }),
    )
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/tea?x=1'])
    expect(browser.cookies.get(CHOICE)).toMatch(/^v1\.p1\.m0\./)
    expect(await log()).toMatchObject([{ visitor: null, source: 'banner' }])
  })

  it.each([
    [{ choice: 'all' }, 'p1.m1'],
    [{ choice: 'none', personalization: 'on' }, 'p0.m0'],
    [{}, 'p0.m0'],
    [{ personalization: 'perhaps' }, 'p0.m0'],
  ])('reads the form %o as %s', async (fields, expected) => {
    const browser = await doors.browser(null, '')
    await browser.post('/consent', form(fields as Record<string, string>))
    expect(browser.cookies.get(CHOICE)).toContain(expected)
  })

  it('switches off each class of data that was shown and not ticked', async () => {
    const browser = await doors.browser(null, '')
    await browser.post('/consent', form({ choice: 'all', shown: 'orders,habit,affinity', use: 'habit' }))
    expect(browser.cookies.get(CHOICE)).toMatch(/\.affinity-orders$/)
  })

  it.each([
    ['//evil.example', '/'],
    ['https://evil.example/x', '/'],
    ['', '/'],
  ])('goes from %s to %s', async (to, location) => {
    const browser = await doors.browser(null, '')
    const answer = await browser.post('/consent', form({ choice: 'none', to }))
    expect(answer.headers.get('Location')).toBe(location)
  })

  it('goes back to where the form stood if it does not say', async () => {
    const browser = await doors.browser(null, '')
    const Referer = `https://${HOST}/_selvedge/privacy?lang=pt`
    const answer = await browser.post('/consent', form({ choice: 'none' }), { Referer })
    expect(answer.headers.get('Location')).toBe('/_selvedge/privacy?lang=pt')
  })

  it('deletes what personalization covered when it is withdrawn, at once', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', view)
    await browser.post('/consent', form({ choice: 'all' }))
    await browser.post('/consent', form({ choice: 'none' }))
    expect(await browser.snapshot()).toBeNull()
    for (const table of ['events', 'contributions', 'visitors', 'identities']) {
      expect(await doors.rows(`SELECT * FROM ${table}`)).toEqual([])
    }
    // That somebody agreed, and that somebody refused, stays on record; who it was does not.
    expect(await log()).toMatchObject([
      { visitor: null, personalization: 1 },
      { visitor: null, personalization: 0 },
    ])
    expect((await browser.post('/events', view)).body.why).toBe('consent')
  })

  it('keeps the profile of who only refuses to be measured', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', view)
    await browser.post('/consent', { personalization: true, measurement: false })
    expect(await browser.snapshot()).toMatchObject({ id: visitorId('ana') })
    expect(await doors.rows('SELECT id FROM visitors')).toHaveLength(1)
  })

  it('deletes what is kept of a class that is switched off, here, on record and in the cookie', async () => {
    const browser = await doors.browser(known('ana'))
    const events = [...view.events, { id: 'e2', kind: 'follow', brand: 'Brisa', at: NOW }]
    await browser.post('/events', { events })
    const all = { personalization: true, measurement: true }
    expect((await browser.post('/consent', { ...all, off: ['follows'] })).status).toBe(200)
    const documents = async () =>
      String((await doors.rows('SELECT document FROM contributions'))[0]?.document)
    expect([(await browser.snapshot())?.follows, await documents()]).toEqual([
      undefined,
      expect.not.stringContaining('Brisa'),
    ])
    const kinds = async () =>
      (await doors.rows('SELECT kind FROM events ORDER BY id')).map(({ kind }) => kind)
    expect([await kinds(), (await browser.snapshot())?.affinities]).toEqual([
      expect.not.arrayContaining(['follow']),
      [['tea', 1]],
    ])
    await browser.post('/consent', { ...all, off: [] })
    doors.clock.now += 1
    await browser.post('/events', { events: [{ id: 'e3', kind: 'view', category: 'tea' }] })
    expect([(await browser.snapshot())?.follows, await kinds()]).toEqual([
      undefined,
      expect.not.arrayContaining(['follow']),
    ])
  })

  it('takes a class out of the card of who signed in, and out of no other browser', async () => {
    for (const name of ['ana', 'tab']) {
      await (await doors.browser(known(name))).post('/events', view)
      await doors.server('/api/identify', {
        visitor: await doors.reference(visitorId(name)),
        customer: '4711',
      })
    }
    const bought = {
      id: 't1',
      kind: 'store_purchase',
      customer: '4711',
      at: NOW,
      store: 'corner',
      category: 'tea',
      value: 3,
      currency: 'EUR',
    }
    expect((await doors.server('/api/events', { events: [bought] })).body).toMatchObject({ accepted: 1 })
    const wish = { personalization: true, measurement: true, off: ['affinity'] }
    await (await doors.browser(known('ana'))).post('/consent', wish)
    const rows = await doors.rows('SELECT visitor, document FROM contributions ORDER BY visitor')
    const teas = rows.map(({ visitor, document }) => [
      String(visitor).slice(0, 3),
      String(document).includes('tea'),
    ])
    expect(teas).toEqual([
      ['ana', false],
      [`p-${String(rows[1]?.visitor).slice(2, 3)}`, false],
      ['tab', true],
    ])
  })

  it('holds a switch in the cookie while the store is away, and deletes when it is sent again', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', view)
    const wish = { personalization: true, measurement: true, off: ['affinity'] }
    doors.store.down = true
    expect((await browser.post('/consent', wish)).status).toBe(503)
    expect((await browser.snapshot())?.affinities).toBeUndefined()
    doors.store.down = false
    await browser.post('/consent', wish)
    expect(JSON.stringify(await doors.rows('SELECT * FROM contributions'))).not.toContain('tea')
  })

  it('does not let a choice overrule GPC, and forgets whom it named', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', view)
    const answer = await browser.post(
      '/consent',
      { personalization: true, measurement: true },
      { 'Sec-GPC': '1' },
    )
    expect(answer.body.consent.personalization).toEqual({ granted: false, source: 'gpc' })
    expect([await browser.snapshot(), await doors.rows('SELECT * FROM visitors')]).toEqual([null, []])
    expect(await log()).toMatchObject([{ visitor: null }])
  })

  it.each([
    ['no purposes', {}],
    ['half of them', { personalization: true }],
    ['words for truth', { personalization: 'yes', measurement: 'no' }],
    ['an unknown class of data', { personalization: true, measurement: true, off: ['everything'] }],
    ['too many classes', { personalization: true, measurement: true, off: Array(17).fill('orders') }],
    ['an unknown source', { personalization: true, measurement: true, source: 'mail' }],
    ['an unknown field', { personalization: true, measurement: true, ip: '203.0.113.7' }],
    ['as many unknown ones as fit', { personalization: true, measurement: true, off: Array(5_000).fill('') }],
  ])('refuses %s in few words and changes nothing', async (_, body) => {
    const browser = await doors.browser(known('ana'))
    const before = browser.cookies.get(CHOICE)
    const answer = await browser.post('/consent', body)
    expect([answer.status, JSON.stringify(answer.body).length < 1_000]).toEqual([422, true])
    expect([browser.cookies.get(CHOICE), await log()]).toEqual([before, []])
  })

  it('refuses another site’s page', async () => {
    const browser = await doors.browser(known('ana'), refuse())
    const answer = await browser.post('/consent', form({ choice: 'all' }), { 'Sec-Fetch-Site': 'cross-site' })
    expect([answer.status, answer.headers.getSetCookie(), await log()]).toEqual([403, [], []])
  })

  it('takes neither a long form nor another kind of body', async () => {
    const browser = await doors.browser(known('ana'))
    expect((await browser.post('/consent', form({ to: 'x'.repeat(5_000) }))).status).toBe(413)
    expect((await browser.post('/consent', 'x', { 'Content-Type': 'text/plain' })).status).toBe(415)
  })

  it('lets a refusal hold while the store is away, notes the id, and deletes when it is sent again', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/events', view)
    doors.store.down = true
    const answer = await browser.post('/consent', form({ choice: 'none' }))
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
    expect(browser.cookies.get(CHOICE)).toContain('p0.m0')
    expect([await browser.snapshot(), [...browser.cookies.keys()]]).toEqual([null, [CHOICE, FORGET_COOKIE]])
    doors.store.down = false
    expect(await doors.rows('SELECT * FROM visitors')).toHaveLength(1)
    expect((await browser.post('/consent', form({ choice: 'none' }))).status).toBe(303)
    expect(await doors.rows('SELECT * FROM visitors')).toEqual([])
    expect([...browser.cookies.keys()]).toEqual([CHOICE])
  })

  it('remembers all that is left to forget, who agreed and refused again meanwhile', async () => {
    const names = ['ana', 'bea']
    for (const name of names) await (await doors.browser(known(name))).post('/events', view)
    const browser = await doors.browser(known('ana'))
    doors.store.down = true
    await browser.post('/consent', form({ choice: 'none' }))
    const sealed = (await doors.browser(known('bea'))).cookies.get('__Host-selvedge') ?? ''
    browser.cookies.set('__Host-selvedge', sealed)
    await browser.post('/consent', form({ choice: 'none' }))
    doors.store.down = false
    expect(await doors.rows('SELECT * FROM visitors')).toHaveLength(2)
    await browser.post('/consent', form({ choice: 'all' }))
    expect(await doors.rows('SELECT * FROM visitors')).toEqual([])
  })

  it('names nobody on record who was erased meanwhile, in another isolate', async () => {
    const browser = await doors.browser(known('ana'))
    await doors.forget(visitorId('ana'))
    doors.buried.clear()
    await browser.post('/consent', form({ choice: 'all' }))
    expect(await log()).toMatchObject([{ visitor: null, personalization: 1 }])
  })

  it('puts neither address nor agent on record', async () => {
    const browser = await doors.browser(known('ana'))
    await browser.post('/consent', form({ choice: 'all' }), {
      'User-Agent': 'c4n4ry',
      'CF-Connecting-IP': '203.0.113.77',
      Referer: `https://${HOST}/c4n4ry`,
    })
    expect(JSON.stringify(await log())).not.toMatch(/c4n4ry|203\.0/)
  })
})

describe('readBearer', () => {
  const leaves = async (headers: Record<string, string>): Promise<string | null> => {
    const browser = await doors.browser(known('ana'), '')
    const sealed = `__Host-selvedge=${browser.cookies.get('__Host-selvedge')}`
    const cookie = headers.Cookie === undefined ? sealed : `${sealed}; ${headers.Cookie}`
    const url = new URL(`https://${HOST}/`)
    const ports = {
      keyring: doors.keyring,
      optOut: new Map(),
      random: () => new Uint8Array(12),
      isErased: () => false,
    }
    const request = new Request(url, { headers: { ...headers, Cookie: cookie } })
    return (await readBearer(request, url, NOW, ports)).leaving.now
  }

  it.each([
    ['a refusal in our own cookie', { Cookie: refuse() }, true],
    ['GPC', { 'Sec-GPC': '1' }, true],
    [
      'a consent platform that says no',
      { Cookie: 'CookieConsent={necessary:true%2Cpreferences:false%2Cstatistics:false%2Cmarketing:false}' },
      true,
    ],
    ['consent', { Cookie: grant() }, false],
    ['a stay where consent has to be asked for', {}, false],
    ['a choice that cannot be read', { Cookie: `${CHOICE}=x` }, false],
  ] as const)('after %s has somebody to forget: %s', async (_, headers, expected) => {
    expect(await leaves(headers as Record<string, string>)).toBe(expected ? visitorId('ana') : null)
  })
})
