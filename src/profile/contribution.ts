/**
 * Contributions: what events add up to. `combine` is a commutative monoid over facts with `EMPTY_FACTS` as its zero, so
 * that two tabs, two devices, a replayed queue and a merge of two people all come to the same, in any order. It counts
 * what it is given: that an event counts once is the store's part, by its id. Pure.
 */
import { DAY_MS } from '../kit/time.ts'
import { addAffinity, affinityCells } from './affinity.ts'
import type { Facts, Follow, Recent, Trait } from './facts.ts'
import { addHabit, addStores, habitCells, storeDays } from './habit.ts'
import { joinWords } from './latest.ts'
import type { Contribution, Evidence } from './model.ts'
import { addOrders, ordersOf } from './orders.ts'
import { TRAIT_NAMES } from './traits.ts'

/** Active days kept: enough to tell an acquaintance from an errand. */
const DAYS_MAX = 8
/** Brands that a visitor follows or has left; the earliest word is forgotten first. */
const FOLLOWS_MAX = 64

export const EMPTY_FACTS: Facts = {
  events: 0,
  firstAt: 0,
  lastAt: 0,
  days: [],
  affinity: [],
  habit: [],
  stores: [],
  follows: [],
  traits: [],
  recent: [],
  orders: 0,
  totals: [],
  orderTimes: [],
  servedAt: 0,
}

export const emptyContribution = (visitor: string): Contribution => ({
  visitor,
  linked: false,
  facts: EMPTY_FACTS,
})

/** What one event says. */
export function factsOf(evidence: Evidence): Facts {
  const { kind, at } = evidence
  return {
    events: 1,
    firstAt: at,
    lastAt: at,
    // Being shown something is not doing something.
    days: kind === 'served' ? [] : [Math.floor(at / DAY_MS)],
    affinity: affinityCells(evidence),
    habit: habitCells(evidence),
    stores: storeDays(evidence),
    follows: followOf(evidence),
    traits: traitOf(evidence),
    recent: recentOf(evidence),
    ...ordersOf(evidence),
    servedAt: kind === 'served' ? at : 0,
  }
}

/** Both together: associative and commutative, bounded, in canonical order. */
export function combine(a: Facts, b: Facts): Facts {
  if (a.events === 0) return b
  if (b.events === 0) return a
  return {
    events: a.events + b.events,
    firstAt: Math.min(a.firstAt, b.firstAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
    days: latestDays(a.days, b.days),
    affinity: addAffinity(a.affinity, b.affinity),
    habit: addHabit(a.habit, b.habit),
    stores: addStores(a.stores, b.stores),
    follows: joinWords(a.follows, b.follows, FOLLOWS_MAX),
    traits: joinWords(a.traits, b.traits, TRAIT_NAMES.length),
    recent: joinWords(a.recent, b.recent, 1),
    ...addOrders(a, b),
    servedAt: Math.max(a.servedAt, b.servedAt),
  }
}

/** The contribution after events that it does not have yet, in any order. */
export const applyAll = (contribution: Contribution, evidence: readonly Evidence[]): Contribution => ({
  ...contribution,
  facts: combine(contribution.facts, evidence.map(factsOf).reduce(combine, EMPTY_FACTS)),
})

function latestDays(a: readonly number[], b: readonly number[]): readonly number[] {
  if (b.length === 1 && a.includes(b[0] as number)) return a
  return [...new Set([...a, ...b])].sort((x, y) => y - x).slice(0, DAYS_MAX)
}

function followOf({ kind, brand, at, id }: Evidence): readonly Follow[] {
  if (brand === undefined || (kind !== 'follow' && kind !== 'unfollow')) return []
  return [[brand, kind === 'follow' ? 1 : 0, at, id]]
}

const traitOf = ({ kind, trait, at, id }: Evidence): readonly Trait[] =>
  kind !== 'declare' || trait === undefined ? [] : [[trait.name, trait.value, at, id]]

const recentOf = ({ kind, sku, at, id }: Evidence): readonly Recent[] =>
  kind !== 'view' || sku === undefined ? [] : [['product', sku, at, id]]
