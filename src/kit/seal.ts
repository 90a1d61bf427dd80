/**
 * Sealed texts: AES-256-GCM by WebCrypto under a keyring, for what rides through a browser and must be neither read
 * nor changed there. Straight WebCrypto, because a JWE library costs ten times the CPU on the hot path.
 *
 * Format, then base64url: version (1 byte) · length of the key id (1) · key id (ASCII) · IV (12) · ciphertext and tag.
 * The head and the caller's words are authenticated with it.
 */
import { decodeBase64url, encodeBase64url } from './base64.ts'
import { concatBytes } from './bytes.ts'
import { type Fault, pointer } from './fault.ts'
import { err, ok, type Result } from './result.ts'

export interface SealKey {
  readonly id: string
  readonly key: CryptoKey
  /** What every text sealed with it begins with: version, length of the id, id. */
  readonly head: Uint8Array
}

/**
 * The first key seals, every key opens: put a new one at the end, in front once every version has it, and drop the old
 * one when its cookies have expired.
 */
export interface Keyring {
  readonly keys: readonly [SealKey, ...SealKey[]]
}

/** Random bytes that each sealing needs, never twice the same under one key (NIST SP 800-38D, section 8.2.2). */
export const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32
const VERSION = 1
/** Refused unread beyond this: nothing that we seal is longer. */
export const SEALED_MAX_CHARS = 8_192
const KEYS_MAX = 8
const KEY_ID = /^[A-Za-z0-9_-]{1,16}$/

const encoder = new TextEncoder()

/** Seals `bytes` under the keyring's first key. `about` says what the text is for; it opens for nothing else. */
export async function seal(
  keyring: Keyring,
  about: string,
  bytes: Uint8Array,
  iv: Uint8Array,
): Promise<string> {
  if (iv.length !== IV_BYTES) throw new RangeError(`an IV has ${IV_BYTES} bytes`)
  const first = keyring.keys[0]
  const sealed = await crypto.subtle.encrypt(gcm(iv, first, about), first.key, bytes as BufferSource)
  return encodeBase64url(concatBytes([first.head, iv, new Uint8Array(sealed)]))
}

/** The bytes, or null for anything that this keyring did not seal for this purpose. Never throws. */
export async function open(keyring: Keyring, about: string, text: string): Promise<Uint8Array | null> {
  if (text.length > SEALED_MAX_CHARS) return null
  const bytes = decodeBase64url(text)
  const key = bytes === null ? undefined : findKey(keyring, bytes)
  if (bytes === null || key === undefined) return null
  const headEnd = key.head.length
  const ivEnd = headEnd + IV_BYTES
  if (bytes.length < ivEnd + TAG_BYTES) return null
  const algorithm = gcm(bytes.subarray(headEnd, ivEnd), key, about)
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key.key, bytes.subarray(ivEnd)))
  } catch {
    return null
  }
}

/**
 * Reads `id:base64key,id:base64key`: up to eight 256-bit keys, base64 or base64url, ids of up to 16 letters, digits,
 * `_` and `-`. Faults name the key by its place; they never repeat what was written, which is secret.
 */
export async function importKeyring(spec: string): Promise<Result<Keyring, readonly Fault[]>> {
  const faults: Fault[] = []
  const ids = new Set<string>()
  const parsed: { readonly id: string; readonly raw: Uint8Array<ArrayBuffer> }[] = []
  const parts = spec.split(',').map((part) => part.trim())
  if (parts.length > KEYS_MAX) faults.push(fault('', 'too_many', `A keyring has at most ${KEYS_MAX} keys.`))
  for (const [index, part] of parts.slice(0, KEYS_MAX).entries()) {
    const colon = part.indexOf(':')
    const id = part.slice(0, Math.max(0, colon))
    const raw = decodeKey(part.slice(colon + 1))
    if (!KEY_ID.test(id)) faults.push(fault(pointer(index), 'key_id', 'Write each key as id:base64key.'))
    else if (ids.has(id)) faults.push(fault(pointer(index), 'duplicate', 'Give every key an id of its own.'))
    if (raw?.length !== KEY_BYTES)
      faults.push(fault(pointer(index), 'key', 'A key is 32 random bytes in base64.'))
    else parsed.push({ id, raw })
    ids.add(id)
  }
  if (faults.length > 0) return err(faults)
  const keys = await Promise.all(parsed.map(({ id, raw }) => importKey(id, raw)))
  return ok({ keys: keys as [SealKey, ...SealKey[]] })
}

async function importKey(id: string, raw: Uint8Array<ArrayBuffer>): Promise<SealKey> {
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return { id, key, head: concatBytes([Uint8Array.of(VERSION, id.length), encoder.encode(id)]) }
}

const decodeKey = (text: string): Uint8Array<ArrayBuffer> | null =>
  decodeBase64url(text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'))

const fault = (path: string, code: string, message: string): Fault => ({ path, code, message })

/** The key whose head these bytes begin with. Its length is part of it, so no head begins another. */
function findKey(keyring: Keyring, bytes: Uint8Array): SealKey | undefined {
  return keyring.keys.find(({ head }) => head.every((byte, at) => bytes[at] === byte))
}

/** The last additional data made: a shop has one host, so nearly every request asks for the same. */
let lastKey: SealKey | undefined
let lastAbout = ''
let lastData: Uint8Array = new Uint8Array()

function additionalData(key: SealKey, about: string): Uint8Array {
  if (key !== lastKey || about !== lastAbout) {
    lastData = concatBytes([key.head, encoder.encode(about)])
    lastKey = key
    lastAbout = about
  }
  return lastData
}

function gcm(iv: Uint8Array, key: SealKey, about: string) {
  return {
    name: 'AES-GCM',
    iv: iv as BufferSource,
    additionalData: additionalData(key, about) as BufferSource,
    tagLength: TAG_BYTES * 8,
  }
}
