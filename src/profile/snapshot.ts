/**
 * Snapshot ⇄ bytes: a JSON array with its version first, `[1, id, createdAt, visits, lastSeenAt, …]`, times after the
 * first as milliseconds since `createdAt`. New facts are appended, so that an older reader skips what it does not know
 * and a newer one sees that it is absent; only a changed meaning takes a new version, and a foreign version is nobody.
 * What is appended and cannot be read counts as absent.
 */
import { fitLists, type Lists } from './fit.ts'
import type { Snapshot } from './model.ts'
import { type Draft, isCount, listsOf, readTail, since, tailOf, trimmed } from './tail.ts'

const VERSION = 1
/** Longest encoding that is written or read; sealed it leaves room in the cookie's 1.5 KB. */
export const SNAPSHOT_MAX_BYTES = 1_024
const VISITS_MAX = 1_000_000
/** The last moment that JavaScript's dates know. */
const TIME_MAX_MS = 8.64e15
const ID = /^[A-Za-z0-9_-]{1,64}$/
/** Where the facts of the profile begin; `tailOf` writes them and `readTail` reads them. */
const FIRST_OF_TAIL = 7

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The bytes, at most `SNAPSHOT_MAX_BYTES` of them: of a heavier snapshot the least useful entries are left out, see
 * fit.ts. Longer only where the id alone is.
 */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const lists = listsOf(snapshot)
  const write = (kept: Lists): Uint8Array => encoder.encode(JSON.stringify(rowOf(snapshot, kept)))
  return fitLists(lists, write, SNAPSHOT_MAX_BYTES)
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
  const snapshot: Draft<Snapshot> = { id, createdAt, visits, lastSeenAt: createdAt + seenAfter }
  if (startedAfter !== null) snapshot.visitStartedAt = createdAt + startedAfter
  if (previousAfter !== null) snapshot.previousVisitAt = createdAt + previousAfter
  if (row.length > FIRST_OF_TAIL) readTail(row.slice(FIRST_OF_TAIL), createdAt, snapshot)
  return snapshot
}

function rowOf(snapshot: Snapshot, lists: Lists): readonly unknown[] {
  const { id, createdAt, visits, lastSeenAt, visitStartedAt, previousVisitAt } = snapshot
  return trimmed([
    VERSION,
    id,
    createdAt,
    Math.min(visits, VISITS_MAX),
    lastSeenAt - createdAt,
    since(visitStartedAt, createdAt),
    since(previousVisitAt, createdAt),
    ...tailOf(snapshot, lists),
  ])
}

function parseRow(bytes: Uint8Array): readonly unknown[] | null {
  try {
    const row: unknown = JSON.parse(decoder.decode(bytes))
    return Array.isArray(row) ? row : null
  } catch {
    return null
  }
}
