/**
 * Under which name a page is kept. Pure.
 *
 * `canonicalUrl` is what is asked of the origin *and* what the key is made of, so a key can never hold a page that was
 * made for another URL, nor one visitor's click id in everybody's links.
 */
import { decodeName, pairsOf, searchOf } from '../kit/search.ts'
import type { NameMatcher } from './names.ts'

/** What a query, a fragment and a user's name begin or end with. */
const UNPLAIN = /[?#@]/
/** Longer keys are not kept: nobody links to them, and they would fill the cache. */
const MAX_KEY_LENGTH = 2_048

/**
 * Raised with whatever changes how pages are cut, proven or read for facts: a page that its origin confirms is never cut
 * again, and would keep an older deployment's mistakes. Two versions at work side by side have pages of their own.
 */
const KEY_VERSION = 'v3'

/**
 * The URL without its fragment and the query parameters that do not change the page, the others sorted by name.
 * Parameters of one name keep their order, and nothing is decoded or encoded anew: `?a`, `?a=` and `?%61` stay three.
 */
export function canonicalUrl(url: URL, isDropped: NameMatcher): URL {
  // Most URLs are plain, and then there is nothing to copy.
  if (!UNPLAIN.test(url.href)) return url
  const canonical = new URL(url)
  canonical.hash = ''
  canonical.username = ''
  canonical.password = ''
  const kept = pairsOf(url)
    .filter((pair) => !isDropped(decodeName(pair)))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  canonical.search = searchOf(kept)
  return canonical
}

/**
 * A URL for the Cache API, on the page's own host (foreign hosts cost lookups there), or null where it would be too
 * long. `selectorsKey` is `SelectorSet.key`: the words of campaigns take no part.
 */
export function pageKey(canonical: URL, selectorsKey: string): string | null {
  const { origin, pathname, search } = canonical
  const key = `${origin}/_selvedge/pages/${KEY_VERSION}/${encodeURIComponent(selectorsKey)}${pathname}${search}`
  return key.length <= MAX_KEY_LENGTH ? key : null
}
