/**
 * Orders whose lines do not stand together in a file: their lines are gathered before any of them is sent, for an order
 * is told once, and what came later under its id would be taken for the same again. Memory does not grow with the file:
 * ids are remembered as bits of a field (a Bloom filter), so that a few orders in a thousand of a file of ten million are
 * taken for scattered without being so, which costs nothing but that they are sent last.
 */
import { hash64 } from '../kit/hash.ts'

const FIELD_BITS = 2 ** 28
/** Their lines are held until the file's end. */
const APART_MAX = 100_000

/**
 * Ids that come again after another id has come, of the rows' ids in the order of the file (undefined for rows without,
 * which stand for themselves); null where there are too many to be held.
 */
export async function idsApart(ids: AsyncIterable<string | undefined>): Promise<ReadonlySet<string> | null> {
  const field = new Uint8Array(FIELD_BITS / 8)
  const apart = new Set<string>()
  let last: string | undefined
  for await (const id of ids) {
    if (id !== undefined && id !== last && isIn(field, id)) apart.add(id)
    if (apart.size > APART_MAX) return null
    last = id
  }
  return apart
}

/** Was it put in before? It is from now on. */
function isIn(field: Uint8Array, id: string): boolean {
  const hash = hash64(id)
  let isKnown = true
  for (const half of [hash.slice(0, 8), hash.slice(8)]) {
    const bit = Number.parseInt(half, 16) % FIELD_BITS
    const at = bit >>> 3
    const mask = 1 << (bit & 7)
    if (((field[at] as number) & mask) === 0) isKnown = false
    field[at] = (field[at] as number) | mask
  }
  return isKnown
}
