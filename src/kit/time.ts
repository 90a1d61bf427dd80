/**
 * Spans of time, for all of ours: `_MS` in the milliseconds of clocks and stored times, `_SECONDS` in the unit of HTTP's
 * lifetimes. A day is what a day is in Unix time, 24 hours whatever a timezone's clocks do in it, since POSIX counts no
 * leap seconds (IEEE Std 1003.1, "Seconds Since the Epoch"); days of a visitor's own are for signals/clock.ts to tell.
 */
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

export const HOUR_SECONDS = 3_600
export const DAY_SECONDS = 24 * HOUR_SECONDS
/** The longest that anything is kept by caches, a year of 365 days (RFC 2616, section 14.21, set it for `Expires`). */
export const YEAR_SECONDS = 365 * DAY_SECONDS

const DAY = /^\d{4}-\d\d-\d\d$/
/** A day that there is, YYYY-MM-DD: `Date.parse` reads 30 February as 2 March, so it has to come out as it was written. */
export const isDay = (text: string): boolean =>
  // What is no date has no JSON, whatever its type says.
  DAY.test(text) && new Date(`${text}T00:00Z`).toJSON()?.startsWith(text) === true

/** Epoch milliseconds of a time that begins with its day; NaN where there is no such time or day. */
export const momentOf = (text: string): number => (isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN)
