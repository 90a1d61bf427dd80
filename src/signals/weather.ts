/**
 * The weather at a coarse place. Adapter: isolate memory over the Cache API over a public forecast service.
 *
 * No page waits for it. The first visitor of a place and hour gets it if it arrives within what is left of their budget
 * and goes without otherwise; whoever comes next finds it. An hour's weather stands in for the next two hours while a
 * newer one is fetched. Whatever fails is absent, and is not asked for again for a minute.
 *
 * What leaves is a place of 0.1° and nothing else: no address, no cookie, no header of the visitor.
 */
import { readBytes } from '../kit/body.ts'
import type { Deadline } from '../kit/deadline.ts'
import { createSieve, type Sieve } from '../kit/sieve.ts'
import { DAY_SECONDS, HOUR_MS, HOUR_SECONDS, MINUTE_MS } from '../kit/time.ts'
import {
  type Climate,
  climateQuery,
  forecastQuery,
  placeKey,
  type Reading,
  readClimate,
  readForecast,
  weatherOf,
} from './forecast.ts'
import type { Coordinates } from './geo.ts'
import type { Weather } from './model.ts'

/** The port: what the flow asks. */
export interface WeatherSource {
  /** The weather at a place now, as much as is known in time; `{}` for nothing. Never throws. */
  readonly at: (place: Coordinates, deadline: Deadline) => Promise<Weather>
}

/** What an isolate remembers: values only. */
export interface WeatherMemory {
  readonly readings: Sieve<Reading>
  readonly climates: Sieve<Climate>
  /** Until when nobody else asks about a place: somebody does, or it failed just now. */
  readonly leases: Sieve<number>
}

export interface WeatherPorts {
  readonly fetch: (request: Request) => Promise<Response>
  /** Of this request; null goes without. */
  readonly cache: Pick<Cache, 'match' | 'put'> | null
  readonly memory: WeatherMemory
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly service: WeatherService
}

/** Open-Meteo, or whatever speaks as it does. */
export interface WeatherService {
  /** `https://api.open-meteo.com`; paying customers have a host of their own. */
  readonly forecastUrl: string
  /** `https://archive-api.open-meteo.com`. */
  readonly climateUrl: string
  /** Of paying customers. */
  readonly key?: string | undefined
}

/** A reading may stand in for so many hours after its own. */
const STALE_HOURS = 2
const FORECAST_TIMEOUT_MS = 3_000
const CLIMATE_TIMEOUT_MS = 10_000
/** One asks, the others do not; as long as asking can take. */
const LEASE_MS = 15_000
const RETRY_MS = MINUTE_MS
const FORECAST_MAX_BYTES = 16 * 1024
const CLIMATE_MAX_BYTES = 512 * 1024
/** In the Cache API, in seconds. What is usual somewhere changes once a year. */
const READING_KEPT_SECONDS = HOUR_SECONDS
const CLIMATE_KEPT_SECONDS = 30 * DAY_SECONDS
const MAX_PLACES = 2_048
const MAX_BYTES = 1024 * 1024
const ENTRY_BYTES = 64
const KEY_BASE = 'https://selvedge.invalid/weather'

const NOTHING: Weather = Object.freeze({})

export function createWeatherMemory(): WeatherMemory {
  const bounds = { maxBytes: MAX_BYTES, maxEntries: MAX_PLACES, sizeOf: () => ENTRY_BYTES }
  return { readings: createSieve(bounds), climates: createSieve(bounds), leases: createSieve(bounds) }
}

export function createWeather(ports: WeatherPorts): WeatherSource {
  const { memory, now, service } = ports

  /** Finds or fetches the reading of this hour, and what is usual there. Never rejects. */
  async function renew(place: Coordinates, key: string, hour: number): Promise<Weather> {
    try {
      const [reading] = await Promise.all([readingOf(place, key, hour), learnClimate(place, key)])
      if (reading === null) return NOTHING
      memory.leases.delete(key)
      return remembered(key, reading)
    } catch {
      return NOTHING
    } finally {
      if (memory.readings.get(key)?.hour !== hour) memory.leases.set(key, now() + RETRY_MS)
    }
  }

  async function readingOf(place: Coordinates, key: string, hour: number): Promise<Reading | null> {
    const reading = await keptOr(`${KEY_BASE}/${key}/${hour}`, READING_KEPT_SECONDS, isReading, async () => {
      const text = await ask(
        service.forecastUrl,
        forecastQuery(place),
        FORECAST_TIMEOUT_MS,
        FORECAST_MAX_BYTES,
      )
      return text === null ? null : readForecast(text, hour)
    })
    if (reading !== null) memory.readings.set(key, reading)
    return reading
  }

  async function learnClimate(place: Coordinates, key: string): Promise<void> {
    if (memory.climates.get(key) !== undefined) return
    const climate = await keptOr(`${KEY_BASE}/${key}/climate`, CLIMATE_KEPT_SECONDS, isClimate, async () => {
      const query = climateQuery(place, now())
      const text = await ask(service.climateUrl, query, CLIMATE_TIMEOUT_MS, CLIMATE_MAX_BYTES)
      return text === null ? null : readClimate(text)
    })
    if (climate !== null) memory.climates.set(key, climate)
  }

  /** The data centre's copy, or what the service says, which is then copied. */
  async function keptOr<T>(
    url: string,
    seconds: number,
    isValid: (value: unknown) => value is T,
    asked: () => Promise<T | null>,
  ): Promise<T | null> {
    const kept = await found(url)
    if (isValid(kept)) return kept
    const value = await asked()
    if (value !== null) await keep(url, JSON.stringify(value), seconds)
    return value
  }

  async function found(url: string): Promise<unknown> {
    try {
      return await (await ports.cache?.match(url))?.json()
    } catch {
      return undefined
    }
  }

  async function keep(url: string, body: string, seconds: number): Promise<void> {
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': `max-age=${seconds}` }
    try {
      await ports.cache?.put(url, new Response(body, { headers }))
    } catch {
      // A copy less: the next isolate asks the service.
    }
  }

  async function ask(
    base: string,
    query: string,
    timeoutMs: number,
    maxBytes: number,
  ): Promise<string | null> {
    const url =
      service.key === undefined ? base + query : `${base}${query}&apikey=${encodeURIComponent(service.key)}`
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await ports.fetch(new Request(url, { redirect: 'manual', signal }))
      if (response.status !== 200) {
        await response.body?.cancel()
        return null
      }
      const bytes = await readBytes(response.body, maxBytes)
      return bytes === null ? null : new TextDecoder().decode(bytes)
    } catch {
      return null
    }
  }

  const remembered = (key: string, reading: Reading): Weather =>
    weatherOf(reading, memory.climates.get(key) ?? null)

  return {
    async at(place, deadline) {
      const key = placeKey(place)
      const hour = Math.floor(now() / HOUR_MS)
      const known = memory.readings.get(key)
      if (known?.hour === hour) return remembered(key, known)
      const stale =
        known !== undefined && hour - known.hour <= STALE_HOURS ? remembered(key, known) : undefined
      if (now() < (memory.leases.get(key) ?? 0)) return stale ?? NOTHING
      memory.leases.set(key, now() + LEASE_MS)
      const work = renew(place, key, hour)
      ports.waitUntil(work)
      return stale ?? deadline.within(work, NOTHING)
    },
  }
}

/** What this version of the program keeps, and nothing an older one may have kept. */
const isReading = (value: unknown): value is Reading =>
  Number.isInteger((value as Reading | null | undefined)?.hour)

const isClimate = (value: unknown): value is Climate =>
  Number.isFinite((value as Climate | null | undefined)?.hot)
