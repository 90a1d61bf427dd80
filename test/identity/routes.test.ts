import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import { type Browser, type Doors, known, NOW, openDoors, refuse, visitorId } from '../help/doors.ts'

let doors: Doors

beforeAll(async () => {
  doors = await openDoors()
})
beforeEach(() => doors.clear())
afterAll(() => doors.stop())

const identify = async (name: string, customer: string) =>
  doors.server('/api/identify', { visitor: await doors.reference(visitorId(name)), customer })
const ties = () => doors.rows('SELECT visitor, source FROM identities ORDER BY visitor')
const follow = (brand: string, id = brand) => ({ events: [{ id, kind: 'follow', brand, at: NOW }] })
async function letter(customer = '4711'): Promise<string> {
  const answer = await doors.server('/api/link-tokens', { customer, optIn: true })
  return answer.body.token as string
}
const open = (browser: Browser, token: string, to = '/tea', init: RequestInit = {}) =>
  browser.get(`/link?token=${token}&to=${encodeURIComponent(to)}`, init)
/** Opens a letter's link and, where that asks, says yes. */
async function confirm(browser: Browser, token: string, to = '/tea', headers: Record<string, string> = {}) {
  const asked = await open(browser, token, to, { headers })
  if (asked.status !== 200) return asked
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(asked.body)?.[1] ?? ''
  const fields = new URLSearchParams({ token: field('token'), to: field('to') })
  return browser.post('/link', fields, headers)
}

describe('POST /api/identify', () => {
  it('makes two browsers one person, who is known on both', async () => {
    const phone = await doors.browser(known('phone'))
    const laptop = await doors.browser(known('laptop'))
    await phone.post('/events', follow('Brisa'))
    expect((await identify('phone', '4711')).body).toEqual({ changed: true, browsers: 1 })
    expect((await identify('laptop', '4711')).body).toEqual({ changed: true, browsers: 2 })
    await laptop.post('/events', follow('Toldo'))
    expect((await laptop.snapshot())?.follows?.toSorted()).toEqual(['Brisa', 'Toldo'])
    expect((await laptop.snapshot())?.id).toBe(visitorId('laptop'))
  })

  it('changes nothing the second time', async () => {
    await identify('phone', '4711')
    expect((await identify('phone', '4711')).body).toEqual({ changed: false, browsers: 1 })
  })

  it('keeps the customer id nowhere', async () => {
    await identify('phone', 'ana@mail.example')
    const kept = JSON.stringify(await doors.rows('SELECT * FROM identities')) + JSON.stringify(doors.reported)
    expect(kept).not.toContain('ana')
  })

  it('refuses an erased browser, and stays refused whatever it is called', async () => {
    await (await doors.browser(known('phone'))).post('/events', follow('Brisa'))
    await doors.forget(visitorId('phone'))
    expect((await identify('phone', '4711')).status).toBe(410)
    expect((await doors.server('/api/identify', { visitor: visitorId('phone'), customer: '1' })).status).toBe(
      410,
    )
    expect(await ties()).toEqual([])
  })

  it('refuses an erased person on any browser', async () => {
    await identify('phone', '4711')
    const [row] = await doors.rows('SELECT person FROM identities')
    await doors.forget(`p-${row?.person}`)
    expect((await identify('laptop', '4711')).status).toBe(410)
    expect((await doors.server('/api/link-tokens', { customer: '4711', optIn: true })).status).toBe(410)
    expect((await identify('laptop', '4712')).status).toBe(200)
  })

  it('does not join two customers through one browser', async () => {
    await identify('phone', '4711')
    expect((await identify('phone', '4712')).status).toBe(409)
    expect(
      (await doors.server('/api/unlink', { visitor: await doors.reference(visitorId('phone')) })).body,
    ).toEqual({
      changed: true,
    })
    expect((await identify('phone', '4712')).status).toBe(200)
  })

  it.each([
    ['a bare id that nobody has', { visitor: visitorId('x'), customer: '1' }, 404],
    ['somebody else’s words', { visitor: 'who are you?', customer: '1' }, 422],
    ['a card', { visitor: `p-${'A'.repeat(43)}`, customer: '1' }, 422],
    ['a number for a customer', { visitor: visitorId('x'), customer: 1 }, 422],
    ['no customer', { visitor: visitorId('x') }, 422],
    ['an unknown field', { visitor: visitorId('x'), customer: '1', ip: '203.0.113.7' }, 422],
  ])('refuses %s', async (_, body, status) => {
    expect((await doors.server('/api/identify', body)).status).toBe(status)
    expect(await ties()).toEqual([])
  })

  it('refuses a reference that has gone stale', async () => {
    const visitor = await doors.reference(visitorId('phone'))
    doors.clock.now += 2 * DAY_MS
    expect((await doors.server('/api/identify', { visitor, customer: '1' })).status).toBe(422)
  })

  it('is closed to whoever has no token, and out of use without a key', async () => {
    const headers = { Authorization: 'Bearer guess' }
    for (const path of ['/api/identify', '/api/unlink', '/api/link-tokens']) {
      expect((await doors.server(path, {}, headers)).status).toBe(401)
    }
    const answer = await doors.app({ keyless: true }).request('https://shop.example/_selvedge/api/unlink', {
      method: 'POST',
      headers: { Authorization: 'Bearer a-token-that-is-long-enough', 'Content-Type': 'application/json' },
      body: '{"visitor":"v"}',
    })
    expect(answer.status).toBe(501)
  })

  it('says 503 while the store is away', async () => {
    doors.store.down = true
    expect((await identify('phone', '4711')).status).toBe(503)
  })
})

describe('POST /api/unlink', () => {
  it('takes people apart again, with all that each of them had', async () => {
    const phone = await doors.browser(known('phone'))
    const laptop = await doors.browser(known('laptop'))
    await phone.post('/events', follow('Brisa'))
    await laptop.post('/events', follow('Toldo'))
    await identify('phone', '4711')
    await identify('laptop', '4711')
    await doors.server('/api/unlink', { visitor: visitorId('laptop') })
    doors.clock.now += 1
    await phone.post('/events', follow('Brisa'))
    await laptop.post('/events', follow('Toldo'))
    expect([(await phone.snapshot())?.follows, (await laptop.snapshot())?.follows]).toEqual([
      ['Brisa'],
      ['Toldo'],
    ])
  })
})

describe('POST /api/link-tokens', () => {
  it('asks for the word that the person wanted the letter', async () => {
    for (const body of [
      { customer: '1' },
      { customer: '1', optIn: false },
      { customer: '1', optIn: 'yes' },
    ]) {
      const answer = await doors.server('/api/link-tokens', body)
      expect([answer.status, answer.body.faults[0].path]).toEqual([422, '/optIn'])
    }
  })

  it('ends when it was asked to', async () => {
    const answer = await doors.server('/api/link-tokens', { customer: '1', optIn: true, ttl: 60 })
    expect([answer.status, answer.body.expires]).toEqual([201, NOW + 60_000])
    doors.clock.now += 60_000
    const browser = await doors.browser(known('phone'))
    expect((await open(browser, answer.body.token)).status).toBe(302)
    expect(await ties()).toEqual([])
  })

  it.each([0, 59, 1.5, 1e9, '60'])('refuses a life of %o seconds', async (ttl) => {
    expect((await doors.server('/api/link-tokens', { customer: '1', optIn: true, ttl })).status).toBe(422)
  })
})

describe('GET /link', () => {
  it('brings a reader back: tied, with their profile, on the page that they wanted', async () => {
    await (await doors.browser(known('phone'))).post('/events', follow('Brisa'))
    await identify('phone', '4711')
    const laptop = await doors.browser(known('laptop'))
    const answer = await confirm(laptop, await letter(), '/tea?x=1')
    expect([answer.status, answer.headers.get('Location'), answer.headers.get('Cache-Control')]).toEqual([
      303,
      '/tea?x=1',
      'private, no-store',
    ])
    expect(await laptop.snapshot()).toMatchObject({
      id: visitorId('laptop'),
      follows: ['Brisa'],
      stage: 'connected',
    })
  })

  it('ties nobody and uses nothing up by itself, as scanners and friends of the reader would open it', async () => {
    const token = await letter()
    for (const browser of [await doors.browser(), await doors.browser(known('phone'))]) {
      const before = await browser.snapshot()
      const answer = await open(browser, token, '/tea', { headers: { 'Accept-Language': 'de' } })
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
      expect(answer.body).toMatch(/<html lang="de">.*Ging diese E-Mail an Sie\?.*href="\/tea"/s)
      expect(answer.headers.get('Referrer-Policy')).toBe('strict-origin')
      expect([await browser.snapshot(), await ties()]).toEqual([before, []])
    }
    await confirm(await doors.browser(known('laptop')), token)
    expect(await ties()).toHaveLength(1)
  })

  it('asks nobody twice, and escapes what it is given', async () => {
    const token = await letter()
    const phone = await doors.browser(known('phone'))
    await confirm(phone, token)
    expect((await open(phone, token)).status).toBe(302)
    const other = await open(await doors.browser(), await letter(), '/?"><script>x</script>')
    expect([other.status, other.body.includes('<script>')]).toEqual([200, false])
  })

  it.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['nobody’s page', { 'Sec-Fetch-Site': 'none' }],
  ])('takes no yes from %s', async (_, headers) => {
    const token = await letter()
    const phone = await doors.browser(known('phone'))
    const answer = await phone.post('/link', new URLSearchParams({ token, to: '/tea' }), headers)
    expect([answer.status, await ties()]).toEqual([403, []])
  })

  it('gives an id to a reader who agreed and has none', async () => {
    const browser = await doors.browser()
    await confirm(browser, await letter())
    expect(await ties()).toEqual([{ visitor: (await browser.snapshot())?.id, source: 'newsletter' }])
  })

  it('works once', async () => {
    const token = await letter()
    await confirm(await doors.browser(known('phone')), token)
    const friend = await doors.browser()
    expect((await confirm(friend, token)).status).toBe(303)
    expect([await friend.snapshot(), (await ties()).length]).toEqual([null, 1])
  })

  it.each([
    ['no consent', '', {}],
    ['a refusal', refuse(), {}],
    ['a prefetch', undefined, { headers: { 'Sec-Purpose': 'prefetch;prerender' } }],
    ['a HEAD', undefined, { method: 'HEAD' }],
    ['Sec-GPC', undefined, { headers: { 'Sec-GPC': '1' } }],
  ] as const)('ties nobody and uses nothing up by %s', async (_, choice, init) => {
    const token = await letter()
    const browser = await doors.browser(null, choice)
    expect((await open(browser, token, '/tea', init)).status).toBe(302)
    expect([await browser.snapshot(), await ties()]).toEqual([null, []])
    await confirm(await doors.browser(known('phone')), token)
    expect(await ties()).toHaveLength(1)
  })

  it('ties no browser of somebody else', async () => {
    await identify('phone', '4712')
    const token = await letter('4711')
    await confirm(await doors.browser(known('phone')), token)
    expect(await ties()).toEqual([{ visitor: visitorId('phone'), source: 'login' }])
    await confirm(await doors.browser(known('laptop')), token)
    expect(await ties()).toHaveLength(2)
  })

  it('brings back no erased browser', async () => {
    const phone = await doors.browser(known('phone'))
    await doors.forget(visitorId('phone'))
    doors.buried.clear()
    await confirm(phone, await letter())
    expect(await ties()).toEqual([])
  })

  it.each([
    ['//evil.example/x', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/.//evil.example', '/'],
    ['https://shop.example/tea', '/tea'],
    ['', '/'],
  ])('leads from %s to %s', async (to, location) => {
    const browser = await doors.browser(known('phone'))
    expect((await open(browser, 'x', to)).headers.get('Location')).toBe(location)
  })

  it('is still a link while the store is away, and the letter works another day', async () => {
    const token = await letter()
    const phone = await doors.browser(known('phone'))
    doors.store.down = true
    expect((await open(phone, token)).status).toBe(302)
    const yes = new URLSearchParams({ token, to: '/tea' })
    expect((await phone.post('/link', yes)).headers.get('Location')).toBe('/tea')
    doors.store.down = false
    await confirm(phone, token)
    expect(await ties()).toHaveLength(1)
  })
})

describe('no fingerprint', () => {
  const disguises = [
    { 'User-Agent': 'A', 'CF-Connecting-IP': '192.0.2.1', 'Accept-Language': 'pt', 'Sec-CH-UA': '"A"' },
    { 'User-Agent': 'B', 'CF-Connecting-IP': '2001:db8::1', 'Accept-Language': 'de', 'Sec-CH-UA': '"B"' },
    {},
  ]

  it('ids are the cookie’s own, whatever agent and address send it', async () => {
    const browser = await doors.browser(known('phone'))
    for (const [index, headers] of disguises.entries()) {
      await browser.post('/events', { events: [{ id: `e${index}`, kind: 'view' }] }, headers)
    }
    expect(await doors.rows('SELECT DISTINCT visitor FROM events')).toEqual([{ visitor: visitorId('phone') }])
  })

  it('two readers of one agent and address get ids that have nothing in common', async () => {
    const headers = disguises[0] as Record<string, string>
    const ids = []
    for (let reader = 0; reader < 8; reader++) {
      const browser = await doors.browser()
      await confirm(browser, await letter(`c${reader}`), '/', headers)
      ids.push((await browser.snapshot())?.id)
    }
    expect(new Set(ids).size).toBe(8)
  })

  it('a person is the same from every server and address', async () => {
    for (const [index, headers] of disguises.entries()) {
      const visitor = await doors.reference(visitorId(`v${index}`))
      await doors.server('/api/identify', { visitor, customer: '4711' }, headers as Record<string, string>)
    }
    expect(await doors.rows('SELECT DISTINCT person FROM identities')).toHaveLength(1)
  })
})
