/**
 * Bit fields inside base64url text (RFC 4648, section 5), as IAB consent strings use them: read in place, six bits a
 * character, without decoding the whole. A reader never throws; it answers `OUT_OF_RANGE` past the end.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const SIX_BITS = new Uint8Array(128)
for (let value = 0; value < ALPHABET.length; value++) SIX_BITS[ALPHABET.charCodeAt(value)] = value

const BITS_PER_CHARACTER = 6
export const OUT_OF_RANGE = -1

/** At least one character, all of the base64url alphabet, no padding. `bitsAt` needs this to have been checked. */
export const isBitText = (text: string): boolean => /^[A-Za-z0-9_-]+$/.test(text)

export const bitLength = (text: string): number => text.length * BITS_PER_CHARACTER

/** The unsigned integer of `count` bits (at most 24) from bit `offset`, most significant first. */
export function bitsAt(text: string, offset: number, count: number): number {
  if (offset + count > bitLength(text)) return OUT_OF_RANGE
  let value = 0
  for (let bit = offset; bit < offset + count; bit++) value = (value << 1) | bitAt(text, bit)
  return value
}

/** One bit, 0 or 1; 0 past the end. */
export function bitAt(text: string, offset: number): number {
  const six = SIX_BITS[text.charCodeAt((offset / BITS_PER_CHARACTER) | 0)] ?? 0
  return (six >> (BITS_PER_CHARACTER - 1 - (offset % BITS_PER_CHARACTER))) & 1
}
