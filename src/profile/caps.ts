/** How the cookie keeps what was shown how often: keys, and the compact rows of the encoding. Pure. */
import { HOUR_MS } from '../kit/time.ts'
import type { CapCount, CapCounts, CapSubject } from './model.ts'

/** Campaigns, groups and products counted; the one shown longest ago is forgotten first. */
export const CAPS_MAX = 24
/** Counts end here; an `ignored` of this many, which no ignoring reaches, says that the visitor refused it. */
export const COUNT_MAX = 1_000_000
const LETTERS: Readonly<Record<CapSubject, string>> = { campaign: 'c', group: 'g', product: 'p' }
const KEY = /^[cgp]:.{1,64}$/su

/** One row of the encoding: key, hours since the id was made, then the counts up to the last that is not 0. */
export type CapRow = readonly [key: string, hour: number, ...counts: number[]]

/** The visitor said "not relevant" or "too personal" to it. */
export const isRefused = ({ ignored }: Pick<CapCount, 'ignored'>): boolean => ignored >= COUNT_MAX

export const capKey = (subject: CapSubject, id: string): string =>
  `${LETTERS[subject]}:${id.slice(0, 64).toWellFormed()}`

type Entry = readonly [key: string, count: CapCount]

/** What was refused first, since that must not be forgotten; then what was shown last. */
export const byUse = ([a, x]: Entry, [b, y]: Entry): number =>
  Number(isRefused(y)) - Number(isRefused(x)) || y.hour - x.hour || (a < b ? -1 : 1)

/** Rows in the order of their use. */
export function capRows(caps: CapCounts, createdAt: number): readonly CapRow[] {
  const made = hourOf(createdAt)
  return Object.entries(caps)
    .sort(byUse)
    .map(([key, { hour, inHour, inDay, inWeek, total, ignored }]): CapRow => {
      const counts = [inHour, inDay, inWeek, total, ignored].map((count) => Math.min(count, COUNT_MAX))
      while (counts.at(-1) === 0) counts.pop()
      return [key, hour - made, ...counts]
    })
}

/** The visitor said no to it; such rows come first. */
export const isRefusal = (row: CapRow): boolean => row[6] === COUNT_MAX

/** The counts that rows stand for; rows that are none are left out. */
export function capsOfRows(rows: readonly unknown[], createdAt: number): CapCounts | undefined {
  const made = hourOf(createdAt)
  const caps: Record<string, CapCount> = {}
  let found = false
  for (const row of rows) {
    if (!isCapRow(row)) continue
    const [key, hour, inHour = 0, inDay = 0, inWeek = 0, total = 0, ignored = 0] = row
    caps[key] = { hour: made + hour, inHour, inDay, inWeek, total, ignored }
    found = true
  }
  return found ? caps : undefined
}

const hourOf = (time: number): number => Math.floor(time / HOUR_MS)

function isCapRow(row: unknown): row is CapRow {
  if (!Array.isArray(row) || row.length < 2 || row.length > 7) return false
  if (typeof row[0] !== 'string' || !KEY.test(row[0]) || !Number.isSafeInteger(row[1])) return false
  for (let place = 2; place < row.length; place++) {
    const count: unknown = row[place]
    if (!Number.isSafeInteger(count) || (count as number) < 0 || (count as number) > COUNT_MAX) return false
  }
  return true
}
