import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyOverlay } from '../../src/campaign/overlay.ts'
import { choiceCookie } from '../../src/consent/choice.ts'
import { createConsentLog } from '../../src/consent/store.ts'
import { CLEAR_DIGEST, CLEAR_TEXT } from '../../src/events/clear.ts'
import { createIdentityStore } from '../../src/identity/store.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { gpcResponse } from '../../src/privacy/gpc.ts'
import { LANGUAGES } from '../../src/privacy/language.ts'
import { TEXTS } from '../../src/privacy/texts.ts'
import { COOKIE_NAME } from '../../src/profile/cookie.ts'
import { FORGET_COOKIE, forgetCookie } from '../../src/profile/forget.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { tombstoneOf } from '../../src/profile/retention.ts'
import { type Doors, grant, HOST, known, NOW, openDoors, refuse, visitorId } from '../help/doors.ts'
import { openPrivacy, type Privacy } from '../help/privacy.ts'
import { openProfiles } from '../help/profile-store.ts'
import { release } from '../help/release.ts'

let doors: Doors
let privacy: Privacy
beforeAll(async () => {
  doors = await openDoors()
  privacy = openPrivacy(doors)
})
beforeEach(async () => {
  await doors.clear()
  privacy.live.release = release(TEA, PLAIN)
  privacy.forgotten.length = 0
})
afterAll(() => doors.stop())

const TEA = {
  id: 'tea',
  name: 'Tea first',
  explain: true,
  audience: { 'affinity.tea': { $gt: 0.2 } },
  caps: { lifetime: 9 },
}
const PLAIN = { id: 'plain', name: 'For everybody', explain: true }
const ana = visitorId('ana')
const view = (id: string): Evidence => ({ id, kind: 'view', at: NOW, category: 'tea' })
const meet = (visitor = ana, count = 4) =>
  openProfiles(doors.db).apply(
    visitor,
    Array.from({ length: count }, (_, index) => view(`v${index}`)),
    NOW,
  )
const caps = {
  'c:tea': { hour: Math.floor(NOW / 3_600_000), inHour: 1, inDay: 1, inWeek: 1, total: 2, ignored: 1 },
}
const json = { Accept: 'application/json' }
const textOf = async (response: Promise<Response>): Promise<string> => (await response).text()

describe('GET /privacy', () => {
  it('tells what is known, by kind, with where from and what for', async () => {
    await meet()
    const page = await textOf((await privacy.shopper(known('ana', { caps }))).ask('/_selvedge/privacy'))
    expect(page).toMatch(/What interests you.*tea: somewhat.*Used for.*Tea first.*Kept.*until 30 July 2027/s)
    expect(page).toMatch(
      /What was shown to you.*Tea first.*it fits what you have looked at or bought here.*Shown twice, last on 3 July 2026/s,
    )
  })

  it.each(LANGUAGES)(
    'keeps silent about nothing that is kept: measures and answers stand there too, in %s',
    async (language) => {
      const { tables, measurement, choices, necessary, activity, keptEvents, data, little } = TEXTS[language]
      const answer = {
        personalization: true,
        measurement: true,
        off: [],
        source: 'privacy',
        policy: '1',
      } as const
      await createConsentLog(doors.db).append({ at: NOW, visitor: ana, ...answer })
      const shopper = await privacy.shopper(known('ana'))
      const page = `/_selvedge/privacy?lang=${language}`
      expect(await textOf(shopper.ask(page))).toContain(little)
      const outcome = { id: 'o1', kind: 'visit', at: NOW } as const
      await createMeasureStore(doors.db).record(
        [{ visitor: ana, exposures: [], outcomes: [outcome], sightings: [{ campaign: 'tea', at: NOW }] }],
        NOW,
      )
      const told = (await textOf(shopper.ask(page))).replaceAll(/<[^>]*>/g, '|').replaceAll(/\|+/g, '|')
      expect(told).not.toContain(little)
      expect(told).toContain(
        `|${tables.measures}|${activity(2)}|${data.country.name}|${data.device.name}|${data.time.name}|`,
      )
      expect(told).toMatch(new RegExp(`\\|${measurement.name}\\|[^|]*\\|${keptEvents}\\|${choices}\\|`))
      expect(told).toMatch(
        new RegExp(`\\|${choices}\\|${activity(1)}\\|.*\\|${necessary.name}\\|[^|]*\\|[^|]*2028`),
      )
    },
  )

  it('does not say that nothing is kept of a browser whose id is still to be erased, and erases it', async () => {
    await meet()
    const shopper = await privacy.shopper(null, refuse())
    const line = await forgetCookie(doors.keyring, HOST, [ana], new Uint8Array(12))
    shopper.cookies.set(FORGET_COOKIE, line.slice(line.indexOf('=') + 1, line.indexOf(';')))
    const page = await textOf(shopper.ask('/_selvedge/privacy'))
    expect(page).toContain(TEXTS.en.eraseLater)
    expect(page).not.toContain(TEXTS.en.nothingKnown)
    const file = (await (await shopper.ask('/_selvedge/privacy/download')).json()) as { cookies: object }
    expect(file.cookies).toMatchObject({ [FORGET_COOKIE]: [ana] })
    expect(await textOf(shopper.ask('/_selvedge/privacy/erase'))).toMatch(/Single activities.*<td>4</s)
    const receipt = await textOf(shopper.send('/_selvedge/privacy/erase', { confirm: 'yes' }))
    expect(receipt).toContain(await tombstoneOf(ana))
    expect(await doors.rows('SELECT * FROM events')).toEqual([])
  })

  it('makes nobody: who has no cookie leaves without one, and nothing is written', async () => {
    for (const choice of ['', grant(), refuse()]) {
      const response = await (await privacy.shopper(null, choice)).ask('/_selvedge/privacy')
      expect(response.headers.getSetCookie()).toEqual([])
      expect(await response.text()).toContain('Nothing. We keep nothing')
    }
    expect(await doors.rows('SELECT * FROM visitors')).toEqual([])
  })

  it('is nobody else’s: neither kept, nor framed, nor open to scripts', async () => {
    const { headers } = await (await privacy.shopper()).ask('/_selvedge/privacy')
    expect(headers.get('Cache-Control')).toBe('private, no-store')
    const policy = headers.get('Content-Security-Policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy.replace(`script-src '${CLEAR_DIGEST}'`, '')).not.toMatch(/unsafe|\*|script-src/)
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  it.each(LANGUAGES)('speaks %s, asked by name or by the browser', async (language) => {
    const shopper = await privacy.shopper(known('ana'))
    const title = TEXTS[language].title(HOST)
    for (const [path, headers] of [
      [`/_selvedge/privacy?lang=${language}`, {}],
      ['/_selvedge/privacy', { 'Accept-Language': `${language}-XX` }],
    ] as const) {
      const page = await textOf(shopper.ask(path, { headers }))
      expect(page).toContain(`<html lang="${language}">`)
      expect(page).toContain(title)
    }
  })

  it('escapes whatever the shop and the visitor’s data hold', async () => {
    privacy.live.release = release({ ...TEA, name: '<script>alert(1)</script>' })
    const follow: Evidence = { id: 'f', kind: 'follow', at: NOW, brand: '<img src=x onerror=1>' }
    await openProfiles(doors.db).apply(ana, [follow], NOW)
    const page = await textOf((await privacy.shopper(known('ana', { caps }))).ask('/_selvedge/privacy'))
    expect(page).toContain('&lt;img src=x onerror=1&gt;')
    expect(page).not.toMatch(/<script|<img/)
  })

  it('says whose word stands where the browser says no, and offers no switch that would do nothing', async () => {
    const shopper = await privacy.shopper(known('ana'))
    const page = await textOf(shopper.ask('/_selvedge/privacy', { headers: { 'Sec-GPC': '1' } }))
    expect(page).toContain(TEXTS.en.refused.gpc)
    expect(page).toContain(TEXTS.en.overruled.gpc)
    expect(page).toMatch(/<fieldset disabled/)
    expect(page).not.toContain(TEXTS.en.save)
  })

  const LATER_NO = 'OptanonConsent=groups=C0001%3A1%2CC0002%3A0%2CC0003%3A1&interactionCount=1'
  const seenWith = async (cookie: string, path = '/_selvedge/privacy') => {
    const shopper = await privacy.shopper(known('ana'))
    const headers = { Cookie: [...shopper.cookies, cookie].map((pair) => [pair].flat().join('=')).join('; ') }
    return textOf(shopper.ask(path, { headers }))
  }

  it('judges each purpose by itself: a platform that refuses measurement takes that switch and no other', async () => {
    const page = await seenWith(LATER_NO)
    expect(page).toMatch(/name="measurement"[^>]* disabled/)
    expect(page).not.toMatch(/name="personalization"[^>]* disabled|<fieldset disabled/)
    expect(page).toContain(TEXTS.en.overruled.cmp_deny)
    expect(page).toContain(TEXTS.en.save)
    expect(page).not.toContain(TEXTS.en.allowAbout)
  })

  it('does not say that what another word refuses counts from now on', async () => {
    const held = await seenWith(LATER_NO, '/_selvedge/privacy?done=saved')
    expect(held).toContain(`role="status"><p>${TEXTS.en.overruled.cmp_deny}`)
    expect(held).not.toContain(TEXTS.en.saved)
    expect(await seenWith('theme=dark', '/_selvedge/privacy?done=saved')).toContain(TEXTS.en.saved)
  })

  it('says that a platform’s answer that cannot be read comes first', async () => {
    const page = await seenWith('CookieConsent=%7Bwhat')
    expect(page).toContain(`role="status"><p>${TEXTS.en.refused.malformed}`)
    expect(page).toMatch(/<fieldset disabled/)
  })

  it('says of measurement alone that nothing is counted', async () => {
    const choice = choiceCookie({ personalization: false, measurement: true, at: NOW, off: [] }).split(';', 1)
    const page = await textOf((await privacy.shopper(null, choice[0])).ask('/_selvedge/privacy'))
    expect(page).toContain(TEXTS.en.off)
    expect(page).toContain('while that is off, nothing is counted about you')
    expect(page).not.toContain('counted for statistics')
    expect(page).toMatch(/name="measurement"[^>]* checked/)
  })

  it('shows what the cookie carries where the store is away, and says so', async () => {
    doors.store.down = true
    const response = await (await privacy.shopper(known('ana', { visits: 7 }))).ask('/_selvedge/privacy')
    const page = await response.text()
    expect(response.status).toBe(200)
    expect(page).toContain(TEXTS.en.storeAway)
    expect(page).toContain('7 visits')
  })

  it('tells of what is not live any more by its id, and offers no answer to it', async () => {
    privacy.live.release = release(PLAIN)
    const shopper = await privacy.shopper(known('ana', { caps }))
    const page = await textOf(shopper.ask('/_selvedge/privacy'))
    expect(page).toMatch(/<h3>tea<\/h3><p>This piece is not shown any more\.<\/p><\/li>/)
    expect(await (await shopper.ask('/_selvedge/me')).json()).toMatchObject({
      shown: [{ campaign: 'tea', isGone: true }],
    })
  })

  it('says no number of what is not counted, and calls a store by its name', async () => {
    const { caps: _, ...uncapped } = TEA
    privacy.live.release = release(uncapped)
    const snapshot = known('ana', { caps, asOf: NOW, stores: [['corner', 1]] })
    const page = await textOf((await privacy.shopper(snapshot)).ask('/_selvedge/privacy'))
    expect(page).toContain('Last shown on 3 July 2026')
    expect(page).not.toContain('Shown twice')
    expect(page).toMatch(/Store Toldo da Esquina: \d/)
    const me = (await privacy.shopper(snapshot)).ask('/_selvedge/me')
    const told = (await (await me).json()) as { readonly shown: unknown }
    expect(told.shown).toMatchObject([{ campaign: 'tea', times: null }])
  })

  it('tells of the number that is in the browser until midnight, and of none where there is none', async () => {
    const shopper = await privacy.shopper(null, '')
    expect(await textOf(shopper.ask('/_selvedge/privacy'))).not.toContain(TEXTS.en.today)
    shopper.cookies.set('__Host-selvedge-today', `2026-07-03.${'A'.repeat(22)}`)
    expect(await textOf(shopper.ask('/_selvedge/privacy'))).toContain(TEXTS.en.today)
  })

  it('tells a member of a comparison group that they were not shown it', async () => {
    privacy.live.release = release({ ...TEA, holdout: 1 })
    const page = await textOf((await privacy.shopper(known('ana', { caps }))).ask('/_selvedge/privacy'))
    expect(page).toContain(TEXTS.en.comparison)
    expect(page).not.toContain('Shown twice')
  })

  it('goes by the weights of the visit in saying who is in a comparison group', async () => {
    const edits = [{ selector: 'h1', action: 'text', value: 'Tea' }]
    const variants = [
      { id: 'control', edits: [] },
      { id: 'b', edits },
    ]
    const base = release({ ...TEA, variants, allocation: { kind: 'adaptive', floor: 0.01 } })
    const told = async (shares: readonly number[], from = 0) => {
      const old = from === 0 ? [] : [{ from: 0, arms: ['control', 'b'], shares: shares.toReversed() }]
      const weights = JSON.stringify([...old, { from, arms: ['control', 'b'], shares }])
      const row = { campaign: 'tea', paused: false, weights, admitted: 1 }
      privacy.live.release = applyOverlay(base, { version: 1, rows: [row] }, () => {})
      const page = await textOf((await privacy.shopper(known('ana', { caps }))).ask('/_selvedge/privacy'))
      return page.includes(TEXTS.en.comparison)
    }
    expect([await told([1, 0]), await told([0, 1])]).toEqual([true, false])
    // Weights from after that visit change nothing of it.
    expect([await told([1, 0], NOW + 1), await told([0, 1], NOW + 1)]).toEqual([false, true])
  })

  it('says that a switched off class is not used', async () => {
    await meet()
    const page = await textOf(
      (await privacy.shopper(known('ana'), grant(NOW, ['affinity']))).ask('/_selvedge/privacy'),
    )
    expect(page).toMatch(/What interests you.*tea.*You switched this off.*nothing at the moment/s)
    expect(page).toMatch(/<input type="checkbox" id="use-affinity" name="use" value="affinity" aria/)
    expect(page).toMatch(/id="use-orders" name="use" value="orders" checked=""/)
  })
})

describe('GET /privacy/download', () => {
  it('is one JSON file with everything, and a word on each field', async () => {
    await meet()
    const response = await (await privacy.shopper(known('ana', { caps }))).ask('/_selvedge/privacy/download')
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="privacy-2026-07-03.json"')
    const file = await response.json()
    expect(file).toMatchObject({
      format: 'selvedge-export',
      version: 1,
      complete: true,
      covers: 'browser',
      consent: { personalization: { granted: true, source: 'grant' }, choice: { personalization: true } },
      cookies: { [COOKIE_NAME]: { id: ana }, '__Host-selvedge-consent': expect.stringMatching(/^v1\.p1/) },
      store: { visitors: [{ id: ana }], contributions: [{ document: { v: 1 } }], events: expect.any(Array) },
      profile: { affinity: { tea: expect.any(Number) } },
      shown: [{ campaign: 'tea', times: 2, why: expect.stringMatching(/^You see this because/) }],
      uses: { affinity: ['Tea first'] },
    })
    const { store, fields } = file as {
      store: Record<string, Record<string, unknown>[]>
      fields: Record<string, unknown>
    }
    const undescribed = Object.entries(store).flatMap(([table, rows]) =>
      Object.keys(rows[0] ?? {}).filter(
        (field) => !Object.keys(fields).some((id) => `${id}.`.startsWith(`${table}.${field}.`)),
      ),
    )
    expect(undescribed).toEqual([])
  })

  it('is not given in part', async () => {
    doors.store.down = true
    const response = await (await privacy.shopper(known('ana'))).ask('/_selvedge/privacy/download')
    expect(response.status).toBe(503)
    expect(response.headers.get('Content-Disposition')).toBeNull()
  })

  it('leaves out of the cookie what other browsers said of a person whom this one is not signed in as', async () => {
    const others = {
      asOf: NOW - 1,
      traits: { name: 'Beatriz' },
      follows: ['Fonte Clara'],
      tied: true,
    } as const
    for (const path of ['privacy/download', 'privacy', 'me']) {
      const response = await (await privacy.shopper(known('ana', others))).ask(`/_selvedge/${path}`)
      expect(response.status).toBe(200)
      expect(await response.text()).not.toMatch(/Beatriz|Fonte Clara/)
    }
  })
})

describe('GET /me', () => {
  it('says the same as JSON', async () => {
    await meet()
    const me = await (
      await (await privacy.shopper(known('ana'))).ask('/_selvedge/me', { headers: json })
    ).json()
    expect(me).toMatchObject({
      visitor: { id: ana, visits: 1 },
      profile: { stage: 'identified' },
      complete: true,
    })
    expect(await (await (await privacy.shopper()).ask('/_selvedge/me')).json()).toMatchObject({
      visitor: null,
      profile: null,
      shown: [],
    })
  })
})

describe('erasing', () => {
  const erase = async (
    path = '/_selvedge/privacy/erase',
    fields: Record<string, string> = { confirm: 'yes' },
  ) => (await privacy.shopper(known('ana'))).send(path, fields)

  it('shows first what goes, and changes nothing', async () => {
    await meet()
    const page = await textOf((await privacy.shopper(known('ana'))).ask('/_selvedge/privacy/erase'))
    expect(page).toMatch(/Single activities<\/th><td>4<\/td>/)
    expect(await doors.rows('SELECT 1 FROM events')).toHaveLength(4)
    await erase(undefined, {})
    expect(await doors.rows('SELECT 1 FROM events')).toHaveLength(4)
  })

  it('erases with the confirmation, clears the cookie, and gives the receipt in the reader’s language', async () => {
    await meet()
    const shopper = await privacy.shopper(known('ana'))
    const page = await textOf(shopper.send('/_selvedge/privacy/erase', { confirm: 'yes', lang: 'pt' }))
    expect(page).toContain('<html lang="pt">')
    expect(page).toContain(await tombstoneOf(ana))
    expect(page).toContain(`<script>${CLEAR_TEXT}</script>`)
    // Asked for in another language it would be a page without a receipt.
    expect(page).not.toContain('hreflang')
    expect(await doors.rows('SELECT 1 FROM events')).toEqual([])
    expect(shopper.cookies.has(COOKIE_NAME)).toBe(false)
    expect(shopper.cookies.get('__Host-selvedge-consent')).toMatch(/^v1\.p0\.m0/)
  })

  it('takes a cookie from before the erasure for nobody’s, everywhere', async () => {
    await meet()
    const replay = await privacy.shopper(known('ana'))
    await erase()
    expect(await textOf(replay.ask('/_selvedge/privacy'))).toContain('Nothing. We keep nothing')
    expect(replay.cookies.has(COOKIE_NAME)).toBe(false)
    const second = await privacy.shopper(known('ana'))
    await second.send('/_selvedge/feedback', { campaign: 'tea', verdict: 'not_relevant' })
    expect(await doors.rows('SELECT 1 FROM events')).toEqual([])
    expect(await second.snapshot()).toBeNull()
  })

  it('answers a script with the receipt', async () => {
    await meet()
    const shopper = await privacy.shopper(known('ana'))
    const body = await (await shopper.ask('/_selvedge/me', { method: 'DELETE', headers: json })).json()
    expect(body).toMatchObject({
      receipt: {
        receipt: await tombstoneOf(ana),
        rows: { events: 4 },
        cookies: [COOKIE_NAME, '__Host-selvedge-near'],
      },
    })
  })

  it('is refused to other sites, by form and by script', async () => {
    await meet()
    const shopper = await privacy.shopper(known('ana'))
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }
    const byForm = await shopper.send('/_selvedge/privacy/erase', { confirm: 'yes' }, headers)
    const byScript = await shopper.ask('/_selvedge/me', { method: 'DELETE', headers })
    expect([byForm.status, byScript.status]).toEqual([403, 403])
    expect(await doors.rows('SELECT 1 FROM events')).toHaveLength(4)
  })

  it.each(LANGUAGES)('asks in %s also where the store does not say what would go', async (lang) => {
    doors.store.down = true
    const shopper = await privacy.shopper(known('ana'))
    const response = await shopper.ask(`/_selvedge/privacy/erase?lang=${lang}`)
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(text).toContain(TEXTS[lang].eraseLater)
    expect(text).toContain('name="confirm" value="yes"')
  })

  it.each(LANGUAGES)(
    'says in %s that it is done later where the store is away, and lets the refusal hold',
    async (lang) => {
      doors.store.down = true
      const shopper = await privacy.shopper(known('ana'))
      const response = await shopper.send('/_selvedge/privacy/erase', { confirm: 'yes', lang })
      expect(response.status).toBe(202)
      const text = await response.text()
      expect([text.includes(TEXTS[lang].eraseLater), text.includes(CLEAR_TEXT)]).toEqual([true, true])
      expect(shopper.cookies.has(COOKIE_NAME)).toBe(false)
      expect(shopper.cookies.get('__Host-selvedge-consent')).toMatch(/^v1\.p0\.m0/)
      expect(shopper.cookies.has(FORGET_COOKIE)).toBe(true)
    },
  )

  it('tells a script so, and how far it reaches', async () => {
    doors.store.down = true
    const shopper = await privacy.shopper(known('ana'))
    const response = await shopper.ask('/_selvedge/me', { method: 'DELETE', headers: json })
    expect([response.status, await response.json()]).toEqual([202, { receipt: null, pending: 'browser' }])
  })

  it('reaches all browsers of whoever signed in', async () => {
    const ties = createIdentityStore(doors.db)
    await meet()
    await meet(visitorId('tab'))
    for (const visitor of [ana, visitorId('tab')]) {
      await ties.tie({ visitor, person: 'p'.repeat(43), source: 'login', at: NOW, proven: true })
    }
    await erase()
    expect(await doors.rows('SELECT 1 FROM visitors')).toEqual([])
    expect(privacy.forgotten).toContain(visitorId('tab'))
  })
})

describe('of a browser that a newsletter ties', () => {
  it.each([
    ['en', /goes by its reader’s account here too; to see/],
    ['pt', /segue aqui também a conta de quem a recebeu; para ver/],
    ['de', /richtet sich hier auch nach dem Konto des Empfängers; um zu sehen/],
    ['fr', /tient compte ici du compte de son destinataire.; pour voir/],
  ])('the page says that more is gone by than it tells (%s)', async (language, words) => {
    await meet()
    const tie = { visitor: ana, person: 'p'.repeat(43), source: 'newsletter', at: NOW, proven: true } as const
    await createIdentityStore(doors.db).tie(tie)
    const shopper = await privacy.shopper(known('ana'))
    expect(await (await shopper.ask(`/_selvedge/privacy?lang=${language}`)).text()).toMatch(words)
  })
})

describe('GET /why', () => {
  const ask = async (path: string, headers: HeadersInit = json) =>
    (await privacy.shopper(known('ana', { caps }))).ask(`/_selvedge/why${path}`, { headers })

  it('explains a campaign as JSON', async () => {
    const answer = {
      campaign: 'tea',
      name: 'Tea first',
      sentence: 'You see this because it fits what you have looked at or bought here.',
      classes: ['affinity'],
      reads: ['affinity.tea'],
      shown: { times: 2, refused: false, comparison: false },
    }
    const drinker = await privacy.shopper(known('ana', { caps, asOf: NOW, affinities: [['tea', 9]] }))
    const asked = await drinker.ask('/_selvedge/why?campaign=tea', { headers: json })
    expect(await asked.json()).toEqual(answer)
    // What it went by has faded since, or was switched off: it is not claimed any more.
    const sentence = 'You see this because it takes “What interests you” into account.'
    expect(await (await ask('?campaign=tea')).json()).toEqual({ ...answer, sentence })
  })

  it('explains it on a page, with buttons only where somebody can be remembered', async () => {
    expect(await (await ask('?campaign=tea&lang=de', { Accept: 'text/html' })).text()).toMatch(
      /Das sehen Sie, weil.*Nicht relevant/s,
    )
    const stranger = await privacy.shopper(null, '')
    expect(await textOf(stranger.ask('/_selvedge/why?campaign=plain'))).not.toContain('<form')
  })

  it.each(['', '?campaign=none', '?campaign=__proto__'])('knows nothing of %s', async (query) => {
    expect((await ask(query)).status).toBe(404)
    expect((await ask(query, { Accept: 'text/html' })).status).toBe(404)
  })
})

describe('POST /feedback', () => {
  const say = (verdict: string, more: Record<string, string> = {}) => ({ campaign: 'tea', verdict, ...more })

  it('hides the piece, counts against its categories, and goes back', async () => {
    await meet(ana, 8)
    const shopper = await privacy.shopper(known('ana'))
    const before = (await (await shopper.ask('/_selvedge/me')).json()) as {
      profile: { affinity: { tea: number } }
    }
    const response = await shopper.send('/_selvedge/feedback', say('not_relevant', { to: '/shelf?x=1' }))
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/shelf?x=1'])
    const after = (await (await shopper.ask('/_selvedge/me')).json()) as typeof before
    expect(after.profile.affinity.tea).toBeLessThan(before.profile.affinity.tea)
    expect((await shopper.snapshot())?.caps?.['c:tea']?.ignored).toBeGreaterThan(1_000)
    expect(await textOf(shopper.ask('/_selvedge/privacy'))).toContain(TEXTS.en.hidden)
  })

  it('counts the same answer once a day', async () => {
    const shopper = await privacy.shopper(known('ana'))
    for (let time = 0; time < 3; time += 1) await shopper.send('/_selvedge/feedback', say('too_personal'))
    expect(await doors.rows("SELECT 1 FROM events WHERE kind = 'too_personal'")).toHaveLength(1)
  })

  it('takes JSON, and says what became of it', async () => {
    const shopper = await privacy.shopper(known('ana'))
    const body = JSON.stringify(say('too_personal'))
    const headers = { ...json, 'Content-Type': 'application/json' }
    const response = await shopper.ask('/_selvedge/feedback', { method: 'POST', body, headers })
    expect(await response.json()).toEqual({ hidden: true, counted: true })
  })

  it('keeps nothing of somebody who is anonymous, and tells them so', async () => {
    const shopper = await privacy.shopper(null, refuse())
    const response = await shopper.send('/_selvedge/feedback', say('not_relevant'))
    expect(await response.text()).toContain(TEXTS.en.notCounted)
    expect(shopper.cookies.has(COOKIE_NAME)).toBe(false)
    expect(await doors.rows('SELECT 1 FROM events')).toEqual([])
  })

  it('hides the piece also where the store is away', async () => {
    doors.store.down = true
    const shopper = await privacy.shopper(known('ana'))
    const response = await shopper.send('/_selvedge/feedback', say('not_relevant', { to: '/' }))
    expect(response.status).toBe(303)
    expect((await shopper.snapshot())?.caps?.['c:tea']?.ignored).toBeGreaterThan(1_000)
    expect(doors.reported.length).toBeGreaterThan(0)
  })

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'does not lead to %s',
    async (to) => {
      const shopper = await privacy.shopper(known('ana'))
      const response = await shopper.send('/_selvedge/feedback', say('not_relevant', { to }))
      expect(new URL(response.headers.get('Location') ?? '', `https://${HOST}`).host).toBe(HOST)
    },
  )

  it('names every fault, and refuses other sites', async () => {
    const shopper = await privacy.shopper(known('ana'))
    const headers = { ...json, 'Content-Type': 'application/json' }
    const bad = await shopper.ask('/_selvedge/feedback', {
      method: 'POST',
      body: '{"verdict": "meh"}',
      headers,
    })
    expect(bad.status).toBe(422)
    expect(((await bad.json()) as { faults: { path: string }[] }).faults.map(({ path }) => path)).toEqual([
      '/campaign',
      '/verdict',
    ])
    const foreign = await shopper.send('/_selvedge/feedback', say('not_relevant'), {
      'Sec-Fetch-Site': 'cross-site',
    })
    expect(foreign.status).toBe(403)
    expect(await doors.rows('SELECT 1 FROM events')).toEqual([])
  })
})

describe('the rest', () => {
  it('serves its style sheets for long, by a name that changes with them', async () => {
    const page = await textOf((await privacy.shopper()).ask('/_selvedge/privacy'))
    const href = /<link rel="stylesheet" href="([^"]+)"/.exec(page)?.[1] ?? ''
    const response = await privacy.app.request(`https://${HOST}${href}`)
    expect(response.headers.get('Content-Type')).toBe('text/css; charset=utf-8')
    expect(response.headers.get('Cache-Control')).toContain('immutable')
    expect(href).toMatch(/\?v=[0-9a-f]{16}$/)
  })

  it('stops whoever asks too often', async () => {
    const limited = openPrivacy(doors, { limit: async () => false })
    expect((await (await limited.shopper()).ask('/_selvedge/privacy')).status).toBe(429)
  })

  it('says that Global Privacy Control is honoured', async () => {
    const response = gpcResponse()
    expect(response.headers.get('Content-Type')).toContain('application/json')
    expect(await response.json()).toEqual({ gpc: true, lastUpdate: '2026-11-22' })
  })
})
