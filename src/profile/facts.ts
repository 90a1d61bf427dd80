/**
 * What events have added up to, as plain data that grows by nothing but `combine`. Every list is bounded and in one
 * canonical order, so that equal facts are equal texts.
 */
import type { Declaration, TraitName } from './model.ts'

/** A decayed sum for one key in one period of 28 days; see decay.ts. `sum` is whole, in 1/1,024 of a unit. */
export type Cell<K> = readonly [period: number, key: K, sum: number]
/** Follows a brand (1) or no longer does (0), since when, and by which event. */
export type Follow = readonly [brand: string, on: 0 | 1, at: number, id: string]
export type Trait = readonly [name: TraitName, value: Declaration['value'], at: number, id: string]

export type Recent = readonly [key: 'product', sku: string, at: number, id: string]

/** What events have added up to: a commutative monoid under `combine`, with `EMPTY_FACTS` as its zero. */
export interface Facts {
  /** Events counted. */
  readonly events: number
  /** Of the earliest and the latest event; 0 where there is none. */
  readonly firstAt: number
  readonly lastAt: number
  /** The latest days on which the visitor did something, latest first. */
  readonly days: readonly number[]
  readonly affinity: readonly Cell<string>[]
  /** Visits by cell of the week; the key counts `weekday × 5 + daypart`. */
  readonly habit: readonly Cell<number>[]
  /** Days on which a store was visited, latest first. */
  readonly stores: readonly (readonly [day: number, store: string])[]
  readonly follows: readonly Follow[]
  readonly traits: readonly Trait[]
  /** The product looked at last. */
  readonly recent: readonly Recent[]
  /** Number of orders, hundredths by currency, and the latest orders' times, latest first. */
  readonly orders: number
  readonly totals: readonly (readonly [currency: string, hundredths: number])[]
  readonly orderTimes: readonly number[]
  /** When a decision from their own profile last reached them; 0: never. */
  readonly servedAt: number
}
