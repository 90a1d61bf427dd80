/**
 * The visitor's cookie: the sealed snapshot, bound to its name and host, which lives 13 months from the day its id was
 * made and not a day longer. Whatever is wrong with one, its bearer is simply a new visitor.
 */
import { cookieValue } from '../kit/cookie.ts'
import { type Keyring, open, seal } from '../kit/seal.ts'
import { DAY_MS } from '../kit/time.ts'
import type { Snapshot } from './model.ts'
import { decodeSnapshot, encodeSnapshot, SNAPSHOT_MAX_BYTES } from './snapshot.ts'

/** The `__Host-` prefix makes browsers refuse it from another host, without Secure, or for a part of the site. */
export const COOKIE_NAME = '__Host-selvedge'
/** Name, `=` and value together. */
export const COOKIE_MAX_CHARS = 1_536
/** The shortest span of 13 calendar months, February to March, so that no cookie outlives 13 months. */
export const COOKIE_LIFE_MS = 393 * DAY_MS
/** A longer Cookie header is not searched: browsers and servers cut off around here. */
const HEADER_MAX_CHARS = 65_536

/** The first cookie of this name: where a name comes twice, browsers send the one of the longer path first. */
export const readCookie = (header: string | null, name: string): string | undefined =>
  header === null || header.length > HEADER_MAX_CHARS ? undefined : cookieValue(header, name)

/** The cookie's value, or null for a snapshot too heavy to ride in one. `iv`: `IV_BYTES` fresh random bytes. */
export async function sealSnapshot(
  keyring: Keyring,
  host: string,
  snapshot: Snapshot,
  iv: Uint8Array,
): Promise<string | null> {
  const bytes = encodeSnapshot(snapshot)
  if (bytes.length > SNAPSHOT_MAX_BYTES) return null
  const value = await seal(keyring, boundTo(host), bytes, iv)
  return isTooLong(value) ? null : value
}

/** Who this is, or null for a fresh visitor: no cookie, one we did not seal for this host, or one past its 13 months. */
export async function openSnapshot(
  keyring: Keyring,
  host: string,
  value: string | undefined,
  now: number,
): Promise<Snapshot | null> {
  if (value === undefined || value === '' || isTooLong(value)) return null
  const bytes = await open(keyring, boundTo(host), value)
  const snapshot = bytes === null ? null : decodeSnapshot(bytes)
  return snapshot === null || secondsLeft(snapshot.createdAt, now) === 0 ? null : snapshot
}

/** A Set-Cookie value. Max-Age counts from the making of the id, so that no later visit lengthens it. */
export const setCookieHeader = (value: string, createdAt: number, now: number): string =>
  `${COOKIE_NAME}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${secondsLeft(createdAt, now)}`

/** A Set-Cookie value that takes the cookie away, for withdrawal and erasure. */
export const clearCookieHeader = (): string =>
  `${COOKIE_NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`

const boundTo = (host: string): string => `${COOKIE_NAME}\n${host.toLowerCase()}`

const isTooLong = (value: string): boolean => COOKIE_NAME.length + 1 + value.length > COOKIE_MAX_CHARS

/** Whole seconds until the id has to go; 0 when it has, never more than its whole life. */
function secondsLeft(createdAt: number, now: number): number {
  const left = Math.min(COOKIE_LIFE_MS, createdAt + COOKIE_LIFE_MS - now)
  return Math.max(0, Math.floor(left / 1_000))
}
