/** When records that are no profile end; profiles have theirs in profile/retention.ts. Pure; times in epoch milliseconds. */
import { DAY_MS } from '../kit/time.ts'

/** 25 months, as for numbers that say nothing of anybody (CNIL, guidelines on audience measurement). */
export const RECORDS_LIFE_MS = 761 * DAY_MS

/** Operators' acts and answers about consent made before this moment are past their time. */
export const recordsBefore = (now: number): number => now - RECORDS_LIFE_MS

/** The day, UTC, that ended last: YYYY-MM-DD. */
export const dayBefore = (now: number): string => new Date(now - DAY_MS).toISOString().slice(0, 10)
