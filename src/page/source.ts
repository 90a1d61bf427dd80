/** Where a page comes from and in what state: what the page room hands to the flow. Types only. */
import type { PageFacts } from './facts.ts'
import type { Template } from './template.ts'

/** Why a page is not kept for everybody; the closed list. */
export type NotKept =
  | 'head'
  | 'key'
  | 'no_freshness'
  | 'no_store'
  | 'not_storable'
  | 'oversize'
  | 'own'
  | 'private'
  | 'set_cookie'
  | 'busy'
  | 'unfit'
  | 'vary'

/** Why the origin's answer goes through untouched; the closed list. */
export type BypassReason =
  | 'attachment'
  | 'charset'
  | 'empty'
  | 'encoding'
  | 'no_transform'
  | 'partial'
  | 'redirect'
  | 'status'
  | 'type'

/**
 * Why there is nothing to answer with. `body`: it broke before its first byte (a damaged coding, a reset). `unasked`: a
 * 304 to a question that had no condition.
 */
export type FailReason = 'body' | 'loop' | 'refused' | 'timeout' | 'unasked'

/** Until when a kept page may be used, and for whom. Epoch milliseconds; each is at least the one before. */
export interface Freshness {
  /** Used as it is. At or before `storedAt`: it is validated with the origin each time. */
  readonly freshUntil: number
  /** Used while it is renewed behind the visitor's back (RFC 5861, section 3). */
  readonly staleWhileRevalidateUntil: number
  /** Used where the origin fails (RFC 5861, section 4; RFC 9111, section 4.2.4). */
  readonly staleIfErrorUntil: number
  /** The origin goes by `Accept`: it is the page of those who ask for HTML first, as every browser's navigation does. */
  readonly byAccept: boolean
}

/** The origin's header lines that describe the page, without those of its transfer. */
export interface PageHead {
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** A page as it is kept: plain values, good for any request. */
export interface KeptPage extends Freshness {
  readonly template: Template
  readonly head: PageHead
  /** What the page says it is about. */
  readonly facts: PageFacts
  /** Epoch milliseconds. */
  readonly storedAt: number
}

/**
 * What a page is made from.
 * - `template`: a kept page. `revalidated`: the origin has just said that it is still good. `stale`: it is being
 *   renewed. `error`: the origin fails.
 * - `stream`: HTML that may be edited as it passes; `why` is absent on a first fill, where a copy is being kept. The
 *   body is decoded, and must be read or cancelled. `own`: it answers the visitor's own request, credentials included.
 * - `bypass`: the origin's answer, not to be touched.
 * - `failed`: there are no bytes at all.
 */
export type PageSource =
  | {
      readonly kind: 'template'
      readonly template: Template
      readonly head: PageHead
      readonly facts: PageFacts
      readonly state: 'memory' | 'cache' | 'revalidated' | 'stale' | 'error'
    }
  | { readonly kind: 'stream'; readonly response: Response; readonly own: boolean; readonly why?: NotKept }
  | { readonly kind: 'bypass'; readonly response: Response; readonly why: BypassReason }
  | { readonly kind: 'failed'; readonly status: 502 | 504 | 508; readonly why: FailReason }

/** The part of the Worker's settings that this room reads. */
export interface PageSettings {
  readonly origin: URL | null
  readonly originTimeoutMs: number
  readonly dropQuery: readonly string[]
  readonly pageMaxBytes: number
  /** For pages that say nothing of their own; 0 keeps none of them. */
  readonly defaultTtlSeconds: number
}
