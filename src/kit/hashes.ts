/**
 * A set of 64-bit hashes in one block of memory: sixteen to thirty-two bytes each where a Set of texts takes ten times as
 * much, and a copy of it needs no parsing. Open addressing with linear probing (Knuth, The Art of Computer Programming,
 * volume 3, section 6.4, algorithm L); hashes are spread as they come. Holds numbers only, of nobody's request.
 */

export interface Hashes {
  /** `hash`: sixteen hexadecimal digits. */
  readonly has: (hash: string) => boolean
  readonly add: (hash: string) => void
  readonly size: () => number
  /** The whole set, for `hashesFrom`. Not to be written to. */
  readonly bytes: () => Uint8Array<ArrayBuffer>
}

/** Two numbers of four bytes. */
const SLOT_BYTES = 8
const FIRST_SLOTS = 64

export const createHashes = (): Hashes => hashesOver(new Uint32Array(2 * FIRST_SLOTS))

/** The set that `bytes` came from; null for what cannot be one, by its length or because nothing ends a search in it. */
export function hashesFrom(bytes: ArrayBuffer): Hashes | null {
  const slots = bytes.byteLength / SLOT_BYTES
  if (slots < FIRST_SLOTS || !Number.isInteger(Math.log2(slots))) return null
  const hashes = hashesOver(new Uint32Array(bytes))
  return hashes.size() > slots / 2 ? null : hashes
}

function hashesOver(kept: Uint32Array<ArrayBuffer>): Hashes {
  let table = kept
  let size = 0
  for (let at = 0; at < table.length; at += 2) if (!isFree(table, at)) size += 1

  return {
    has: (hash) => {
      const [high, low] = halves(hash)
      return !isFree(table, find(table, high, low))
    },
    add: (hash) => {
      const [high, low] = halves(hash)
      if (!put(table, high, low)) return
      size += 1
      // Never more than half full, so that a run of neighbours stays short.
      if (size * 4 > table.length) table = grown(table)
    },
    size: () => size,
    bytes: () => new Uint8Array(table.buffer),
  }
}

const isFree = (table: Uint32Array, at: number): boolean => table[at] === 0 && table[at + 1] === 0

/** All zeros mark a free slot; the one hash that is so stands as its neighbour. */
function halves(hash: string): readonly [high: number, low: number] {
  const high = Number.parseInt(hash.slice(0, 8), 16)
  const low = Number.parseInt(hash.slice(8), 16)
  return [high, high === 0 && low === 0 ? 1 : low]
}

/** Where the hash stands, or the free slot where it would. */
function find(table: Uint32Array, high: number, low: number): number {
  let at = (low * 2) % table.length
  while (!isFree(table, at) && (table[at] !== high || table[at + 1] !== low)) at = (at + 2) % table.length
  return at
}

function put(table: Uint32Array, high: number, low: number): boolean {
  const at = find(table, high, low)
  if (!isFree(table, at)) return false
  table[at] = high
  table[at + 1] = low
  return true
}

function grown(table: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * table.length)
  for (let at = 0; at < table.length; at += 2) {
    if (!isFree(table, at)) put(larger, table[at] as number, table[at + 1] as number)
  }
  return larger
}
