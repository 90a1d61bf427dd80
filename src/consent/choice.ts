/**
 * The visitor's own answer to this shop, in the cookie `__Host-selvedge-consent`: `v1.p1.m0.1763800000`, that is
 * personalization granted, measurement refused, chosen at that second; then, where data classes were switched off one
 * by one, their names: `v1.p1.m0.1763800000.habits-orders`. The cookie is necessary (it remembers a refusal), names
 * nobody, and is not sealed, because it protects nothing but its owner's wish.
 */
import { cookieValues } from '../kit/cookie.ts'
import { DAY_SECONDS } from '../kit/time.ts'
import { type Answer, UNREADABLE } from './model.ts'

export const CHOICE_COOKIE = '__Host-selvedge-consent'

/**
 * Six months, for a grant and a refusal alike, and then the question may be asked again (CNIL, guidelines on cookies
 * of 2020, paragraph 5; well under the 13 months that any cookie of ours may last).
 */
export const CHOICE_MAX_AGE_SECONDS = 180 * DAY_SECONDS
/** A grant dated later than this after now was not written by us: clocks of one fleet do not differ by a day. */
const MAX_AHEAD_SECONDS = DAY_SECONDS
const MAX_LENGTH = 256

const DATA_CLASS = /^[a-z][a-z_]{0,23}$/
const CHOICE = /^v1\.p([01])\.m([01])\.([1-9]\d{9})(?:\.([a-z_]+(?:-[a-z_]+){0,15}))?$/

/** Data classes in one choice. */
export const OFF_MAX = 16

export interface Choice {
  readonly personalization: boolean
  readonly measurement: boolean
  /** When it was made, epoch milliseconds, whole seconds. */
  readonly at: number
  /** Data classes that may not be used although the purpose is granted; sorted, no name twice. */
  readonly off: readonly string[]
}

/** The choice a cookie value holds, or null where it is not exactly what `formatChoice` writes. */
export function parseChoice(text: string): Choice | null {
  const match = text.length > MAX_LENGTH ? null : CHOICE.exec(text)
  if (match === null) return null
  const off = match[4]?.split('-') ?? []
  const sorted = off.every(
    (name, index) => DATA_CLASS.test(name) && (index === 0 || name > (off[index - 1] ?? '')),
  )
  if (!sorted) return null
  return {
    personalization: match[1] === '1',
    measurement: match[2] === '1',
    at: Number(match[3]) * 1_000,
    off,
  }
}

/** The cookie value of a choice. Throws for a data class that has no valid name: that is a bug of the caller. */
export function formatChoice(choice: Choice): string {
  const off = [...new Set(choice.off)].sort()
  const seconds = Math.floor(choice.at / 1_000)
  const text = `v1.p${+choice.personalization}.m${+choice.measurement}.${seconds}${off.length === 0 ? '' : `.${off.join('-')}`}`
  if (parseChoice(text) === null) throw new TypeError(`not a choice: ${text}`)
  return text
}

/** The whole `Set-Cookie` value that keeps a choice. */
export const choiceCookie = (choice: Choice): string =>
  `${CHOICE_COOKIE}=${formatChoice(choice)}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${CHOICE_MAX_AGE_SECONDS}`

/** The same for a plain no. */
export const refusalCookie = (at: number): string =>
  choiceCookie({ personalization: false, measurement: false, at, off: [] })

/**
 * What a choice cookie says at `now` (epoch milliseconds). A grant lapses after six months, even if the browser kept
 * it; a refusal never does. A date ahead of time is no date.
 */
export function readChoice(text: string, now: number): Answer {
  const choice = parseChoice(text)
  if (choice === null || choice.at > now + MAX_AHEAD_SECONDS * 1_000) return UNREADABLE
  const granted = now - choice.at <= CHOICE_MAX_AGE_SECONDS * 1_000 ? 'grant' : 'silent'
  return {
    personalization: choice.personalization ? granted : 'deny',
    measurement: choice.measurement ? granted : 'deny',
  }
}

/** The data classes that a `Cookie` header's choice switches off; of several choices, those of any. */
export function switchedOff(cookies: string | null): readonly string[] {
  if (cookies === null || !cookies.includes(CHOICE_COOKIE)) return NONE_OFF
  const off = cookieValues(cookies, CHOICE_COOKIE).flatMap((text) => parseChoice(text)?.off ?? NONE_OFF)
  return off.length === 0 ? NONE_OFF : [...new Set(off)].sort()
}

/** Nobody switched anything off: one list for all of them. */
export const NONE_OFF: readonly string[] = Object.freeze([])
