/** Visits: when one ends and the next begins, and what the snapshot says of them. Pure; `now` in epoch milliseconds. */
import { encodeBase64url } from '../kit/base64.ts'
import { DAY_MS, MINUTE_MS } from '../kit/time.ts'
import type { Visit } from '../signals/model.ts'
import type { Snapshot } from './model.ts'

/** Silence after which the next page view is a new visit: the session length of common web analytics. */
export const VISIT_GAP_MS = 30 * MINUTE_MS
/** Less than this after the last sighting, the snapshot is left as it is, so that most page views set no cookie. */
const TOUCH_STEP_MS = MINUTE_MS
export const VISITOR_ID_BYTES = 16

/** A visitor id: 128 random bits as 22 characters. It says nothing about anybody. */
export function newVisitorId(random: Uint8Array): string {
  if (random.length !== VISITOR_ID_BYTES) throw new RangeError(`an id takes ${VISITOR_ID_BYTES} random bytes`)
  return encodeBase64url(random)
}

/** The snapshot of somebody seen for the first time. */
export const newSnapshot = (id: string, now: number): Snapshot => ({
  id,
  createdAt: now,
  visits: 1,
  lastSeenAt: now,
})

/**
 * The snapshot after this page view. The very same object comes back where nothing is worth writing: then no cookie
 * has to be sealed. A clock that ran backwards changes nothing.
 */
export function touchVisit(snapshot: Snapshot, now: number): Snapshot {
  const silence = now - snapshot.lastSeenAt
  if (silence < TOUCH_STEP_MS) return snapshot
  if (silence < VISIT_GAP_MS) return { ...snapshot, lastSeenAt: now }
  return {
    ...snapshot,
    visits: snapshot.visits + 1,
    lastSeenAt: now,
    previousVisitAt: snapshot.visitStartedAt ?? snapshot.createdAt,
    visitStartedAt: now,
  }
}

/** What conditions and templates may read as `visit.…`; empty for somebody who has no snapshot. */
export function visitSignals(snapshot: Snapshot | undefined, now: number): Visit {
  if (snapshot === undefined) return {}
  const visit = { count: snapshot.visits, returning: snapshot.visits > 1 }
  if (snapshot.previousVisitAt === undefined) return visit
  return { ...visit, daysSince: Math.max(0, Math.floor((now - snapshot.previousVisitAt) / DAY_MS)) }
}
