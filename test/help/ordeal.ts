/**
 * Events told while everything fails: the Worker is killed in the middle of its work, and its store breaks off or says
 * nothing, before and after it has done what it was asked. Whoever tells hears, or tells again with the same ids, as
 * beacons and servers do; at the end `truth.ts` compares what is stored with what was told.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sealReference } from '../../src/identity/token.ts'
import { IV_BYTES } from '../../src/kit/seal.ts'
import { openDatabase } from '../../src/kit/sql.ts'
import { MINUTE_MS } from '../../src/kit/time.ts'
import { cookieOf, freshId, returning } from './crowd.ts'
import { AUSTIN, campaign, type Edge, type Got, releaseOf, startEdge } from './edge.ts'
import { page, startOrigin } from './faulty-origin.ts'
import { STRIKE_NAMES, type Strike, startFaultyStore } from './faulty-store.ts'
import { keyringOf } from './keyring.ts'
import { raw } from './sql.ts'
import { startTestStore } from './sqld.ts'
import { compare, type Differences, type Told } from './truth.ts'

export interface OrdealOptions {
  readonly events: number
  /** How often the Worker is killed. */
  readonly kills: number
  /** How often the store fails one request. */
  readonly faults: number
  readonly people: number
}

export interface OrdealReport extends Differences {
  readonly told: number
  /** Calls, those again among them. */
  readonly calls: number
  /** Calls that had no answer, or were asked to come again. */
  readonly unanswered: number
  /** Calls that had been answered and were made again all the same. */
  readonly again: number
  readonly kills: number
  readonly faults: number
  readonly seconds: number
}

const PAGE = '<!doctype html><html><head><title>Tea</title></head><body><p id="hero">Tea</p></body></html>'
const EDITS = [{ action: 'text', selector: '#hero', value: 'Coffee' }]
const RELEASE = releaseOf(
  campaign('hero', EDITS, {
    variants: [
      { id: 'control', weight: 0.5, edits: [] },
      { id: 'shown', weight: 0.5, edits: EDITS },
    ],
  }),
)
/** Calls at once: enough that a kill always finds some in the middle. */
const LANES = 12
const OF_BROWSER = 10
const OF_SERVER = 40
/** Of the calls that were answered, one in so many is made again. */
const AGAIN_EVERY = 7
const PAUSE_MS = 20

interface Person {
  readonly id: string
  readonly cookie: string
  /** By which the shop's servers speak of them. */
  readonly reference: string
}

/** One call: events of one browser, or of many people by a server. */
interface Call {
  readonly cookie?: string
  readonly events: readonly Told[]
  readonly body: string
}

export async function runOrdeal({ events, kills, faults, people }: OrdealOptions): Promise<OrdealReport> {
  const started = performance.now()
  const store = await startTestStore()
  const gate = await startFaultyStore(store.url)
  const origin = await startOrigin()
  origin.on('/', page(PAGE, { 'Cache-Control': 'max-age=3600' }))
  const begin = (): Promise<Edge> =>
    startEdge({ ORIGIN: origin.url, DB_URL: gate.url, IDENTITY_KEY: Buffer.alloc(32, 5).toString('base64') })
  let edge = await begin()
  try {
    const keyring = await keyringOf()
    const crowd = await Promise.all(
      Array.from({ length: people }, async (): Promise<Person> => {
        const id = freshId()
        const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
        const reference = await sealReference(keyring, id, Date.now(), iv)
        return { id, cookie: await cookieOf(returning(MINUTE_MS, id), keyring), reference }
      }),
    )
    await edge.publish(RELEASE)
    await edge.warm()
    const db = openDatabase({ url: store.url, timeoutMs: 20_000 })
    await meetAll(edge, crowd, async () => {
      return (await db.ask(raw('SELECT visitor FROM measures'))).length
    })

    const calls = callsOf(crowd, events)
    const count = { calls: 0, unanswered: 0, again: 0, kills: 0 }
    let left = events
    let next = 0
    const lane = async (): Promise<void> => {
      for (let at = next++; at < calls.length; at = next++) {
        const call = calls[at] as Call
        for (const isAgain of at % AGAIN_EVERY === 0 ? [false, true] : [false]) {
          if (isAgain) count.again += 1
          for (count.calls += 1; !(await isTaken(edge, call)); count.calls += 1) {
            count.unanswered += 1
            await sleep(PAUSE_MS)
          }
        }
        left -= call.events.length
      }
    }
    /** Spread over the run by how much of it is done, so that a slow machine meets as many. */
    const due = (share: number, of: number): boolean => 1 - left / events >= share / of
    const strike = async (): Promise<void> => {
      let struck = 0
      while (struck < faults || count.kills < kills) {
        if (struck < faults && due(struck, faults)) {
          gate.strike(STRIKE_NAMES[struck % STRIKE_NAMES.length] as Strike)
          struck += 1
        }
        if (count.kills < kills && due(count.kills, kills)) {
          await edge.stop()
          count.kills += 1
          edge = await begin()
        }
        if (left === 0) break
        await sleep(1)
      }
    }
    await Promise.all([strike(), ...Array.from({ length: LANES }, lane)])
    const told = calls.flatMap((call) => call.events)
    return {
      told: told.length,
      ...count,
      faults: faults - gate.waiting(),
      ...(await compare(db, told)),
      seconds: (performance.now() - started) / 1_000,
    }
  } finally {
    await edge.stop()
    await origin.stop()
    gate.stop()
    await store.stop()
  }
}

/** Everybody meets the campaign, so that what they do from now on counts for an arm. */
async function meetAll(edge: Edge, crowd: readonly Person[], met: () => Promise<number>): Promise<void> {
  for (let tries = 0; (await met()) < crowd.length; tries++) {
    if (tries > 50) throw new Error('some were never counted')
    await Promise.all(
      crowd.map(({ cookie }) => edge.get('/', { place: AUSTIN, headers: { Cookie: cookie } })),
    )
    await sleep(100)
  }
}

const KINDS = ['view', 'add_to_cart', 'view', 'purchase', 'search', 'follow', 'not_relevant', 'view'] as const

/** One call of a server to three of browsers, and people in turn. */
function callsOf(crowd: readonly Person[], events: number): readonly Call[] {
  const calls: Call[] = []
  const now = Date.now()
  for (let made = 0, turn = 0; made < events; turn++) {
    const isServer = turn % 4 === 3
    const size = Math.min(isServer ? OF_SERVER : OF_BROWSER, events - made)
    const first = crowd[turn % crowd.length] as Person
    const whose = (n: number): Person => (isServer ? (crowd[n % crowd.length] as Person) : first)
    const told = Array.from({ length: size }, (_, n): Told => {
      const number = made + n
      const event = eventOf(number, now - (number % 600) * 1_000, isServer)
      return { visitor: whose(number).id, event }
    })
    const sent = told.map(({ event }, n) =>
      isServer ? { ...event, visitor: whose(made + n).reference } : event,
    )
    const body = JSON.stringify({ events: sent })
    calls.push(isServer ? { events: told, body } : { cookie: first.cookie, events: told, body })
    made += size
  }
  return calls
}

function eventOf(number: number, at: number, isServer: boolean): Told['event'] {
  const kind = KINDS[number % KINDS.length] as (typeof KINDS)[number]
  const common = { id: `e${number}`, at }
  const category = `category-${number % 12}`
  switch (kind) {
    case 'purchase': {
      const order = {
        value: 10 + (number % 90),
        currency: 'EUR',
        ...(isServer ? { margin: number % 10 } : {}),
      }
      return { ...common, kind, category, ...order }
    }
    case 'search':
      return { ...common, kind, query: 'green tea' }
    case 'follow':
      return { ...common, kind, brand: `brand-${number % 5}` }
    case 'not_relevant':
      return { ...common, kind, campaign: 'hero' }
    default:
      return { ...common, kind, category, sku: `SKU-${number % 30}` }
  }
}

/** False where nobody heard it, or it is to come again. Throws where some of it was not kept. */
async function isTaken(edge: Edge, call: Call): Promise<boolean> {
  const got = await send(edge, call).catch(() => null)
  if (got === null || !got.isWhole || got.status === 503) return false
  const { accepted } = got.status === 202 ? JSON.parse(got.text) : { accepted: -1 }
  if (accepted !== call.events.length) throw new Error(`not all were kept: ${got.status} ${got.text}`)
  return true
}

function send(edge: Edge, { cookie, body }: Call): Promise<Got> {
  if (cookie === undefined) return edge.api('/events', { method: 'POST', body })
  return edge.get('/_selvedge/events', {
    place: AUSTIN,
    method: 'POST',
    headers: { Cookie: cookie, 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
    body,
  })
}
