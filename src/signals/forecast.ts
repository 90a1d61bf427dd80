/**
 * The weather service's answers, and what they say. The questions are those of Open-Meteo's public API
 * (open-meteo.com/en/docs): `current` and `daily` variables of the forecast, and `daily` ones of its archive. Pure.
 */
import { DAY_MS } from '../kit/time.ts'
import type { Coordinates } from './geo.ts'
import type { Weather } from './model.ts'

/** What the forecast said of one place in one hour. */
export interface Reading {
  /** Whole hours since the epoch. */
  readonly hour: number
  /** Degrees Celsius, now and at today's warmest. */
  readonly temperature?: number
  readonly warmest?: number
  readonly condition?: NonNullable<Weather['condition']>
}

/** A day as hot as this or hotter is unusual for the place. */
export interface Climate {
  /** Degrees Celsius. */
  readonly hot: number
}

/**
 * Whole years that say what is usual. The archive has them from one family of models since 2017, the same that the
 * forecast comes from; eight summers are enough that one of them does not decide, and recent enough to be what people
 * are used to.
 */
const CLIMATE_YEARS = 8
/** The archive is five days late; until then the last year may lack its end. */
const ARCHIVE_DELAY_DAYS = 10
/** Fewer days than these say nothing about a place. */
const CLIMATE_MIN_DAYS = 1_000
const HOT_SHARE = 0.95
/** Whatever is outside was measured by nobody on this planet. */
const COLDEST = -95
const HOTTEST = 60

/** One place of 0.1°, about 11 km: the finest that ever leaves. `38.7,-9.1`. */
export const placeKey = ({ latitude, longitude }: Coordinates): string =>
  `${tenth(latitude)},${tenth(longitude)}`

const tenth = (degrees: number): number => Math.round(degrees * 10) / 10 + 0

function placeQuery(place: Coordinates): URLSearchParams {
  return new URLSearchParams({
    latitude: String(tenth(place.latitude)),
    longitude: String(tenth(place.longitude)),
    timezone: 'auto',
  })
}

/** Path and query that ask for the weather now and for today's highest temperature. */
export function forecastQuery(place: Coordinates): string {
  const query = placeQuery(place)
  query.set('current', 'temperature_2m,weather_code')
  query.set('daily', 'temperature_2m_max')
  query.set('forecast_days', '1')
  return `/v1/forecast?${query}`
}

/** Path and query that ask for the highest temperature of every day of the last eight whole years. */
export function climateQuery(place: Coordinates, now: number): string {
  const lastYear = new Date(now - ARCHIVE_DELAY_DAYS * DAY_MS).getUTCFullYear() - 1
  const query = placeQuery(place)
  query.set('start_date', `${lastYear - CLIMATE_YEARS + 1}-01-01`)
  query.set('end_date', `${lastYear}-12-31`)
  query.set('daily', 'temperature_2m_max')
  return `/v1/archive?${query}`
}

/** A reading from the forecast's JSON, or null where it says nothing of what was asked. */
export function readForecast(text: string, hour: number): Reading | null {
  const answer = parse(text)
  const current = recordOf(answer?.current)
  const temperature = isCelsius(answer?.current_units) ? degreesOf(current?.temperature_2m) : undefined
  const warmest = degreesOf(highsOf(answer)[0])
  const condition = conditionOf(current?.weather_code)
  if (temperature === undefined && condition === undefined) return null
  return {
    hour,
    ...(temperature === undefined ? {} : { temperature }),
    ...(warmest === undefined ? {} : { warmest }),
    ...(condition === undefined ? {} : { condition }),
  }
}

/** The 95th percentile of the daily highs of an archive's JSON, or null where there are too few. */
export function readClimate(text: string): Climate | null {
  const highs = highsOf(parse(text)).flatMap((day) => degreesOf(day) ?? [])
  return highs.length < CLIMATE_MIN_DAYS ? null : { hot: percentile(highs, HOT_SHARE) }
}

/** By linear interpolation between order statistics (Hyndman and Fan 1996, type 7). `values` must not be empty. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  const rank = (sorted.length - 1) * share
  const below = sorted[Math.floor(rank)] as number
  const above = sorted[Math.ceil(rank)] as number
  return below + (above - below) * (rank - Math.floor(rank))
}

/** What conditions and templates may read. It is hot where today's warmest reaches what is unusual for the place. */
export function weatherOf(reading: Reading, climate: Climate | null): Weather {
  const { temperature, warmest, condition } = reading
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(condition === undefined ? {} : { condition }),
    ...(warmest === undefined || climate === null ? {} : { isHot: warmest >= climate.hot }),
  }
}

/** The codes of WMO table 4677 as the service groups them: the first whose end is not below the code. */
const CONDITIONS: readonly (readonly [last: number, NonNullable<Weather['condition']>])[] = [
  [1, 'clear'],
  [3, 'clouds'],
  [48, 'fog'],
  [67, 'rain'],
  [77, 'snow'],
  [82, 'rain'],
  [86, 'snow'],
  [99, 'storm'],
]

function conditionOf(code: unknown): Weather['condition'] {
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 0) return undefined
  return CONDITIONS.find(([last]) => code <= last)?.[1]
}

function highsOf(answer: Fields | undefined): readonly unknown[] {
  const days = recordOf(answer?.daily)?.temperature_2m_max
  return Array.isArray(days) && isCelsius(answer?.daily_units) ? days : []
}

/**
 * By what an answer calls its units, where it does: a mild 55 °F would pass for the hottest day there ever was. Kelvins are
 * too many to be believed.
 */
const isCelsius = (units: unknown): boolean => !/°F/.test(JSON.stringify(units))

const degreesOf = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= COLDEST && value <= HOTTEST ? value : undefined

type Fields = Readonly<Record<string, unknown>>

const recordOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null ? (value as Fields) : undefined

function parse(text: string): Fields | undefined {
  try {
    return recordOf(JSON.parse(text))
  } catch {
    return undefined
  }
}
