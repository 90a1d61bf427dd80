/**
 * A customer becomes a person here and nowhere else: by a keyed hash, on arrival. Without the key nobody can try
 * customer numbers or addresses against the store, and the customer id itself is kept nowhere. Pure.
 */
import { decodeBase64url, encodeBase64url } from '../kit/base64.ts'
import type { Fault } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'

/** So that this key's hashes mean nothing anywhere else. */
const CONTEXT = 'selvedge person\n'
const MIN_KEY_BYTES = 32
const MAX_KEY_BYTES = 64
const CUSTOMER_MAX_CHARS = 256
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NOT_PLAIN = /[\0-\x1f\x7f]|^\s|\s$/

const encoder = new TextEncoder()

/**
 * Reads the secret: 32 to 64 random bytes in base64. It must never change: with another key every customer is a new
 * person, and all ties are lost.
 */
export async function importPersonKey(text: string): Promise<Result<CryptoKey, readonly Fault[]>> {
  const bytes = decodeBase64url(text.trim().replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'))
  if (bytes === null || bytes.length < MIN_KEY_BYTES || bytes.length > MAX_KEY_BYTES) {
    const message = `The key is ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} random bytes in base64.`
    return err([{ path: '', code: 'key', message }])
  }
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return ok(await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']))
}

/** The shop's id of a customer: an opaque text, compared exactly. `path` is where it stood in what was sent. */
export function parseCustomer(value: unknown, path: string): Result<string, Fault> {
  const isFit =
    typeof value === 'string' &&
    value !== '' &&
    value.length <= CUSTOMER_MAX_CHARS &&
    value.isWellFormed() &&
    !NOT_PLAIN.test(value)
  if (isFit) return ok(value)
  const message = `A customer is a text of 1 to ${CUSTOMER_MAX_CHARS} characters, without blanks around it.`
  return err({ path, code: 'customer', message })
}

/** Who this customer is to us: HMAC-SHA-256 (RFC 2104) in base64url, 43 characters. */
export async function personOf(key: CryptoKey, customer: string): Promise<string> {
  const signed = await crypto.subtle.sign('HMAC', key, encoder.encode(CONTEXT + customer))
  return encodeBase64url(new Uint8Array(signed))
}
