/**
 * What is learned from a search: which of the shop's categories it asks for. The words themselves are never kept,
 * because people type anything into a search. Pure.
 */
import { categoryKey } from '../profile/text.ts'

/** `green tea cold` asks for `green-tea` before `tea`: the longest run of words wins, then the first. */
const MAX_WORDS = 12
const MAX_RUN = 4

/** The category of `categories` (keys) that a query names, or undefined. A plural names its singular and back. */
export function categoryOfQuery(query: string, categories: ReadonlySet<string>): string | undefined {
  const words = (categoryKey(query) ?? '').split('-').slice(0, MAX_WORDS)
  for (let length = Math.min(MAX_RUN, words.length); length > 0; length--) {
    for (let from = 0; from + length <= words.length; from++) {
      const run = words.slice(from, from + length).join('-')
      const found = [run, `${run}s`, run.replace(/s$/, '')].find((key) => categories.has(key))
      if (found !== undefined) return found
    }
  }
  return undefined
}
