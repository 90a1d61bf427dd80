/**
 * What an isolate is made of. Two lifetimes: an `Isolate` holds what outlives requests, settled values only; the ports
 * that the other files make of it for each request hold everything that does I/O, because a client or promise that
 * outlives its request wedges the isolate.
 */
import { createReleaseStore } from '../campaign/store.ts'
import { compileStored } from '../campaign/stored.ts'
import type { Env } from '../env.ts'
import type { Forgetting } from '../flow/forgetting.ts'
import type { VisitorNews } from '../flow/news.ts'
import { createRecent, type Recent } from '../flow/recent.ts'
import { createReleases, type Releases } from '../flow/releases.ts'
import { createMemories, type Memories } from '../flow/remember.ts'
import { createStores, type Stores } from '../flow/stores.ts'
import { createSupplies, type Supplies } from '../flow/supply.ts'
import { createTally, type Tally } from '../flow/tally.ts'
import { createTombstones, type KnownTombstones } from '../flow/tombstones.ts'
import { type Counters, createCounters } from '../kit/counters.ts'
import type { Fault } from '../kit/fault.ts'
import { createQuota, type Quota } from '../kit/quota.ts'
import { ok, type Result } from '../kit/result.ts'
import { createPageMemory, type PageMemory } from '../page/cache.ts'
import { createProfileStore } from '../profile/store.ts'
import { createStoreList } from '../signals/store.ts'
import { createWeatherMemory, type WeatherMemory } from '../signals/weather.ts'
import { createSupplyStore } from '../supply/store.ts'
import { type Configuration, readConfiguration } from './configuration.ts'
import { openStore, ownCache, pageCache, STORE_TIMEOUT_MS } from './platform.ts'

/**
 * Of one isolate's page views at once, so that neither a busy hour nor a store that hangs makes them pile up: a libSQL
 * server takes 128 connections at once, and refuses everybody when writers wait on all of them.
 */
const VIEW_WRITERS = 2
const VIEW_READERS = 16
/** Questions of all doors of one isolate at once. */
const DOOR_PLACES = 24
/** Those of them that write; see kit/bounded.ts. */
const DOOR_WRITERS = 4
/**
 * Batches of the shop's servers that write at once. The store lets one in after the other, and a large one that waits
 * there turns round in circles on a processor that page views want.
 */
const BATCH_WRITERS = 1
/** Places of withdrawals and erasures, which stand in no line with what they are to end. */
const RIGHTS_PLACES = 2
/** What was sent a moment ago: some megabytes at most. */
const RECENT_MAX = 40_000
/** Longer than any look at the store takes: whoever holds a place by then was cut off with their request. */
const PLACE_HELD_MS = 4 * STORE_TIMEOUT_MS

/** What outlives requests. */
export interface Isolate extends Configuration {
  readonly memory: PageMemory
  /** Opens itself anew for each question. */
  readonly pageCache: Cache
  readonly weather: WeatherMemory
  readonly releases: Releases
  readonly stores: Stores
  /** What the live release asks for of the shop's stock. */
  readonly supplies: Supplies
  readonly tombstones: KnownTombstones
  /** What page views said, on its way to the store. */
  readonly memories: Memories
  /** Numbers of what page views have sent on; nobody can be told from them. */
  readonly recent: Recent
  /** How pages came out, not written yet. */
  readonly tally: Tally
  /** Readers of profiles for page views. */
  readonly readers: Quota
  /** Questions that doors put to the store. */
  readonly places: Quota
  /** What doors write to it. */
  readonly writers: Quota
  /** What batches of events write to it. */
  readonly batchWriters: Quota
  /** Withdrawals and erasures under way. */
  readonly rights: Quota
  readonly counters: Counters
  readonly queue: Queue<VisitorNews | Forgetting> | null
  /** False where this caller has asked too often; absent where no limit is bound. */
  readonly limit?: (key: string) => Promise<boolean>
  /** The same for one of the shop's servers, and for one visitor. */
  readonly limitSource?: (key: string) => Promise<boolean>
  readonly limitVisitor?: (key: string) => Promise<boolean>
}

/** Reads the configuration and makes what an isolate keeps; every fault at once. */
export async function createIsolate(env: Env): Promise<Result<Isolate, readonly Fault[]>> {
  const read = await readConfiguration(env)
  if (!read.ok) return read
  const { settings } = read.value
  const counters = createCounters((name, cause) =>
    console.warn(`selvedge: first ${name}${cause ? `: ${cause}` : ''}`),
  )
  const shared = { cache: () => ownCache, space: settings.dbUrl ?? '', now: Date.now, counters }
  return ok({
    ...read.value,
    memory: createPageMemory(settings.memoryBytes),
    pageCache: pageCache(settings),
    weather: createWeatherMemory(),
    releases: createReleases({
      ...shared,
      store: () => createReleaseStore(openStore(settings)),
      compile: compileStored,
      random: Math.random,
      ttlMs: settings.releaseTtlMs,
    }),
    stores: createStores({ list: () => createStoreList(openStore(settings)), now: Date.now, counters }),
    supplies: createSupplies({
      store: () => createSupplyStore(openStore(settings)),
      now: Date.now,
      counters,
    }),
    tombstones: createTombstones({ ...shared, store: () => createProfileStore(openStore(settings)) }),
    recent: createRecent(RECENT_MAX),
    tally: createTally(counters, Date.now),
    memories: createMemories(createQuota(VIEW_WRITERS, PLACE_HELD_MS, Date.now), counters),
    readers: createQuota(VIEW_READERS, PLACE_HELD_MS, Date.now),
    places: createQuota(DOOR_PLACES, PLACE_HELD_MS, Date.now),
    writers: createQuota(DOOR_WRITERS, PLACE_HELD_MS, Date.now),
    batchWriters: createQuota(BATCH_WRITERS, PLACE_HELD_MS, Date.now),
    rights: createQuota(RIGHTS_PLACES, PLACE_HELD_MS, Date.now),
    counters,
    queue: env.EVENTS ?? null,
    ...(env.RATE_LIMIT === undefined ? {} : { limit: limitBy(env.RATE_LIMIT) }),
    ...(env.SOURCE_LIMIT === undefined ? {} : { limitSource: limitBy(env.SOURCE_LIMIT) }),
    ...(env.VISITOR_LIMIT === undefined ? {} : { limitVisitor: limitBy(env.VISITOR_LIMIT) }),
  })
}

const limitBy =
  (binding: RateLimit) =>
  async (key: string): Promise<boolean> =>
    (await binding.limit({ key })).success
