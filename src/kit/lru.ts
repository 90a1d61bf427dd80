/**
 * A cache of settled values, bounded by bytes and by entries; the least recently used goes first. Values only: a
 * promise of one request must never be awaited by another (the runtime would hang it), so none is ever put in here.
 */

export interface LruOptions<V> {
  readonly maxBytes: number
  readonly maxEntries: number
  /** Bytes that a value holds. Asked once, when it is set. */
  readonly sizeOf: (value: V) => number
}

export interface Lru<V> {
  /** The value, which becomes the most recently used. */
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
}

/** Two bytes for each UTF-16 unit of a key, and what a Map entry and its object take. */
const BYTES_PER_KEY_UNIT = 2
const ENTRY_BYTES = 96

/** Every operation is O(1): a Map keeps its keys in order of insertion, so the first key is the oldest. */
export function createLru<V>({ maxBytes, maxEntries, sizeOf }: LruOptions<V>): Lru<V> {
  const kept = new Map<string, Entry<V>>()
  let bytes = 0

  function drop(key: string): boolean {
    const entry = kept.get(key)
    if (entry === undefined) return false
    bytes -= entry.bytes
    return kept.delete(key)
  }

  function shrink(): void {
    for (const oldest of kept.keys()) {
      if (bytes <= maxBytes && kept.size <= maxEntries) return
      drop(oldest)
    }
  }

  return {
    get(key) {
      const entry = kept.get(key)
      if (entry === undefined) return undefined
      kept.delete(key)
      kept.set(key, entry)
      return entry.value
    },
    set(key, value) {
      drop(key)
      const size = sizeOf(value) + key.length * BYTES_PER_KEY_UNIT + ENTRY_BYTES
      // Also refuses NaN, which would make the total meaningless for ever.
      if (!(size <= maxBytes) || maxEntries < 1) return false
      kept.set(key, { value, bytes: size })
      bytes += size
      shrink()
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
