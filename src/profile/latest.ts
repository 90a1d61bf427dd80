/**
 * What the last word decides: follows and declared traits. Each key keeps the event that came last by its time, ties
 * by event id and then by what it says, so that any two copies agree whichever arrived first. Keeping the `max` keys
 * whose last word is the latest is safe in any order: a key that is dropped comes back only with a later word, and the
 * later word is all there is to know.
 */

/** Key, value, when, by which event. */
export type Word<K extends string, V> = readonly [key: K, value: V, at: number, id: string]

/** The last word on each key that either list has, by key. */
export function joinWords<K extends string, V>(
  a: readonly Word<K, V>[],
  b: readonly Word<K, V>[],
  max: number,
): readonly Word<K, V>[] {
  if (b.length === 0) return a
  if (a.length === 0) return b
  const last = new Map<K, Word<K, V>>()
  for (const words of [a, b]) {
    for (const word of words) {
      const known = last.get(word[0])
      if (known === undefined || isLater(word, known)) last.set(word[0], word)
    }
  }
  const words = [...last.values()]
  if (words.length > max) words.sort((x, y) => (isLater(x, y) ? -1 : 1)).splice(max)
  return words.sort((x, y) => (x[0] < y[0] ? -1 : 1))
}

export function isLater<K extends string, V>(word: Word<K, V>, other: Word<K, V>): boolean {
  if (word[2] !== other[2]) return word[2] > other[2]
  if (word[3] !== other[3]) return word[3] > other[3]
  if (word[0] !== other[0]) return word[0] > other[0]
  return JSON.stringify(word[1]) > JSON.stringify(other[1])
}
