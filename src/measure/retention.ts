/** How long measures and their sums are kept. Pure; times in epoch milliseconds. */
import { DAY_MS } from '../kit/time.ts'
import { EVIDENCE_MAX_AGE_MS } from '../profile/evidence.ts'
import type { MeasuresBefore } from './model.ts'

/** 25 months: sums that say nothing of anybody. */
const CELLS_LIFE_MS = 761 * DAY_MS
/** Time to look at what the queue gave up on, and to replay it. */
const LETTERS_LIFE_MS = 30 * DAY_MS

/** Everything older than these moments is past its time. */
export const measuresBefore = (now: number): MeasuresBefore => ({
  // A day later than outcomes are refused, so that both sides of the line agree whatever their clocks say.
  outcomes: now - EVIDENCE_MAX_AGE_MS - DAY_MS,
  cells: now - CELLS_LIFE_MS,
  letters: now - LETTERS_LIFE_MS,
})
