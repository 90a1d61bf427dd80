/** A shopper's browser as far as the shop can tell: cookies that are kept, headers that are sent, and the beacon's door. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Complaint, Shown } from './acts.ts'
import type { ConsentChoice } from './shopper.ts'

const EVENTS = '/_selvedge/events'
const CONSENT = '/_selvedge/consent'
const FEEDBACK = '/_selvedge/feedback'

export interface Browser {
  /** Looks at a page. Gives the arms that show something, and the campaigns that were counted at all. */
  readonly look: (path: string) => Promise<Seen>
  /** Tells the events' door, as the beacon does. Gives how many were accepted. */
  readonly tell: (events: readonly object[]) => Promise<number>
  readonly choose: (personalization: boolean, measurement: boolean) => Promise<void>
  /** Says of a piece that it should not have been shown; of none by name through the events' door. */
  readonly complain: (complaint: Complaint, id: string) => Promise<void>
  /** The visitor's id, as their own door tells it; undefined where there is none. */
  readonly id: () => Promise<string | undefined>
}

export interface Seen {
  readonly shown: Shown
  readonly met: readonly string[]
}

const BUSY = new Set([429, 503])
const TRIES_MAX = 8
const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'

/** `number` makes an address of its own, so that rate limits see shoppers and not one crowd. */
export function createBrowser(url: string, number: number, consent: ConsentChoice): Browser {
  const cookies = new Map<string, string>()
  const headers = (): Record<string, string> => ({
    'User-Agent': AGENT,
    Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    'Accept-Language': 'en-US,en;q=0.9',
    'CF-Connecting-IP': `198.18.${(number >> 8) & 255}.${number & 255}`,
    ...(consent === 'gpc' ? { 'Sec-GPC': '1' } : {}),
    ...(cookies.size === 0
      ? {}
      : { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
  })
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const own = { ...headers(), ...(init.headers as Record<string, string>) }
    let answer = await fetch(url + path, { ...init, headers: own, redirect: 'manual' })
    // What is busy says when to come again, as to any browser.
    for (let tries = 0; tries < TRIES_MAX && BUSY.has(answer.status); tries++) {
      await answer.body?.cancel()
      await sleep(Math.min(Number(answer.headers.get('Retry-After') ?? 1), 2) * 1_000)
      answer = await fetch(url + path, { ...init, headers: own, redirect: 'manual' })
    }
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      const equals = pair.indexOf('=')
      if (/max-age=0/i.test(line)) cookies.delete(pair.slice(0, equals))
      else cookies.set(pair.slice(0, equals), pair.slice(equals + 1))
    }
    return answer
  }
  const post = (path: string, body: object): Promise<Response> =>
    ask(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
    })
  const tell: Browser['tell'] = async (events) => {
    const answer = await post(EVENTS, { events })
    const { accepted = 0 } = (await answer.json()) as { accepted?: number }
    return accepted
  }
  return {
    async look(path) {
      const answer = await ask(path, {
        headers: { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate' },
      })
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
      return seenIn(answer.headers.get('Selvedge-Decision') ?? '')
    },
    tell,
    async complain({ kind, campaign }, id) {
      if (campaign === null) return void (await tell([{ id, kind }]))
      const answer = await post(FEEDBACK, { campaign, verdict: kind })
      await answer.arrayBuffer()
    },
    async choose(personalization, measurement) {
      const answer = await post(CONSENT, { personalization, measurement })
      await answer.arrayBuffer()
      if (!answer.ok) throw new Error(`the consent door answered ${answer.status}`)
    },
    async id() {
      const answer = await ask('/_selvedge/me', { headers: { Accept: 'application/json' } })
      const { visitor } = (await answer.json()) as { visitor?: { id?: string } }
      return visitor?.id
    },
  }
}

/** `uplift=treated;r=match, costly=control;r=control`. */
function seenIn(header: string): Seen {
  const shown = new Map<string, string>()
  const met: string[] = []
  for (const [, campaign = '', arm = '', reason] of header.matchAll(/([\w-]+)=([^;,]+);r=(\w+)/g)) {
    if (reason === 'match') shown.set(campaign, arm)
    if (reason === 'match' || reason === 'control') met.push(campaign)
  }
  return { shown, met }
}
