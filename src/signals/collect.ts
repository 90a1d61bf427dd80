/**
 * One request → Signals, with consent applied: what a visitor has not agreed to is not in the result, so nothing
 * further in can use it by mistake. Pure, never throws, a few microseconds.
 */
import { clockAt } from './clock.ts'
import { readCookies } from './cookies.ts'
import { deviceOf } from './device.ts'
import { coarseGeo, hemisphereOf } from './geo.ts'
import type { Geo, NearestStore, Signals, Visit, Weather } from './model.ts'
import { pageOf } from './page.ts'

export interface SignalsInput {
  readonly url: URL
  readonly headers: Headers
  /** All that is known of the place, as `geoOf` gives it. */
  readonly geo: Geo
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
  const { headers, geo, personal } = input
  return {
    geo: personal ? geo : coarseGeo(geo),
    clock: clockAt(input.now, geo.timezone, hemisphereOf(geo)),
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
