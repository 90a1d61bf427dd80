/**
 * What a request asks of the world outside: the store with its adapters, our cache, randomness. Store and cache are opened
 * anew each time and never kept; see isolate.ts.
 */
import type { Settings } from '../env.ts'
import { createIdentityStore } from '../identity/store.ts'
import { SelvedgeError } from '../kit/errors.ts'
import { type Database, openDatabase } from '../kit/sql.ts'
import { createMeasureStore } from '../measure/store.ts'
import type { Hasher } from '../profile/retention.ts'
import { createProfileStore } from '../profile/store.ts'

/** Bounds one round trip to the store where nobody's page waits for it. */
export const STORE_TIMEOUT_MS = 5_000

const CACHE_NAME = 'selvedge'

/** Opens the store for one request. Without `DB_URL` every question fails as an unreachable store does. */
export function openStore({ dbUrl, dbToken }: Settings): Database {
  return openDatabase({
    url: dbUrl ?? 'http://none',
    authToken: dbToken,
    timeoutMs: STORE_TIMEOUT_MS,
    ...(dbUrl === null ? { fetch: noStore } : {}),
  })
}

async function noStore(): Promise<never> {
  throw new SelvedgeError('store_unavailable', 'DB_URL is not set')
}

/** Where it stands who a browser is, and what is known of them. */
export function profileStores(db: Database) {
  return { profiles: createProfileStore(db), identities: createIdentityStore(db) }
}

/** Where what is told of visitors is written. `hasher`: one for all of them, where others hash the same ids. */
export const newsPorts = (db: Database, hasher?: Hasher) => ({
  profiles: createProfileStore(db, hasher),
  measures: createMeasureStore(db, hasher),
})

/**
 * A cache of our own, so that nothing in it can be taken for an answer of the storefront. It is opened anew each time,
 * and only where memory had nothing: what one request opened must not be used by another.
 */
const cacheNamed = (name: string): Cache => ({
  match: async (key, options) => (await caches.open(name)).match(key, options),
  put: async (key, response) => (await caches.open(name)).put(key, response),
  delete: async (key, options) => (await caches.open(name)).delete(key, options),
})

export const ownCache: Cache = cacheNamed(CACHE_NAME)

/** Of pages, one for each origin: when `ORIGIN` changes, no page of the old one is served any more. */
export const pageCache = ({ origin }: Pick<Settings, 'origin'>): Cache =>
  cacheNamed(`${CACHE_NAME} ${origin?.origin ?? ''}`)

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
