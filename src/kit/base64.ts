/**
 * base64url without padding (RFC 4648, section 5), canonical both ways: one byte string has exactly one text, so a
 * sealed token cannot be changed in its spare bits and still open.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CODES = new TextEncoder().encode(ALPHABET)
const decoder = new TextDecoder()

/** More than six bits: what no character of the alphabet stands for. */
const INVALID = 0xff
const VALUES = new Uint8Array(128).fill(INVALID)
for (let value = 0; value < CODES.length; value++) VALUES[CODES[value] as number] = value

/** The runtime's own codec (ECMAScript 2026), which the edge has and Node 24 has not. */
interface NativeCodec {
  readonly fromBase64?: (text: string, options: object) => Uint8Array<ArrayBuffer>
  readonly prototype: { readonly toBase64?: (this: Uint8Array, options: object) => string }
}
const { fromBase64, prototype } = Uint8Array as unknown as NativeCodec
const { toBase64 } = prototype
const READ = { alphabet: 'base64url', lastChunkHandling: 'loose' }
const WRITE = { alphabet: 'base64url', omitPadding: true }

export const encodeBase64url = (bytes: Uint8Array): string =>
  toBase64 === undefined ? encodeByTable(bytes) : toBase64.call(bytes, WRITE)

/** The bytes, or null for padding, blanks, foreign characters, an impossible length or spare bits that are not zero. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  const spare = text.length & 3
  if (spare === 1 || !isSpareZero(text, spare)) return null
  const bytes = fromBase64 === undefined ? decodeByTable(text, spare) : tryDecode(text)
  // The runtime skips blanks and padding; each of them shortens the result.
  return bytes?.length === bytesOf(text.length) ? bytes : null
}

const bytesOf = (chars: number): number => (chars * 3) >> 2

/** A last group of two characters has four bits too many, one of three has two: RFC 4648, section 3.5, wants zeros. */
function isSpareZero(text: string, spare: number): boolean {
  return spare === 0 || (valueAt(text, text.length - 1) & (spare === 2 ? 15 : 3)) === 0
}

function tryDecode(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return (fromBase64 as NonNullable<typeof fromBase64>).call(Uint8Array, text, READ)
  } catch {
    return null
  }
}

function decodeByTable(text: string, spare: number): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(bytesOf(text.length))
  const whole = text.length - spare
  let at = 0
  let seen = 0
  for (let index = 0; index < text.length; index += 4) {
    const first = valueAt(text, index)
    const second = valueAt(text, index + 1)
    const third = index < whole || spare === 3 ? valueAt(text, index + 2) : 0
    const fourth = index < whole ? valueAt(text, index + 3) : 0
    seen |= first | second | third | fourth
    // What stands beyond the array's end is not written.
    bytes[at] = (first << 2) | (second >> 4)
    bytes[at + 1] = (second << 4) | (third >> 2)
    bytes[at + 2] = (third << 6) | fourth
    at += 3
  }
  return seen > 63 ? null : bytes
}

function valueAt(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code < 128 ? (VALUES[code] as number) : INVALID
}

function encodeByTable(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  let at = 0
  for (let index = 0; index < bytes.length; index += 3) {
    const three = ((bytes[index] as number) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0)
    // Of a last group of one or two bytes only two or three characters find room.
    codes[at] = CODES[three >> 18] as number
    codes[at + 1] = CODES[(three >> 12) & 63] as number
    codes[at + 2] = CODES[(three >> 6) & 63] as number
    codes[at + 3] = CODES[three & 63] as number
    at += 4
  }
  return decoder.decode(codes)
}
