/**
 * Snapshot ⇄ bytes: a JSON array with its version first, `[1, id, createdAt, visits, lastSeenAt, …]`, times after the
 * first as milliseconds since `createdAt`. New facts are appended, so that an older reader skips what it does not know
 * and a newer one sees that it is absent; only a changed meaning takes a new version, and a foreign version is nobody.
 */
import type { Snapshot } from './model.ts'

const VERSION = 1
/** Longest encoding that is written or read; sealed it leaves room in the cookie's 1.5 KB. */
export const SNAPSHOT_MAX_BYTES = 1_024
const VISITS_MAX = 1_000_000
/** The last moment that JavaScript's dates know. */
const TIME_MAX_MS = 8.64e15
const ID = /^[A-Za-z0-9_-]{1,64}$/

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const { id, createdAt, visits, lastSeenAt, visitStartedAt, previousVisitAt } = snapshot
  const row = [
    VERSION,
    id,
    createdAt,
    Math.min(visits, VISITS_MAX),
    lastSeenAt - createdAt,
    since(visitStartedAt, createdAt),
    since(previousVisitAt, createdAt),
  ]
  while (row.at(-1) === null) row.pop()
  return encoder.encode(JSON.stringify(row))
}

/** The snapshot, or null for anything else: too long, damaged, out of bounds, of another version. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot | null {
  if (bytes.length > SNAPSHOT_MAX_BYTES) return null
  const row = parseRow(bytes)
  if (row === null || row[0] !== VERSION) return null
  const [, id, createdAt, visits, seenAfter, startedAfter = null, previousAfter = null] = row
  if (typeof id !== 'string' || !ID.test(id)) return null
  if (!isCount(createdAt, TIME_MAX_MS) || !isCount(visits, VISITS_MAX) || visits < 1) return null
  if (!isCount(seenAfter, TIME_MAX_MS - createdAt)) return null
  if (startedAfter !== null && !isCount(startedAfter, seenAfter)) return null
  if (previousAfter !== null && !isCount(previousAfter, seenAfter)) return null
  return {
    id,
    createdAt,
    visits,
    lastSeenAt: createdAt + seenAfter,
    ...(startedAfter === null ? {} : { visitStartedAt: createdAt + startedAfter }),
    ...(previousAfter === null ? {} : { previousVisitAt: createdAt + previousAfter }),
  }
}

const since = (time: number | undefined, start: number): number | null =>
  time === undefined ? null : time - start

const isCount = (value: unknown, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max

function parseRow(bytes: Uint8Array): readonly unknown[] | null {
  try {
    const row: unknown = JSON.parse(decoder.decode(bytes))
    return Array.isArray(row) ? row : null
  } catch {
    return null
  }
}
