/** The shop's own cookies that campaigns may read: those the operator listed, and no other. */
import { cookieValue, decodeCookie } from '../kit/cookie.ts'

const VALUE_MAX = 256
const CONTROL = /\p{Cc}/u
const NONE: Readonly<Record<string, string>> = Object.freeze(Object.create(null))

/**
 * The listed cookies of a `Cookie` header, decoded, by name, in a record without a prototype. Left out: a value that
 * is empty, longer than 256, badly encoded, or with control characters.
 */
export function readCookies(
  header: string | null,
  names: readonly string[],
): Readonly<Record<string, string>> {
  if (header === null || names.length === 0) return NONE
  let cookies: Record<string, string> | undefined
  for (const name of names) {
    const raw = cookieValue(header, name)
    const value = raw === undefined || raw.length > VALUE_MAX ? null : decodeCookie(raw)
    if (value === null || value === '' || CONTROL.test(value)) continue
    cookies ??= Object.create(null) as Record<string, string>
    cookies[name] = value
  }
  return cookies ?? NONE
}
