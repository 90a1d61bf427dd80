/** When records that are no profile end; profiles have theirs in profile/retention.ts. Pure; times in epoch milliseconds. */
import type { RecordsBefore } from './model.ts'

const DAY_MS = 86_400_000
/** 25 months, as for numbers that say nothing of anybody (CNIL, guidelines on audience measurement). */
export const RECORDS_LIFE_MS = 761 * DAY_MS

/** Everything older than these moments is past its time. A used link is of no use once it would have ended by itself. */
export const recordsBefore = (now: number): RecordsBefore & { readonly consents: number } => ({
  audit: now - RECORDS_LIFE_MS,
  consents: now - RECORDS_LIFE_MS,
  linkTokens: now,
})

/** The day, UTC, that ended last: YYYY-MM-DD. */
export const dayBefore = (now: number): string => new Date(now - DAY_MS).toISOString().slice(0, 10)
