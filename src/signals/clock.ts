/**
 * The visitor's own wall clock. `Intl` knows every timezone and its changes, and asking it costs microseconds; so the
 * offset of a zone is remembered for the quarter of an hour that was asked about, and the rest is arithmetic.
 */
import { memo } from '../kit/memo.ts'
import { DAY_MS, MINUTE_MS } from '../kit/time.ts'
import type { Clock, Daypart, Season } from './model.ts'
import { SEASONS, WEEKDAYS } from './model.ts'

/** Offsets and today's changes of them are multiples of a quarter of an hour. */
const SLICE_MS = 15 * MINUTE_MS
/** 9999-12-30: years keep four digits, in any zone. */
const MAX_MS = 253_402_128_000_000
/** There are about 420 canonical zones; a shop sees a few dozen. */
const MAX_ZONES = 512

/** First local hour of each daypart; what is before the first and from the last on is night. */
const DAYPART_STARTS: readonly (readonly [number, Daypart])[] = [
  [22, 'night'],
  [18, 'evening'],
  [14, 'afternoon'],
  [11, 'midday'],
  [6, 'morning'],
  [0, 'night'],
]
const DAYPART_BY_HOUR: readonly Daypart[] = Array.from(
  { length: 24 },
  (_, hour) => DAYPART_STARTS.find(([start]) => hour >= start)?.[1] ?? 'night',
)

const MONTHS_PER_SEASON = 3

/** A zone, and the slice for which its offset is known. Values only, a pure function of zone and slice. */
interface Zone {
  readonly name: string
  readonly offsetAt: (instant: number) => number
  slice: number
  offset: number
}

const zoneOf = memo<string, Zone>(MAX_ZONES, (timezone) => {
  const format = formatterOf(timezone)
  const isKnown = format !== undefined
  return {
    name: isKnown ? timezone : 'UTC',
    offsetAt: isKnown ? (instant) => offsetBy(format, instant) : () => 0,
    slice: Number.NaN,
    offset: 0,
  }
})

/**
 * Local time at `now` (epoch milliseconds, from 1970 to the year 9999) in an IANA timezone; UTC where the zone is
 * missing or unknown. The season is meteorological (whole months from 1 December, 1 March …), turned round south of
 * the equator, and absent without a latitude; near the equator it is the calendar's, not the weather's.
 * The weekend is Saturday and Sunday.
 */
export function clockAt(now: number, timezone?: string, latitude?: number): Clock {
  const instant = Number.isFinite(now) ? Math.min(Math.max(now, 0), MAX_MS) : 0
  const zone = zoneOf(timezone ?? 'UTC')
  const local = new Date(instant + offsetOf(zone, instant))
  const weekday = (local.getUTCDay() + 6) % 7
  const hour = local.getUTCHours()
  const clock: Clock = {
    hour,
    minute: local.getUTCMinutes(),
    weekday: WEEKDAYS[weekday] ?? 'mon',
    isWeekend: weekday >= 5,
    daypart: DAYPART_BY_HOUR[hour] ?? 'night',
    date: dateText(local),
    timezone: zone.name,
  }
  return latitude === undefined || Number.isNaN(latitude)
    ? clock
    : { ...clock, season: seasonOf(local.getUTCMonth(), latitude) }
}

function seasonOf(month: number, latitude: number): Season {
  const northern = Math.floor(((month + 1) % 12) / MONTHS_PER_SEASON)
  return SEASONS[latitude < 0 ? (northern + 2) % 4 : northern] ?? 'winter'
}

/** Keeps the offset of a slice only where both its ends agree: some zones once changed at odd minutes. */
function offsetOf(zone: Zone, instant: number): number {
  const slice = Math.floor(instant / SLICE_MS)
  if (zone.slice === slice) return zone.offset
  const offset = zone.offsetAt(instant)
  if (zone.offsetAt(slice * SLICE_MS) === zone.offsetAt((slice + 1) * SLICE_MS - 1)) {
    zone.slice = slice
    zone.offset = offset
  }
  return offset
}

function formatterOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
}

/** Milliseconds east of UTC: the wall clock, read as if it were UTC, less the instant in whole seconds. */
function offsetBy(format: Intl.DateTimeFormat, instant: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000
}

/** The last date asked for: nearly every visitor of an isolate is on the same day. A value, made from its key. */
let lastDay = Number.NaN
let lastDate = ''

function dateText(local: Date): string {
  const day = Math.floor(local.getTime() / DAY_MS)
  if (day !== lastDay) {
    lastDay = day
    lastDate = local.toISOString().slice(0, 10)
  }
  return lastDate
}
