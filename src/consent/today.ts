/**
 * A random number that dies with the day, for shops where the law exempts comparisons of pages (A/B tests) from consent
 * under strict conditions, as the CNIL reads the French one. Whether it does is for the shop to say: off by default.
 *
 * It is a unit of assignment for campaigns that read nothing personal, and nothing else: nothing is stored about it, no
 * exposure is counted under it, because somebody who comes on two days would count twice and nobody could tell, and no
 * reference goes to the shop's servers. It exists only while nothing was said: a choice, a consent platform's answer,
 * GPC and DNT all end it. The cookie names its day in the visitor's own time, so that it is not believed a minute longer.
 * It is not sealed: whoever forges one changes nothing but their own arms. Pure.
 */
import { cookieValue } from '../kit/cookie.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { DAY_SECONDS } from '../kit/time.ts'
import type { Consent } from './model.ts'
import type { Place } from './region.ts'

export const TODAY_COOKIE = '__Host-selvedge-today'
/** Countries (ISO 3166-1 alpha-2) whose law exempts comparisons. */
export type ExemptCountries = ReadonlySet<string>

const VALUE = /^(\d{4}-\d\d-\d\d)\.([A-Za-z0-9_-]{22})$/
const COUNTRY = /^[A-Z]{2}$/

/** Reads the operator's list. Faults point at the entry's index. */
export function parseExempt(entries: readonly string[]): Result<ExemptCountries, readonly Fault[]> {
  const faults = entries.flatMap((entry, index): readonly Fault[] =>
    COUNTRY.test(entry)
      ? []
      : [
          {
            path: pointer(index),
            code: 'bad_region',
            message: `${JSON.stringify(entry)} must be a country such as FR`,
          },
        ],
  )
  return faults.length === 0 ? ok(new Set(entries)) : err(faults)
}

/** May a page view of this visitor be drawn into comparisons for today? */
export const isExempt = (
  { personalization, measurement }: Consent,
  { country }: Place,
  countries: ExemptCountries,
): boolean =>
  country !== undefined &&
  countries.has(country) &&
  [personalization, measurement].every(({ granted, source }) => !granted && source === 'region')

/** The visitor's wall clock, as far as it matters here. */
export interface LocalTime {
  /** YYYY-MM-DD. */
  readonly date: string
  readonly hour: number
  readonly minute: number
}

/** Today's number in a `Cookie` header, or null for none of today. */
export function readToday(cookies: string, { date }: LocalTime): string | null {
  const match = VALUE.exec(cookieValue(cookies, TODAY_COOKIE) ?? '')
  return match?.[1] === date ? (match[2] ?? null) : null
}

/** The whole `Set-Cookie` value of a number, which ends with the visitor's day; of null, its removal. */
export function todayCookie(unit: string | null, { date, hour, minute }: LocalTime): string {
  const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'
  if (unit === null) return `${TODAY_COOKIE}=; ${attributes}; Max-Age=0`
  const left = DAY_SECONDS - (hour * 60 + minute + 1) * 60
  return `${TODAY_COOKIE}=${date}.${unit}; ${attributes}; Max-Age=${Math.max(1, left)}`
}
