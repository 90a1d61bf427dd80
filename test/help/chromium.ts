/** A real browser, where this machine has one, and a real port for it to go to. */
import { accessSync, constants, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { listen } from './listen.ts'

const PLACES = [
  process.env.SELVEDGE_CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Where Chromium is, or undefined. `SELVEDGE_CHROMIUM` names another place. */
export const findChromium = (): string | undefined =>
  PLACES.find((place) => {
    try {
      accessSync(place, constants.X_OK)
      return place !== ''
    } catch {
      return false
    }
  })

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] })

export interface Served {
  readonly origin: string
  readonly stop: () => Promise<void>
}

/** Serves a handler of `Request`s on `localhost`, which browsers take for a safe context, so that `Secure` cookies hold. */
export async function serve(answer: (request: Request) => Response | Promise<Response>): Promise<Served> {
  const server = createServer(async (incoming, outgoing) => {
    const response = await answer(await requestOf(incoming))
    const headers = [...response.headers].filter(([name]) => name !== 'set-cookie')
    const cookies = response.headers
      .getSetCookie()
      .map((cookie) => ['Set-Cookie', cookie] as [string, string])
    outgoing.writeHead(response.status, [...headers, ...cookies].flat())
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  const { port } = new URL(await listen(server))
  return {
    origin: `http://localhost:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part as Buffer)
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value))
  const { method = 'GET', url = '/' } = incoming
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(parts) }
  return new Request(`http://${incoming.headers.host}${url}`, { method, headers, ...body })
}

/** Presses a key that leaves the page, and waits for the next one, which may have the same address. */
export async function leaveBy(page: Page, key: string): Promise<void> {
  // What the debugger evaluates is known to no page, so a new one has lost it.
  await page.evaluate('globalThis.isOld = true')
  await page.keyboard.press(key)
  await page.waitForFunction('globalThis.isOld !== true && document.readyState === "complete"')
}

/** Presses Tab until the element has the focus; fails if the keyboard cannot get there, or nobody could see that it did. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let press = 0; press < TABS_MAX; press += 1) {
    await page.keyboard.press('Tab')
    const state = await page.evaluate(`(() => {
      const focused = document.activeElement
      if (focused === null || !focused.matches(${JSON.stringify(selector)})) return 'elsewhere'
      const { outlineStyle, outlineWidth } = getComputedStyle(focused)
      return outlineStyle !== 'none' && outlineWidth !== '0px' ? 'seen' : 'unseen'
    })()`)
    if (state === 'unseen') throw new Error(`the focus on ${selector} cannot be seen`)
    if (state === 'seen') return
  }
  throw new Error(`the keyboard does not reach ${selector}`)
}

/** More than any of our pages has places for the focus. */
const TABS_MAX = 120

/** Does anything stand out over the edge of the screen? */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds that is serious or critical: rule and elements. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, so that the page's own policy stays as it is.
  await page.evaluate(axe)
  return page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | ')))`)
}
