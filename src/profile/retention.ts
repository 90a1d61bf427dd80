/**
 * How long each table of profiles is kept, and how an erased id is remembered without being known. Pure; times in epoch
 * milliseconds.
 */
import { mapBreathing } from '../kit/breathe.ts'
import { sha256 } from '../kit/bytes.ts'
import { DAY_MS } from '../kit/time.ts'
import { COOKIE_LIFE_MS } from './cookie.ts'
import { EVIDENCE_MAX_AGE_MS } from './evidence.ts'
import type { PurgeBefore } from './model.ts'

/** After the last event, as long as the cookie with the id can live. */
export const PROFILE_LIFE_MS = COOKIE_LIFE_MS
/** Longer than any cookie or queue may still carry an erased id. */
const TOMBSTONE_LIFE_MS = COOKIE_LIFE_MS + 30 * DAY_MS
/** 25 months: aggregates that say nothing of anybody. */
const COUNTS_LIFE_MS = 761 * DAY_MS
const HASH_BYTES = 8
/** In about a millisecond. */
const HASHED_AT_ONCE = 64

/** Everything older than these moments is past its time. */
export const purgeBefore = (now: number): PurgeBefore => ({
  // A day later than events are refused, so that both sides of the line agree whatever their clocks say.
  events: now - EVIDENCE_MAX_AGE_MS - DAY_MS,
  profiles: now - PROFILE_LIFE_MS,
  tombstones: now - TOMBSTONE_LIFE_MS,
  counts: now - COUNTS_LIFE_MS,
})

/** Gives what a tombstone of the id would be. */
export type Hasher = (visitor: string) => Promise<string>

/** The same of many ids, in their order. */
export const tombstonesOf = async (
  visitors: readonly string[],
  hasher: Hasher = tombstoneOf,
): Promise<readonly string[]> => Promise.all(await mapBreathing(visitors, HASHED_AT_ONCE, hasher))

/** Hashes each id once, for one request in which several ask for the same ones. */
export function createHasher(): Hasher {
  const known = new Map<string, Promise<string>>()
  return (visitor) => {
    const hash = known.get(visitor) ?? tombstoneOf(visitor)
    known.set(visitor, hash)
    return hash
  }
}

/** What a tombstone keeps of a visitor id: enough to know it again, not enough to name it. */
export async function tombstoneOf(visitor: string): Promise<string> {
  const hash = new DataView((await sha256(visitor)).buffer)
  return hash
    .getBigUint64(0)
    .toString(16)
    .padStart(2 * HASH_BYTES, '0')
}
