/**
 * Where a request comes from, out of what the edge says about it (`request.cf`). Any field may be missing, null or
 * nonsense. The network address, the postal code, and coordinates as they came never leave this file.
 */
import { EU_COUNTRIES } from '../consent/region.ts'
import type { Geo } from './model.ts'
import { cleanText } from './text.ts'

const NAME_MAX = 64
/** Codes that stand for no country: unknown, and the Tor network. */
const NO_COUNTRY: ReadonlySet<string> = new Set(['XX', 'T1'])
const CONTINENTS: ReadonlySet<string> = new Set(['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'])
/** Tenths of a degree, about 11 km: a town, not a street. */
const STEPS_PER_DEGREE = 10

export interface Coordinates {
  readonly latitude: number
  readonly longitude: number
}

type Fields = { readonly [name: string]: unknown }
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Country, region, continent, timezone, city and rounded coordinates: for who agreed to personalization. Anybody else's
 * end at the region, see `coarseGeo`.
 */
export function geoOf(cf: unknown): Geo {
  const fields = asFields(cf)
  const geo: Mutable<Geo> = {}
  const country = countryOf(fields.country)
  if (country !== undefined) {
    geo.country = country
    geo.isEU = fields.isEUCountry === '1' || EU_COUNTRIES.has(country)
  } else if (fields.isEUCountry === '1') geo.isEU = true
  const region = cleanText(fields.region, NAME_MAX)
  if (region !== undefined) geo.region = region
  const regionCode = cleanText(fields.regionCode, NAME_MAX)?.toUpperCase()
  if (regionCode !== undefined && /^[A-Z0-9]{1,3}$/.test(regionCode)) geo.regionCode = regionCode
  const continent = fields.continent
  if (typeof continent === 'string' && CONTINENTS.has(continent)) geo.continent = continent
  const timezone = cleanText(fields.timezone, NAME_MAX)
  if (timezone !== undefined && /^[A-Za-z][A-Za-z0-9_+/-]*$/.test(timezone)) geo.timezone = timezone
  const city = cleanText(fields.city, NAME_MAX)
  if (city !== undefined) geo.city = city
  const place = coarsePlace(fields)
  if (place !== undefined) {
    geo.latitude = place.latitude
    geo.longitude = place.longitude
  }
  return geo
}

/** What may be known of a place without consent. */
export function coarseGeo({ city: _, latitude: __, longitude: ___, ...region }: Geo): Geo {
  return region
}

/** South or north, as -1 or 1, which the season needs and which says less than a country; undefined where unknown. */
export const hemisphereOf = ({ latitude }: Geo): number | undefined =>
  latitude === undefined ? undefined : latitude < 0 ? -1 : 1

function coarsePlace(fields: Fields): Coordinates | undefined {
  const latitude = degrees(fields.latitude, 90)
  const longitude = degrees(fields.longitude, 180)
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude }
}

/** Strings in `request.cf`, numbers in previews. Adding 0 turns -0 into 0. */
function degrees(value: unknown, max: number): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined
  const number = Number(value)
  return Math.abs(number) <= max ? Math.round(number * STEPS_PER_DEGREE) / STEPS_PER_DEGREE + 0 : undefined
}

function countryOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const code = value.trim().toUpperCase()
  return /^[A-Z]{2}$/.test(code) && !NO_COUNTRY.has(code) ? code : undefined
}

const NO_FIELDS: Fields = Object.freeze({})

const asFields = (cf: unknown): Fields => (typeof cf === 'object' && cf !== null ? (cf as Fields) : NO_FIELDS)
