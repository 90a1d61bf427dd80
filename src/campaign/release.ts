/**
 * A release: an immutable, numbered, checksummed set of campaigns. This file has its shapes, the port to where releases
 * are kept, and the canonical text that the checksum is taken of. Numbers are given once and never again.
 */

/** A release without its document, as lists show it. */
export interface ReleaseInfo {
  /** 1, 2, 3 …, in the order of publishing. */
  readonly number: number
  /** SHA-256 of the document, in lower-case hex. */
  readonly checksum: string
  readonly author: string
  readonly note: string | null
  /** Epoch milliseconds. */
  readonly createdAt: number
}

export interface StoredRelease extends ReleaseInfo {
  /** Canonical JSON of a `ReleaseDocument`, defaults included. */
  readonly document: string
}

/** A checked release on its way into the store, which gives it its number. */
export interface ReleaseDraft extends Omit<StoredRelease, 'number'> {}

/** Who changes what is live, when (epoch milliseconds), and why. */
export interface Act {
  readonly actor: string
  readonly at: number
  readonly note: string | null
}

/** What an isolate must know to see whether it still serves the right release: small, so that asking is cheap. */
export interface Head {
  /** 0 where nothing was ever published. */
  readonly number: number
  readonly checksum: string
  /** The kill switch: false means that no page is personalised. */
  readonly enabled: boolean
}

export const AUDIT_ACTIONS = ['publish', 'activate', 'rollback', 'pause', 'resume'] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

export interface AuditEntry {
  readonly id: number
  /** Epoch milliseconds. */
  readonly at: number
  readonly actor: string
  readonly action: AuditAction
  /** The release that was live after the act, 0 for none. */
  readonly release: number
  readonly note: string | null
}

/** A window on a list that runs from new to old: `before` is exclusive. */
export interface Window {
  readonly limit: number
  readonly before?: number
}

/** Where releases are kept. Every change is one transaction together with its audit entry: both happen or neither. */
export interface ReleaseStore {
  /**
   * Stores the draft under the next number and makes it live. Where the live release has the same checksum nothing
   * changes and its number comes back with `created: false`.
   */
  readonly publish: (draft: ReleaseDraft) => Promise<{ readonly number: number; readonly created: boolean }>
  /** Makes a stored release live. */
  readonly activate: (number: number, act: Act) => Promise<'activated' | 'already' | 'missing'>
  /** What a rollback would make live: the release that the live one replaced, or null. */
  readonly previous: () => Promise<{ readonly from: number; readonly to: number } | null>
  /** Goes one step back, if `step` is still what `previous` says; false where somebody was faster. */
  readonly rollback: (step: { readonly from: number; readonly to: number }, act: Act) => Promise<boolean>
  readonly list: (window: Window) => Promise<readonly ReleaseInfo[]>
  readonly get: (number: number) => Promise<StoredRelease | null>
  readonly head: () => Promise<Head>
  readonly active: () => Promise<(StoredRelease & { readonly enabled: boolean }) | null>
  /** Turns the kill switch; true where it was not already there. */
  readonly setEnabled: (enabled: boolean, act: Act) => Promise<boolean>
  readonly audit: (window: Window) => Promise<readonly AuditEntry[]>
}

/**
 * One text for one value: object keys in code unit order, no white space, absent members left out (the sorting of
 * RFC 8785, section 3.2.3). The value must be JSON data of bounded depth.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** SHA-256 of a text's UTF-8 bytes, in lower-case hex. */
export async function checksumOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
