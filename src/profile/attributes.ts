/**
 * The profile as conditions and templates read it: plain nested data under the names of the catalogue
 * (`campaign/attributes.ts`). On the hot path, so: no sorting, no regular expressions, one power of two a call. Pure.
 */
import { DAY_MS } from '../kit/time.ts'
import { normalAffinity } from './affinity.ts'
import { decayFactor } from './decay.ts'
import { storeVisitsAWeek } from './habit.ts'
import type { OrderSummary, Snapshot } from './model.ts'

type Plain = Record<string, unknown>

/**
 * What may be read of a visitor at `now`; of one without a snapshot, the stage only. Scores and rates fade from the
 * moment they were derived. `off` names the data classes that the visitor switched off: they are absent. `roots`: what
 * is asked for at all, everything unless told; what nobody asks for need not be reckoned.
 */
export function profileAttributes(
  snapshot: Snapshot | undefined,
  now: number,
  off: readonly string[] = [],
  roots?: ReadonlySet<string>,
): Readonly<Plain> {
  const attributes: Plain = {}
  const may = (name: string, other = name): boolean =>
    (roots === undefined || roots.has(name) || roots.has(other)) && !off.includes(name)
  if (snapshot === undefined) {
    if (may('stage')) attributes.stage = 'unknown'
    return attributes
  }
  if (may('stage')) attributes.stage = snapshot.stage ?? 'identified'
  if (snapshot.asOf === undefined) return attributes
  const factor = decayFactor(now - snapshot.asOf)
  if (may('affinity')) attributes.affinity = affinityOf(snapshot, factor)
  // `store.visitsPerWeek` is a habit too.
  if (may('habit', 'store')) attributes.habit = habitOf(snapshot, factor, now)
  if (may('follows')) attributes.follows = snapshot.follows ?? []
  if (may('traits')) attributes.traits = snapshot.traits ?? {}
  if (may('recent') && snapshot.recent !== undefined) attributes.recent = { product: snapshot.recent }
  if (may('orders')) attributes.orders = ordersOf(snapshot.orders, now)
  return attributes
}

/** Category → 0 to 1. */
function affinityOf({ affinities = [] }: Snapshot, factor: number): Plain {
  const affinity: Plain = {}
  for (const [category, score] of affinities) affinity[category] = normalAffinity(score * factor)
  return affinity
}

/** `{fri: {evening: 1.2}, stores: {corner: 3}}`: visits a week. */
function habitOf({ habits = [], stores = [], asOf = 0 }: Snapshot, factor: number, now: number): Plain {
  const habit: Record<string, Plain> = {}
  for (const [cell, aWeek] of habits) {
    const dot = cell.indexOf('.')
    const weekday = cell.slice(0, dot)
    habit[weekday] ??= {}
    habit[weekday][cell.slice(dot + 1)] = Math.round(aWeek * factor * 100) / 100
  }
  if (stores.length === 0) return habit
  const daysLater = Math.floor(now / DAY_MS) - Math.floor(asOf / DAY_MS)
  const visits: Plain = {}
  for (const [store, days] of stores) visits[store] = storeVisitsAWeek(days, daysLater)
  habit.stores = visits
  return habit
}

function ordersOf(orders: OrderSummary | undefined, now: number): Plain {
  if (orders === undefined) return { count: 0, total: 0 }
  const { lastAt, ...rest } = orders
  if (lastAt === undefined) return rest
  return { ...rest, daysSince: Math.max(0, Math.floor((now - lastAt) / DAY_MS)) }
}
