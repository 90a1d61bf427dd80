/** Who one can be in the preview bar, and the preview request that makes it so. Pure: the time is an argument. */
import { DAY_MS, MINUTE_MS } from '../../src/kit/time.ts'
import { STORES } from './places.ts'

export interface City {
  readonly id: string
  readonly city: string
  readonly country: string
  readonly region: string
  readonly regionCode: string
  readonly continent: string
  readonly timezone: string
  readonly isEU: boolean
  /** Degrees. */
  readonly latitude: number
  readonly longitude: number
}

const city = (
  id: string,
  name: string,
  country: string,
  region: string,
  regionCode: string,
  continent: string,
  timezone: string,
  latitude: number,
  longitude: number,
): City => ({
  id,
  city: name,
  country,
  region,
  regionCode,
  continent,
  timezone,
  isEU: ['PT', 'DE'].includes(country),
  latitude,
  longitude,
})

export const CITIES: readonly City[] = [
  city('lisbon', 'Lisbon', 'PT', 'Lisbon', '11', 'EU', 'Europe/Lisbon', 38.7, -9.1),
  city('berlin', 'Berlin', 'DE', 'State of Berlin', 'BE', 'EU', 'Europe/Berlin', 52.5, 13.4),
  city('london', 'London', 'GB', 'England', 'ENG', 'EU', 'Europe/London', 51.5, -0.1),
  city('new-york', 'New York', 'US', 'New York', 'NY', 'NA', 'America/New_York', 40.7, -74),
  city('sao-paulo', 'São Paulo', 'BR', 'São Paulo', 'SP', 'SA', 'America/Sao_Paulo', -23.6, -46.7),
  city('tokyo', 'Tokyo', 'JP', 'Tokyo', '13', 'AS', 'Asia/Tokyo', 35.7, 139.7),
  city('sydney', 'Sydney', 'AU', 'New South Wales', 'NSW', 'OC', 'Australia/Sydney', -33.9, 151.2),
  city('reykjavik', 'Reykjavík', 'IS', 'Capital Region', '1', 'EU', 'Atlantic/Reykjavik', 64.1, -21.9),
]

export const WEATHERS = {
  mild: { temperature: 21, condition: 'clear', isHot: false },
  hot: { temperature: 36, condition: 'clear', isHot: true },
  clouds: { temperature: 16, condition: 'clouds', isHot: false },
  rain: { temperature: 12, condition: 'rain', isHot: false },
  storm: { temperature: 19, condition: 'storm', isHot: false },
  snow: { temperature: -3, condition: 'snow', isHot: false },
} as const

export const DEVICES = {
  desktop: { type: 'desktop', os: 'macos', saveData: false },
  tablet: { type: 'tablet', os: 'ios', saveData: false },
  mobile: { type: 'mobile', os: 'android', saveData: false },
  saving: { type: 'mobile', os: 'android', saveData: true },
} as const

export const VISITS = {
  first: { count: 1, returning: false },
  second: { count: 2, returning: true, daysSince: 6 },
  regular: { count: 19, returning: true, daysSince: 2 },
  neighbour: { count: 41, returning: true, daysSince: 1 },
} as const

/** Who the neighbour is besides: follows a brand, and goes to the store round the corner. */
const FOLLOWED = 'Brisa'
const VISITS_A_WEEK = 3.5
const AROUND_THE_CORNER_KM = 0.2

/** `month` and `date` of the visitor's year, or the next such weekday (0 is Sunday), or today. */
const DAYS = {
  today: {},
  saturday: { weekday: 6 },
  wednesday: { weekday: 3 },
  july: { month: 7, date: 15 },
  january: { month: 1, date: 15 },
} as const satisfies Record<string, { weekday?: number; month?: number; date?: number }>

export type DayId = keyof typeof DAYS

/** What the bar sends. */
export interface Wish {
  readonly city: string
  readonly day: DayId
  /** 0 to 23, of the city's own clock. */
  readonly hour: number
  readonly weather: keyof typeof WEATHERS
  readonly device: keyof typeof DEVICES
  readonly visit: keyof typeof VISITS
  readonly consent: boolean
  /** Arm of the test of words, '' for the one that the visitor draws. */
  readonly arm: string
}

const TTL_SECONDS = 3_600
const EARTH_RADIUS_KM = 6_371
/** Nobody walks further for a cold drink. */
const NEAR_KM = 40
const ARM_SHAPE = /^[a-z][a-z0-9_-]{0,31}$/
/** The campaign whose arms can be chosen. */
const TESTED = 'cta-words'

/** A wish out of untrusted data; undefined where it is none. */
export function parseWish(value: unknown): Wish | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { city: id, day, hour, weather, device, visit, consent, arm = '' } = value as Record<string, unknown>
  const isWish =
    CITIES.some((one) => one.id === id) &&
    has(DAYS, day) &&
    Number.isInteger(hour) &&
    Number(hour) >= 0 &&
    Number(hour) <= 23 &&
    has(WEATHERS, weather) &&
    has(DEVICES, device) &&
    has(VISITS, visit) &&
    typeof consent === 'boolean' &&
    typeof arm === 'string' &&
    (arm === '' || ARM_SHAPE.test(arm))
  return isWish ? ({ city: id, day, hour, weather, device, visit, consent, arm } as Wish) : undefined
}

const has = (record: object, key: unknown): boolean => typeof key === 'string' && Object.hasOwn(record, key)

/** The body of the preview request. `now`: epoch milliseconds. */
export function previewOf(wish: Wish, now: number): Record<string, unknown> {
  const { id: _id, ...geo } = CITIES.find(({ id }) => id === wish.city) ?? (CITIES[0] as City)
  const isNeighbour = wish.visit === 'neighbour'
  const nearest = nearestStore(geo.latitude, geo.longitude)
  const store = nearest !== undefined && isNeighbour ? { ...nearest, km: AROUND_THE_CORNER_KM } : nearest
  return {
    signals: {
      geo,
      weather: WEATHERS[wish.weather],
      device: DEVICES[wish.device],
      visit: VISITS[wish.visit],
      ...(store === undefined ? {} : { store }),
    },
    now: instantOf(wish.day, wish.hour, geo.timezone, now),
    consent: wish.consent,
    ...(isNeighbour && wish.consent ? { profile: profileOf(store?.id) } : {}),
    ...(wish.arm === '' ? {} : { arms: { [TESTED]: wish.arm } }),
    ttl: TTL_SECONDS,
  }
}

const profileOf = (store: string | undefined): Record<string, unknown> => ({
  stage: 'known',
  follows: [FOLLOWED],
  habit: store === undefined ? {} : { stores: { [store]: VISITS_A_WEEK } },
})

/** The instant at which the clock of a zone shows that hour on that day. */
export function instantOf(day: DayId, hour: number, timezone: string, now: number): number {
  const rule: { readonly weekday?: number; readonly month?: number; readonly date?: number } = DAYS[day]
  const today = new Date(now + offsetOf(now, timezone))
  let local = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate(), hour)
  if (rule.month !== undefined) local = Date.UTC(today.getUTCFullYear(), rule.month - 1, rule.date ?? 1, hour)
  if (rule.weekday !== undefined) local += ((rule.weekday - today.getUTCDay() + 7) % 7) * DAY_MS
  const guess = local - offsetOf(local, timezone)
  return local - offsetOf(guess, timezone)
}

/** Milliseconds east of UTC, at an instant. */
function offsetOf(instant: number, timeZone: string): number {
  const name = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName')?.value
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? '') ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS
}

function nearestStore(
  latitude: number,
  longitude: number,
): { id: string; name: string; km: number } | undefined {
  const near = STORES.map(({ id, name, ...place }) => ({
    id,
    name,
    km: distanceKm(latitude, longitude, place.latitude, place.longitude),
  }))
    .filter(({ km }) => km <= NEAR_KM)
    .sort((a, b) => a.km - b.km)[0]
  return near === undefined ? undefined : { ...near, km: Math.round(near.km * 10) / 10 }
}

/** Great-circle distance by the haversine formula. */
function distanceKm(latitudeA: number, longitudeA: number, latitudeB: number, longitudeB: number): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180
  const half =
    Math.sin(radians(latitudeB - latitudeA) / 2) ** 2 +
    Math.cos(radians(latitudeA)) *
      Math.cos(radians(latitudeB)) *
      Math.sin(radians(longitudeB - longitudeA) / 2) ** 2
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(half))
}
