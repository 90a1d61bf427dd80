/**
 * Comparisons without consent where the law exempts them: a number for today as the unit of assignment, in a cookie only
 * where something was drawn by it. No I/O.
 */
import type { Consent } from '../consent/model.ts'
import {
  type ExemptCountries,
  isExempt,
  type LocalTime,
  readToday,
  TODAY_COOKIE,
  todayCookie,
} from '../consent/today.ts'
import type { Decision } from '../decide/model.ts'
import { newVisitorId, VISITOR_ID_BYTES } from '../profile/visit.ts'
import { clockAt } from '../signals/clock.ts'
import { deviceOf } from '../signals/device.ts'
import type { Geo } from '../signals/model.ts'
import type { View } from './view.ts'

/** A visitor's number for today; `unit` null: one came and may not be used. */
export interface Today {
  readonly unit: string | null
  readonly isNew: boolean
  readonly time: LocalTime
}

export interface TodayPorts {
  readonly exempt: ExemptCountries
  /** Fresh random bytes. */
  readonly random: (bytes: number) => Uint8Array
}

/** The number of a visitor who has no other unit. Bots have none, or they would see another page each time. */
export function todayOf(
  headers: Headers,
  place: Geo,
  consent: Consent,
  now: number,
  { exempt, random }: TodayPorts,
): Today | undefined {
  if (exempt.size === 0) return undefined
  const cookies = headers.get('Cookie') ?? ''
  const time = clockAt(now, place.timezone)
  if (!isExempt(consent, place, exempt) || deviceOf(headers).isBot) {
    return cookies.includes(TODAY_COOKIE) ? { unit: null, isNew: false, time } : undefined
  }
  const known = readToday(cookies, time)
  return { unit: known ?? newVisitorId(random(VISITOR_ID_BYTES)), isNew: known === null, time }
}

const NO_COOKIES: readonly string[] = Object.freeze([])

/** `Set-Cookie` lines after the decisions: a new number that something was drawn by, or the end of one. */
export function todayCookies({ visitor, decisions, release }: View): readonly string[] {
  const { today } = visitor
  if (today === undefined) return NO_COOKIES
  const { unit, isNew, time } = today
  const isKept = unit === null || (isNew && decisions.some((decision) => isDrawn(decision, release.holdout)))
  return isKept ? [todayCookie(unit, time)] : NO_COOKIES
}

const BY_CHANCE: ReadonlySet<string> = new Set(['control', 'coverage', 'holdout', 'global_holdout'])

/** Would another number have seen something else? */
const isDrawn = ({ campaign: { source }, reason }: Decision, globalHoldout: number): boolean =>
  BY_CHANCE.has(reason) ||
  (reason === 'match' &&
    (source.variants.length > 1 || source.coverage < 1 || source.holdout > 0 || globalHoldout > 0))
