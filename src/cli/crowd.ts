/**
 * A crowd of simulated shoppers that visits a shop by HTTP, day after day of the past, on the clock of a Worker of its
 * own; orders come in by the shop's servers, and at night opt out who were annoyed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, createBrowser } from './browse.ts'
import { setClock } from './clock.ts'
import { NIGHT, ring, WATCH } from './crons.ts'
import type { Operator } from './operator.ts'
import { actsOf, type Shopper, shopperOf } from './shopper.ts'
import { Trouble } from './trouble.ts'
import type { Truth } from './truth.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Orders in one call of the shop's servers. */
const ORDERS_A_CALL = 200
/** Longer than what page views say waits for its write. */
export const SETTLE_MS = 3_000

interface Order {
  readonly id: string
  readonly kind: 'purchase' | 'store_purchase'
  readonly visitor: string
  readonly at: number
  readonly value: number
  readonly margin: number
  readonly currency: string
  readonly store?: string
}

export interface Tally {
  views: number
  events: number
  accepted: number
  orders: number
  readonly consent: Record<string, number>
}

export interface World {
  readonly visitors: number
  readonly days: number
  readonly seed: number
  readonly truth: Truth
  /** Of the Worker whose clock is theirs. */
  readonly url: string
  /** Of the same Worker. */
  readonly operator: Operator
  /** Shoppers at once. */
  readonly atOnce: number
  readonly signal: AbortSignal
}

/** The days up to yesterday, hour by hour: whoever visits then, some at once. */
export async function live(world: World): Promise<Tally> {
  const { visitors, days, seed, truth, url, operator, atOnce, signal } = world
  const tally: Tally = { views: 0, events: 0, accepted: 0, orders: 0, consent: {} }
  const first = (Math.floor(Date.now() / DAY_MS) - days) * DAY_MS
  const shoppers = Array.from({ length: visitors }, (_, number) => shopperOf(number, days, seed, truth))
  for (let day = 0; day < days; day++) {
    const hours = Map.groupBy(
      shoppers.filter((shopper) => shopper.day === day),
      ({ hour }) => hour,
    )
    const orders: Order[] = []
    const optOuts: Browser[] = []
    for (const [hour, crowd] of [...hours].sort(([a], [b]) => a - b)) {
      signal.throwIfAborted()
      const now = first + day * DAY_MS + hour * HOUR_MS
      await setClock(url, now)
      await inParallel(crowd, atOnce, (shopper) =>
        visit(shopper, { truth, url, now, orders, optOuts, tally }),
      )
    }
    // Who came last is known to the store once the queue was emptied.
    await sleep(SETTLE_MS, undefined, { signal })
    await setClock(url, first + (day + 1) * DAY_MS - HOUR_MS)
    await inParallel(optOuts, atOnce, (browser) => browser.choose(false, true))
    await sendOrders(operator, orders)
    tally.orders += orders.length
    await ring(url, WATCH)
    await ring(url, NIGHT)
  }
  return tally
}

async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

interface Visit {
  readonly truth: Truth
  readonly url: string
  readonly now: number
  readonly orders: Order[]
  readonly optOuts: Browser[]
  readonly tally: Tally
}

async function visit(shopper: Shopper, { truth, url, now, orders, optOuts, tally }: Visit): Promise<void> {
  const { number, consent } = shopper
  tally.consent[consent] = (tally.consent[consent] ?? 0) + 1
  const browser = createBrowser(url, number, consent)
  if (consent === 'grants' || consent === 'denies') {
    const granted = consent === 'grants'
    await browser.choose(granted, granted)
  }
  const { shown, met } = await browser.look('/')
  tally.views++
  const acts = actsOf(shopper, shown, truth)
  const seen = met.map((campaign) => ({ id: `seen:${campaign}`, kind: 'seen', campaign }))
  if (seen.length > 0) {
    const accepted = await browser.tell(seen)
    tally.events += seen.length
    tally.accepted += accepted
  }
  if (acts.staysOn) {
    await browser.look('/collections/chilled')
    tally.views++
  }
  if (acts.order !== null) {
    const visitor = await browser.id()
    const { value, margin, isInStore } = acts.order
    const kind = isInStore ? 'store_purchase' : 'purchase'
    if (visitor !== undefined) {
      const store = isInStore ? { store: 'corner' } : {}
      orders.push({
        id: `order:${number}`,
        kind,
        visitor,
        at: now + HOUR_MS,
        value,
        margin,
        currency: 'EUR',
        ...store,
      })
    }
  }
  if (acts.optsOut && met.length > 0) optOuts.push(browser)
}

async function sendOrders(operator: Operator, orders: readonly Order[]): Promise<void> {
  for (let from = 0; from < orders.length; from += ORDERS_A_CALL) {
    const body = JSON.stringify({ events: orders.slice(from, from + ORDERS_A_CALL) })
    const answer = await operator<{ accepted: number }>('POST', '/events', body)
    // Nobody who is known bought: that is no fault of the simulation's.
    if (!answer.ok && answer.error.status !== 422)
      throw new Trouble(`orders were refused: ${answer.error.title}`)
  }
}
