/**
 * What kind of request this is, before anything is spent on it. Pure; the rules are compiled once.
 *
 * HEAD is classed as the GET it stands for, so that both are answered under one header policy: were HEAD passed to the
 * origin, its Content-Length and ETag would describe another page than the one that GET delivers.
 */
import { compileCookieNames } from './names.ts'

export type OtherReason = 'method' | 'script' | 'upgrade' | 'static' | 'fragment' | 'destination' | 'accept'

export type DynamicReason = 'excluded' | 'authorization' | 'session'

/**
 * `page`: finish it for the visitor. `dynamic`: a page, but the shop's own business with this visitor. `other`: not a
 * page; a form (`method`), or data that one of the shop's pages asks for (`script`), is its business too. `loop`: the
 * request has been through Selvedge `hops` times already. `ofAddress`: no GET of this address is for a page, however it is
 * asked; or it is a form, whose answer is no page's.
 */
export type RequestClass =
  | { readonly kind: 'page' }
  | { readonly kind: 'dynamic'; readonly why: DynamicReason; readonly ofAddress?: boolean }
  | { readonly kind: 'other'; readonly why: OtherReason; readonly ofAddress: boolean }
  | { readonly kind: 'loop'; readonly hops: number; readonly ofAddress?: false }

export interface RequestHead {
  readonly method: string
  readonly headers: Headers
}

export type Classify = (request: RequestHead, url: URL) => RequestClass

export const HOP_HEADER = 'Selvedge-Hop'

/**
 * Headers by which scripts ask for a part of a page, or for data, under the page's own URL. Such requests are never
 * pages, so a page may name these in `Vary` and still be one page for everybody.
 */
export const FRAGMENT_HEADERS: readonly string[] = [
  'hx-request',
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-router-state-tree',
  'next-url',
  'origin',
  'rsc',
  'turbo-frame',
  'x-inertia',
  'x-pjax',
  'x-requested-with',
]

/** Endings that are files. `/account/x.css` is one too, whatever the origin answers: that is how caches are deceived. */
const STATIC_EXTENSION =
  /\.(?:7z|aac|apk|atom|avif|bin|bmp|css|csv|dmg|docx?|eot|epub|exe|flac|gif|gz|ico|iso|jpe?g|js|json|m4[av]|map|mjs|mov|mp[34]|msi|og[gv]|opus|otf|pdf|png|pptx?|rar|rss|svgz?|tar|tgz|tiff?|ttf|txt|vtt|wasm|wav|web[amp]|webmanifest|woff2?|xlsx?|xml|zip)$/i

/** What a navigation says in `Sec-Fetch-Dest`. */
const PAGE_DESTINATIONS = new Set(['document', 'iframe', 'frame'])

/**
 * Compiles the operator's rules. `excludePaths` are URLPattern pathnames, `sessionCookies` names with an optional
 * trailing `*`. Throws a TypeError that names a pattern which cannot be compiled.
 */
export function createClassifier(rules: {
  readonly excludePaths: readonly string[]
  readonly sessionCookies: readonly string[]
}): Classify {
  const isExcluded = compilePaths(rules.excludePaths)
  const isSession = compileCookieNames(rules.sessionCookies)
  return (request, url) => {
    const hops = hopsOf(request.headers)
    if (hops > 0) return { kind: 'loop', hops }
    const { pathname } = url
    const why = notAPage(request, url, pathname)
    if (why !== undefined)
      return { kind: 'other', why, ofAddress: why === 'method' || why === 'static' || isExcluded(pathname) }
    if (isExcluded(pathname)) return { kind: 'dynamic', why: 'excluded', ofAddress: true }
    // The shared page is fetched without credentials; behind a login it would be the wrong one.
    if (request.headers.has('Authorization')) return { kind: 'dynamic', why: 'authorization' }
    if (isSession(request.headers.get('Cookie') ?? '')) return { kind: 'dynamic', why: 'session' }
    return { kind: 'page' }
  }
}

/** How often this request went through Selvedge; an unreadable header counts as once. */
export function hopsOf(headers: Headers): number {
  const text = headers.get(HOP_HEADER)
  if (text === null) return 0
  return /^[1-9]\d?$/.test(text) ? Number(text) : 1
}

/** Tells by one path pattern after the other; a literal with an optional trailing `*` needs no URLPattern. */
export function compilePaths(patterns: readonly string[]): (pathname: string) => boolean {
  // All paths begin with a slash; without one, a checkout that was to be left alone would not be.
  const tests = patterns.map((pattern) => compilePath(pattern.replace(/^\w/, '/$&')))
  const matches = (pathname: string): boolean => tests.some((test) => test(pathname))
  return (pathname) => {
    if (matches(pathname)) return true
    // `/%63heckout` is `/checkout` to most origins.
    return pathname.includes('%') && matches(decodePath(pathname))
  }
}

function compilePath(pattern: string): (pathname: string) => boolean {
  if (/^\/[\w./~-]*\*?$/.test(pattern)) {
    const prefix = pattern.slice(0, -1)
    return pattern.endsWith('*')
      ? (pathname) => pathname.startsWith(prefix)
      : (pathname) => pathname === pattern
  }
  try {
    const compiled = new URLPattern({ pathname: pattern })
    return (pathname) => compiled.test({ pathname })
  } catch (cause) {
    throw new TypeError(`"${pattern}" is not a path pattern`, { cause })
  }
}

function decodePath(pathname: string): string {
  try {
    return decodeURI(pathname)
  } catch {
    return pathname
  }
}

function notAPage({ method, headers }: RequestHead, url: URL, pathname: string): OtherReason | undefined {
  if (method !== 'GET' && method !== 'HEAD') return 'method'
  if (headers.has('Upgrade')) return 'upgrade'
  if (pathname.includes('.') && STATIC_EXTENSION.test(pathname)) return 'static'
  const destination = headers.get('Sec-Fetch-Dest')
  // A navigation cannot carry a script's headers, and nearly every page view is one: it is not asked for them.
  const isFragment = destination !== 'document' && FRAGMENT_HEADERS.some((name) => headers.has(name))
  const accept = headers.get('Accept') ?? '*/*'
  const why = isFragment ? 'fragment' : refusedByAccept(accept, destination)
  return why !== undefined && isScripted(headers, url, accept, destination) ? 'script' : why
}

/**
 * Does a script of the shop's own pages ask? Browsers say so; of a client that does not, we believe that whoever asks
 * for JSON is one, unless it comes from elsewhere.
 */
function isScripted(headers: Headers, url: URL, accept: string, destination: string | null): boolean {
  const asks = destination === null ? accepts(accept, 'application/json') : destination === 'empty'
  if (!asks) return false
  const site = headers.get('Sec-Fetch-Site')
  if (site !== null) return site === 'same-origin'
  const from = headers.get('Origin') ?? headers.get('Referer')
  return from === null || URL.parse(from)?.host === url.host
}

/**
 * A request that asks for HTML by name is a page, also when a script makes it (`empty`), for that is how page
 * transitions are loaded. One that takes anything is a page only where it is a navigation, or comes from a client that
 * does not say (curl, most crawlers).
 */
function refusedByAccept(accept: string, destination: string | null): OtherReason | undefined {
  // What every browser's navigation begins with; a weight would stand right behind it.
  if (destination === 'document' && accept.startsWith('text/html,')) return undefined
  const navigates = destination === null || PAGE_DESTINATIONS.has(destination)
  if (accepts(accept, 'text/html') || accepts(accept, 'text/*')) {
    return navigates || destination === 'empty' ? undefined : 'destination'
  }
  if (accepts(accept, '*/*')) return navigates ? undefined : 'destination'
  return 'accept'
}

/** Whether an `Accept` header names this media range with a weight above 0 (RFC 9110, section 12.5.1). */
function accepts(accept: string, range: string): boolean {
  return accept.split(',').some((item) => {
    const [type = '', ...parameters] = item.toLowerCase().split(';')
    if (type.trim() !== range) return false
    return !parameters.some((parameter) => /^\s*q\s*=\s*0(?:\.0*)?\s*$/.test(parameter))
  })
}
