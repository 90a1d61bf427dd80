/**
 * The beacon in a real browser, through the whole running Worker, on pages under a strict policy. What it sends is looked
 * at on its way; only the tests of consent let the door answer.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SHELF_KEY } from '../../src/beacon/shelf.ts'
import { findChromium, serve as frontDoor, launch } from '../help/chromium.ts'
import { AUSTIN, campaign, cookiesOf, type Edge, releaseOf, startEdge } from '../help/edge.ts'
import { page as answerPage, type FaultyOrigin, startOrigin } from '../help/faulty-origin.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const chromium = findChromium()
const STRICT =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; require-trusted-types-for 'script'; trusted-types 'none'"
const KEPT = { 'Cache-Control': 'max-age=600' }
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
const SCREEN = { width: 800, height: 600 }

/** What each arm does to its slot; every slot stands in a row of its own that keeps its height. */
const EDITS = {
  text: { action: 'text', value: 'A much longer text, which makes the slot taller. '.repeat(20) },
  replace: { action: 'replace', value: '<section style="height:900px">other</section>' },
  remove: { action: 'remove' },
  before: { action: 'before', value: '<p style="height:90px">first</p>' },
  hide: { action: 'addClass', value: 'hidden' },
} as const
const NAMES = Object.keys(EDITS) as (keyof typeof EDITS)[]
const ROW_PX = 150
const ROWS_AT_PX = 800

/** Two pages of the same bytes: on one everybody is treated, on the other everybody is in control. */
const arms = ['treated', 'control'] as const
const campaigns = [
  ...arms.flatMap((arm) =>
    NAMES.map((name) =>
      campaign(`${name}-${arm}`, [], {
        pages: [`/${arm}`],
        variants: [
          { id: 'control', weight: arm === 'control' ? 1 : 0, edits: [] },
          { id: 'a', weight: arm === 'control' ? 0 : 1, edits: [{ selector: `#${name}`, ...EDITS[name] }] },
        ],
      }),
    ),
  ),
  campaign('top', [{ action: 'text', selector: 'h1', value: 'Hello' }]),
  campaign('known', [{ action: 'text', selector: '#known', value: 'You' }], {
    pages: ['/known'],
    audience: { 'visit.count': { $gte: 1 } },
  }),
  campaign('nowhere', [{ action: 'text', selector: '#nowhere', value: 'Hello' }]),
  campaign('head', [{ action: 'text', selector: 'title', value: 'Hello' }]),
]

const row = (name: string): string =>
  `<div class="row"><p>before</p><div id="${name}" style="height:40px">slot</div><p>after</p></div>`
const ROWS = `<h1>Shop</h1><div style="height:${ROWS_AT_PX}px"></div>${NAMES.map(row).join('')}<div style="height:2000px"></div>`
const html = (body: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>${head}` +
  `<style>body,h1,p{margin:0}h1,.row>p{height:40px}.row{height:${ROW_PX}px;overflow:hidden}.hidden{display:none}</style></head><body>${body}</body></html>`

let store: TestStore
let origin: FaultyOrigin
let edge: Edge
let browser: Browser

beforeAll(async () => {
  store = await startTestStore()
  origin = await startOrigin()
  edge = await startEdge({ ORIGIN: origin.url, DB_URL: store.url, BEACON: 'true' })
  await edge.publish(releaseOf(...campaigns))
  await edge.warm()
  if (chromium !== undefined) browser = await launch(chromium)
})
afterAll(async () => {
  await browser?.close()
  await edge?.stop()
  await origin?.stop()
  await store?.stop()
})

const serve = (path: string, body: string, headers: Record<string, string> = {}): void =>
  origin.on(path, answerPage(body, { 'Content-Security-Policy': STRICT, ...KEPT, ...headers }))

interface Sent {
  readonly id: string
  readonly kind: string
  readonly at: number
  readonly campaign?: string
  readonly brand?: string
  readonly quantity?: number
}

interface Shopper {
  readonly page: Page
  readonly context: BrowserContext
  /** What the beacon has sent. */
  readonly sent: Sent[]
  /** Requests for pages, and why they were made where that was not to show them. */
  readonly asked: string[]
  readonly go: (path: string) => Promise<unknown>
  readonly errors: string[]
  readonly leave: () => Promise<void>
}

/** A browser in a place where consent is presumed. `isAnswered`: events go to the Worker's own door. */
async function shopper(isAnswered = false): Promise<Shopper> {
  const sent: Sent[] = []
  const asked: string[] = []
  // Stands in front of the Worker, since no debugger sees what a page sends when it goes.
  const front = await frontDoor(async (request) => {
    const { pathname, search } = new URL(request.url)
    const { method } = request
    const body = method === 'POST' ? await request.text() : ''
    if (pathname === '/_selvedge/events') {
      sent.push(...(JSON.parse(body) as { events: Sent[] }).events)
      if (!isAnswered) return Response.json({ accepted: 1, skipped: 0, faults: [] }, { status: 202 })
    }
    const headers = Object.fromEntries(request.headers)
    if (!pathname.startsWith('/_selvedge/') && pathname !== '/favicon.ico') {
      asked.push([pathname, headers['sec-fetch-dest'], headers['sec-purpose']].filter(Boolean).join(' '))
    }
    const got = await edge.get(pathname + search, { place: AUSTIN, method, headers, body })
    const answer = new Headers(Object.entries(got.headers).map(([name, value = '']) => [name, value]))
    for (const name of ['set-cookie', 'transfer-encoding', 'connection', 'keep-alive']) answer.delete(name)
    for (const cookie of got.setCookies) answer.append('Set-Cookie', cookie)
    return new Response(got.bytes.length === 0 ? null : new Uint8Array(got.bytes), {
      status: got.status,
      headers: answer,
    })
  })
  const context = await browser.newContext({
    viewport: SCREEN,
    // As it comes, it says that it is a robot, and those are not counted.
    userAgent: USER_AGENT,
  })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text())
  })
  return {
    page,
    context,
    sent,
    asked,
    errors,
    go: (path) => page.goto(front.origin + path),
    leave: async () => {
      await context.close()
      await front.stop()
    },
  }
}

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries === 300) throw new Error('it does not come to that')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const seen = (sent: readonly Sent[]): readonly string[] =>
  sent
    .filter(({ kind }) => kind === 'seen')
    .map(({ campaign = '' }) => campaign.replace(/-(treated|control)$/, ''))

describe('the tag', () => {
  const tagged = async (path: string, headers: Record<string, string> = {}) =>
    /<script src="\/\/[^/"]+\/_selvedge\/beacon\.js\?v=/.test(
      (await edge.get(path, { place: AUSTIN, headers })).text,
    )
  /** Asks for a page that streams, then for the same where it is kept. */
  async function twice(path: string): Promise<readonly boolean[]> {
    const first = await tagged(path)
    await until(async () =>
      /desc="(memory|cache)"/.test((await edge.get(path)).headers['server-timing'] ?? ''),
    )
    return [first, await tagged(path)]
  }

  it('stands at the end of the head, streamed and kept', async () => {
    serve('/tag', html('<h1>Shop</h1>'))
    expect(await twice('/tag')).toEqual([true, true])
    const { text } = await edge.get('/tag', { place: AUSTIN })
    expect(text).toMatch(/<\/style><script src="[^"]+" defer data-[^>]+><\/script><\/head><body><h1>Hello/)
    expect(/data-selvedge-campaigns="([^"]*)"/.exec(text)?.[1]?.split('\n').sort()).toEqual([
      'head title',
      'nowhere #nowhere',
      'top h1',
    ])
  })

  it('is for nobody who is not counted, whose page stays as it was', async () => {
    const page = html('<h1>Shop</h1><p>Nothing else</p>')
    serve('/bare', page)
    const expected = page.replace('<h1>Shop', '<h1>Hello').replace('<title>Shop', '<title>Hello')
    for (const headers of [
      { 'Sec-GPC': '1' },
      { 'Selvedge-Holdout': '("nowhere")' },
      { 'User-Agent': 'Googlebot/2.1' },
    ]) {
      const got = await edge.get('/bare', { place: AUSTIN, headers })
      expect(got.text).toBe(expected)
    }
    expect(await twice('/bare')).toEqual([true, true])
  })

  it.each([
    ['a header', { 'Content-Security-Policy': "script-src 'nonce-abc' 'strict-dynamic'" }, ''],
    ['a header that lets it speak to nobody', { 'Content-Security-Policy': "connect-src 'none'" }, ''],
    ['a policy of digests', { 'Integrity-Policy': 'blocked-destinations=(script)' }, ''],
    ['its own head', {}, `<meta http-equiv="content-security-Policy" content="script-src &#39;none&#39;">`],
  ])('is not put where %s forbids it', async (name, headers, meta) => {
    const path = `/forbidden-${name.length}`
    serve(path, html('<h1>Shop</h1>', meta), headers)
    expect(await twice(path)).toEqual([false, false])
    const { counters } = JSON.parse(
      (await edge.get('/_selvedge/health', { headers: { Authorization: 'Bearer test-token-0123456789' } }))
        .text,
    )
    expect(counters.beacon_policy).toBeGreaterThan(0)
  })

  it('is for once another, which only takes things away, where somebody’s measurement ends', async () => {
    serve('/ended', html('<h1>Shop</h1>'))
    const kept = cookiesOf(await edge.get('/ended', { place: AUSTIN }))
    const scriptsOf = async (more: string): Promise<readonly string[]> => {
      const { text } = await edge.get('/ended', { place: AUSTIN, headers: { Cookie: `${kept}; ${more}` } })
      return [...text.matchAll(/<script src="\/\/[^/"]+([^"?]+)/g)].map(([, src = '']) => src)
    }
    expect(await scriptsOf('theme=dark')).toEqual(['/_selvedge/beacon.js'])
    const refused = 'OptanonConsent=groups=C0001:1,C0002:0,C0003:1&interactionCount=1'
    expect(await scriptsOf(refused)).toEqual(['/_selvedge/clear.js'])
    await until(async () => (await scriptsOf(refused)).length === 0)
    const never = await edge.get('/ended', { place: AUSTIN, headers: { Cookie: refused } })
    expect(never.text).not.toMatch(/<script[^>]*_selvedge/)
  })

  it('is put where the head’s own policy allows it, once that is known', async () => {
    const meta = `<meta http-equiv="Content-Security-Policy" content="script-src 'self'">`
    serve('/allowed', html('<h1>Shop</h1>', meta))
    expect(await twice('/allowed')).toEqual([false, true])
  })

  it('needs a head', async () => {
    serve('/headless', '<!doctype html><title>Shop</title><h1>Shop</h1>')
    expect(await twice('/headless')).toEqual([false, false])
  })

  it('can be switched off', async () => {
    const off = await startEdge({ ORIGIN: origin.url, DB_URL: store.url, BEACON: 'false' })
    await off.warm()
    serve('/off', html('<h1>Shop</h1>'))
    const { text } = await off.get('/off', { place: AUSTIN })
    await off.stop()
    expect(text).toContain('<h1>Hello')
    expect(text).not.toContain('beacon.js')
  })
})

describe
  .skipIf(chromium === undefined)
  .concurrent('in Chromium (needs one; SELVEDGE_CHROMIUM says where)', () => {
    it.each(arms)('tells what came into view, and nothing else: %s', async (arm) => {
      serve(`/${arm}`, html(ROWS))
      const { page, sent, errors, go, leave } = await shopper()
      /** Waits for so many, without the second that events gather in. */
      const told = (count: number): Promise<void> =>
        until(async () => {
          await page.evaluate("dispatchEvent(new Event('pagehide'))")
          // On a busy machine ten seconds may pass, and the visit is engaged.
          return seen(sent).length >= count
        })
      await go(`/${arm}`)
      await told(2)
      expect(seen(sent).toSorted()).toEqual(['head', 'top'])
      // The slots of three rows begin on the screen, the third so low that it does not count.
      const edges = NAMES.map((_, index) => ROWS_AT_PX + 40 + index * ROW_PX + 40)
      await page.evaluate(`scrollTo(0, ${(edges[2] as number) - SCREEN.height + 90})`)
      await told(4)
      await page.waitForTimeout(600)
      expect(seen(sent).slice(2).toSorted()).toEqual(['replace', 'text'])
      await page.evaluate(`scrollTo(0, ${edges[2]})`)
      await told(7)
      expect(seen(sent).slice(4).toSorted()).toEqual(['before', 'hide', 'remove'])
      expect(sent.every(({ at }) => Math.abs(at - Date.now()) < 60_000)).toBe(true)
      expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length)
      expect(errors).toEqual([])
      await leave()
    })

    it('tells of a click where a piece is, once a page, and of none beside it', async () => {
      serve('/click', html('<h1>Shop</h1><p>Nothing else</p>'))
      const { page, sent, errors, go, leave } = await shopper()
      await go('/click')
      await page.locator('p').click()
      for (let time = 0; time < 3; time++) await page.locator('h1').click()
      const clicks = () => sent.filter(({ kind }) => kind === 'click')
      await until(() => clicks().length > 0)
      await until(() => seen(sent).length === 2)
      expect(clicks().map(({ campaign }) => campaign)).toEqual(['top'])
      expect(errors).toEqual([])
      await leave()
    })

    it('tells of a click that opens another tab, and of one that the shop keeps for itself', async () => {
      serve('/keeps', html('<h1>Shop</h1>', '<script src="/keeps.js" defer></script>'))
      const keeps =
        "document.querySelector('h1').addEventListener('click', (event) => event.stopImmediatePropagation())"
      origin.on('/keeps.js', answerPage(keeps, { 'Content-Type': 'text/javascript' }))
      for (const buttons of [['middle', 'left', 'middle'], ['left', 'middle'], ['right']] as const) {
        const { page, sent, errors, go, leave } = await shopper()
        await go('/keeps')
        for (const button of buttons) await page.locator('h1').click({ button })
        await until(() => seen(sent).length >= 2)
        const clicks = sent.filter(({ kind }) => kind === 'click').map(({ campaign }) => campaign)
        expect(clicks, buttons.join()).toEqual(buttons[0] === 'right' ? [] : ['top'])
        expect(errors).toEqual([])
        await leave()
      }
    })

    it('hears a click on a piece that opens later, and takes none beside it for one', async () => {
      const open =
        "document.querySelector('button').onclick = () => { document.querySelector('h1').hidden = false }"
      serve(
        '/later',
        html(
          '<button>Open</button><h1 hidden>Shop</h1><p>Next</p>',
          '<script src="/open.js" defer></script>',
        ),
      )
      origin.on('/open.js', answerPage(open, { 'Content-Type': 'text/javascript' }))
      const { page, sent, errors, go, leave } = await shopper()
      const clicks = () => sent.filter(({ kind }) => kind === 'click').length
      const flush = () => page.evaluate("dispatchEvent(new Event('pagehide'))")
      await go('/later')
      await page.locator('p').click()
      await until(() => seen(sent).length >= 2)
      expect(clicks()).toBe(0)
      await page.locator('button').click()
      await page.locator('h1').click()
      await flush()
      await until(() => clicks() === 1)
      expect(errors).toEqual([])
      await leave()
    })

    it('tells nothing by itself where the page does not say that somebody agreed, though the shop loads it', async () => {
      serve('/own', html('<h1>Shop</h1>', '<script src="/_selvedge/beacon.js" defer></script>'))
      const { page, context, sent, errors, go, leave } = await shopper()
      await context.setExtraHTTPHeaders({ 'Sec-GPC': '1' })
      await page.clock.install()
      await go('/own')
      await page.locator('h1').click()
      await page.clock.runFor(60_000)
      await page.evaluate("dispatchEvent(new Event('pagehide'))")
      await page.evaluate("selvedge.track('follow', { brand: 'Brisa' })")
      await page.clock.runFor(2_000)
      await until(() => sent.length > 0)
      expect(sent.map(({ kind }) => kind)).toEqual(['follow'])
      expect(errors).toEqual([])
      await leave()
    })

    it('takes what a script puts in the stead of a slot for no slot of ours', async () => {
      serve('/anew', html('<main><h1>Shop</h1></main>', '<script src="/anew.js" defer></script>'))
      const anew =
        "addEventListener('load', () => document.querySelector('h1').replaceWith(Object.assign(document.createElement('h1'), { textContent: 'Shop' })))"
      origin.on('/anew.js', answerPage(anew, { 'Content-Type': 'text/javascript' }))
      const { page, sent, errors, go, leave } = await shopper()
      await go('/anew')
      await page.locator('h1', { hasText: 'Shop' }).click()
      await until(() => seen(sent).length > 0)
      await page.waitForTimeout(1_200)
      expect(sent.map(({ kind, campaign }) => [kind, campaign])).toEqual([['seen', 'head']])
      expect(errors).toEqual([])
      await leave()
    })

    it('tells of the pages that a script puts in the stead of the first, each for itself and once', async () => {
      const policy = { 'Content-Security-Policy': STRICT.replace(/; require.*/, '') }
      for (const path of ['/one', '/two'])
        serve(path, html('<h1>Shop</h1>', '<script src="/swap.js"></script>'), policy)
      // As Turbo does it: the head's new scripts first, then the body.
      const swap = `globalThis.visit = async (path) => {
        const text = await (await fetch(path, { headers: { Accept: 'text/html' } })).text()
        history.pushState({}, '', path)
        const { body, scripts } = new DOMParser().parseFromString(text, 'text/html')
        const script = document.createElement('script')
        for (const { name, value } of [...scripts].at(-1).attributes) script.setAttribute(name, value)
        document.head.append(script)
        await new Promise(requestAnimationFrame)
        document.body.replaceWith(body)
      }`
      origin.on('/swap.js', answerPage(swap, { 'Content-Type': 'text/javascript' }))
      const { page, sent, errors, go, leave } = await shopper()
      await go('/one')
      await until(() => seen(sent).length === 2)
      for (const [index, path] of ['/two', '/one'].entries()) {
        await page.evaluate(`visit('${path}')`)
        await until(() => seen(sent).length === 4 + 2 * index)
        expect(seen(sent).slice(-2).toSorted()).toEqual(['head', 'top'])
      }
      await page.waitForTimeout(1_200)
      expect(seen(sent).length).toBe(6)
      expect(errors).toEqual([])
      await leave()
    })

    it('remembers for as long as the page lives where the browser’s storage is full, or is none', async () => {
      serve('/full', html('<h1>Shop</h1>'))
      for (const refuse of [
        'Storage.prototype.setItem = () => { throw new Error("full") }; localStorage.x = "x".repeat(5_242_800)',
        'Object.defineProperty(window, "localStorage", { value: null })',
        'Object.defineProperty(window, "localStorage", { get() { throw new Error("forbidden") } })',
      ]) {
        const { page, context, sent, errors, go, leave } = await shopper()
        await page.addInitScript(refuse)
        await go('/full')
        await until(() => seen(sent).length === 2)
        await context.setOffline(true)
        await page.evaluate("selvedge.track('follow', { brand: 'Brisa' })")
        await page.evaluate("dispatchEvent(new Event('pagehide'))")
        await context.setOffline(false)
        await until(() => sent.some(({ kind }) => kind === 'follow'))
        expect(errors).toEqual([])
        await leave()
      }
    })

    it('comes from the shop and speaks to it, on a page whose base is elsewhere', async () => {
      serve('/based', html('<h1>Shop</h1>', '<base href="//cdn.invalid/assets/">'))
      const { sent, errors, go, leave } = await shopper()
      const before = new Set<string>()
      // Whoever leaves before the answer is heard sends the same once more.
      const told = () => sent.filter(({ id }) => !before.has(id))
      for (let time = 0; time < 2; time++) {
        await go('/based')
        await until(() => seen(told()).length >= 2)
        expect(seen(told()).toSorted()).toEqual(['head', 'top'])
        for (const { id } of told()) before.add(id)
      }
      expect(errors).toEqual([])
      await leave()
    })

    it('tells by attributes and by script, also what came before it was there', async () => {
      serve(
        '/track',
        html(
          '<h1>Shop</h1><button data-selvedge-track="follow" data-selvedge-brand="Brisa"><b>Follow</b></button>' +
            '<form action="/bought" data-selvedge-track="add_to_cart" data-selvedge-sku="a" data-selvedge-quantity="2"><input name="q"></form>',
          '<script src="/early.js"></script><script src="/_selvedge/beacon.js" defer></script>',
        ),
      )
      const early = "(window.selvedge ||= []).push(['track', 'search', { query: 'tea' }])"
      origin.on('/early.js', answerPage(early, { 'Content-Type': 'text/javascript' }))
      serve('/bought', html('<h1>Thanks</h1>'))
      const { page, sent, errors, go, leave } = await shopper()
      await go('/track')
      await page.locator('b').click()
      await page.evaluate(
        "selvedge.track('unfollow', { brand: 'Nordlys' }); selvedge.track('x', { get y() { throw 1 } })",
      )
      await page.locator('input').press('Enter')
      await page.waitForURL('**/bought?*')
      const told = () => sent.filter(({ kind }) => kind !== 'seen').map(({ id, at, ...rest }) => rest)
      await until(() => told().length >= 4)
      expect(told()).toEqual([
        { kind: 'search', query: 'tea' },
        { kind: 'follow', brand: 'Brisa' },
        { kind: 'unfollow', brand: 'Nordlys' },
        { kind: 'add_to_cart', sku: 'a', quantity: 2 },
      ])
      expect(errors).toEqual([])
      await leave()
    })

    it.each(['prefetch', 'prerender'])(
      'comes in earnest, once, when a page of %s is shown',
      async (action) => {
        const rules = `<script type="speculationrules">{"${action}":[{"urls":["/ahead"],"eagerness":"immediate"}]}</script>`
        serve('/from', html(`<h1>Shop</h1><a href="/ahead">Tea</a>${rules}`), {
          'Content-Security-Policy': "script-src 'self' 'inline-speculation-rules'",
        })
        serve('/ahead', html('<h1>Shop</h1>'))
        serve('/favicon.ico', '')
        const { page, asked, errors, go, leave } = await shopper()
        await go('/from')
        await until(() => asked.length > 1)
        await page.waitForTimeout(300)
        expect(asked).toEqual(['/from document', expect.stringMatching(/^\/ahead document prefetch/)])
        await page.getByRole('link').click()
        await page.waitForURL('**/ahead')
        await until(() => asked.length > 2)
        await page.waitForTimeout(300)
        expect(asked.slice(2)).toEqual(['/ahead empty'])
        expect(errors).toEqual([])
        await leave()
      },
    )

    it('keeps what it could not send, and sends it once, from whichever tab', async () => {
      serve('/queue', html('<h1>Shop</h1>'))
      const { page, sent, errors, go, leave, context } = await shopper()
      await go('/queue')
      const other = await context.newPage()
      await other.goto(page.url())
      await until(() => seen(sent).length === 4)
      await context.setOffline(true)
      await page.evaluate("selvedge.track('follow', { brand: 'Brisa' })")
      const stored = (): Promise<string | null> => page.evaluate(`localStorage.getItem('${SHELF_KEY}')`)
      await until(async () => (await stored()) !== null)
      expect(sent.filter(({ kind }) => kind === 'follow')).toEqual([])
      await context.setOffline(false)
      await until(() => sent.some(({ kind }) => kind === 'follow'))
      await until(async () => (await stored()) === null)
      await go('/queue')
      await until(() => seen(sent).length === 6)
      expect(sent.filter(({ kind }) => kind === 'follow').length).toBe(1)
      expect(errors).toEqual([])
      await leave()
    })

    it('sends nothing of whoever said no, in an open tab and on the next page', async () => {
      serve('/consent', html('<h1>Shop</h1>', '<script src="/_selvedge/beacon.js" defer></script>'))
      const { page, sent, errors, go, leave } = await shopper(true)
      await go('/consent')
      await until(() => seen(sent).length === 2)
      await page.evaluate(`localStorage.setItem('${SHELF_KEY}', '{"events":[],"until":1}')`)
      const answered = page.evaluate(
        "new Promise((resolve) => addEventListener('selvedge:sent', ({ detail }) => detail.why && resolve(detail.why)))",
      )
      await page.evaluate(`fetch('/_selvedge/consent', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"personalization":false,"measurement":false}',
    }).then(() => selvedge.track('follow', { brand: 'Brisa' }))`)
      expect(await answered).toBe('consent')
      const before = sent.length
      await page.evaluate("selvedge.track('follow', { brand: 'Brisa' })")
      await page.waitForTimeout(1_200)
      expect(await page.evaluate(`localStorage.getItem('${SHELF_KEY}')`)).toBe(null)
      await page.evaluate(`localStorage.setItem('${SHELF_KEY}', '{"events":[],"until":1}')`)
      await go('/consent')
      expect(await page.locator('script[data-selvedge-campaigns]').count()).toBe(0)
      await page.waitForTimeout(1_200)
      expect(sent.length).toBe(before)
      expect(await page.evaluate(`localStorage.getItem('${SHELF_KEY}')`)).toBe(null)
      expect(errors).toEqual([])
      await leave()
    })

    it.each([
      ['everything, in the shop’s cookie settings', 'C0001:1,C0002:0,C0003:0', '/left'],
      ['measurement alone, there', 'C0001:1,C0002:0,C0003:1', '/left'],
      ['everything, and reads the privacy page', 'C0001:1,C0002:0,C0003:0', '/_selvedge/privacy'],
    ])('takes what waits out of the browser of whoever refuses %s', async (_, groups, next) => {
      serve('/left', html('<h1>Shop</h1>'))
      const { page, context, errors, go, leave } = await shopper(true)
      const waiting = () => page.evaluate(`localStorage.getItem('${SHELF_KEY}')`)
      await go('/left')
      await page.evaluate(`localStorage.setItem('${SHELF_KEY}', '{"events":[],"until":1}')`)
      const value = encodeURIComponent(`groups=${groups}&interactionCount=1`)
        .replaceAll('%3D', '=')
        .replaceAll('%26', '&')
      await context.addCookies([{ name: 'OptanonConsent', value, url: page.url() }])
      await go(next)
      expect(await waiting()).toBe(null)
      expect(await page.locator('script[data-selvedge-campaigns]').count()).toBe(0)
      expect(errors).toEqual([])
      await leave()
    })

    it('lets the shopper switch everything off, and on again, and shows it on the next page', async () => {
      serve('/known', html('<h1>Shop</h1><p id="known">Everybody</p><a href="/_selvedge/privacy">Yours</a>'))
      const { page, context, errors, go, leave } = await shopper(true)
      const known = () => page.locator('#known').textContent()
      const press = async (what: string) => {
        await page.getByRole('link', { name: 'Yours' }).click()
        await page.locator(`button[aria-describedby="about-${what}"]`).click()
        await page.waitForURL('**/privacy?*done=saved*')
        await go('/known')
      }
      await go('/known')
      expect(await known()).toBe('You')
      await press('none')
      expect(await known()).toBe('Everybody')
      expect((await context.cookies()).map(({ name }) => name)).toEqual(['__Host-selvedge-consent'])
      expect(await page.locator('script').count()).toBe(0)
      await press('all')
      expect(await known()).toBe('You')
      expect(await page.locator('script[data-selvedge-campaigns]').count()).toBe(1)
      expect(errors).toEqual([])
      await leave()
    })
  })
