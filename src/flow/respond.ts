/**
 * The one place that sets the header policy of a personalised page. Whatever was decided, and also where nothing was,
 * the answer belongs to one visitor: no shared cache may keep it, and no validator of the storefront's own page may
 * stand for it (RFC 9111, section 5.2.2.7).
 */
import type { Decision } from '../decide/model.ts'
import { HOLDOUT } from '../decide/model.ts'

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

export type HeaderPairs = readonly (readonly [name: string, value: string])[]

const PRIVATE = 'private, no-store'

/** They describe the storefront's page as everybody's, and would let somebody keep or compare one visitor's. */
const SHARED_PAGE_HEADERS = new Set([
  'cache-control',
  'cdn-cache-control',
  'cloudflare-cdn-cache-control',
  'edge-control',
  'etag',
  'expires',
  'last-modified',
  'pragma',
  'surrogate-control',
  'surrogate-key',
  'cache-tag',
  'age',
])

/** The header lines of a kept page, filtered once; weak, so they go with their page. */
const filtered = new WeakMap<HeaderPairs, HeaderPairs>()

/** A personalised page, or its headers alone for HEAD (`body` null). `own`: the storefront's own header lines. */
export function respondPage(
  status: number,
  own: HeaderPairs,
  body: BodyInit | null,
  report: Report,
): Response {
  const headers = [...privateHeaders(own)] as [string, string][]
  headers.push(['Cache-Control', PRIVATE])
  describe(headers, report)
  return new Response(body, { status, headers })
}

function privateHeaders(own: HeaderPairs): HeaderPairs {
  const known = filtered.get(own)
  if (known !== undefined) return known
  const made = own.filter(([name]) => !SHARED_PAGE_HEADERS.has(name.toLowerCase()))
  filtered.set(own, made)
  return made
}

/** A campaign's redirect: always 302, so that nobody remembers it for the visitor. */
export function respondRedirect(location: string, report: Report): Response {
  const headers: [string, string][] = [
    ['Location', location],
    ['Cache-Control', PRIVATE],
  ]
  describe(headers, report)
  return new Response(null, { status: 302, headers })
}

/** The storefront's own answer, untouched but for the word why. Its cache headers stay its own. */
export function respondUntouched(response: Response, why: string): Response {
  const headers = new Headers(response.headers)
  headers.set('Selvedge-Bypass', why)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/** Where there is no page at all: a plain 502 or 504 (RFC 9110, section 15.6), never a broken page. */
export function respondFailed(status: 502 | 504 | 508, why: string): Response {
  const text = status === 504 ? 'The shop did not answer in time.' : 'The shop cannot be reached.'
  return new Response(`${text}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'Selvedge-Bypass': why,
    },
  })
}

function describe(headers: [string, string][], report: Report): void {
  if (report.decision !== '') headers.push(['Selvedge-Decision', report.decision])
  const heldOut = holdoutOf(report.decisions)
  if (heldOut !== '') headers.push(['Selvedge-Holdout', heldOut])
  headers.push(['Server-Timing', `selvedge;dur=${report.tookMs};desc="${report.source}"`])
  for (const cookie of report.setCookies) headers.push(['Set-Cookie', cookie])
}

/** `?1` where the visitor is held out of everything, an inner list of campaigns where of those only (RFC 9651). */
function holdoutOf(decisions: readonly Decision[]): string {
  let some = ''
  for (const { arm, reason, campaign } of decisions) {
    if (reason === 'global_holdout') return '?1'
    if (arm === HOLDOUT || reason === 'forced_control')
      some += some === '' ? `"${campaign.id}"` : ` "${campaign.id}"`
  }
  return some === '' ? '' : `(${some})`
}
