/**
 * base64url without padding (RFC 4648, section 5), canonical both ways: one byte string has exactly one text, so a
 * sealed token cannot be changed in its spare bits and still open.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CODES = new TextEncoder().encode(ALPHABET)
const ascii = new TextDecoder()

/** More than six bits: what no character of the alphabet stands for. */
const INVALID = 0xff
const VALUES = new Uint8Array(128).fill(INVALID)
for (let value = 0; value < CODES.length; value++) VALUES[CODES[value] as number] = value

export function encodeBase64url(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  let at = 0
  let bits = 0
  let held = 0
  for (let index = 0; index < bytes.length; index++) {
    held = (held << 8) | (bytes[index] as number)
    bits += 8
    while (bits >= 6) {
      bits -= 6
      codes[at++] = CODES[(held >> bits) & 63] as number
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) codes[at] = CODES[(held << (6 - bits)) & 63] as number
  return ascii.decode(codes)
}

/** The bytes, or null for padding, foreign characters, an impossible length or spare bits that are not zero. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  const spare = text.length & 3
  if (spare === 1) return null
  const bytes = new Uint8Array((text.length * 3) >> 2)
  const whole = text.length - spare
  let at = 0
  for (let index = 0; index < whole; index += 4) {
    const first = valueAt(text, index)
    const second = valueAt(text, index + 1)
    const third = valueAt(text, index + 2)
    const fourth = valueAt(text, index + 3)
    if ((first | second | third | fourth) > 63) return null
    bytes[at++] = (first << 2) | (second >> 4)
    bytes[at++] = ((second & 15) << 4) | (third >> 2)
    bytes[at++] = ((third & 3) << 6) | fourth
  }
  return spare === 0 || decodeTail(text, whole, bytes, at) ? bytes : null
}

/** Writes the one or two bytes of a last group of two or three characters. */
function decodeTail(text: string, from: number, bytes: Uint8Array, at: number): boolean {
  const first = valueAt(text, from)
  const second = valueAt(text, from + 1)
  if ((first | second) > 63) return false
  bytes[at] = (first << 2) | (second >> 4)
  if (text.length - from === 2) return (second & 15) === 0
  const third = valueAt(text, from + 2)
  if (third > 63) return false
  bytes[at + 1] = ((second & 15) << 4) | (third >> 2)
  return (third & 3) === 0
}

function valueAt(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code < 128 ? (VALUES[code] as number) : INVALID
}
