/** One shopper of a simulation: how they are, and what they do once they have seen what they were shown. Pure. */
import type { EffectName, Truth } from './truth.ts'

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

export interface Shopper {
  readonly number: number
  readonly consent: ConsentChoice
  /** Day from 0, and hour of the day, of the visit. */
  readonly day: number
  readonly hour: number
  readonly random: Random
}

/** Habits: people shop at lunch and in the evening. */
const HOURS = [8, 12, 12, 13, 18, 19, 20, 20, 21] as const

export function shopperOf(number: number, days: number, seed: number, { shoppers }: Truth): Shopper {
  const random = seeded(Math.imul(seed, 0x9e3779b1) ^ number)
  const { grants, denies, gpc } = shoppers
  const drawn = random()
  const consent: ConsentChoice =
    drawn < grants
      ? 'grants'
      : drawn < grants + denies
        ? 'denies'
        : drawn < grants + denies + gpc
          ? 'gpc'
          : 'silent'
  const day = Math.floor(random() * days)
  return { number, consent, day, hour: HOURS[Math.floor(random() * HOURS.length)] ?? 12, random }
}

/** What a shopper does after the first page. Amounts in the shop's currency. */
export interface Acts {
  readonly staysOn: boolean
  readonly order: { readonly value: number; readonly margin: number; readonly isInStore: boolean } | null
  readonly optsOut: boolean
}

/** `shown`: campaigns whose arm showed this shopper something. */
export function actsOf({ random }: Shopper, shown: readonly string[], truth: Truth): Acts {
  const { shoppers } = truth
  const factor = (name: EffectName): number =>
    shown.reduce((all, campaign) => all * (1 + (truth.campaigns[campaign]?.[name] ?? 0)), 1)
  const staysOn = random() < shoppers.staysOn
  const buys = random() < shoppers.buys * factor('conversion')
  const isInStore = random() < shoppers.inStore
  // Sum of uniforms: a hump around the mean, as orders have it.
  const value = shoppers.order * (0.4 + 0.4 * (random() + random() + random()))
  const optsOut = random() < shoppers.optsOut * factor('opt_out')
  const margin = value * shoppers.margin * factor('margin')
  return { staysOn, order: buys ? { value: cents(value), margin: cents(margin), isInStore } : null, optsOut }
}

const cents = (amount: number): number => Math.round(amount * 100) / 100
