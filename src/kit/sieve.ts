/**
 * A cache of settled values, bounded by bytes and by entries. Values only: a promise of one request must never be awaited
 * by another (the runtime would hang it), so none is ever put in here.
 *
 * What goes first is what was not used since the hand last passed it (SIEVE: Zhang et al., NSDI 2024). A use is a mark and
 * moves nothing, so it costs a look-up only, and whoever walks once through every page of a shop pushes none of those out
 * that are asked for again and again.
 */

export interface SieveOptions<V> {
  readonly maxBytes: number
  readonly maxEntries: number
  /** Bytes that a value holds. Asked once, when it is set. */
  readonly sizeOf: (value: V) => number
}

export interface Sieve<V> {
  /** The value, which has been used now. */
  readonly get: (key: string) => V | undefined
  /** False where the value alone is over the bound: it is not kept, and neither is what the key held before. */
  readonly set: (key: string, value: V) => boolean
  readonly delete: (key: string) => boolean
  readonly clear: () => void
  readonly bytes: () => number
  readonly entries: () => number
}

interface Entry<V> {
  readonly value: V
  readonly bytes: number
  isUsed: boolean
}

/** Two bytes for each UTF-16 unit of a key, and what a Map entry and its object take. */
const BYTES_PER_KEY_UNIT = 2
const ENTRY_BYTES = 96

/** Every operation is O(1), setting on the average: the hand lets a used entry pass once for each time it was used. */
export function createSieve<V>({ maxBytes, maxEntries, sizeOf }: SieveOptions<V>): Sieve<V> {
  // A Map keeps its keys in order of insertion, and an iterator of it stays where it is whatever comes and goes.
  const kept = new Map<string, Entry<V>>()
  let hand = kept.entries()
  let newest: string | undefined
  let bytes = 0

  function drop(key: string): boolean {
    const entry = kept.get(key)
    if (entry === undefined) return false
    bytes -= entry.bytes
    return kept.delete(key)
  }

  /** From the oldest to the newest, and round again. */
  function makeRoom(size: number): void {
    while (bytes + size > maxBytes || kept.size >= maxEntries) {
      const next = hand.next()
      if (next.done === true) {
        hand = kept.entries()
        continue
      }
      const [key, entry] = next.value
      if (entry.isUsed) {
        entry.isUsed = false
        continue
      }
      drop(key)
      // Or it would meet the next newcomer there, and never what was used long ago.
      if (key === newest) hand = kept.entries()
    }
  }

  return {
    get(key) {
      const entry = kept.get(key)
      if (entry === undefined) return undefined
      entry.isUsed = true
      return entry.value
    },
    set(key, value) {
      drop(key)
      const size = sizeOf(value) + key.length * BYTES_PER_KEY_UNIT + ENTRY_BYTES
      // Also refuses NaN, which would make the total meaningless for ever.
      if (!(size <= maxBytes) || maxEntries < 1) return false
      makeRoom(size)
      kept.set(key, { value, bytes: size, isUsed: false })
      newest = key
      bytes += size
      return true
    },
    delete: drop,
    clear() {
      kept.clear()
      bytes = 0
    },
    bytes: () => bytes,
    entries: () => kept.size,
  }
}
