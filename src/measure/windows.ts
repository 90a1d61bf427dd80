/**
 * When things count. An exposure opens windows around its first moment: before it, for what the visitor was like without
 * it, and after it. It stays open for as long as everything in its windows is sure to be kept; what comes later than that
 * counts nowhere, and neither does an exposure that would begin closed. Pure; times in epoch milliseconds.
 */
import { DAY_MS } from '../kit/time.ts'
import { EVIDENCE_MAX_AGE_MS } from '../profile/evidence.ts'

/** CUPED's companion of a metric is taken from this long before the first exposure. */
export const BEFORE_MS = 28 * DAY_MS
/** Coming back counts in these weeks after the first exposure; the first moment is in, the last is not. */
export const RETENTION_WEEK_MS = 7 * DAY_MS
export const RETENTION_7_MS = 7 * DAY_MS
export const RETENTION_28_MS = 28 * DAY_MS
/**
 * How long an exposure can still change: outcomes are kept for 90 days, and the earliest it asks for are 28 days older
 * than itself. Its last window ends after 35 days, so what comes 27 days late still counts.
 */
const OPEN_MS = EVIDENCE_MAX_AGE_MS - BEFORE_MS
/** Longest visit, where no later one is known to have begun: then `engaged` a day later is not about this one. */
export const VISIT_MAX_MS = DAY_MS
/** How far the clock of a browser that saw something may be behind the one that sent the page. */
export const SIGHT_BEHIND_MS = DAY_MS

export const isOpen = (exposedAt: number, now: number): boolean => exposedAt > now - OPEN_MS

/** The cohort of a first exposure: its day in UTC, YYYY-MM-DD. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
