/** A preview's signals over those of the request. Pure. */
import { EU_COUNTRIES } from '../consent/region.ts'
import { DAY_MS, MINUTE_MS } from '../kit/time.ts'
import { clockAt } from '../signals/clock.ts'
import type { Clock, Geo, Signals } from '../signals/model.ts'
import { WEEKDAYS } from '../signals/model.ts'
import type { Preview, PreviewSignals } from './preview.ts'

const MINUTES_PER_DAY = 1_440
const DAYS_PER_WEEK = 7

export interface Previewed {
  readonly signals: Signals
  /** Epoch milliseconds that the page view pretends: schedules go by it. */
  readonly now: number
}

/**
 * The page view that a preview asks for. Fields it names replace the request's. A place with a country is whole (a
 * visitor from Lisbon is not in the operator's city), and the clock is always worked out from place and time, so that
 * hour, daypart, date and season agree. `personal` false takes away what an unconsenting visitor would not be known by.
 */
export function overlayPreview(
  signals: Signals,
  preview: Preview,
  now: number,
  personal: boolean,
): Previewed {
  const over: PreviewSignals = preview.signals ?? {}
  const geo = geoOver(signals.geo, over.geo)
  const isElsewhere = geo.country !== signals.geo.country
  const timezone = geo.timezone ?? (isElsewhere ? undefined : signals.clock.timezone)
  const latitude = geo.latitude ?? (isElsewhere ? undefined : latitudeBySeason(signals.clock, now))
  const moment = instantAt(preview.now ?? now, timezone, over.clock)
  return {
    now: moment,
    signals: {
      geo: personal ? geo : coarse(geo),
      clock: clockAt(moment, timezone, latitude),
      device: { ...signals.device, ...over.device },
      page: { ...signals.page, ...over.page },
      visit: personal ? { ...signals.visit, ...over.visit } : {},
      weather: { ...signals.weather, ...over.weather },
      store: personal ? { ...signals.store, ...over.store } : {},
      cookie: personal ? { ...signals.cookie, ...over.cookie } : {},
    },
  }
}

function geoOver(geo: Geo, over: PreviewSignals['geo']): Geo {
  if (over?.country === undefined) return { ...geo, ...over }
  return { isEU: EU_COUNTRIES.has(over.country), ...over }
}

function coarse({ city: _city, latitude: _latitude, longitude: _longitude, ...geo }: Geo): Geo {
  return geo
}

/** The hemisphere is all that a season says of a latitude, and all that a season needs of one. */
function latitudeBySeason(clock: Clock, now: number): number | undefined {
  if (clock.season === undefined) return undefined
  return clockAt(now, clock.timezone, 1).season === clock.season ? 1 : -1
}

/** The first instant from `start` on at which a clock of that zone shows the hour, minute and weekday asked for. */
function instantAt(start: number, timezone: string | undefined, wanted: PreviewSignals['clock']): number {
  if (wanted === undefined) return start
  const clock = clockAt(start, timezone)
  const minuteOfDay = (wanted.hour ?? clock.hour) * 60 + (wanted.minute ?? clock.minute)
  const sameDay = start + ahead(minuteOfDay - minutesOf(clock), MINUTES_PER_DAY) * MINUTE_MS
  const then = clockAt(sameDay, timezone)
  const days =
    wanted.weekday === undefined ? 0 : WEEKDAYS.indexOf(wanted.weekday) - WEEKDAYS.indexOf(then.weekday)
  const sameWeek = sameDay + ahead(days, DAYS_PER_WEEK) * DAY_MS
  return sameWeek + nearest(minuteOfDay - minutesOf(clockAt(sameWeek, timezone))) * MINUTE_MS
}

const minutesOf = (clock: Clock): number => clock.hour * 60 + clock.minute

const ahead = (distance: number, cycle: number): number => (distance + cycle) % cycle

/** The hour that a change to or from summer time put between, forwards or back. */
const nearest = (minutes: number): number =>
  ahead(minutes + MINUTES_PER_DAY / 2, MINUTES_PER_DAY) - MINUTES_PER_DAY / 2
