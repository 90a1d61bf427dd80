/**
 * One request → Signals, with consent applied: what a visitor has not agreed to is not in the result, so nothing
 * further in can use it by mistake. Pure, never throws, a few microseconds.
 */
import { clockAt } from './clock.ts'
import { readCookies } from './cookies.ts'
import { deviceOf } from './device.ts'
import { geoOf, hemisphereOf } from './geo.ts'
import type { NearestStore, Signals, Visit, Weather } from './model.ts'
import { pageOf } from './page.ts'

export interface SignalsInput {
  readonly url: URL
  readonly headers: Headers
  /** `request.cf`: fields may be absent, null or anything. */
  readonly cf: unknown
  /** Epoch milliseconds. */
  readonly now: number
  /** The visitor has agreed to personalization. Without it: geo ends at the region, no visit, cookie or store. */
  readonly personal: boolean
  readonly visit?: Visit | undefined
  /** Cookies that campaigns may read. */
  readonly cookieNames: readonly string[]
}

const NO_VISIT: Visit = Object.freeze({})
const NO_WEATHER: Weather = Object.freeze({})
const NO_STORE: NearestStore = Object.freeze({})

/** Weather and store are left empty here: they take I/O, and their adapters lay them over. */
export function collectSignals(input: SignalsInput): Signals {
  const { headers, cf, personal } = input
  const geo = geoOf(cf, personal)
  return {
    geo,
    clock: clockAt(input.now, geo.timezone, hemisphereOf(cf)),
    device: deviceOf(headers),
    page: pageOf(input.url, headers.get('referer')),
    visit: personal ? (input.visit ?? NO_VISIT) : NO_VISIT,
    weather: NO_WEATHER,
    store: NO_STORE,
    cookie: readCookies(
      personal && input.cookieNames.length > 0 ? headers.get('cookie') : null,
      input.cookieNames,
    ),
  }
}
