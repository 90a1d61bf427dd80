/**
 * May an answer be kept for everybody, and for how long? RFC 9111 as a shared cache, by `http-cache-semantics`, with
 * RFC 5861 for stale use, RFC 9213 for `CDN-Cache-Control`, and stricter rules of ours where a mistake would show one
 * visitor's page to another. Pure: the library's clock is `now`.
 */
import CachePolicy from 'http-cache-semantics'
import { HOUR_MS, YEAR_SECONDS } from '../kit/time.ts'
import { FRAGMENT_HEADERS } from './classify.ts'
import type { Freshness, NotKept, PageHead } from './source.ts'

export type Storable = { readonly store: true } & Freshness
export type Storability = Storable | { readonly store: false; readonly why: NotKept }

/** How long a page is kept against a failing origin that did not say (RFC 9111, section 4.2.4, "disconnected"). */
const DEFAULT_STALE_IF_ERROR_MS = HOUR_MS

/** Nobody means it, and `storedAt + …` stays a date. */
const MAX_LIFETIME_SECONDS = YEAR_SECONDS

/**
 * `Vary` may name what every shared fetch sends alike: our fixed codings, headers that no page request has, and what
 * types we take, for which a request has to ask as we do; see `asksOtherwise`.
 */
const HARMLESS_VARY = new Set(['accept', 'accept-encoding', ...FRAGMENT_HEADERS])

/** They belong to one transfer, to one visitor, or to the time that has passed since; the page is kept without them. */
const TRANSFER_HEADERS = new Set([
  'accept-ranges',
  'age',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'date',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

type Directives = ReadonlyMap<string, string>

/** The verdict on a response to a shared GET. Editable HTML is taken for granted; see `bypassReason`. */
export function storability(
  response: { readonly status: number; readonly headers: Headers },
  now: number,
  settings: { readonly defaultTtlSeconds: number },
): Storability {
  const { status, headers } = response
  const general = parseDirectives(headers.get('Cache-Control'))
  const targeted = headers.has('CDN-Cache-Control') ? parseDirectives(headers.get('CDN-Cache-Control')) : null
  const refused = refusal(headers, [general, targeted ?? general])
  if (refused !== null) return { store: false, why: refused }
  const directives = targeted ?? general
  const policy = policyOf(status, headers, directives, targeted !== null, now)
  if (!policy.storable()) return { store: false, why: 'not_storable' }
  const times = freshness(policy, headers, directives, now, settings.defaultTtlSeconds)
  const hasValidator = headers.has('ETag') || headers.has('Last-Modified')
  if (times.staleWhileRevalidateUntil <= now && !hasValidator) return { store: false, why: 'no_freshness' }
  return { store: true, ...times, byAccept: varyOf(headers).includes('accept') }
}

/** What a verdict says of a page that is kept, without the verdict. */
export function timesOf({ store, ...times }: Storable): Freshness {
  return times
}

/**
 * Might an origin that goes by `Accept` have chosen another answer for this request than for ours, which asks for HTML
 * before all else? Browsers' navigations differ in which images they name, and an origin that is asked for none gives
 * those that everybody reads; a script may well want JSON first (RFC 9110, section 12.5.1; RFC 9111, section 4.1).
 */
export const asksOtherwise = ({ headers }: Request): boolean =>
  !headers.get('Accept')?.startsWith('text/html')

/** Header names in a `Vary`, lower-case. */
export const varyOf = (headers: Headers): string[] =>
  (headers.get('Vary') ?? '').split(',').map((name) => name.trim().toLowerCase())

/** Those that make pages differ by visitor. */
export function personalVary(headers: Headers): string[] {
  return varyOf(headers).filter((name) => name !== '' && !HARMLESS_VARY.has(name))
}

/** The header lines that are kept with a page. */
export function pageHead(headers: Headers): PageHead {
  const dropped = new Set(
    (headers.get('Connection') ?? '').split(',').map((name) => name.trim().toLowerCase()),
  )
  return {
    headers: [...headers].filter(([name]) => !TRANSFER_HEADERS.has(name) && !dropped.has(name)),
  }
}

/** A kept head after a 304: its header lines replace those of the same name (RFC 9111, section 3.2). */
export function renewedHead(kept: PageHead, notModified: Headers): PageHead {
  // The body is the old one, and so is what describes it.
  const renewed = pageHead(notModified).headers.filter(([name]) => name !== 'content-type')
  const names = new Set(renewed.map(([name]) => name))
  return { headers: [...kept.headers.filter(([name]) => !names.has(name)), ...renewed] }
}

/** Whether a 304 speaks of the page that is kept: entity tags compare weakly (RFC 9110, section 8.8.3.2). */
export function confirms(notModified: Headers, kept: PageHead): boolean {
  const tag = notModified.get('ETag')
  const keptTag = new Headers(kept.headers as [string, string][]).get('ETag')
  return tag === null || keptTag === null || tag.replace(/^W\//, '') === keptTag.replace(/^W\//, '')
}

/**
 * `Cache-Control` directives, names in lower case. Of one that is repeated the smaller number counts, the cautious
 * reading of RFC 9111, section 4.2.1.
 */
export function parseDirectives(header: string | null): Directives {
  const directives = new Map<string, string>()
  for (const [, name = '', quoted, token] of (header ?? '').matchAll(DIRECTIVE)) {
    const value = quoted ?? token ?? ''
    const before = directives.get(name.toLowerCase())
    if (before === undefined || seconds(value) < seconds(before)) directives.set(name.toLowerCase(), value)
  }
  return directives
}

const DIRECTIVE = /([\w-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,"]*)))?/g

function refusal(headers: Headers, said: readonly Directives[]): NotKept | null {
  if (headers.has('Set-Cookie')) return 'set_cookie'
  if (said.some((directives) => directives.has('private'))) return 'private'
  if (said.some((directives) => directives.has('no-store'))) return 'no_store'
  if (personalVary(headers).length > 0) return 'vary'
  return null
}

/** The library reads names in lower case only and guesses lifetimes from Last-Modified; the first is done for it. */
function policyOf(
  status: number,
  headers: Headers,
  directives: Directives,
  isTargeted: boolean,
  now: number,
): CachePolicy {
  class Policy extends CachePolicy {
    now(): number {
      return now
    }
  }
  const record: Record<string, string> = Object.fromEntries(headers)
  record['cache-control'] = [...directives]
    // It speaks of what is stale, as `freshness` knows; the library takes it for a lifetime of 0.
    .filter(([name]) => name !== 'proxy-revalidate')
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join()
  if (record['cache-control'] === '') delete record['cache-control']
  // RFC 9213, section 2.2: a targeted field stands in for both.
  if (isTargeted) delete record.expires
  // No guessing: a shop's old page is a wrong price, so lifetimes are the origin's or the operator's word.
  return new Policy(
    { method: 'GET', headers: {} },
    { status, headers: record },
    { shared: true, cacheHeuristic: 0 },
  )
}

function freshness(
  policy: CachePolicy,
  headers: Headers,
  directives: Directives,
  now: number,
  defaultTtlSeconds: number,
): Omit<Freshness, 'byAccept'> {
  const says = ['max-age', 's-maxage', 'no-cache', 'immutable'].some((name) => directives.has(name))
  const explicit = says || headers.has('Expires') || headers.has('Pragma')
  const lifetime = explicit ? Math.min(policy.maxAge(), MAX_LIFETIME_SECONDS) : defaultTtlSeconds
  const freshUntil = Math.max(now, now + (lifetime - Math.max(0, policy.age())) * 1_000)
  const mayBeStale = !['no-cache', 'must-revalidate', 'proxy-revalidate'].some((name) => directives.has(name))
  // `s-maxage` forbids stale use too (RFC 9111, section 5.2.2.10), but not where the origin asks for it in so many words.
  const bySilence = mayBeStale && !directives.has('s-maxage') ? DEFAULT_STALE_IF_ERROR_MS : 0
  const grace = (name: string, otherwise: number): number =>
    mayBeStale && directives.has(name) ? seconds(directives.get(name) ?? '') * 1_000 : otherwise
  const staleWhileRevalidateUntil = freshUntil + grace('stale-while-revalidate', 0)
  const staleIfErrorUntil = freshUntil + grace('stale-if-error', bySilence)
  return {
    freshUntil,
    staleWhileRevalidateUntil,
    staleIfErrorUntil: Math.max(staleWhileRevalidateUntil, staleIfErrorUntil),
  }
}

/** Delta-seconds (RFC 9111, section 1.2.2); what is not a number counts as 0. */
function seconds(text: string): number {
  return /^\d+$/.test(text) ? Math.min(Number(text), MAX_LIFETIME_SECONDS) : 0
}
