/**
 * Two sealed texts that carry an identity through foreign hands. A *reference* stands for a visitor in what the shop's
 * own servers get to see: fresh each time, so that two of them cannot be compared, and it goes stale. A *link token*
 * stands for a person in a newsletter: it ends, and works once (the store remembers its number). Pure; `iv` and `id` are
 * fresh random values.
 */
import { encodeBase64url } from '../kit/base64.ts'
import { type Keyring, open, seal } from '../kit/seal.ts'
import { DAY_MS, MINUTE_MS } from '../kit/time.ts'
import { VISITOR_ID } from '../profile/text.ts'
import { isPerson } from './link.ts'
import type { Token } from './model.ts'

/** Request header in which the shop's servers are given the reference of who asks. */
export const VISITOR_HEADER = 'Selvedge-Visitor'
/** A shop that keeps the reference in its session may use it as long as sessions last. */
export const REFERENCE_LIFE_MS = DAY_MS
/** Newsletters are read for about two weeks. */
export const TOKEN_LIFE_MS = 14 * DAY_MS
export const TOKEN_LIFE_MAX_MS = 60 * DAY_MS
export const TOKEN_ID_BYTES = 16
/** Sealing servers differ by less. */
const CLOCK_SKEW_MS = 5 * MINUTE_MS
/** A sealed person, number and time; anything longer is not ours. */
const TOKEN_MAX_CHARS = 400

const REFERENCE = 'selvedge visitor'
const LINK = 'selvedge link'
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What the shop's servers are given for a visitor. */
export const sealReference = (
  keyring: Keyring,
  visitor: string,
  now: number,
  iv: Uint8Array,
): Promise<string> => sealRow(keyring, REFERENCE, [visitor, now], iv)

/** The visitor id, or null for what we did not seal, or sealed too long ago. */
export async function openReference(keyring: Keyring, text: string, now: number): Promise<string | null> {
  const [visitor, at] = (await openRow(keyring, REFERENCE, text)) ?? []
  if (typeof visitor !== 'string' || !VISITOR_ID.test(visitor) || typeof at !== 'number') return null
  return at <= now + CLOCK_SKEW_MS && now - at <= REFERENCE_LIFE_MS ? visitor : null
}

/** `random`: `TOKEN_ID_BYTES` fresh bytes. */
export const newToken = (person: string, expiresAt: number, random: Uint8Array): Token => ({
  id: encodeBase64url(random),
  person,
  expiresAt,
})

export const sealToken = (keyring: Keyring, token: Token, iv: Uint8Array): Promise<string> =>
  sealRow(keyring, LINK, [token.id, token.person, token.expiresAt], iv)

/** The token, or null for what we did not seal, or what has ended. */
export async function openToken(keyring: Keyring, text: string, now: number): Promise<Token | null> {
  const [id, person, expiresAt] = (await openRow(keyring, LINK, text)) ?? []
  if (typeof id !== 'string' || typeof person !== 'string' || typeof expiresAt !== 'number') return null
  return isPerson(person) && now < expiresAt ? { id, person, expiresAt } : null
}

const sealRow = (keyring: Keyring, about: string, row: readonly unknown[], iv: Uint8Array): Promise<string> =>
  seal(keyring, about, encoder.encode(JSON.stringify(row)), iv)

async function openRow(keyring: Keyring, about: string, text: string): Promise<readonly unknown[] | null> {
  const bytes = text.length > TOKEN_MAX_CHARS ? null : await open(keyring, about, text)
  return bytes === null ? null : (JSON.parse(decoder.decode(bytes)) as readonly unknown[])
}
