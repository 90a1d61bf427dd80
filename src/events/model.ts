/**
 * What shoppers' browsers and the shop's servers tell of what somebody did. Each event ends as `Evidence` of the profile
 * room; this room is the way from a body to it.
 */
import type { Fault } from '../kit/fault.ts'
import { EVIDENCE_KINDS, type Evidence, type EvidenceKind } from '../profile/model.ts'

/** Made here and nowhere else: by a visit to a page, and by a decision that reached it. */
const OWN_KINDS = ['visit', 'served'] as const
export type ShopKind = Exclude<EvidenceKind, (typeof OWN_KINDS)[number]>
export const SHOP_KINDS = EVIDENCE_KINDS.filter(
  (kind): kind is ShopKind => !(OWN_KINDS as readonly string[]).includes(kind),
)

/** Begins the ids of events that we make ourselves; senders may not use it. */
export const OWN_ID = 'selvedge:'

export interface ShopEvent {
  /** Its place in the body, for faults that come up later. */
  readonly index: number
  readonly evidence: Evidence
  /** Which campaign a `not_relevant` or `too_personal` is about. */
  readonly campaign?: string
}

/** Whom a server speaks of: a visitor by a sealed reference or a bare id, or a customer by the shop's own id. */
export type Subject = { readonly visitor: string } | { readonly customer: string }

export interface ServerEvent extends ShopEvent {
  readonly subject: Subject
}

/** The good events of a body, and what is wrong with the others. */
export interface ParsedEvents<E extends ShopEvent> {
  readonly events: readonly E[]
  readonly faults: readonly Fault[]
}

/**
 * Why events were taken note of and not kept: no consent, no cookie of ours, an erased id, or the visitor switched the
 * class of data off.
 */
export type SkipReason = 'consent' | 'cookie' | 'erased' | 'switched_off'
