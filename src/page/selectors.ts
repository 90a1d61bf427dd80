/** Selector sets and their keys. Pure. */
import type { SelectorSet } from './model.ts'

/**
 * The set of the selectors that live campaigns use on a page: sorted and without repetition, so that the same
 * elements are the same set, and its key (106 bits) names it wherever templates are stored.
 */
export function selectorSet(selectors: readonly string[]): SelectorSet {
  const sorted = [...new Set(selectors)].sort()
  const text = JSON.stringify(sorted)
  return { selectors: sorted, key: `${digest(text, 0x9e3779b9)}${digest(text, 0x2545f491)}` }
}

/**
 * 53 bits of a text as 11 characters. Two 32-bit lanes, multiplied by odd constants and mixed at the end as MurmurHash3
 * does; good against accidents, which is all that a key over one's own selectors has to stand.
 */
function digest(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed
  let low = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 0x9e3779b1)
    low = Math.imul(low ^ code, 0x5f356495)
  }
  high = mix(high) ^ mix(low ^ (high >>> 7))
  low = mix(low) ^ mix(high ^ (low >>> 5))
  return (2 ** 32 * (high & 0x1fffff) + (low >>> 0)).toString(36).padStart(11, '0')
}

function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
