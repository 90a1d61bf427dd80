/**
 * The tail of a snapshot's row: what the profile adds to the visits. Flat lists, numbers for names, whole tenths and
 * hundredths for fractions, because every byte rides in every request. Each entry is checked on its own: what another
 * version wrote and this one cannot read is absent, and the rest stays. Pure.
 */
import { CAPS_MAX, capRows, capsOfRows, isRefusal } from './caps.ts'
import type { Lists } from './fit.ts'
import { HABIT_CELLS } from './habit.ts'
import { type OrderSummary, type ProfileView, type Snapshot, STAGES, type Traits } from './model.ts'
import { INTERESTS_MAX } from './traits.ts'
import { VIEW_AFFINITIES_MAX, VIEW_FOLLOWS_MAX, VIEW_HABITS_MAX, VIEW_STORES_MAX } from './view.ts'

const TENTHS = 10
const HUNDREDTHS = 100

export type Draft<T> = { -readonly [K in keyof T]: T[K] }

/** The entries that may be left out, as they are written. */
export function listsOf(snapshot: Snapshot): Lists {
  const { caps, createdAt, affinities = [], follows = [], stores = [], traits, habits = [] } = snapshot
  const rows = caps === undefined ? [] : capRows(caps, createdAt).slice(0, CAPS_MAX)
  const refused = rows.filter(isRefusal).length
  return {
    refusals: rows.slice(0, refused),
    caps: rows.slice(refused),
    affinities: affinities
      .slice(0, VIEW_AFFINITIES_MAX)
      .map(([category, score]) => [category, inTenths(score)]),
    follows: follows.slice(0, VIEW_FOLLOWS_MAX),
    stores: stores.slice(0, VIEW_STORES_MAX),
    interests: traits?.interests?.slice(0, INTERESTS_MAX) ?? [],
    habits: habits
      .slice(0, VIEW_HABITS_MAX)
      .map(([cell, aWeek]) => [HABIT_CELLS.indexOf(cell), inTenths(aWeek)]),
  }
}

/** What stands after the visits in a snapshot's row. */
export function tailOf(snapshot: Snapshot, lists: Lists): readonly unknown[] {
  const { createdAt, asOf, stage, traits, orders, recent, tied } = snapshot
  return [
    since(asOf, createdAt),
    stage === undefined ? null : STAGES.indexOf(stage),
    some([...lists.refusals, ...lists.caps]),
    some(lists.affinities.flat()),
    some(lists.follows),
    some(lists.stores.flat()),
    some(trimmed([traits?.ageBand, traits?.occupation, traits?.name])),
    some(lists.interests),
    some(lists.habits.flat()),
    orders === undefined ? null : orderRow(orders, createdAt),
    recent ?? null,
    tied ? 1 : null,
  ]
}

/** Without the nulls at its end. */
export function trimmed(row: readonly unknown[]): readonly unknown[] {
  let end = row.length
  while (end > 0 && (row[end - 1] === null || row[end - 1] === undefined)) end--
  return row.slice(0, end)
}

const some = (list: readonly unknown[]): readonly unknown[] | null => (list.length === 0 ? null : list)

function orderRow({ count, total, currency, lastAt, gapDays }: OrderSummary, createdAt: number) {
  const gap = gapDays === undefined ? null : inTenths(gapDays)
  return trimmed([count, Math.round(total * HUNDREDTHS), currency ?? null, since(lastAt, createdAt), gap])
}

/** Reads a tail into the snapshot that its row began. */
export function readTail(tail: readonly unknown[], createdAt: number, into: Draft<Snapshot>): void {
  const [
    asOfAfter,
    stage,
    caps,
    affinities,
    follows,
    stores,
    texts,
    interests,
    habits,
    orders,
    recent,
    tied,
  ] = tail
  if (isWhole(asOfAfter)) into.asOf = createdAt + asOfAfter
  const name = isWhole(stage) ? STAGES[stage] : undefined
  if (name !== undefined) into.stage = name
  const scores = readPairs(affinities, VIEW_AFFINITIES_MAX, isText, fromTenths)
  if (scores !== undefined) into.affinities = scores
  const brands = readTexts(follows, VIEW_FOLLOWS_MAX)
  if (brands !== undefined) into.follows = brands
  const days = readPairs(stores, VIEW_STORES_MAX, isText, (bits) => bits)
  if (days !== undefined) into.stores = days
  const traits = readTraits(texts, interests)
  if (traits !== undefined) into.traits = traits
  const cells = readPairs(habits, VIEW_HABITS_MAX, isCellNumber, fromTenths)
  if (cells !== undefined) {
    into.habits = cells.map(([cell, aWeek]) => [HABIT_CELLS[cell], aWeek]) as unknown as NonNullable<
      ProfileView['habits']
    >
  }
  const summary = readOrders(orders, createdAt)
  if (summary !== undefined) into.orders = summary
  if (isText(recent)) into.recent = recent
  if (tied) into.tied = true
  const counts = Array.isArray(caps) ? capsOfRows(caps.slice(0, CAPS_MAX), createdAt) : undefined
  if (counts !== undefined) into.caps = counts
}

/** Pairs out of a flat list, or undefined where it is none. */
function readPairs<K>(
  list: unknown,
  max: number,
  isKey: (key: unknown) => key is K,
  read: (whole: number) => number,
): readonly (readonly [K, number])[] | undefined {
  if (!Array.isArray(list) || list.length === 0 || list.length > max * 2) return undefined
  const pairs: (readonly [K, number])[] = []
  for (let at = 0; at < list.length; at += 2) {
    const key: unknown = list[at]
    const value: unknown = list[at + 1]
    if (!isKey(key) || !isCount(value, Number.MAX_SAFE_INTEGER)) return undefined
    pairs.push([key, read(value)])
  }
  return pairs
}

function readTexts(list: unknown, max: number): readonly string[] | undefined {
  if (!Array.isArray(list) || list.length === 0 || list.length > max) return undefined
  return list.every(isText) ? (list as readonly string[]) : undefined
}

function readTraits(texts: unknown, list: unknown): Traits | undefined {
  const [ageBand, occupation, name]: readonly unknown[] = Array.isArray(texts) ? texts : []
  const interests = readTexts(list, INTERESTS_MAX)
  const traits: Draft<Traits> = {}
  if (isText(ageBand)) traits.ageBand = ageBand
  if (isText(occupation)) traits.occupation = occupation
  if (interests !== undefined) traits.interests = interests
  if (isText(name)) traits.name = name
  return Object.keys(traits).length === 0 ? undefined : traits
}

function readOrders(row: unknown, createdAt: number): OrderSummary | undefined {
  if (!Array.isArray(row)) return undefined
  const [count, hundredths, currency, lastAfter, gap]: readonly unknown[] = row
  if (!isCount(count, Number.MAX_SAFE_INTEGER)) return undefined
  const orders: Draft<OrderSummary> = { count, total: isWhole(hundredths) ? hundredths / HUNDREDTHS : 0 }
  if (isText(currency)) orders.currency = currency
  if (isWhole(lastAfter)) orders.lastAt = createdAt + lastAfter
  if (isWhole(gap)) orders.gapDays = fromTenths(gap)
  return orders
}

export const since = (time: number | undefined, start: number): number | null =>
  time === undefined ? null : time - start

const inTenths = (value: number): number => Math.round(value * TENTHS)
const fromTenths = (whole: number): number => whole / TENTHS

const isText = (value: unknown): value is string => typeof value === 'string'
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
const isCellNumber = (value: unknown): value is number => isCount(value, HABIT_CELLS.length - 1)
export const isCount = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max
