/**
 * A release: an immutable, numbered, checksummed set of campaigns. This file has its shapes, the port to where releases
 * are kept, and the canonical text that the checksum is taken of. Numbers are given once and never again.
 */
import { encodeBase64url } from '../kit/base64.ts'
import { sha256 } from '../kit/bytes.ts'
import type { Window } from '../kit/doors.ts'
import type { Override } from './model.ts'
import type { Overlay } from './overlay.ts'

/** A release without its document, as lists show it. */
export interface ReleaseInfo {
  /** 1, 2, 3 …, in the order of publishing. */
  readonly number: number
  /** SHA-256 of the document, in base64url. */
  readonly checksum: string
  readonly author: string
  /** '' for none. */
  readonly note: string
  /** Epoch milliseconds. */
  readonly createdAt: number
}

export interface StoredRelease extends ReleaseInfo {
  /** Canonical JSON of a `ReleaseDocument`, defaults included. */
  readonly document: string
}

/** A checked release on its way into the store, which gives it its number. */
export interface ReleaseDraft extends Omit<StoredRelease, 'number'> {
  /** What somebody answers for in it; goes into the audit entry. */
  readonly overrides?: readonly Answered[]
}

/** A campaign that the guard would not let pass, had not somebody answered for it. */
export interface Answered extends Override {
  readonly campaign: string
}

/** Who changes what is live, when (epoch milliseconds), and why. */
export interface Act {
  readonly actor: string
  readonly at: number
  /** '' for none. */
  readonly note: string
}

/** What an isolate must know to see whether it still serves the right release: small, so that asking is cheap. */
export interface Head {
  /** 0 where nothing was ever published. */
  readonly number: number
  readonly checksum: string
  /** The kill switch: false means that no page is personalised. */
  readonly enabled: boolean
  /** What is laid over the release; absent where it is the one that was known to who asked. */
  readonly overlay?: Overlay
}

/** What the audit calls the acts of this room. */
export type ReleaseAction =
  | 'release.publish'
  | 'release.activate'
  | 'release.rollback'
  | 'switch.pause'
  | 'switch.resume'

export interface AuditEntry {
  readonly id: number
  /** Epoch milliseconds. */
  readonly at: number
  readonly actor: string
  /** A `ReleaseAction`, or an act of another room. */
  readonly action: string
  /** What it was done to: of these acts, the number of the release that was live afterwards. */
  readonly subject: string
  /**
   * Of these acts: `note`, and `from`, the release that was live before (0 for none); of a publication also `overrides`,
   * where it has any.
   */
  readonly detail: Readonly<Record<string, unknown>>
}

/** A rollback that is possible: from the live release to the one that it replaced. */
export interface StepBack {
  readonly from: number
  readonly to: number
  /** The newest audit entry that it was worked out from. */
  readonly seen: number
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
  /** What a rollback would do now, or null where there is nothing to go back to. */
  readonly previous: () => Promise<StepBack | null>
  /** Goes one step back; false where somebody else changed what is live since `step` was read. */
  readonly rollback: (step: StepBack, act: Act) => Promise<boolean>
  readonly list: (window: Window) => Promise<readonly ReleaseInfo[]>
  readonly get: (number: number) => Promise<StoredRelease | null>
  /** One round trip. `known`: version of the overlay that the asker has; 0 for none. */
  readonly head: (known?: number) => Promise<Head>
  readonly active: () => Promise<(StoredRelease & { readonly enabled: boolean }) | null>
  /** Turns the kill switch. `nothing`: no release was ever live, there is nothing to switch. */
  readonly setEnabled: (enabled: boolean, act: Act) => Promise<'changed' | 'already' | 'nothing'>
  readonly audit: (window: Window) => Promise<readonly AuditEntry[]>
}

/**
 * Where a rollback leads, from the room's own audit entries, old to new: publishing and activating put a release on a
 * pile, rolling back takes the top one off. So each rollback goes one step further back, and never forth again.
 */
export function stepBack(entries: readonly Pick<AuditEntry, 'id' | 'action' | 'subject'>[]): StepBack | null {
  const pile: number[] = []
  for (const { action, subject } of entries) {
    if (action === 'release.rollback') pile.pop()
    else if (action.startsWith('release.')) pile.push(Number(subject))
  }
  const from = pile.at(-1)
  const to = pile.at(-2)
  const seen = entries.at(-1)?.id
  return from === undefined || to === undefined || seen === undefined ? null : { from, to, seen }
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

/** SHA-256 of a text's UTF-8 bytes, in base64url. */
export async function checksumOf(text: string): Promise<string> {
  return encodeBase64url(await sha256(text))
}
