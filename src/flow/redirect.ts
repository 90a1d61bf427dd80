/**
 * Where a campaign's redirect leads. Publishing has checked it; it is checked again against the request, because
 * `//e`, `/\e` and their like resolve to another site, and because a redirect to the very page would never end.
 */
import type { Decision } from '../decide/model.ts'
import { decodeName, pairsOf, searchOf } from '../kit/search.ts'

/** An absolute URL on the visitor's own site or an allow-listed host, or null to stay. Keeps the visitor's query. */
export function redirectTarget(
  decision: Decision | undefined,
  url: URL,
  allowedHosts: readonly string[],
): string | null {
  const wanted = decision?.variant?.redirect
  if (wanted === undefined || !URL.canParse(wanted, url)) return null
  const target = new URL(wanted, url)
  const isOwn = target.origin === url.origin
  const isAllowed = target.protocol === 'https:' && allowedHosts.includes(target.host)
  if (!isOwn && !isAllowed) return null
  // Campaign parameters of an advertisement must survive the hop, or its clicks are lost; as they were written, since
  // servers do not agree on what else means the same.
  const own = pairsOf(target)
  const taken = new Set(own.map(decodeName))
  const carried = pairsOf(url).filter((pair) => !taken.has(decodeName(pair)))
  if (carried.length > 0) target.search = searchOf([...own, ...carried])
  return isOwn && target.pathname === url.pathname && target.search === url.search ? null : target.href
}
