/**
 * What shoppers' browsers and the shop's servers tell of what somebody did. Each event ends as `Evidence` of the profile
 * room; this room is the way from a body to it.
 */
import type { Window } from '../kit/doors.ts'
import type { Fault } from '../kit/fault.ts'
import { EVIDENCE_KINDS, type Evidence, type EvidenceKind } from '../profile/model.ts'

/** Made here and nowhere else: by a visit to a page, and by a decision that reached it. */
const OWN_KINDS = ['visit', 'served'] as const
export type ShopKind = Exclude<EvidenceKind, (typeof OWN_KINDS)[number]>
export const SHOP_KINDS = EVIDENCE_KINDS.filter(
  (kind): kind is ShopKind => !(OWN_KINDS as readonly string[]).includes(kind),
)

/**
 * What a browser may tell: what happens in a store is for the shop's own servers to say, as nobody can tell a visit to one
 * from a made-up one.
 */
export const BROWSER_KINDS = SHOP_KINDS.filter((kind) => !kind.startsWith('store_'))

/** Begins the ids of events that we make ourselves; senders may not use it. */
export const OWN_ID = 'selvedge:'

export interface ShopEvent {
  /** Its place in the body, for faults that come up later. */
  readonly index: number
  readonly evidence: Evidence
  /** Which campaign it is about, or answers. */
  readonly campaign?: string
}

/** What only the beacon tells, of visits and of pieces that came into view or were clicked; it says nothing of tastes. */
export const BEACON_KINDS = ['seen', 'click', 'engaged'] as const

export interface BeaconEvent {
  readonly index: number
  /** `engaged`: the visit was more than a glance. `click` ends what a piece had been ignored, and is counted nowhere. */
  readonly kind: (typeof BEACON_KINDS)[number]
  readonly at: number
  /** Of a visit, when it names one by its start: `engaged:…` in base 36. */
  readonly visit?: number
  /** Whose piece was `seen` or `click`. */
  readonly campaign?: string
}

/** Whom a server speaks of: a visitor by a sealed reference or a bare id, or a customer by the shop's own id. */
export type Subject = { readonly visitor: string } | { readonly customer: string }

export interface ServerEvent extends ShopEvent {
  readonly subject: Subject
  readonly order?: Order
}

/** What a server knows of an order beside its value; amounts in the order's currency. */
export interface Order {
  /** What is left after the cost of the goods, as the shop reckons it. */
  readonly margin?: number
  readonly items?: readonly Item[]
}

/** One line of an order. */
export interface Item {
  readonly sku: string
  readonly quantity: number
  /** Of one of them. */
  readonly price?: number
}

/** What a product costs the shop. */
export interface Cost {
  /** In minor units of `currency`. */
  readonly cost: number
  readonly currency: string
}

/** The good events of a body, and what is wrong with the others. */
export interface ParsedEvents<E extends ShopEvent> {
  readonly events: readonly E[]
  readonly faults: readonly Fault[]
}

/** The same of a page's own events. */
export interface ParsedShopEvents extends ParsedEvents<ShopEvent> {
  readonly beacons: readonly BeaconEvent[]
}

/**
 * Why events were taken note of and not kept: no consent, no cookie of ours, an erased id, or the visitor switched the
 * class of data off.
 */
export type SkipReason = 'consent' | 'cookie' | 'erased' | 'switched_off'

/** A message that the queue gave up on. */
export interface DeadLetter {
  /** The queue's own id. */
  readonly id: string
  /** When it was given up, epoch milliseconds. */
  readonly at: number
  /** Whom it is about; null where nobody can tell. */
  readonly visitor: string | null
  /** As JSON text. */
  readonly body: string
  /** Why, without any value of it. */
  readonly error: string
}

export interface KeptLetter extends DeadLetter {
  /** Rises with every letter that is kept. */
  readonly number: number
  /** Null: not yet. */
  readonly replayedAt: number | null
}

/** Where dead letters are kept. Throws `SelvedgeError` where the store cannot be used. */
export interface DeadLetters {
  /** One that is kept already stays as it is; of an erased visitor none is kept. */
  readonly keep: (letters: readonly DeadLetter[]) => Promise<void>
  /** From new to old. */
  readonly list: (window: Window) => Promise<readonly KeptLetter[]>
  /** Those that were not replayed yet, from old to new; of these ids, and behind that one, where they are named. */
  readonly waiting: (
    limit: number,
    ids?: readonly string[],
    after?: KeptLetter,
  ) => Promise<readonly KeptLetter[]>
  readonly replayed: (ids: readonly string[], at: number) => Promise<void>
}
