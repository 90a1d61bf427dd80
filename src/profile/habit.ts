/** Habits: at what hours of their own week a visitor comes, and how often they go to which store. Pure. */
import { DAY_MS } from '../kit/time.ts'
import { DAYPARTS, WEEKDAYS } from '../signals/model.ts'
import { addCells, type CellBounds, cellOf, decayedSums, HALF_LIFE_MS, PERIOD_MS } from './decay.ts'
import type { Cell, Facts } from './facts.ts'
import type { Evidence, HabitCell } from './model.ts'

/** All 35 cells, Monday night first; a cell's number is its place here. */
export const HABIT_CELLS: readonly HabitCell[] = WEEKDAYS.flatMap((weekday) =>
  DAYPARTS.map((daypart): HabitCell => `${weekday}.${daypart}`),
)
const numberOf = new Map(HABIT_CELLS.map((cell, number) => [cell, number]))

/** Habits change with the season: nothing older than four periods speaks for one. */
const PERIODS = 4
const BOUNDS: CellBounds = { periods: PERIODS, cells: PERIODS * HABIT_CELLS.length }
const WEEK_MS = 7 * DAY_MS
/** Shorter acquaintance is taken for this long, so that one visit is no weekly habit. */
const MIN_SPAN_MS = 28 * DAY_MS
/** Days over which visits to a store are counted: four whole weeks. */
export const STORE_DAYS = 28
const STORE_WEEKS = STORE_DAYS / 7
/** Days × stores; a person who visits more than four stores every day is no person. */
const STORE_CELLS_MAX = 128
const ALL_DAYS = 2 ** STORE_DAYS - 1

type StoreDay = Facts['stores'][number]

export function habitCells({ kind, cell, at }: Evidence): readonly Cell<number>[] {
  const number = cell === undefined ? undefined : numberOf.get(cell)
  return kind !== 'visit' || number === undefined ? [] : [cellOf(number, 1, at)]
}

export const addHabit = (a: readonly Cell<number>[], b: readonly Cell<number>[]): readonly Cell<number>[] =>
  addCells(a, b, BOUNDS)

/**
 * Visits a week by cell at `now`, most first. A decayed count `S` of events that come at a steady rate `r` tends to
 * `r / λ · (1 − 2^(−T/halfLife))` after a time `T`, with `λ = ln 2 / halfLife` (the integral of the decay); solved
 * for `r`.
 */
export function habitsAt(
  { habit, firstAt }: Pick<Facts, 'habit' | 'firstAt'>,
  now: number,
): readonly (readonly [cell: HabitCell, aWeek: number])[] {
  const oldestKept = ((habit[0]?.[0] ?? 0) - PERIODS + 1) * PERIOD_MS
  // The acquaintance begins with an event, which stands for a week of its own: five Fridays are five weeks.
  const span = Math.max(MIN_SPAN_MS, now - Math.max(firstAt, oldestKept) + WEEK_MS)
  const aWeek = ((Math.LN2 / HALF_LIFE_MS) * WEEK_MS) / (1 - 2 ** (-span / HALF_LIFE_MS))
  return [...decayedSums(habit, now)]
    .map(([number, sum]) => [HABIT_CELLS[number] as HabitCell, sum * aWeek] as const)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

/** A purchase in a store is a visit to it. */
export function storeDays({ kind, store, at }: Evidence): readonly StoreDay[] {
  const isVisit = kind === 'store_visit' || kind === 'store_purchase'
  return store === undefined || !isVisit ? [] : [[Math.floor(at / DAY_MS), store]]
}

/** Days of both, each once, within 28 days of the latest; latest first, then by store. */
export function addStores(a: readonly StoreDay[], b: readonly StoreDay[]): readonly StoreDay[] {
  if (b.length === 0) return a
  if (a.length === 0) return b
  const known = new Map([...a, ...b].map((visit) => [`${visit[0]} ${visit[1]}`, visit]))
  const days = [...known.values()].sort((x, y) => y[0] - x[0] || (x[1] < y[1] ? -1 : 1))
  const latest = days[0]?.[0] ?? 0
  return days.filter(([day]) => day > latest - STORE_DAYS).slice(0, STORE_CELLS_MAX)
}

/** Each store's last 28 days as bits, bit 0 the day of `now`; the most visited first. A day ahead counts as today. */
export function storesAt(
  visits: readonly StoreDay[],
  now: number,
): readonly (readonly [store: string, days: number])[] {
  const today = Math.floor(now / DAY_MS)
  const days = new Map<string, number>()
  for (const [day, store] of visits) {
    const ago = Math.max(0, today - day)
    if (ago < STORE_DAYS) days.set(store, (days.get(store) ?? 0) | (1 << ago))
  }
  return [...days].sort((a, b) => bitCount(b[1]) - bitCount(a[1]) || (a[0] < b[0] ? -1 : 1))
}

/** Visits a week, over the 28 days that end `daysLater` days after the bits were made. */
export const storeVisitsAWeek = (days: number, daysLater: number): number =>
  daysLater >= STORE_DAYS ? 0 : bitCount((days << Math.max(0, daysLater)) & ALL_DAYS) / STORE_WEEKS

/** Set bits of a 32-bit number, in parallel (Warren: "Hacker's Delight", section 5-1). */
function bitCount(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555)
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333)
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
