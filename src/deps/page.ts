/** The ports of a page view. */
import { createViewCounts } from '../decide/store.ts'
import type { PersonalizePorts } from '../flow/ports.ts'
import { refreshSnapshot } from '../flow/refresh.ts'
import type { Compile } from '../page/keep.ts'
import { compileTemplate } from '../page/mark.ts'
import { createPages } from '../page/origin.ts'
import { createWeather } from '../signals/weather.ts'
import type { Isolate } from './isolate.ts'
import { newsPorts, openStore, ownCache, profileStores, randomBytes } from './platform.ts'
import { forget } from './rights.ts'

const NONCE_BYTES = 16

/** The ports of one request of the storefront. */
export function personalizePorts(
  isolate: Isolate,
  context: Pick<ExecutionContext, 'waitUntil'>,
): PersonalizePorts {
  const { settings, keyring, optOut, memory, tombstones, stores, supplies, counters } = isolate
  const waitUntil = (work: Promise<unknown>): void => context.waitUntil(work)
  const compile: Compile = (bytes, set) => compileTemplate(bytes, set, nonce())
  const refreshing = {
    store: () => profileStores(openStore(settings)),
    cache: ownCache,
    readers: isolate.readers,
    keyring,
    random: randomBytes,
    counters,
    waitUntil,
  }
  return {
    settings,
    classify: isolate.classify,
    releases: isolate.releases,
    pages: createPages({
      fetch: (request, init) => fetch(request, init),
      cache: isolate.pageCache,
      memory,
      now: Date.now,
      waitUntil,
      compile,
      settings,
    }),
    compile,
    visitor: {
      keyring,
      optOut,
      exempt: isolate.exempt,
      cdnSecret: settings.cdnSecret,
      random: randomBytes,
      tombstones,
      counters,
      waitUntil,
      refresh: (snapshot, now, deadline) => refreshSnapshot(snapshot, now, deadline, refreshing),
    },
    surroundings: { weather: () => weatherSource(isolate, waitUntil), stores, waitUntil },
    supplies,
    remember: (news) =>
      isolate.queue === null
        ? isolate.memories.remember(news, { ...newsPorts(openStore(settings)), now: Date.now })
        : isolate.queue.send(news),
    recent: isolate.recent,
    tally: isolate.tally,
    keepCounts: (counts) => createViewCounts(openStore(settings)).add(counts),
    money: settings.money,
    forget: (visitor) => forget(isolate, visitor),
    counters,
    now: Date.now,
    nonce,
    waitUntil,
  }
}

function weatherSource({ settings, weather }: Isolate, waitUntil: (work: Promise<unknown>) => void) {
  if (settings.weather === null) return null
  const send = (request: Request): Promise<Response> => fetch(request)
  return createWeather({
    fetch: send,
    cache: ownCache,
    memory: weather,
    now: Date.now,
    waitUntil,
    service: settings.weather,
  })
}

function nonce(): string {
  return Array.from(randomBytes(NONCE_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
