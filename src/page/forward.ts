/**
 * What is said to the origin, and how its answers are turned back to the public host. Pure.
 *
 * Two kinds of request leave here. A *shared* one asks for the page that is kept for everybody: nothing in it comes
 * from the visitor but the URL, so no header can poison what the next visitor gets. That holds for Accept-Language and
 * User-Agent too: an origin that looks at them says so in `Vary`, and its page is then not shared. An *own* one is the
 * visitor's request as it came, credentials included, and its answer is never kept.
 */
import { HOP_HEADER } from './classify.ts'
import { cookieNames } from './names.ts'

const ACCEPT_HTML = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'
const USER_AGENT = 'Mozilla/5.0 (compatible; Selvedge/1.0)'

/** What the runtime decodes. Other codings would reach the rewriter as compressed bytes. */
const ACCEPT_ENCODING = 'gzip, br'

const OUR_COOKIES = '__Host-selvedge'
const OUR_HEADERS = 'selvedge-'

/** They ask for a part of the page, or for none; an edited page must be whole. */
const PARTIAL_HEADERS = [
  'Range',
  'If-Range',
  'If-Match',
  'If-None-Match',
  'If-Modified-Since',
  'If-Unmodified-Since',
]

/** How the request stands between public host and origin. */
export interface Route {
  /** Base URL of the origin; null where the request's own URL leads to it. */
  readonly origin: URL | null
  /** Times the request went through Selvedge before. */
  readonly hops: number
}

/** The same path and query at the origin's scheme, host and port. */
export function targetUrl(url: URL, origin: URL | null): URL {
  if (origin === null) return url
  const target = new URL(url)
  target.protocol = origin.protocol
  target.host = origin.host
  // Setting `host` without a port keeps the old one.
  target.port = origin.port
  return target
}

/** Headers of the fetch for the shared page: a fixed list. `validators` come from the page kept before. */
export function sharedHeaders(
  url: URL,
  route: Route,
  validators: { readonly etag?: string | undefined; readonly lastModified?: string | undefined } = {},
): Headers {
  const headers = new Headers({
    Accept: ACCEPT_HTML,
    'Accept-Encoding': ACCEPT_ENCODING,
    'User-Agent': USER_AGENT,
  })
  if (validators.etag !== undefined) headers.set('If-None-Match', validators.etag)
  if (validators.lastModified !== undefined) headers.set('If-Modified-Since', validators.lastModified)
  return routed(headers, url, route)
}

/**
 * The visitor's headers, without our cookies and without any `Selvedge-*` they sent: the origin may trust those that
 * arrive, `more` among them.
 */
export function ownHeaders(from: Headers, url: URL, route: Route, more?: HeadersInit): Headers {
  const headers = new Headers(from)
  for (const name of [...headers.keys()]) if (name.startsWith(OUR_HEADERS)) headers.delete(name)
  const cookies = foreignCookies(headers.get('Cookie'))
  if (cookies === '') headers.delete('Cookie')
  else headers.set('Cookie', cookies)
  for (const [name, value] of new Headers(more)) headers.set(name, value)
  return routed(headers, url, route)
}

/** As `ownHeaders`, for a page that is going to be edited: whole, and in a coding that the runtime reads. */
export function editableHeaders(from: Headers, url: URL, route: Route, more?: HeadersInit): Headers {
  const headers = ownHeaders(from, url, route, more)
  for (const name of PARTIAL_HEADERS) headers.delete(name)
  headers.set('Accept-Encoding', ACCEPT_ENCODING)
  return headers
}

/** A `Cookie` header without our own cookies, '' where nothing is left. */
export function foreignCookies(header: string | null): string {
  if (header === null || !header.includes(OUR_COOKIES)) return header ?? ''
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !cookieNames(pair)[0]?.startsWith(OUR_COOKIES))
    .join('; ')
}

/**
 * Turns an answer that speaks of the origin's host into one of the public host: the headers that lead somewhere, and
 * cookies that name the origin as their `Domain`, which a browser would refuse. Anything else is returned as it is.
 */
export function mapBack(response: Response, url: URL, origin: URL | null): Response {
  if (origin === null || response.status === 101) return response
  const links = Object.entries(LINKS).flatMap(([name, pattern]) => {
    const said = response.headers.get(name)
    const meant = said?.replace(pattern, (_, before, link) => before + publicLink(link, url, origin))
    return meant === undefined || meant === said ? [] : [[name, meant] as const]
  })
  const cookies = response.headers.getSetCookie()
  const foreign = origin.hostname !== url.hostname && cookies.some((cookie) => namesDomain(cookie, origin))
  if (links.length === 0 && !foreign) return response
  const mapped = new Response(response.body, response)
  for (const [name, link] of links) mapped.headers.set(name, link)
  if (foreign) {
    mapped.headers.delete('Set-Cookie')
    for (const cookie of cookies) mapped.headers.append('Set-Cookie', withoutDomain(cookie, origin))
  }
  return mapped
}

/**
 * Headers that lead somewhere, each with what stands before a link in it, and the link (RFC 9110, sections 8.7 and
 * 10.2.2; RFC 8288, section 3; HTML standard, "shared declarative refresh steps").
 */
const LINKS: Readonly<Record<string, RegExp>> = {
  'Content-Location': /^()(.*)/,
  Link: /(<)([^>]*)/g,
  Location: /^()(.*)/,
  Refresh: /^(\s*[\d.]+\s*[;,\s]\s*(?:url\s*=\s*)?["']?)([^"']*)/i,
}

function namesDomain(cookie: string, origin: URL): boolean {
  return withoutDomain(cookie, origin) !== cookie
}

/** The cookie without a `Domain` attribute that names the origin; it then belongs to the public host. */
function withoutDomain(cookie: string, origin: URL): string {
  return cookie
    .split(';')
    .filter((attribute, index) => {
      const [name = '', value = ''] = attribute.split('=')
      if (index === 0 || name.trim().toLowerCase() !== 'domain') return true
      return value.trim().replace(/^\./, '').toLowerCase() !== origin.hostname
    })
    .join(';')
}

/** The public form of an absolute link to the origin; any other as it is. */
function publicLink(link: string, url: URL, origin: URL): string {
  // A relative one already leads to the public host.
  if (!/^\s*(?:https?:)?[\\/]{2}/i.test(link)) return link
  const absolute = URL.parse(link, targetUrl(url, origin))
  return absolute?.host === origin.host ? targetUrl(absolute, url).href : link
}

function routed(headers: Headers, url: URL, { origin, hops }: Route): Headers {
  headers.set(HOP_HEADER, String(hops + 1))
  if (origin !== null) {
    // Whatever a client claimed here is overwritten: origins build links from it.
    headers.set('X-Forwarded-Host', url.host)
    headers.set('X-Forwarded-Proto', url.protocol.slice(0, -1))
  }
  return headers
}
