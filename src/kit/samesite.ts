/**
 * Keeps visitors' doors to the shop's own pages: who may send something here (CSRF), and where an answer may send a
 * browser to (open redirects).
 */

/** Longer than any path of a shop. */
const PATH_MAX_CHARS = 2_048

/**
 * Was this sent by a page of the same host? Fetch Metadata decides where the browser sends it, since no script can
 * forge it; then `Origin`, then `Referer`. A request that says nothing is not from a page: refused. Hosts are compared
 * and schemes are not, because a proxy in front may end TLS.
 */
export function isSameSite(headers: Headers, url: URL): boolean {
  const site = headers.get('Sec-Fetch-Site')
  const origin = headers.get('Origin')
  if (site !== null && site !== 'same-origin') return false
  // `null` is what a page under Referrer-Policy: no-referrer sends, and every sandboxed frame too.
  if (origin !== null && origin !== 'null') return hostOf(origin) === url.host
  if (site !== null) return true
  const referrer = headers.get('Referer')
  return origin === null && referrer !== null && hostOf(referrer) === url.host
}

/**
 * A path of this site as it may stand in `Location`, or null: no other host, no other scheme, and nothing that a browser
 * would read as one (`//e`, `/\e`, `/.//e`), whatever it was written as.
 */
export function ownPath(to: string | null | undefined, url: URL): string | null {
  if (to === null || to === undefined || to.length > PATH_MAX_CHARS) return null
  const target = URL.parse(to, url)
  if (target === null || target.origin !== url.origin || target.username !== '' || target.password !== '')
    return null
  const path = `${target.pathname}${target.search}${target.hash}`
  return path.startsWith('//') ? null : path
}

const hostOf = (address: string): string | undefined => URL.parse(address)?.host
