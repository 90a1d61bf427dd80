/**
 * Questions to the origin: bounded in time until the answer's headers are there, redirects left to the visitor, and
 * told apart where there is no answer. What comes back speaks of the public host, so that a page that is kept does too.
 * Adapter.
 */
import { err, ok, type Result } from '../kit/result.ts'
import { hopsOf } from './classify.ts'
import { editableHeaders, mapBack, ownHeaders, type Route, sharedHeaders, targetUrl } from './forward.ts'
import type { KeptPage, PageSettings } from './source.ts'

export type Fetch = (request: Request, init?: { readonly signal?: AbortSignal }) => Promise<Response>

export interface NoAnswer {
  readonly status: 502 | 504 | 508
  readonly why: 'refused' | 'timeout' | 'loop'
}

export type Answer = Promise<Result<Response, NoAnswer>>

export interface Upstream {
  /**
   * The page for everybody, `page` being its canonical URL and `url` the visitor's. Of a page that is kept, whether it
   * has changed. `wholeMs` bounds answer and body together, for work that no visitor waits for: then always a GET.
   */
  readonly shared: (request: Request, page: URL, url: URL, stored?: KeptPage, wholeMs?: number) => Answer
  /** The visitor's own page, whole and readable, so that it can be edited. */
  readonly own: (request: Request, url: URL, more?: HeadersInit) => Answer
  /** The visitor's request as it came. */
  readonly raw: (request: Request, url: URL, more?: HeadersInit) => Answer
}

/** A request that comes round this often is going in circles. Fewer may be one Selvedge in front of another. */
const MAX_HOPS = 4

const CARRIES_NO_BODY = /^(?:GET|HEAD)$/

interface Question {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body?: ReadableStream | null
  readonly wholeMs?: number
}

export function createUpstream(fetch: Fetch, settings: PageSettings): Upstream {
  const { origin, originTimeoutMs } = settings
  const routeOf = (request: Request): Route => ({ origin, hops: hopsOf(request.headers) })

  /**
   * Asks, and asks once more where the connection failed at once and nothing was sent that could count twice: a pooled
   * connection that the origin has just closed looks the same as a dead origin (RFC 9110, section 9.2.2).
   */
  async function put(question: Question, route: Route): Answer {
    if (route.hops >= MAX_HOPS) return err({ status: 508, why: 'loop' })
    const first = await ask(question)
    const again = CARRIES_NO_BODY.test(question.method) && !first.ok && first.error.why === 'refused'
    return again ? ask(question) : first
  }

  async function ask({ url, method, headers, body = null, wholeMs }: Question): Answer {
    const abort = new AbortController()
    // An upload takes as long as the visitor's line does.
    const timer = body === null ? setTimeout(() => abort.abort(), originTimeoutMs) : undefined
    const signals = wholeMs === undefined ? [] : [AbortSignal.timeout(wholeMs)]
    const signal = AbortSignal.any([abort.signal, ...signals])
    try {
      const request = new Request(targetUrl(url, origin), { method, headers, body, redirect: 'manual' })
      return ok(mapBack(await fetch(request, { signal }), url, origin))
    } catch {
      return err(signal.aborted ? { status: 504, why: 'timeout' } : { status: 502, why: 'refused' })
    } finally {
      // The body may take its time.
      clearTimeout(timer)
    }
  }

  return {
    shared(request, page, url, stored, wholeMs) {
      const route = routeOf(request)
      const method = wholeMs === undefined ? request.method : 'GET'
      const headers = sharedHeaders(url, route, method === 'HEAD' ? {} : validatorsOf(stored))
      return put({ url: page, method, headers, ...(wholeMs === undefined ? {} : { wholeMs }) }, route)
    },
    own(request, url, more) {
      const route = routeOf(request)
      return put(
        { url, method: request.method, headers: editableHeaders(request.headers, url, route, more) },
        route,
      )
    },
    raw(request, url, more) {
      const route = routeOf(request)
      const headers = ownHeaders(request.headers, url, route, more)
      // Some clients send a body with GET, which nobody can pass on by `fetch`; the shop then answers without it.
      const body = CARRIES_NO_BODY.test(request.method) ? null : request.body
      if (body === null) headers.delete('Content-Length')
      return put({ url, method: request.method, headers, body }, route)
    },
  }
}

function validatorsOf(stored: KeptPage | undefined): { etag?: string; lastModified?: string } {
  const headers = new Headers((stored?.head.headers ?? []) as [string, string][])
  const etag = headers.get('ETag')
  const lastModified = headers.get('Last-Modified')
  return { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) }
}
