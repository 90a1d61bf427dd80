/**
 * Signals: what one request tells about its moment, before anything is known about a person. Every field may be
 * absent; consent has already been applied (see `collectSignals`): without consent for personalization, `geo` ends at
 * the region and `visit`, `cookie` and `store` are empty.
 */
export interface Signals {
  readonly geo: Geo
  readonly clock: Clock
  readonly device: Device
  readonly page: Page
  readonly visit: Visit
  readonly weather: Weather
  readonly store: NearestStore
  /** Allow-listed cookies only, by name. */
  readonly cookie: Readonly<Record<string, string>>
}

export interface Geo {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string
  readonly region?: string
  /** ISO 3166-2 subdivision code, without the country. */
  readonly regionCode?: string
  readonly city?: string
  /** AF AN AS EU NA OC SA. */
  readonly continent?: string
  /** IANA name. */
  readonly timezone?: string
  readonly isEU?: boolean
  /** Degrees, rounded to 0.1 (about 11 km): never finer. */
  readonly latitude?: number
  readonly longitude?: number
}

export const DAYPARTS = ['night', 'morning', 'midday', 'afternoon', 'evening'] as const
export type Daypart = (typeof DAYPARTS)[number]
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]
export const SEASONS = ['winter', 'spring', 'summer', 'autumn'] as const
export type Season = (typeof SEASONS)[number]

/** The visitor's own wall clock: their timezone where known, else UTC. */
export interface Clock {
  /** 0 to 23. */
  readonly hour: number
  readonly minute: number
  readonly weekday: Weekday
  readonly isWeekend: boolean
  readonly daypart: Daypart
  /** Meteorological season, by hemisphere; absent where the latitude is unknown. */
  readonly season?: Season
  /** YYYY-MM-DD. */
  readonly date: string
  readonly timezone: string
}

export interface Device {
  readonly type: 'mobile' | 'tablet' | 'desktop'
  readonly os?: 'ios' | 'android' | 'windows' | 'macos' | 'linux' | 'chromeos'
  readonly saveData: boolean
  /** Flagged before assignment, so that bots get what everybody gets and stay out of the numbers. */
  readonly isBot: boolean
  /** First language of Accept-Language, lower case, such as `pt-pt`. */
  readonly language?: string
}

export interface Page {
  readonly host: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Origin of the referrer only, never its path or query. */
  readonly referrer?: string
  readonly utm: Readonly<Partial<Record<'source' | 'medium' | 'campaign' | 'term' | 'content', string>>>
}

export interface Visit {
  /** Visits so far, this one included. */
  readonly count?: number
  readonly returning?: boolean
  /** Whole days since the visit before. */
  readonly daysSince?: number
}

export interface Weather {
  /** Degrees Celsius. */
  readonly temperature?: number
  readonly condition?: 'clear' | 'clouds' | 'rain' | 'snow' | 'storm' | 'fog'
  /** At or above the 95th percentile of this place's daily maxima. */
  readonly isHot?: boolean
}

export interface NearestStore {
  readonly id?: string
  readonly name?: string
  /** Great-circle kilometres from the visitor's place: whole ones, or the end of a bucket; see stores.ts. */
  readonly km?: number
  /** How often this visitor comes to this store; laid over from their habits. */
  readonly visitsPerWeek?: number
}
