/**
 * A note that a browser carries where it has let go of an id and the store could not be told: the ids that are still to
 * be erased, and nothing else. It is sealed for this purpose and host alone, no rule decides by it, and it ends when the
 * erasure is done, or with the rows themselves. It is necessary: without it nobody could ask again. Pure.
 */
import { type Keyring, open, seal } from '../kit/seal.ts'
import { COOKIE_LIFE_MS } from './cookie.ts'
import { VISITOR_ID } from './text.ts'

export const FORGET_COOKIE = '__Host-selvedge-forget'
/** Ids in one note: who refuses, agrees and refuses again through one outage has several. */
const FORGET_MAX = 8
const MAX_CHARS = 1_024
const SEPARATOR = ' '

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const boundTo = (host: string): string => `${FORGET_COOKIE}\n${host.toLowerCase()}`

/** The `Set-Cookie` line of a note about these ids, the newest first. `iv`: `IV_BYTES` fresh random bytes. */
export async function forgetCookie(
  keyring: Keyring,
  host: string,
  ids: readonly string[],
  iv: Uint8Array,
): Promise<string> {
  const bytes = encoder.encode(ids.slice(0, FORGET_MAX).join(SEPARATOR))
  return line(await seal(keyring, boundTo(host), bytes, iv), Math.floor(COOKIE_LIFE_MS / 1_000))
}

/** A `Set-Cookie` line that takes the note away. */
export const clearForgetCookie = (): string => line('', 0)

/** The ids of a note; none for what we did not seal for this host. */
export async function openForget(keyring: Keyring, host: string, value: string): Promise<readonly string[]> {
  const bytes = value.length > MAX_CHARS ? null : await open(keyring, boundTo(host), value)
  const ids = bytes === null ? [] : decoder.decode(bytes).split(SEPARATOR)
  return ids.filter((id) => VISITOR_ID.test(id)).slice(0, FORGET_MAX)
}

const line = (value: string, seconds: number): string =>
  `${FORGET_COOKIE}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${seconds}`
