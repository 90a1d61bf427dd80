/**
 * String hashes: stable across isolates, versions and machines, fast, and not cryptographic. Never use one where a
 * person who chooses the text could gain from a collision; `seal.ts` and `bytes.ts` have what that needs.
 */

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/**
 * FNV-1a with 32 bits over UTF-16 code units (not bytes: GrowthBook's SDKs do the same, and every id would move if
 * this did otherwise). `state` continues an earlier hash, so that two strings are hashed without joining them.
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/.
 */
export function hashFnv32a(text: string, state: number = FNV_OFFSET): number {
  let hash = state
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME)
  return hash >>> 0
}

/**
 * Where a unit falls in [0, 1) for one seed, by GrowthBook's hash versions: 1 has 1,000 steps and a known bias between
 * similar seeds, 2 hashes twice and has 10,000. Null for a version nobody knows.
 */
export function hash(seed: string, value: string, version: number): number | null {
  if (version === 2) return (hashDecimal(hashFnv32a(value, hashFnv32a(seed))) % 10_000) / 10_000
  if (version === 1) return (hashFnv32a(seed, hashFnv32a(value)) % 1_000) / 1_000
  return null
}

const DIGIT_0 = 48
const MOST_DIGITS = 1_000_000_000

/** `hashFnv32a(String(number))` of a 32-bit number, without making the text, which took longer than hashing it. */
function hashDecimal(number: number): number {
  let unit = MOST_DIGITS
  while (unit > number && unit > 1) unit /= 10
  let hash = FNV_OFFSET
  for (let left = number; unit >= 1; unit /= 10) {
    const digit = Math.floor(left / unit)
    left -= digit * unit
    hash = Math.imul(hash ^ (DIGIT_0 + digit), FNV_PRIME)
  }
  return hash >>> 0
}

/**
 * Sixteen hex digits for a text, for cache keys: two multiplicative lanes over the code units, crossed and finished
 * with the 32-bit mixer of MurmurHash3. By accident, a billion texts share one with a chance of about 3 %.
 */
export function hash64(text: string): string {
  let low = 0x9e3779b9 ^ text.length
  let high = 0x7f4a7c15 ^ text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    low = Math.imul(low ^ unit, 0x85ebca6b)
    low ^= low >>> 13
    high = Math.imul(high ^ unit, 0xc2b2ae35)
    high ^= high >>> 15
  }
  const first = mix32(low ^ Math.imul(high, 0x27d4eb2f))
  const second = mix32(high ^ Math.imul(first, 0x165667b1))
  return hex32(first) + hex32(second)
}

function mix32(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

const hex32 = (value: number): string => value.toString(16).padStart(8, '0')
