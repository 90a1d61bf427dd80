/**
 * Erased ids as an isolate knows them, so that a cookie from before an erasure is void without asking the store. Until
 * the list is known no cookie is believed at all: a page without personal pieces is the smaller harm. Settled values
 * only; a look-up that hangs with its request is overtaken by the next one.
 */
import type { Counters } from '../kit/counters.ts'
import type { Deadline } from '../kit/deadline.ts'
import { createHashes, hashesFrom } from '../kit/hashes.ts'
import type { Soon } from '../kit/soon.ts'
import { DAY_SECONDS } from '../kit/time.ts'
import type { ProfileStore } from '../profile/model.ts'
import { tombstoneOf } from '../profile/retention.ts'

export interface TombstonesOptions {
  /** Called once a look-up, in the request that it serves. */
  readonly store: () => Pick<ProfileStore, 'tombstonesSince'>
  readonly cache: () => Pick<Cache, 'match' | 'put'>
  /** Names the store, so that two deployments in one zone never read each other's copies. */
  readonly space: string
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly counters: Counters
}

export interface KnownTombstones {
  /** Whether a cookie of this id may be believed. True is the answer to everything before the list is known. */
  readonly isErased: (visitor: string) => Soon<boolean>
  readonly isKnown: () => boolean
  /** The first requests of an isolate wait within their deadline, all others never. */
  readonly ready: (deadline: Deadline, waitUntil: (work: Promise<unknown>) => void) => Soon<void>
  /** Tells this isolate of an erasure that it has just carried out. */
  readonly add: (visitor: string) => Promise<void>
}

const TTL_MS = 10_000
const RETRY_MS = 1_000
/** A data centre's copy may start an isolate; the store is asked for what came since. */
const COPY_KEPT_SECONDS = DAY_SECONDS
/** Pages of one look-up; more come with the next. */
const MAX_PAGES = 50
/** How far a copy reaches. */
const CURSOR_HEADER = 'Selvedge-Cursor'
/** A copy that lacks no more is near enough: the store tells the rest. */
const COPY_MAY_LACK = 0.1

export function createTombstones(options: TombstonesOptions): KnownTombstones {
  const { now, counters } = options
  const copyKey = `https://selvedge.invalid/tombstones/${encodeURIComponent(options.space)}`
  let erased = createHashes()
  /** How many a copy is known to have; below 0 where there is none. */
  let copied = -1
  let cursor = 0
  let isKnown = false
  let askAgainAt = 0

  async function fromCopy(): Promise<void> {
    const copy = await options.cache().match(copyKey)
    const reach = Number(copy?.headers.get(CURSOR_HEADER) ?? Number.NaN)
    const hashes = copy === undefined ? null : hashesFrom(await copy.arrayBuffer())
    // What is known already may not be in it.
    if (hashes === null || !(reach >= 0) || erased.size() > 0) return
    erased = hashes
    copied = hashes.size()
    cursor = reach
    isKnown = true
  }

  async function fromStore(): Promise<void> {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const found = await options.store().tombstonesSince(cursor)
      for (const hash of found.hashes) erased.add(hash)
      cursor = Math.max(cursor, found.cursor)
      if (found.more) continue
      // Not before the last of them: whoever stands there was erased as well.
      isKnown = true
      return copyOut()
    }
  }

  async function copyOut(): Promise<void> {
    if (erased.size() * (1 - COPY_MAY_LACK) <= copied) return
    copied = erased.size()
    const headers = { [CURSOR_HEADER]: String(cursor), 'Cache-Control': `max-age=${COPY_KEPT_SECONDS}` }
    await options.cache().put(copyKey, new Response(erased.bytes(), { headers }))
  }

  async function look(): Promise<void> {
    // Of many requests one renews the list; while there is none each asks for itself, for none can wait for another.
    if (isKnown) askAgainAt = now() + RETRY_MS
    try {
      if (!isKnown) await fromCopy().catch(() => {})
      await fromStore()
      askAgainAt = now() + (isKnown ? TTL_MS : RETRY_MS)
    } catch {
      askAgainAt = now() + RETRY_MS
      counters.add('tombstones_unknown')
    }
  }

  return {
    isErased(visitor) {
      if (!isKnown) return true
      return erased.size() > 0 && tombstoneOf(visitor).then((hash) => erased.has(hash))
    },
    isKnown: () => isKnown,
    ready(deadline, waitUntil) {
      if (now() < askAgainAt) return
      const work = look()
      waitUntil(work)
      if (isKnown) return
      return deadline.within(work, undefined).then(() => {
        // Late: nobody else waits for a while.
        if (!isKnown) askAgainAt = now() + RETRY_MS
      })
    },
    async add(visitor) {
      erased.add(await tombstoneOf(visitor))
    },
  }
}
