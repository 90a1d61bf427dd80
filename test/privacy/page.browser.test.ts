/**
 * The shoppers' pages as a shopper meets them: in a real browser, by keyboard alone, without a script. Skipped where there
 * is no Chromium. `SELVEDGE_SHOTS=FOLDER` keeps pictures of every page.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cardOf } from '../../src/identity/link.ts'
import { createIdentityStore } from '../../src/identity/store.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { explain } from '../../src/privacy/explain.ts'
import { LANGUAGES } from '../../src/privacy/language.ts'
import { markHtml } from '../../src/privacy/why.ts'
import type { Evidence, Snapshot } from '../../src/profile/model.ts'
import {
  findChromium,
  isTooWide,
  launch,
  leaveBy,
  type Served,
  seriousFindings,
  serve,
  tabTo,
} from '../help/chromium.ts'
import { type Doors, grant, known, NOW, openDoors, visitorId } from '../help/doors.ts'
import { openPrivacy, type Privacy } from '../help/privacy.ts'
import { openProfiles } from '../help/profile-store.ts'
import { release } from '../help/release.ts'

const chromium = findChromium()
const SHOTS = process.env.SELVEDGE_SHOTS
const LISBON = {
  country: 'PT',
  region: 'Lisboa',
  city: 'Lisboa',
  timezone: 'Europe/Lisbon',
  latitude: '38.7139',
  longitude: '-9.1301',
}
const HOT = {
  id: 'iced',
  name: 'Ice-cold Fonte Clara around the corner',
  explain: true,
  audience: {
    follows: { $elemMatch: { $in: ['Fonte Clara'] } },
    'weather.isHot': true,
    'store.visitsPerWeek': { $gte: 3 },
  },
  override: { reason: 'the case that all of it is for', by: 'ana' },
}
const TEA = { id: 'tea', name: 'The tea shelf first', audience: { 'affinity.tea': { $gt: 0.2 } } }
const MORNING = { id: 'morning', name: 'Good morning', audience: { 'clock.daypart': 'morning' } }

let doors: Doors
let privacy: Privacy
let served: Served
let browser: Browser

/** Somebody whom the shop knows well. */
async function meetAna(): Promise<Snapshot> {
  const ana = visitorId('ana')
  const event = (id: string, kind: Evidence['kind'], more: Partial<Evidence>, daysAgo = 0): Evidence => ({
    id,
    kind,
    at: NOW - daysAgo * DAY_MS,
    ...more,
  })
  const views = Array.from({ length: 14 }, (_, index) =>
    event(`v${index}`, 'view', { category: 'green-tea' }, index % 3),
  )
  await openProfiles(doors.db).apply(
    ana,
    [
      ...views,
      event('b', 'add_to_cart', { category: 'lemonade' }),
      event('f1', 'follow', { brand: 'Fonte Clara' }, 5),
      event('f2', 'follow', { brand: 'Casa do Chá' }, 6),
      event('o', 'purchase', { category: 'green-tea', value: 34.9, currency: 'EUR' }, 9),
      event('d', 'declare', { trait: { name: 'interests', value: ['surf', 'baking'] } }),
      ...Array.from({ length: 8 }, (_, index) =>
        event(`w${index}`, 'visit', { cell: 'fri.evening' }, index * 7),
      ),
      ...Array.from({ length: 12 }, (_, index) =>
        event(`s${index}`, 'store_visit', { store: 'alfama' }, index * 2),
      ),
    ],
    NOW,
  )
  const person = 'p'.repeat(43)
  const identities = createIdentityStore(doors.db)
  await identities.tie({ visitor: ana, person, source: 'login', at: NOW - 3 * DAY_MS, proven: true })
  await identities.tie({ visitor: cardOf(person), person, source: 'card', at: NOW, proven: true })
  const hour = Math.floor(NOW / 3_600_000)
  const shown = { hour, inHour: 1, inDay: 2, inWeek: 3, total: 3, ignored: 0 }
  return known('ana', {
    visits: 9,
    caps: { 'c:iced': shown, 'c:tea': { ...shown, total: 1, hour: hour - 30 } },
  })
}

/** A page of the shop, with the mark as the edge puts it there. */
function shopPage(): Response {
  const [iced] = release(HOT, TEA, MORNING).campaigns
  if (iced === undefined) throw new Error('no campaign')
  const attributes = { follows: ['Fonte Clara'], weather: { isHot: true } }
  const mark = markHtml('iced', explain(iced, attributes, 'en'), {
    language: 'en',
    back: '/',
    home: '',
    canAnswer: true,
  })
  const style =
    'body{font:18px/1.5 Georgia,serif;margin:2rem auto;max-width:52rem;padding:0 1rem;color:#222;background:#fdf8ee}h1{font-size:2.5rem;line-height:1.1;margin:0 0 .5rem}.hero{background:#dcefe9;padding:2rem;border-radius:1rem}'
  return new Response(
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title><style>${style}</style></head><body><main><div class="hero"><h1>Ice-cold Fonte Clara, three minutes away</h1>${mark}<p>Two bottles for the price of one until eight tonight.</p></div><p>And everything else that a corner shop has.</p></main></body></html>`,
    { headers: { 'Content-Type': 'text/html; charset=utf-8' } },
  )
}

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/') return shopPage()
  if (pathname === '/start') {
    const shopper = await privacy.shopper(await meetAna(), grant())
    const headers = new Headers({ 'Content-Type': 'text/html' })
    for (const [name, value] of shopper.cookies) {
      headers.append('Set-Cookie', `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`)
    }
    return new Response('<!doctype html><title>x</title>', { headers })
  }
  Object.defineProperty(request, 'cf', { value: LISBON })
  return privacy.app.fetch(request)
}

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
}

describe.skipIf(chromium === undefined)('in Chromium (needs one; SELVEDGE_CHROMIUM says where)', () => {
  beforeAll(async () => {
    doors = await openDoors()
    served = await serve(answer)
    privacy = openPrivacy(doors, {}, served.origin)
    browser = await launch(chromium as string)
  })
  beforeEach(async () => {
    await doors.clear()
    privacy.live.release = release(HOT, TEA, MORNING)
  })
  afterAll(async () => {
    await browser?.close()
    await served?.stop()
    await doors?.stop()
  })

  async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<[Page, BrowserContext]> {
    const context = await browser.newContext({ locale: 'en-GB', ...options })
    const page = await context.newPage()
    await page.goto(`${served.origin}/start`)
    return [page, context]
  }
  const go = (page: Page, path: string) => page.goto(`${served.origin}${path}`)
  const textOf = (page: Page, selector: string) => page.locator(selector).first().textContent()
  const SHOWN = '#shown ~ ul'

  it('does everything by keyboard alone, without a script', async () => {
    const [page, context] = await open({ javaScriptEnabled: false })
    await go(page, '/_selvedge/privacy')
    await page.keyboard.press('Tab')
    expect(await textOf(page, ':focus')).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await textOf(page, ':focus')).toBe('What you allow')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').getAttribute('name')).toBe('personalization')

    await tabTo(page, 'button[value="not_relevant"]')
    await leaveBy(page, 'Enter')
    expect(await textOf(page, '[role=status]')).toContain('You will not see it again in this browser')
    expect(await textOf(page, SHOWN)).toContain('You asked us not to show this again')
    await tabTo(page, 'button[value="too_personal"]')
    await leaveBy(page, 'Enter')
    expect(await page.locator('button[value="not_relevant"]').count()).toBe(0)

    await tabTo(page, 'input[value="habit"]')
    await page.keyboard.press('Space')
    await tabTo(page, 'button.save')
    await leaveBy(page, 'Enter')
    expect(await textOf(page, '[role=status]')).toContain('Saved')
    expect(await page.locator('input[value="habit"]').isChecked()).toBe(false)
    expect(await page.locator('input[value="follows"]').isChecked()).toBe(true)
    expect(await textOf(page, '.items')).not.toContain('Your habits')

    await tabTo(page, 'a[hreflang="de"]')
    await leaveBy(page, 'Enter')
    expect(await textOf(page, 'h1')).toMatch(/^Ihre Privatsphäre/)
    await tabTo(page, 'a[hreflang="en"]')
    await leaveBy(page, 'Enter')

    await tabTo(page, 'a[download]')
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
    expect(download.suggestedFilename()).toBe('privacy-2026-07-03.json')

    await tabTo(page, 'a[href*="/erase"]')
    await leaveBy(page, 'Enter')
    await shot(page, 'erase-1280')
    await tabTo(page, 'main a.button')
    await leaveBy(page, 'Enter')
    expect(new URL(page.url()).pathname).toBe('/_selvedge/privacy')
    await tabTo(page, 'a[href*="/erase"]')
    await leaveBy(page, 'Enter')
    await tabTo(page, 'main button')
    await leaveBy(page, 'Enter')
    expect(await textOf(page, '.number')).toMatch(/^[0-9a-f]{16}$/)
    await shot(page, 'receipt-1280')

    await go(page, '/_selvedge/privacy')
    expect(await textOf(page, '.state')).toBe('You are using this shop anonymously.')
    expect(await textOf(page, '#known ~ p')).toMatch(/^Nothing\./)
    await shot(page, 'anonymous-1280')
    await context.close()
  })

  it('turns everything off with one press, and on with one', async () => {
    const [page, context] = await open({ javaScriptEnabled: false })
    await go(page, '/_selvedge/privacy')
    await tabTo(page, 'button[aria-describedby="about-none"]')
    await leaveBy(page, 'Enter')
    expect(await textOf(page, '.state')).toBe('You are using this shop anonymously.')
    expect((await context.cookies()).map(({ name }) => name)).not.toContain('__Host-selvedge')
    await tabTo(page, 'button[aria-describedby="about-all"]')
    await leaveBy(page, 'Enter')
    expect(await textOf(page, '.state')).toBe('Personalization is on.')
    await context.close()
  })

  it('answers at the slot, and hides the piece, by keyboard and without a script', async () => {
    const [page, context] = await open({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
    await go(page, '/')
    await shot(page, 'mark-closed-390')
    await tabTo(page, 'summary')
    await page.keyboard.press('Enter')
    expect(await page.locator('.selvedge-why p').first().isVisible()).toBe(true)
    expect(await textOf(page, '.selvedge-why')).toContain('You see this because you follow Fonte Clara')
    await shot(page, 'mark-open-390')
    await tabTo(page, 'button[value="too_personal"]')
    await leaveBy(page, 'Enter')
    expect(new URL(page.url()).pathname).toBe('/')
    await go(page, '/_selvedge/privacy')
    expect(await textOf(page, SHOWN)).toContain('You asked us not to show this again')
    await context.close()
  })

  it.each([
    ['light', LANGUAGES],
    ['dark', LANGUAGES.slice(0, 1)],
  ] as const)('has nothing serious against it in %s', async (colorScheme, languages) => {
    const [page, context] = await open({ colorScheme })
    for (const lang of languages) {
      for (const path of ['privacy?', 'privacy/erase?', 'why?campaign=iced&']) {
        await go(page, `/_selvedge/${path}lang=${lang}`)
        expect(await seriousFindings(page), `${path}${lang}`).toEqual([])
      }
    }
    await go(page, '/')
    await page.locator('summary').click()
    expect(await seriousFindings(page), 'the mark').toEqual([])
    await context.close()
  })

  it('fits a small screen with text twice as large', async () => {
    const [page, context] = await open({ viewport: { width: 320, height: 640 } })
    for (const lang of LANGUAGES) {
      for (const path of ['privacy?', 'privacy/erase?', 'why?campaign=iced&']) {
        await go(page, `/_selvedge/${path}lang=${lang}`)
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        expect(await isTooWide(page), `${path}${lang}`).toBe(false)
      }
    }
    await context.close()
  })

  it('prints what is allowed, and nothing to press', async () => {
    const [page, context] = await open()
    await page.emulateMedia({ media: 'print' })
    await go(page, '/_selvedge/privacy')
    expect(await page.locator('input[type=checkbox]').first().isVisible()).toBe(true)
    expect(await page.locator('button:visible, .button:visible, nav:visible').count()).toBe(0)
    // No heading stands over nothing.
    const bare = await page.evaluate(`[...document.querySelectorAll('section')].filter((section) =>
      section.checkVisibility() && [...section.children].filter((each) => each.checkVisibility()).length < 2).length`)
    expect(bare).toBe(0)
    await context.close()
  })

  it('can be read without its style: words stand apart', async () => {
    const [page, context] = await open()
    await page.route('**/*.css*', (route) => route.abort())
    await go(page, '/_selvedge/privacy')
    expect(await textOf(page, 'fieldset')).toMatch(/Necessary Remembering.*Personalization The/s)
    await context.close()
  })

  it('fits every screen, in every language', async () => {
    for (const colorScheme of SHOTS === undefined ? (['light'] as const) : (['light', 'dark'] as const)) {
      const [page, context] = await open({ colorScheme })
      for (const width of [320, 390, 1280]) {
        await page.setViewportSize({ width, height: 900 })
        for (const lang of LANGUAGES) {
          await go(page, `/_selvedge/privacy?lang=${lang}`)
          expect(await isTooWide(page), `${lang} ${width}`).toBe(false)
          await shot(page, `privacy-${lang}-${width}-${colorScheme}`)
        }
        await go(page, '/_selvedge/privacy/erase?lang=de')
        expect(await isTooWide(page), `erase ${width}`).toBe(false)
        await go(page, '/_selvedge/why?campaign=iced')
        await shot(page, `why-${width}-${colorScheme}`)
        await go(page, '/')
        await page.locator('summary').click()
        await shot(page, `mark-${width}-${colorScheme}`)
      }
      await context.close()
    }
  })
})
