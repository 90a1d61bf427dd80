/**
 * The page a request is about, from wherever it can be had: memory, the Cache API, the origin. Adapter.
 *
 * One rule keeps visitors apart. The origin is first asked a *shared* question that carries nothing of the visitor; its
 * answer may be kept. An answer that may not be kept is not shown to a visitor whose own request might have got another
 * one: the visitor's *own* request is then sent, and for a while the next ones are sent at once.
 */
import type { Deadline } from '../kit/deadline.ts'
import { type Soon, soon } from '../kit/soon.ts'
import { createTiers, type Found, markOf, type PageMemory } from './cache.ts'
import { bypassed, type Delivery, discard, kept, streamed } from './deliver.ts'
import { plainFailure } from './failure.ts'
import { foreignCookies } from './forward.ts'
import { bypassReason } from './html.ts'
import { type Ask, type Compile, createKeeper } from './keep.ts'
import { canonicalUrl, pageKey } from './key.ts'
import type { SelectorSet } from './model.ts'
import { compileNames, type NameMatcher } from './names.ts'
import { asksOtherwise, confirms, personalVary, type Storable, storability, varyOf } from './policy.ts'
import type { KeptPage, NotKept, PageSettings, PageSource } from './source.ts'
import { tap } from './tap.ts'
import { createUpstream, type Fetch, type NoAnswer } from './upstream.ts'

export interface PagePorts {
  readonly fetch: Fetch
  /** Of this request; null goes without. Best a named cache: the default one is the CDN's own. */
  readonly cache: Cache | null
  /** Of this isolate. */
  readonly memory: PageMemory
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly compile: Compile
  readonly settings: PageSettings
}

export interface Pages {
  /** The page for a `page` request. `deadline` bounds what is not the origin. Never throws for a fault outside. */
  readonly load: (request: Request, url: URL, set: SelectorSet, deadline: Deadline) => Soon<PageSource>
  /** The answer to the visitor's own request, to be edited as it streams if it is HTML. Never kept. */
  readonly loadOwn: (request: Request, url: URL, more?: HeadersInit) => Promise<PageSource>
  /**
   * The origin's answer to the request as it came, bodies streaming both ways. `more` is set on top (the arms). A plain
   * 502, 504 or 508 where there is no answer. `set`: of the page at this address, of which nothing stays kept where a
   * form changed it.
   */
  readonly pass: (request: Request, url: URL, more?: HeadersInit, set?: SelectorSet) => Promise<Response>
}

export function createPages(ports: PagePorts): Pages {
  const { memory, now, settings, waitUntil } = ports
  const tiers = createTiers(memory, ports.cache)
  // Made for each request, of which most find their page in memory and need neither.
  const upstream = lazily(() => createUpstream(ports.fetch, settings))
  const keeper = lazily(() => createKeeper({ ...ports, tiers, upstream: upstream() }))
  let matcher: NameMatcher | undefined
  // Compiled only for a URL that has a query: this is made for each request.
  const isDropped: NameMatcher = (name) => {
    matcher ??= compileNames(settings.dropQuery)
    return matcher(name)
  }
  const deliveryOf = (request: Request): Delivery => ({ request, settings, now })

  function load(request: Request, url: URL, set: SelectorSet, deadline: Deadline): Soon<PageSource> {
    const page = canonicalUrl(url, isDropped)
    const key = pageKey(page, set.key)
    if (key === null) return own(request, url, 'key')
    const at = now()
    if (markOf(memory, key, at) === 'own') return own(request, url, 'own')
    const ask: Ask = { request, url, page, key, set }
    return soon(tiers.find(key, at, deadline), (found) => fromTiers(ask, found, at))
  }

  function fromTiers(ask: Ask, found: Found | undefined, at: number): Soon<PageSource> {
    if (found === undefined) return fromOrigin(ask)
    if (found.page.byAccept && asksOtherwise(ask.request)) return own(ask.request, ask.url, 'vary')
    if (at < found.page.freshUntil) return kept(found.page, found.tier)
    if (at >= found.page.staleWhileRevalidateUntil) return fromOrigin(ask, found.page)
    keeper().refresh(ask, found.page)
    return kept(found.page, 'stale')
  }

  /** Asks the shared question; of a page that is kept, whether it is still good. */
  async function fromOrigin(ask: Ask, stored?: KeptPage): Promise<PageSource> {
    const asked = await upstream().shared(ask.request, ask.page, ask.url, stored)
    if (!asked.ok) return standIn(ask, stored) ?? failed(asked.error)
    const response = asked.value
    if (response.status >= 500) {
      const instead = standIn(ask, stored)
      if (instead !== undefined) discard(response)
      return instead ?? bypassed(response, 'status')
    }
    if (response.status !== 304) return settle(ask, response, stored)
    if (stored === undefined) {
      // Nothing was asked that this answers, and the visitor's browser asked for the whole page too.
      discard(response)
      return own(ask.request, ask.url, 'own')
    }
    if (confirms(response.headers, stored.head))
      return kept(keeper().renew(ask, stored, response), 'revalidated')
    // It speaks of a page that we do not have.
    discard(response)
    await tiers.forget(ask.key)
    return fromOrigin(ask)
  }

  function standIn(ask: Ask, stored?: KeptPage): PageSource | undefined {
    if (stored === undefined || now() >= stored.staleIfErrorUntil) return undefined
    keeper().standIn(ask.key, stored)
    return kept(stored, 'error')
  }

  /** Decides what an answer to the shared question is good for. */
  async function settle(ask: Ask, response: Response, stored?: KeptPage): Promise<PageSource> {
    const untouched = bypassReason(response)
    const verdict = untouched === null ? storability(response, now(), settings) : null
    if (verdict?.store) {
      if (!verdict.byAccept || !asksOtherwise(ask.request)) return fill(ask, response, verdict, stored)
      discard(response)
      return own(ask.request, ask.url, 'vary')
    }
    if (stored !== undefined) waitUntil(tiers.forget(ask.key))
    const why = verdict?.why ?? 'own'
    if (mayDiffer(ask.request, response)) {
      discard(response)
      keeper().mark(ask.key, 'own')
      return own(ask.request, ask.url, why)
    }
    return untouched === null
      ? streamed(deliveryOf(ask.request), response, false, why)
      : bypassed(response, untouched)
  }

  /** Streams a page that may be kept, and keeps a copy of it as it passes, if no other request is doing so. */
  async function fill(
    ask: Ask,
    response: Response,
    verdict: Storable,
    stored?: KeptPage,
  ): Promise<PageSource> {
    const why = keeper().claim(ask, response, stored)
    const source = await streamed(deliveryOf(ask.request), response, false, why)
    const isCopied = why === undefined && source.kind === 'stream' && source.response.body !== null
    if (!isCopied) {
      if (why === undefined) keeper().release(ask.key)
      return (source.kind === 'failed' ? standIn(ask, stored) : undefined) ?? source
    }
    const { body, copy } = tap(source.response.body, settings.pageMaxBytes)
    waitUntil(copy.then((bytes) => keeper().store(ask, response.headers, verdict, bytes)))
    return { ...source, response: new Response(body, source.response) }
  }

  async function own(request: Request, url: URL, why: NotKept, more?: HeadersInit): Promise<PageSource> {
    const asked = await upstream().own(request, url, more)
    if (!asked.ok) return failed(asked.error)
    if (asked.value.status === 304) {
      discard(asked.value)
      return { kind: 'failed', status: 502, why: 'unasked' }
    }
    const untouched = bypassReason(asked.value)
    if (untouched !== null) return bypassed(asked.value, untouched)
    return streamed(deliveryOf(request), asked.value, true, why)
  }

  async function pass(request: Request, url: URL, more?: HeadersInit, set?: SelectorSet): Promise<Response> {
    const asked = await upstream().raw(request, url, more)
    if (set !== undefined && asked.ok && asked.value.status < 400 && !IS_SAFE.test(request.method)) {
      const key = pageKey(canonicalUrl(url, isDropped), set.key)
      if (key !== null) waitUntil(tiers.forget(key))
    }
    return asked.ok ? asked.value : plainFailure(asked.error.status, asked.error.why)
  }

  return { load, loadOwn: (request, url, more) => own(request, url, 'own', more), pass }
}

/** Methods that change nothing (RFC 9110, section 9.2.1). What others were granted outdates (RFC 9111, section 4.4). */
const IS_SAFE = /^(?:GET|HEAD|OPTIONS|TRACE)$/

const failed = (error: NoAnswer): PageSource => ({ kind: 'failed', ...error })

/**
 * Might the visitor's own request get another answer than the shared one did? Cookies may always matter; other headers
 * where `Vary` names them, and the language where the answer is a redirect, which rarely says what it went by.
 */
function mayDiffer(request: Request, response: Response): boolean {
  const { headers } = request
  if (foreignCookies(headers.get('Cookie')) !== '') return true
  if (bypassReason(response) === 'redirect' && headers.has('Accept-Language')) return true
  if (varyOf(response.headers).includes('accept') && asksOtherwise(request)) return true
  return personalVary(response.headers).some((name) => name === '*' || headers.has(name))
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
