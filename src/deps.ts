/**
 * Adapters joined to ports. Two lifetimes: an `Isolate` holds what outlives requests, settled values only; the ports of
 * a request hold everything that does I/O, because a client or promise that outlives its request wedges the isolate.
 */
import { compileRelease } from './campaign/compile.ts'
import { createReleaseStore } from './campaign/store.ts'
import { type OptOutRegions, parseOptOut } from './consent/region.ts'
import { type Env, parseEnv, type Settings } from './env.ts'
import type { PersonalizePorts } from './flow/ports.ts'
import { createReleases, type Releases } from './flow/releases.ts'
import { parseTokens, type Token } from './kit/auth.ts'
import { type Counters, createCounters } from './kit/counters.ts'
import type { Fault } from './kit/fault.ts'
import { err, ok, type Result } from './kit/result.ts'
import { importKeyring, type Keyring } from './kit/seal.ts'
import { type Database, openDatabase } from './kit/sql.ts'
import { createPageMemory, type PageMemory } from './page/cache.ts'
import { type Classify, createClassifier } from './page/classify.ts'
import type { Compile } from './page/keep.ts'
import { compileTemplate } from './page/mark.ts'
import { createPages } from './page/origin.ts'

/** Bounds one round trip to the store where nobody's page waits for it. */
const STORE_TIMEOUT_MS = 5_000
const NONCE_BYTES = 16
const CACHE_NAME = 'selvedge'

/** What outlives requests. */
export interface Isolate {
  readonly settings: Settings
  readonly keyring: Keyring
  readonly tokens: readonly Token[]
  readonly optOut: OptOutRegions
  readonly classify: Classify
  readonly memory: PageMemory
  readonly releases: Releases
  readonly counters: Counters
  /** False where this caller has asked too often; absent where no limit is bound. */
  readonly limit?: (key: string) => Promise<boolean>
}

/** Reads the configuration and makes what an isolate keeps; every fault at once. */
export async function createIsolate(env: Env): Promise<Result<Isolate, readonly Fault[]>> {
  const settings = parseEnv(env)
  if (!settings.ok) return settings
  const keyring = await importKeyring(settings.value.sealKeys)
  const tokens = parseTokens(settings.value.apiToken)
  const optOut = parseOptOut(settings.value.consentOptOut)
  const classify = tryClassifier(settings.value)
  const faults = [
    ...within('SEAL_KEYS', keyring),
    ...within('API_TOKEN', tokens),
    ...within('CONSENT_OPT_OUT', optOut),
    ...within('EXCLUDE_PATHS', classify),
  ]
  if (!keyring.ok || !tokens.ok || !optOut.ok || !classify.ok) return err(faults)
  const counters = createCounters((name) => console.warn(`selvedge: first ${name}`))
  return ok({
    settings: settings.value,
    keyring: keyring.value,
    tokens: tokens.value,
    optOut: optOut.value,
    classify: classify.value,
    memory: createPageMemory(settings.value.memoryBytes),
    releases: releasesOf(settings.value, counters),
    counters,
    ...(env.RATE_LIMIT === undefined ? {} : { limit: limitBy(env.RATE_LIMIT) }),
  })
}

const limitBy =
  (binding: RateLimit) =>
  async (key: string): Promise<boolean> =>
    (await binding.limit({ key })).success

/** The ports of one request of the storefront. */
export function personalizePorts(
  isolate: Isolate,
  context: Pick<ExecutionContext, 'waitUntil'>,
): PersonalizePorts {
  const { settings, keyring, optOut, memory } = isolate
  const waitUntil = (work: Promise<unknown>): void => context.waitUntil(work)
  const compile: Compile = (bytes, set) => compileTemplate(bytes, set, nonce())
  return {
    settings,
    classify: isolate.classify,
    releases: isolate.releases,
    pages: createPages({
      fetch: (request, init) => fetch(request, init),
      cache: ownCache,
      memory,
      now: Date.now,
      waitUntil,
      compile,
      settings,
    }),
    compile,
    visitor: { keyring, optOut, cdnSecret: settings.cdnSecret, random: randomBytes },
    counters: isolate.counters,
    now: Date.now,
    nonce,
    waitUntil,
  }
}

/**
 * A cache of our own, so that nothing in it can be taken for an answer of the storefront. It is opened anew each time,
 * and only where memory had nothing: what one request opened must not be used by another.
 */
const ownCache: Cache = {
  match: async (key, options) => (await caches.open(CACHE_NAME)).match(key, options),
  put: async (key, response) => (await caches.open(CACHE_NAME)).put(key, response),
  delete: async (key, options) => (await caches.open(CACHE_NAME)).delete(key, options),
}

/** Opens the store for one request. Without `DB_URL` every question fails as an unreachable store does. */
export function openStore(settings: Settings): Database {
  return openDatabase({
    url: settings.dbUrl ?? 'http://127.0.0.1:9',
    authToken: settings.dbToken,
    timeoutMs: STORE_TIMEOUT_MS,
  })
}

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}

function nonce(): string {
  return Array.from(randomBytes(NONCE_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function releasesOf(settings: Settings, counters: Counters): Releases {
  return createReleases({
    store: () => createReleaseStore(openStore(settings)),
    cache: () => ownCache,
    space: settings.dbUrl ?? '',
    compile: compileRelease,
    now: Date.now,
    random: Math.random,
    ttlMs: settings.releaseTtlMs,
    counters,
  })
}

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
