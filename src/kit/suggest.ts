/** "Did you mean …?": the known word nearest to a wrong one, by edit distance. Pure. */

/** A word further away than this share of its length is another word, not a slip. */
const MAX_SHARE = 0.4
const MAX_LENGTH = 64

/** The nearest known word, or undefined where none is near enough. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(word.length * MAX_SHARE)) + 1
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
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

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
