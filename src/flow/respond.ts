/**
 * The one place that sets the header policy of a personalised page. Whatever was decided, and also where nothing was,
 * the answer belongs to one visitor: no shared cache may keep it, and no validator of the storefront's own page may
 * stand for it (RFC 9111, section 5.2.2.7).
 */
import { HOLDOUT } from '../campaign/model.ts'
import { ofAlike } from '../decide/alike.ts'
import { DECISION_MAX_CHARS } from '../decide/headers.ts'
import type { Decision } from '../decide/model.ts'
import { FRAGMENT_HEADERS } from '../page/classify.ts'
import { bypassReason } from '../page/html.ts'
import { varyOf } from '../page/policy.ts'
import type { PageHead } from '../page/source.ts'

/** What one answer says about itself. */
export interface Report {
  /** The value of `Selvedge-Decision`, '' for none. */
  readonly decision: string
  readonly decisions: readonly Decision[]
  /** Where the page's bytes came from: `memory`, `cache`, `stale`, `error`, `stream`. */
  readonly source: string
  /** Milliseconds from the request's arrival until these headers. */
  readonly tookMs: number
  readonly setCookies: readonly string[]
}

const PRIVATE = 'private, no-store'

/**
 * They describe the storefront's page as everybody's, byte for byte, and would let somebody keep one visitor's page,
 * take a part of it, or hold it against the other; or they tell how the storefront's own answer came about.
 */
const SHARED_PAGE_HEADERS = new Set([
  'accept-ranges',
  'age',
  'cache-tag',
  'content-digest',
  'content-md5',
  'digest',
  'edge-cache-tag',
  'etag',
  'expires',
  'last-modified',
  'pragma',
  'repr-digest',
  'server-timing',
  'surrogate-key',
])
/** `Cache-Control` itself, and what tells some kinds of caches the opposite of it (RFC 9213). */
const ANY_CACHE_CONTROL = /(?:^|-)cache-control$|^(?:edge|surrogate)-control$|^x-accel-expires$/

function dropSharedHeaders(headers: Headers): void {
  for (const name of [...headers.keys()]) {
    if (SHARED_PAGE_HEADERS.has(name) || ANY_CACHE_CONTROL.test(name)) headers.delete(name)
  }
}

type HeaderRecord = Readonly<Record<string, string>>

/** The headers of a kept page, filtered once; weak, so they go with their page. */
const filtered = new WeakMap<PageHead, HeaderRecord>()

/** A page from a template, or its headers alone for HEAD (`body` null). */
export function respondKept(head: PageHead, body: BodyInit | null, report: Report): Response {
  // A plain record, since the runtime reads one in half the time of a list of pairs.
  const headers: Record<string, string> = { ...ownHeaders(head), 'Cache-Control': PRIVATE }
  return described(new Response(body, { headers: describe(headers, report) }), report)
}

/** A page that streams, with the headers of the origin's answer. */
export function respondStreamed(origin: Response, body: BodyInit | null, report: Report): Response {
  const headers = new Headers(origin.headers)
  dropSharedHeaders(headers)
  headers.set('Cache-Control', PRIVATE)
  for (const [name, value] of Object.entries(describe({}, report))) headers.set(name, value)
  return described(new Response(body, { status: origin.status, headers }), report)
}

function ownHeaders(head: PageHead): HeaderRecord {
  const known = filtered.get(head)
  if (known !== undefined) return known
  const headers = new Headers(head.headers as [string, string][])
  dropSharedHeaders(headers)
  const made = Object.fromEntries(headers)
  filtered.set(head, made)
  return made
}

/** A campaign's redirect: always 302, so that nobody remembers it for the visitor. */
export function respondRedirect(location: string, report: Report): Response {
  const headers = describe({ Location: location, 'Cache-Control': PRIVATE }, report)
  return described(new Response(null, { status: 302, headers }), report)
}

/** The storefront's own answer, untouched but for the word why. Its cache headers stay its own. */
export function respondUntouched(response: Response, why: string): Response {
  // A WebSocket cannot be put into another response.
  if (response.status === 101) return response
  const untouched = new Response(response.body, response)
  untouched.headers.set('Selvedge-Bypass', why)
  return untouched
}

/**
 * To a page that is fetched ahead of time and leads elsewhere: there, nobody could tell that the visitor came this way, so
 * the browser is to come again when it is meant.
 */
export const respondLater = (): Response =>
  new Response(null, { status: 503, headers: { 'Cache-Control': 'no-store' } })

/**
 * A page that is untouched for how it was asked for, not for what it is: no shared cache in front may show it to those
 * who ask as browsers do, or one odd request would end personalization there for as long as the page lives. Where its
 * `Vary` names a header that navigations do not have, caches tell it apart by themselves (RFC 9111, section 4.1).
 */
export function respondApart(response: Response, { headers }: Request): Response {
  const vary = varyOf(response.headers)
  const isApart = FRAGMENT_HEADERS.some((name) => headers.has(name) && vary.includes(name))
  if (bypassReason(response) !== null || isApart) return response
  const own = new Response(response.body, response)
  const said = own.headers.get('Cache-Control')?.split(',') ?? []
  for (const name of [...own.headers.keys()]) if (ANY_CACHE_CONTROL.test(name)) own.headers.delete(name)
  // To the visitor's own browser it is what the shop says it is.
  const kept = said.filter((directive) => !/^\s*(?:public|private|s-maxage)\b/i.test(directive))
  own.headers.set('Cache-Control', ['private', ...kept].join())
  return own
}

/** Adds what the answer says about itself; gives the same record back. */
function describe(headers: Record<string, string>, report: Report): Record<string, string> {
  if (report.decision !== '') headers['Selvedge-Decision'] = report.decision
  const heldOut = holdoutOf(report.decisions)
  if (heldOut !== '') headers['Selvedge-Holdout'] = heldOut
  headers['Server-Timing'] = `selvedge;dur=${report.tookMs};desc="${report.source}"`
  return headers
}

/** Cookies are lines of their own, which no record holds. */
function described(response: Response, report: Report): Response {
  for (const cookie of report.setCookies) response.headers.append('Set-Cookie', cookie)
  return response
}

/**
 * `?1` where the visitor is held out of everything, an inner list of campaigns where of those only (RFC 9651). The list
 * ends where it would outgrow what proxies let through.
 */
const holdoutOf = ofAlike((decisions: readonly Decision[]): string => {
  let some = ''
  for (const { arm, reason, campaign } of decisions) {
    if (reason === 'global_holdout') return '?1'
    const isHeldOut = arm === HOLDOUT || reason === 'forced_control'
    if (isHeldOut && some.length + campaign.id.length + 5 <= DECISION_MAX_CHARS)
      some += some === '' ? `"${campaign.id}"` : ` "${campaign.id}"`
  }
  return some === '' ? '' : `(${some})`
})
