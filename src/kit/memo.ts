/**
 * A bounded memo of a pure function. It may live at module scope because it holds values only, never a promise or
 * anything of a request, and because forgetting or recomputing an entry cannot change an answer.
 *
 * Two generations stand in for a least-recently-used order: when the young one is full it becomes the old one, and
 * what is asked for again moves back. Cheaper than re-inserting on every hit, and never more than `limit` entries.
 */
export function memo<K, V>(limit: number, compute: (key: K) => V): (key: K) => V {
  const half = Math.ceil(limit / 2)
  let young = new Map<K, V>()
  let old = new Map<K, V>()
  return (key) => {
    const hit = young.get(key)
    if (hit !== undefined) return hit
    const value = old.get(key) ?? compute(key)
    if (young.size >= half) {
      old = young
      young = new Map()
    }
    young.set(key, value)
    return value
  }
}
