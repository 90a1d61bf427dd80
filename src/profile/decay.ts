/**
 * Exponentially decayed counting that gives the same result in any order. Source: forward decay (Cormode, Shkapenyuk,
 * Srivastava, Xu: "Forward Decay: A Practical Time Decay Model for Streaming Systems", ICDE 2009): an event weighs
 * `strength · 2^((at − L) / halfLife)` for a fixed landmark L, and whoever reads at `t` divides by `2^((t − L) /
 * halfLife)`; no event ever has to be weighed again. Two things are ours. The landmark is the start of the event's
 * period of 28 days, so that weights stay between 1 and 2 and old periods can be dropped whole. And weights are
 * rounded to whole numbers once, because sums of whole numbers do not depend on their order and sums of fractions do.
 *
 * Bounds keep to the same rule: a cell's rank depends on nothing but its period and key, so that a cell once dropped
 * would be dropped in every other order too.
 */
import { hashFnv32a } from '../kit/hash.ts'
import { DAY_MS } from '../kit/time.ts'
import type { Cell } from './facts.ts'

export const HALF_LIFE_MS = 30 * DAY_MS
export const PERIOD_MS = 28 * DAY_MS
/** Units of a sum in one event of strength 1 at the start of its period. */
const FIXED_POINT = 1_024

export interface CellBounds {
  /** Periods kept, counted back from the latest one that has an event. */
  readonly periods: number
  readonly cells: number
}

/** The cell that one event makes. `at` in epoch milliseconds; `strength` may be negative. */
export function cellOf<K>(key: K, strength: number, at: number): Cell<K> {
  const period = Math.floor(at / PERIOD_MS)
  const weight = 2 ** ((at - period * PERIOD_MS) / HALF_LIFE_MS)
  return [period, key, Math.round(strength * weight * FIXED_POINT)]
}

/** Adds up the cells of both, within the bounds: the latest periods, and of one period those with the lowest hash. */
export function addCells<K extends string | number>(
  a: readonly Cell<K>[],
  b: readonly Cell<K>[],
  bounds: CellBounds,
): readonly Cell<K>[] {
  if (b.length === 0) return a
  if (a.length === 0) return b
  const sums = new Map<K, Map<number, number>>()
  let latest = Number.NEGATIVE_INFINITY
  for (const cells of [a, b]) {
    for (const [period, key, sum] of cells) {
      const periods = sums.get(key) ?? new Map<number, number>()
      periods.set(period, (periods.get(period) ?? 0) + sum)
      sums.set(key, periods)
      if (period > latest) latest = period
    }
  }
  const cells: Cell<K>[] = []
  for (const [key, periods] of sums) {
    for (const [period, sum] of periods) if (period > latest - bounds.periods) cells.push([period, key, sum])
  }
  cells.sort(byPeriodAndKey)
  return cells.length <= bounds.cells ? cells : strongestRank(cells, bounds.cells)
}

/** Value of each key at `now`, in units of strength. */
export function decayedSums<K>(cells: readonly Cell<K>[], now: number): Map<K, number> {
  const values = new Map<K, number>()
  let period = Number.NaN
  let scale = 0
  for (const [cellPeriod, key, sum] of cells) {
    if (cellPeriod !== period) {
      period = cellPeriod
      scale = 2 ** ((period * PERIOD_MS - now) / HALF_LIFE_MS) / FIXED_POINT
    }
    values.set(key, (values.get(key) ?? 0) + sum * scale)
  }
  return values
}

/** What is left of a value after `elapsedMs`, as a factor; a clock that ran backwards changes nothing. */
export const decayFactor = (elapsedMs: number): number => 2 ** (-Math.max(0, elapsedMs) / HALF_LIFE_MS)

function byPeriodAndKey<K>(a: Cell<K>, b: Cell<K>): number {
  if (a[0] !== b[0]) return b[0] - a[0]
  return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0
}

/** Hashes before keys, so that no shop's alphabet decides what is forgotten. */
function strongestRank<K>(cells: Cell<K>[], count: number): Cell<K>[] {
  const ranked = cells.map((cell) => ({ cell, hash: hashFnv32a(String(cell[1])) }))
  ranked.sort((a, b) => b.cell[0] - a.cell[0] || a.hash - b.hash || byPeriodAndKey(a.cell, b.cell))
  return ranked
    .slice(0, count)
    .map(({ cell }) => cell)
    .sort(byPeriodAndKey)
}
