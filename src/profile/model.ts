/**
 * What is kept on a visitor who agreed to personalization, and the words for it. Times are epoch milliseconds, days
 * are whole days since the epoch in UTC.
 */
import type { Daypart, Weekday } from '../signals/model.ts'
import type { Facts } from './facts.ts'

/** How well a visitor is known; see `stageOf`. */
export const STAGES = ['unknown', 'identified', 'connected', 'known', 'personalized'] as const
export type Stage = (typeof STAGES)[number]

/** A profile's habit key: one of 35 cells of the visitor's own week. */
export type HabitCell = `${Weekday}.${Daypart}`

export const EVIDENCE_KINDS = [
  'view',
  'search',
  'add_to_cart',
  'purchase',
  'follow',
  'unfollow',
  'store_visit',
  'store_purchase',
  'declare',
  'not_relevant',
  'too_personal',
  'visit',
  /** A decision from the visitor's own profile reached them. */
  'served',
] as const
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]

/** What a person may declare about themselves; nothing of it is ever inferred. */
export interface Traits {
  readonly ageBand?: string
  readonly occupation?: string
  readonly interests?: readonly string[]
  /** The name they wish to be called by. */
  readonly name?: string
}
export type TraitName = keyof Traits

/** One declaration; null takes an earlier one back. */
export interface Declaration {
  readonly name: TraitName
  readonly value: string | readonly string[] | null
}

/** One thing that a visitor did. `parseEvidence` is its door and sets every bound. */
export interface Evidence {
  /** Unique for the visitor; what comes twice counts once. */
  readonly id: string
  readonly kind: EvidenceKind
  readonly at: number
  /** As `categoryKey` writes it. */
  readonly category?: string
  readonly brand?: string
  readonly sku?: string
  /** Read by no rule of ours and never stored: people type anything into a search. */
  readonly query?: string
  /** Of the whole order, in `currency`. */
  readonly value?: number
  /** ISO 4217. */
  readonly currency?: string
  readonly quantity?: number
  readonly store?: string
  readonly trait?: Declaration
  /** Where `at` falls in the visitor's own week. */
  readonly cell?: HabitCell
}

/** What one visitor id's own events have added up to. */
export interface Contribution {
  readonly visitor: string
  /** Tied to an account or a newsletter. */
  readonly linked: boolean
  readonly facts: Facts
}

/** What is known of one person: their visitor ids' contributions, merged. */
export interface Profile {
  /** Sorted. */
  readonly visitors: readonly string[]
  readonly linked: boolean
  readonly facts: Facts
}

export interface OrderSummary {
  readonly count: number
  /** Value in the currency that most was spent in, with two decimals. */
  readonly total: number
  readonly currency?: string
  readonly lastAt?: number
  /** Median days between orders, with one decimal. */
  readonly gapDays?: number
}

/**
 * How often one campaign, group or product was shown. Counts are of the running hour, day and week of `hour`, so that
 * a reader in a later one takes them for 0; days and weeks are UTC's, and weeks begin on Mondays.
 */
export interface CapCount {
  /** Whole hours since the epoch: when it was last shown. */
  readonly hour: number
  readonly inHour: number
  readonly inDay: number
  readonly inWeek: number
  readonly total: number
  /** Impressions in a row that were ignored. */
  readonly ignored: number
}
/** By `capKey`. Kept in the cookie only: a cap is between a shop and a browser. */
export type CapCounts = Readonly<Record<string, CapCount>>
export type CapSubject = 'campaign' | 'group' | 'product'

/** What the store knows that deciding needs. */
export interface ProfileView {
  /** When this was derived; scores and rates are as they stood then. */
  readonly asOf: number
  readonly stage: Stage
  /** Categories by decayed score, strongest first, with one decimal; a view is worth 1 when it happens. */
  readonly affinities?: readonly (readonly [category: string, score: number])[]
  /** Visits a week by cell, most first, with one decimal. */
  readonly habits?: readonly (readonly [cell: HabitCell, aWeek: number])[]
  /** The last 28 days at each store, most visited first: bit 0 is the day of `asOf`, bit 1 the day before. */
  readonly stores?: readonly (readonly [store: string, days: number])[]
  /** Brands, the one followed last first. */
  readonly follows?: readonly string[]
  readonly traits?: Traits
  readonly orders?: OrderSummary
  /** SKU of the product looked at last. */
  readonly recent?: string
  /** An account or a newsletter was tied: other browsers of that person may speak in all of this. */
  readonly tied?: true
}

/**
 * The part of a profile that deciding needs and that rides in the sealed cookie. Only a visitor who agreed to
 * personalization has one. Without `asOf` nothing of the store's has been seen yet.
 */
export interface Snapshot extends Partial<ProfileView> {
  /** Random, first-party, made here (`newVisitorId`); the unit of assignment. */
  readonly id: string
  /** When the id was made. The cookie never outlives 13 months from here. */
  readonly createdAt: number
  readonly visits: number
  readonly lastSeenAt: number
  /** Start of this visit; `createdAt` where absent, which is the first visit. */
  readonly visitStartedAt?: number
  /** Start of the visit before this one, where there was one. */
  readonly previousVisitAt?: number
  readonly caps?: CapCounts
}

/** Events of one visitor, to be counted. */
export interface VisitorEvidence {
  readonly visitor: string
  readonly evidence: readonly Evidence[]
}

/** What became of one visitor's events. */
export interface Applied {
  readonly visitor: string
  /** Counted now. */
  readonly applied: number
  /** Counted before, or twice in the same call. */
  readonly known: number
  /** Never to be counted: too old, ahead of time, of an erased id, or switched off by its owner. */
  readonly refused: number
  readonly erased: boolean
  /** False: nothing of it was counted, and the same events should be sent again later. */
  readonly settled: boolean
}

/** Erased ids by their hashes (`tombstoneOf`), oldest first; the next question begins at `cursor`. */
export interface Tombstones {
  readonly hashes: readonly string[]
  readonly cursor: number
  /** There are more; ask again. */
  readonly more: boolean
}

/** What is older than these moments goes. */
export interface PurgeBefore {
  readonly events: number
  readonly profiles: number
  readonly tombstones: number
  readonly counts: number
}
export interface Purged {
  readonly events: number
  readonly profiles: number
  readonly tombstones: number
  readonly counts: number
  /** A call takes away a bounded number, so that no writer waits long; there is more to take. */
  readonly more: boolean
}

/** Visitors by stage; `unknown` ones have no id, so nobody can count them. */
export type StageCounts = Readonly<Record<Exclude<Stage, 'unknown'>, number>>
export interface DayCounts {
  /** YYYY-MM-DD, UTC. */
  readonly day: string
  readonly counts: StageCounts
}

/** Where profiles are kept. Throws `SelvedgeError` where the store cannot be used; then nothing was changed. */
export interface ProfileStore {
  /** The contributions that these ids have, in one round trip, for `mergeContributions`. */
  readonly read: (visitors: readonly string[]) => Promise<readonly Contribution[]>
  /**
   * Counts events that were not counted before, of each visitor all or none; one answer for each, in the order of their
   * first events.
   */
  readonly applyMany: (batch: readonly VisitorEvidence[], now: number) => Promise<readonly Applied[]>
  readonly isErased: (visitor: string) => Promise<boolean>
  /** Deletes what is kept of these data classes, in one transaction. Events keep what they say of other classes. */
  readonly drop: (visitor: string, classes: readonly string[], now: number) => Promise<void>
  /** `cursor` 0 begins at the first. */
  readonly tombstonesSince: (cursor: number) => Promise<Tombstones>
  readonly purge: (before: PurgeBefore) => Promise<Purged>
  /** Counts the visitors seen in the 30 days that end with `day` by their stage at its end, and keeps the counts. */
  readonly countStages: (day: string) => Promise<StageCounts>
  /** The days counted from `from` to `to`, both included, oldest first. */
  readonly stageCounts: (from: string, to: string) => Promise<readonly DayCounts[]>
}
