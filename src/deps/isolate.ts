/**
 * What an isolate keeps between requests: settled values only, made once of its configuration. Nothing in it does I/O or
 * belongs to a request, because a client or promise that outlives its request wedges the isolate.
 */
import { createReleaseStore } from '../campaign/store.ts'
import { compileStored } from '../campaign/stored.ts'
import { type OptOutRegions, parseOptOut } from '../consent/region.ts'
import { type ExemptCountries, parseExempt } from '../consent/today.ts'
import { type Env, parseEnv, type Settings } from '../env.ts'
import type { Forgetting } from '../flow/letgo.ts'
import type { VisitorNews } from '../flow/news.ts'
import { createRecent, type Recent } from '../flow/recent.ts'
import { createReleases, type Releases } from '../flow/releases.ts'
import { createMemories, type Memories } from '../flow/remember.ts'
import { createStores, type Stores } from '../flow/stores.ts'
import { createSupplies, type Supplies } from '../flow/supply.ts'
import { createTally, type Tally } from '../flow/tally.ts'
import { createTombstones, type KnownTombstones } from '../flow/tombstones.ts'
import { importPersonKey } from '../identity/person.ts'
import { parseTokens, type Token } from '../kit/auth.ts'
import { type Counters, createCounters } from '../kit/counters.ts'
import type { Fault } from '../kit/fault.ts'
import { createQuota, type Quota } from '../kit/quota.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { importKeyring, type Keyring } from '../kit/seal.ts'
import { createPageMemory, type PageMemory } from '../page/cache.ts'
import { type Classify, createClassifier } from '../page/classify.ts'
import { createProfileStore } from '../profile/store.ts'
import { createStoreList } from '../signals/store.ts'
import { createWeatherMemory, type WeatherMemory } from '../signals/weather.ts'
import { createSupplyStore } from '../supply/store.ts'
import { openStore, ownCache, STORE_TIMEOUT_MS } from './platform.ts'

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
/** Places of withdrawals and erasures, which stand in no line with what they are to end. */
const RIGHTS_PLACES = 2
/** What was sent a moment ago: some megabytes at most. */
const RECENT_MAX = 40_000
/** Longer than any look at the store takes: whoever holds a place by then was cut off with their request. */
const PLACE_HELD_MS = 4 * STORE_TIMEOUT_MS

/** What outlives requests. */
export interface Isolate {
  readonly settings: Settings
  readonly keyring: Keyring
  /** Null where the shop's servers may not speak of customers. */
  readonly personKey: CryptoKey | null
  readonly tokens: readonly Token[]
  readonly optOut: OptOutRegions
  readonly exempt: ExemptCountries
  readonly classify: Classify
  readonly memory: PageMemory
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
  const parsed = parseEnv(env)
  if (!parsed.ok) return parsed
  const settings = parsed.value
  const keyring = await importKeyring(settings.sealKeys)
  const tokens = parseTokens(settings.apiToken)
  const optOut = parseOptOut(settings.consentOptOut)
  const exempt = parseExempt(settings.exemptTests)
  const classify = tryClassifier(settings)
  const personKey =
    settings.identityKey === undefined ? ok(null) : await importPersonKey(settings.identityKey)
  const faults = [
    ...within('SEAL_KEYS', keyring),
    ...within('API_TOKEN', tokens),
    ...within('CONSENT_OPT_OUT', optOut),
    ...within('EXEMPT_TESTS', exempt),
    ...within('EXCLUDE_PATHS', classify),
    ...within('IDENTITY_KEY', personKey),
  ]
  if (!keyring.ok || !tokens.ok || !optOut.ok || !exempt.ok || !classify.ok || !personKey.ok)
    return err(faults)
  const counters = createCounters((name) => console.warn(`selvedge: first ${name}`))
  const shared = { cache: () => ownCache, space: settings.dbUrl ?? '', now: Date.now, counters }
  return ok({
    settings,
    keyring: keyring.value,
    personKey: personKey.value,
    tokens: tokens.value,
    optOut: optOut.value,
    exempt: exempt.value,
    classify: classify.value,
    memory: createPageMemory(settings.memoryBytes),
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

function tryClassifier(settings: Settings): Result<Classify, readonly Fault[]> {
  try {
    return ok(createClassifier(settings))
  } catch (cause) {
    return err([{ path: '', code: 'bad_pattern', message: (cause as Error).message }])
  }
}

/** The faults of a variable's own parser, under the variable's name. */
function within(name: keyof Env, parsed: Result<unknown, readonly Fault[]>): readonly Fault[] {
  if (parsed.ok) return []
  return parsed.error.map((fault) => ({
    ...fault,
    path: `/${name}${fault.path}`,
    message: `${name}: ${fault.message}`,
  }))
}
