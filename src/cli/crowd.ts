/**
 * A crowd of simulated shoppers that visits a shop by HTTP, day after day of the past, on the clock of a Worker of its
 * own: by their habits, each with their own cookies. What happens in stores, and orders, come in by the shop's servers,
 * a day later, as exports do; then opt out who were annoyed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../kit/time.ts'
import { type Acts, actsOf, comesOn, type Purchase } from './acts.ts'
import { type Browser, createBrowser } from './browse.ts'
import { setClock } from './clock.ts'
import { NIGHT, ring, WATCH } from './crons.ts'
import type { Operator } from './operator.ts'
import { type Days, type Shop, type Shopper, shopperOf } from './shopper.ts'
import { Trouble } from './trouble.ts'
import type { Truth } from './truth.ts'

/** Behind UTC, where the local stack says that everybody is (worker.ts); an hour less in summer, which nobody minds. */
const PLACE_BEHIND_MS = 6 * HOUR_MS
/** Events in one call of the shop's servers. */
const EVENTS_A_CALL = 200
/** Longer than what page views say waits for its write. */
export const SETTLE_MS = 3_000

export interface Tally {
  visits: number
  views: number
  /** What browsers told, and what of it was accepted. */
  events: number
  accepted: number
  orders: number
  storeVisits: number
  /** What servers told of orders and stores, as far as it was accepted. */
  kept: number
  complaints: number
  optOuts: number
  readonly consent: Record<string, number>
}

export interface World {
  readonly visitors: number
  readonly days: number
  readonly seed: number
  readonly truth: Truth
  readonly shop: Shop
  /** Of the Worker whose clock is theirs. */
  readonly url: string
  /** Of the same Worker. */
  readonly operator: Operator
  /** Shoppers at once. */
  readonly atOnce: number
  /** Told at the begin of each day, counted from 0, once its clock is set. */
  readonly dawn?: (day: number) => Promise<void>
  readonly signal: AbortSignal
}

/** A shopper on their way through the days. */
interface Life {
  readonly shopper: Shopper
  readonly browser: Browser
  /** What they were shown so far. */
  readonly shown: Map<string, string>
  /** Index of the visit at which they met the first campaign. */
  met?: number
  /** Known once they agreed. */
  id?: string | undefined
  /** Opted out. */
  isGone: boolean
}

/** What of a day is told on the next. */
interface Unsaid {
  readonly events: object[]
  readonly leavers: Life[]
  /** By the clock on the wall, when the last of it happened. */
  readonly at: number
}

const NOTHING_UNSAID: Unsaid = { events: [], leavers: [], at: 0 }

/** The days up to yesterday, hour by hour: whoever visits then, some at once. */
export async function live(world: World): Promise<Tally> {
  const { visitors, days: count, seed, truth, shop, url, atOnce, signal } = world
  const first = (Math.floor((Date.now() - PLACE_BEHIND_MS) / DAY_MS) - count) * DAY_MS + PLACE_BEHIND_MS
  const days: Days = { count, weekday: new Date(first).getUTCDay() }
  const tally = emptyTally()
  const lives = Array.from({ length: visitors }, (_, number): Life => {
    const shopper = shopperOf(number, days, seed, truth, shop)
    tally.consent[shopper.consent] = (tally.consent[shopper.consent] ?? 0) + 1
    return { shopper, browser: createBrowser(url, number, shopper.consent), shown: new Map(), isGone: false }
  })
  let unsaid = NOTHING_UNSAID
  for (let day = 0; day < count; day++) {
    const start = first + day * DAY_MS
    await setClock(url, start)
    await world.dawn?.(day)
    const today: Unsaid = { events: [], leavers: [], at: 0 }
    const coming = lives.filter((life) => isComing(life, day, truth))
    for (const [hour, crowd] of [...Map.groupBy(coming, (life) => visitOn(life, day)?.hour ?? -1)].sort(
      byHour,
    )) {
      if (hour < 0) continue
      signal.throwIfAborted()
      await setClock(url, start + hour * HOUR_MS)
      await inParallel(crowd, atOnce, (life) => visit(life, day, start + hour * HOUR_MS, today, tally, world))
    }
    for (const life of coming) lookIn(life, day, start, today, tally)
    await setClock(url, start + DAY_MS - HOUR_MS)
    await say(unsaid, tally, world)
    unsaid = { ...today, at: performance.now() }
    await ring(url, WATCH)
    await ring(url, NIGHT)
  }
  await say(unsaid, tally, world)
  return tally
}

const byHour = ([a]: readonly [number, unknown], [b]: readonly [number, unknown]): number => a - b

const visitOn = ({ shopper }: Life, day: number) => shopper.visits.find((visit) => visit.day === day)

const isComing = ({ shopper, shown, met, isGone }: Life, day: number, truth: Truth): boolean =>
  !isGone && comesOn(day, shopper, met === undefined ? met : shopper.visits[met]?.day, shown, truth)

async function visit(
  life: Life,
  day: number,
  now: number,
  unsaid: Unsaid,
  tally: Tally,
  { truth }: World,
): Promise<void> {
  const { shopper, browser, shown } = life
  const at = shopper.visits.findIndex((each) => each.day === day)
  const { staysOn, looks, searches } = shopper.visits[at] as Shopper['visits'][number]
  const isKnown = shopper.consent === 'grants'
  if (at === 0 && (isKnown || shopper.consent === 'denies')) await browser.choose(isKnown, isKnown)
  const seen = await browser.look('/')
  tally.visits++
  tally.views++
  for (const [campaign, arm] of seen.shown) shown.set(campaign, arm)
  if (seen.met.length > 0) life.met ??= at
  const acts = isKnown ? actsOf(shopper, at, life.met, shown, truth) : null
  if (staysOn || acts?.basket) {
    const paths = [`/collections/${looks[0]?.collection}`, ...looks.map(({ id }) => `/products/${id}`)]
    for (const path of paths) {
      await browser.look(path)
      tally.views++
    }
  }
  if (acts === null) return
  const name = `${shopper.number}:${at}`
  const told = [
    ...seen.met.map((campaign) => ({ id: `seen:${campaign}:${at}`, kind: 'seen', campaign })),
    ...(searches ? [{ id: `search:${name}`, kind: 'search', query: looks[0]?.category }] : []),
    ...eventsOf(acts, name),
  ]
  if (told.length > 0) {
    const accepted = await browser.tell(told)
    tally.events += told.length
    tally.accepted += accepted
  }
  if (acts.complaint !== null) {
    tally.complaints++
    await browser.complain(acts.complaint, `complaint:${name}`)
  }
  if (acts.order !== null) {
    life.id ??= await browser.id()
    if (life.id !== undefined) {
      tally.orders++
      unsaid.events.push(orderOf(acts.order, `order:${name}`, life.id, now + 20 * MINUTE_MS))
    }
  }
  if (acts.optsOut) {
    life.isGone = true
    unsaid.leavers.push(life)
  }
  if (life.id === undefined && shopper.storeDays.length > 0) life.id = await browser.id()
}

const eventsOf = ({ basket, follows }: Acts, name: string): readonly object[] => [
  ...(basket === null
    ? []
    : [
        {
          id: `basket:${name}`,
          kind: 'add_to_cart',
          sku: basket.id,
          category: basket.category,
          brand: basket.brand,
        },
      ]),
  ...(follows === null ? [] : [{ id: `follow:${name}`, kind: 'follow', brand: follows }]),
]

const orderOf = ({ value, margin, store }: Purchase, id: string, visitor: string, at: number): object => ({
  id,
  kind: store === null ? 'purchase' : 'store_purchase',
  visitor,
  at,
  value,
  margin,
  currency: 'EUR',
  ...(store === null ? {} : { store }),
})

/** Into their own store, at five. */
function lookIn(
  { shopper, id, isGone }: Life,
  day: number,
  start: number,
  unsaid: Unsaid,
  tally: Tally,
): void {
  if (id === undefined || isGone || !shopper.storeDays.includes(day)) return
  tally.storeVisits++
  unsaid.events.push({
    id: `store:${shopper.number}:${day}`,
    kind: 'store_visit',
    visitor: id,
    at: start + 17 * HOUR_MS,
    store: shopper.store,
  })
}

/** Tells what was left unsaid, once the queue has surely written who it is about. */
async function say({ events, leavers, at }: Unsaid, tally: Tally, world: World): Promise<void> {
  const { operator, atOnce, signal } = world
  if (events.length + leavers.length === 0) return
  await sleep(Math.max(0, at + SETTLE_MS - performance.now()), undefined, { signal })
  for (let from = 0; from < events.length; from += EVENTS_A_CALL) {
    const body = JSON.stringify({ events: events.slice(from, from + EVENTS_A_CALL) })
    const answer = await operator<{ accepted: number }>('POST', '/events', body)
    // That nobody knows whom it is about is no fault of the simulation's.
    if (!answer.ok && answer.error.status !== 422)
      throw new Trouble(`orders were refused: ${answer.error.title}`)
    if (answer.ok) tally.kept += answer.value.accepted
  }
  tally.optOuts += leavers.length
  await inParallel(leavers, atOnce, ({ browser }) => browser.choose(false, true))
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

const emptyTally = (): Tally => ({
  visits: 0,
  views: 0,
  events: 0,
  accepted: 0,
  orders: 0,
  storeVisits: 0,
  kept: 0,
  complaints: 0,
  optOuts: 0,
  consent: {},
})
