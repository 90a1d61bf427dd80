/**
 * One shopper of a simulation: what they agree to, when they come, what they like, and everything that chance has a part
 * in, drawn beforehand, so that nothing depends on who comes first. Pure.
 */
import type { Truth } from './truth.ts'

export type Random = () => number

/** mulberry32: small and good enough to be shoppers with. The same seed makes the same shoppers. */
export function seeded(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export type ConsentChoice = 'grants' | 'denies' | 'gpc' | 'silent'

/** A product as far as tastes go. */
export interface Good {
  readonly id: string
  readonly brand: string
  readonly category: string
  readonly collection: string
}

/** Where they shop. */
export interface Shop {
  readonly goods: readonly Good[]
  /** Ids of its stores. */
  readonly stores: readonly string[]
}

export interface Visit {
  /** From 0. */
  readonly day: number
  readonly hour: number
  readonly staysOn: boolean
  /** What they look at where they stay, most of it to their taste; one thing at least. */
  readonly looks: readonly Good[]
  readonly searches: boolean
  /** Uniform, for what they buy before any campaign is live. */
  readonly coin: number
}

/** Uniform numbers, each of which settles one thing about a shopper. */
export type Draws = Readonly<
  Record<
    | 'buys'
    | 'when'
    | 'inStore'
    | 'value'
    | 'fillsBasket'
    | 'comesBack'
    | 'follows'
    | 'optsOut'
    | 'complains'
    | 'minds',
    number
  >
>

export interface Shopper {
  readonly number: number
  readonly consent: ConsentChoice
  /** One a day at most, in the order of days; at least one. */
  readonly visits: readonly Visit[]
  /** Id of the store that is theirs. */
  readonly store: string
  /** Days on which they look into it. */
  readonly storeDays: readonly number[]
  /** How much likelier they buy than others; 1 on average. */
  readonly keen: number
  readonly draws: Draws
}

/** What a simulation asks of its calendar. */
export interface Days {
  readonly count: number
  /** Weekday of the first, 0 for Sunday. */
  readonly weekday: number
}

/** Parts of the day that people shop in, and how many have them for their own. */
const DAYPARTS = [
  { share: 0.2, hours: [8, 9] },
  { share: 0.3, hours: [12, 13] },
  { share: 0.5, hours: [18, 19, 20, 21] },
] as const
/** Weeks that people have, from Sunday; each adds up to 7. */
const WEEKS = [
  [1, 1, 1, 1, 1, 1, 1],
  [0.25, 1.3, 1.3, 1.3, 1.3, 1.3, 0.25],
  [2.5, 0.4, 0.4, 0.4, 0.4, 0.4, 2.5],
] as const
/** Of their visits, those at their own part of the day; of what they look at, what is to their taste. */
const OF_HABIT = 0.8
const LOOKS_MAX = 3
const SEARCHES = 0.15
const KEEN = [0.4, 1.6] as const
/** Nobody comes every day for certain, however often they come. */
const DAILY_MAX = 0.9

export function shopperOf(number: number, days: Days, seed: number, truth: Truth, shop: Shop): Shopper {
  const random = seeded(Math.imul(seed, 0x9e3779b1) ^ number)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const consent = consentOf(random(), truth.shoppers)
  const keen = pick(KEEN)
  const taste = pick(shop.goods)
  const [week, hours] = [pick(WEEKS), daypartOf(random()).hours]
  // Exponential: many come now and then, a few all the time.
  const daily = (-Math.log(1 - random()) * truth.shoppers.visits) / 7
  const arrival = Math.floor(random() * days.count)
  const visits: Visit[] = []
  const storeDays: number[] = []
  const looksIn = random() < truth.shoppers.looksIn
  const store = pick(shop.stores)
  for (let day = arrival; day < days.count; day++) {
    const often = Math.min(DAILY_MAX, daily * (week[(days.weekday + day) % 7] ?? 1))
    if (day === arrival || random() < often) {
      const own = random() < OF_HABIT ? hours : daypartOf(random()).hours
      const hour = pick(own)
      visits.push({ day, hour, ...browsing(random, taste, shop, truth), coin: random() })
    }
    if (looksIn && random() < often) storeDays.push(day)
  }
  const draws: Draws = {
    buys: random(),
    when: random(),
    inStore: random(),
    // Sum of uniforms: a hump around the mean, as orders have it.
    value: (random() + random() + random()) / 3,
    fillsBasket: random(),
    comesBack: random(),
    follows: random(),
    optsOut: random(),
    complains: random(),
    minds: random(),
  }
  return { number, consent, visits, store, storeDays, keen, draws }
}

function consentOf(drawn: number, { grants, denies, gpc }: Truth['shoppers']): ConsentChoice {
  if (drawn < grants) return 'grants'
  if (drawn < grants + denies) return 'denies'
  return drawn < grants + denies + gpc ? 'gpc' : 'silent'
}

function daypartOf(drawn: number): (typeof DAYPARTS)[number] {
  if (drawn < DAYPARTS[0].share) return DAYPARTS[0]
  return drawn < DAYPARTS[0].share + DAYPARTS[1].share ? DAYPARTS[1] : DAYPARTS[2]
}

function browsing(random: Random, taste: Good, { goods }: Shop, { shoppers }: Truth) {
  const liked = goods.filter(({ category }) => category === taste.category)
  const pick = (list: readonly Good[]): Good => list[Math.floor(random() * list.length)] as Good
  const staysOn = random() < shoppers.staysOn
  const count = staysOn ? Math.floor(random() ** 2 * (LOOKS_MAX + 1)) : 0
  const looks = Array.from({ length: Math.max(1, count) }, () => pick(random() < OF_HABIT ? liked : goods))
  return { staysOn, looks, searches: random() < SEARCHES }
}
