/**
 * The shop's stores as an isolate knows them, and what becomes of a position that a visitor shares. The list is small
 * and changes rarely: requests read it from memory, and one of them every ten minutes starts looking for a newer one.
 * Only settled values are held, never promises or clients.
 */
import type { Consent } from '../consent/model.ts'
import type { Counters } from '../kit/counters.ts'
import type { Deadline } from '../kit/deadline.ts'
import type { Coordinates } from '../signals/geo.ts'
import { nearCookie } from '../signals/near.ts'
import type { StoreList } from '../signals/store.ts'
import { type Nearest, type Store, storeNear } from '../signals/stores.ts'

export interface StoresOptions {
  /** Called once a look-up, in the request that it serves. */
  readonly list: () => Pick<StoreList, 'all'>
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly counters: Counters
}

export interface Stores {
  /** The list as it is known; empty until it was looked up. */
  readonly current: () => readonly Store[]
  /** The first requests of an isolate wait for the list within their deadline, all others never. */
  readonly ready: (deadline: Deadline, waitUntil: (work: Promise<unknown>) => void) => Promise<void>
  /** Looks now, so that who has just replaced the list sees it. Never throws. */
  readonly reload: () => Promise<void>
}

const TTL_MS = 600_000
const RETRY_MS = 10_000
const NONE: readonly Store[] = Object.freeze([])

export function createStores({ list, now, counters }: StoresOptions): Stores {
  let known: readonly Store[] | null = null
  let askAgainAt = 0

  async function look(): Promise<void> {
    // Of many requests one renews the list; while there is none each asks for itself, for none can wait for another.
    if (known !== null) askAgainAt = now() + RETRY_MS
    try {
      known = await list().all()
      askAgainAt = now() + TTL_MS
    } catch {
      askAgainAt = now() + RETRY_MS
      counters.add('stores_unknown')
    }
  }

  return {
    current: () => known ?? NONE,
    async ready(deadline, waitUntil) {
      if (now() < askAgainAt) return
      const work = look()
      waitUntil(work)
      if (known !== null) return
      await deadline.within(work, undefined)
      // Late: nobody else waits for a while.
      if (known === null) askAgainAt = now() + RETRY_MS
    },
    reload: look,
  }
}

/** Who shares a position, as far as it matters here. */
export interface Sharer {
  readonly consent: Consent
  /** Data classes that the visitor switched off. */
  readonly off: readonly string[]
}

export interface Shared {
  readonly nearest: Nearest | undefined
  readonly setCookie: string
}

/** Agreed to personalization, and wants stores and places used. */
export const mayShare = ({ consent, off }: Sharer): boolean =>
  consent.personalization.granted && !off.includes('store') && !off.includes('place')

/**
 * Answers a shared position with the nearest store and forgets the position. Null without consent to personalization,
 * or where the visitor does not want stores or places used.
 */
export function sharePosition(place: Coordinates, sharer: Sharer, stores: readonly Store[]): Shared | null {
  if (!mayShare(sharer)) return null
  const nearest = storeNear(stores, place)
  return { nearest, setCookie: nearCookie(nearest) }
}
