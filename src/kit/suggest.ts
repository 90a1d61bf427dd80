/** "Did you mean …?": the known word nearest to a wrong one, by edit distance. Pure. */

/** A word further away than this share of its length is another word, not a slip. */
const MAX_SHARE = 0.4
const MAX_LENGTH = 64
/** Known words that are looked at: a hostile document has thousands of names, and as many wrong ones. */
const MAX_KNOWN = 256

/** The nearest known word, or undefined where none is near enough. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined
  const lower = word.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(word.length * MAX_SHARE)) + 1
  for (const candidate of known.slice(0, MAX_KNOWN)) {
    // Words whose lengths differ by more are at least that far apart.
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue
    const distance = editDistance(lower, candidate.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** The end of a message: `; did you mean "x"?`, or nothing. */
export function hint(word: string, known: readonly string[]): string {
  const near = suggest(word, known)
  return near === undefined ? '' : `; did you mean "${near}"?`
}

/** Levenshtein's distance, one row at a time; as soon as it cannot be below `limit` any more, that. */
function editDistance(a: string, b: string, limit: number): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const distance = Math.min(substitution, (row[j] as number) + 1, (next[j - 1] as number) + 1)
      next.push(distance)
      least = Math.min(least, distance)
    }
    if (least >= limit) return limit
    row = next
  }
  return row[b.length] as number
}
