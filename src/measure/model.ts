/**
 * What campaigns did to people, as far as they agreed to be measured: who was exposed to what, what they did after it,
 * and the sums that reports are read from. Money is in minor units of the shop's currency (cents), times are epoch
 * milliseconds, days are YYYY-MM-DD in UTC.
 */

/** Stands for personalization as a whole: its arms are `personalized` and `holdout` (the global one). */
export const EVERYTHING = '_all'
export const PERSONALIZED = 'personalized'

/** Where a page view stood when its visitor was exposed; reports split by them, one at a time. */
export const SEGMENTS = [
  'device',
  'country',
  'daypart',
  'visitor',
  /** Only of campaigns whose weights differ by context: the one that their arm was drawn in. */
  'context',
] as const
export type SegmentName = (typeof SEGMENTS)[number]
export type Segments = Readonly<Partial<Record<SegmentName, string>>>

/** A decision that could have differed and that reached its slot, or would have: the same for every arm. */
export interface Exposure {
  /** A campaign's id, or `EVERYTHING`. */
  readonly campaign: string
  readonly arm: string
  readonly at: number
  /** Number of the release, so that arms can be held against the weights that were live. */
  readonly release: number
  /** Outcomes count for this long after the first exposure. */
  readonly windowDays: number
  readonly segments: Segments
  /** What share of those counted each arm was meant to have: `holdout=0.1,a=0.9`; see campaign/split.ts. */
  readonly split?: string
  /**
   * What the personal thing costs, in whole minor units: each visitor exposed to it, each order with it. Only of arms
   * that get it; absent for control and holdout.
   */
  readonly cost?: { readonly exposure?: number; readonly order?: number }
}

/** What a visitor did that some metric counts. */
export const OUTCOME_KINDS = [
  'visit',
  /** The visit had a second page, or ten seconds of being looked at. */
  'engaged',
  'add_to_cart',
  'purchase',
  'store_visit',
  'store_purchase',
  'not_relevant',
  'too_personal',
  /** Personalization, or a class of data, was switched off. */
  'opt_out',
  'withdrawal',
  'erasure',
] as const
export type OutcomeKind = (typeof OUTCOME_KINDS)[number]

export interface Outcome {
  /** Unique for the visitor: what comes twice counts once. */
  readonly id: string
  readonly kind: OutcomeKind
  readonly at: number
  /** Paid, after discounts; minor units. */
  readonly value?: number
  /** What of `value` is left after the cost of the goods; minor units. Absent where nobody knows. */
  readonly margin?: number
  /** Whom a complaint is about; every exposure, where absent. */
  readonly campaign?: string
}

/** An exposure's slot came into view. */
export interface Sighting {
  readonly campaign: string
  readonly at: number
}

/** What is to be counted of one visitor. */
export interface VisitorMeasures {
  readonly visitor: string
  readonly exposures?: readonly Exposure[]
  readonly outcomes?: readonly Outcome[]
  readonly sightings?: readonly Sighting[]
}

/**
 * Numbers per exposed visitor. Bounded by the window, but for retention. `exposed`, `seen` and `crossed` (met more
 * than one arm) are counts of visitors; the others are what the statistics are made of.
 */
export const COUNTS = ['exposed', 'seen', 'crossed', 'unknown_margin'] as const
export const BENEFITS = [
  'conversion',
  'orders',
  'revenue',
  'margin',
  'average_order',
  'add_to_cart',
  'engagement',
  'retention_7',
  'retention_28',
  'store_conversion',
  'store_revenue',
] as const
export const HARMS = ['opt_out', 'erasure', 'withdrawal', 'not_relevant', 'too_personal', 'bounce'] as const
export const METRICS = [...BENEFITS, ...HARMS] as const
export type Metric = (typeof METRICS)[number]
export type Count = (typeof COUNTS)[number]

/**
 * Sums over `n` visitors of a metric `y` and its companion `x`: what the same visitor had of it before the exposure
 * (CUPED), or of a ratio metric the denominator.
 */
export interface Moments {
  readonly n: number
  readonly y: number
  readonly yy: number
  readonly x: number
  readonly xx: number
  readonly xy: number
}

/** One cell of the rollup. `segment`: `all`, or such as `device:mobile`, or `release:12` and `split:…` (counts only). */
export interface Cell extends Moments {
  readonly campaign: string
  /** Of the first exposure; '' where days are folded. */
  readonly day: string
  readonly arm: string
  readonly segment: string
  readonly metric: Metric | Count
}

export interface CellQuery {
  readonly campaign: string
  /** Both included; all, where absent. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** `all` unless told; `*` for every segment, and such as `context:*` for those that begin so. */
  readonly segment?: string
  /** These alone, with `exposed`; all, where absent. */
  readonly metrics?: readonly (Metric | Count)[]
  /** Days added up in the store: for what there is too much of, and what needs no day. */
  readonly folded?: boolean
}

/** What became of one visitor's measures. */
export interface Recorded {
  readonly visitor: string
  /** Exposures and outcomes counted now. */
  readonly counted: number
  /** Counted before. */
  readonly known: number
  /** Never to be counted: too old, ahead of time, from before a withdrawal, or of an erased id. */
  readonly refused: number
  /** False: nothing of it was counted now, and it is to be sent again. */
  readonly settled: boolean
}

/** What happened before these moments is past its time: epoch milliseconds. */
export interface MeasuresBefore {
  /** Outcomes, exposures and sightings. */
  readonly outcomes: number
  /** Sums: cells, and counts of page views. */
  readonly cells: number
  /** What the queue gave up on. */
  readonly letters: number
}

/** Where measures are kept. Throws `SelvedgeError` where the store cannot be used; all of it can be sent again then. */
export interface MeasureStore {
  /**
   * Counts what was not counted before: of each visitor all or nothing, and the rollup in the same transaction. The same
   * measures in any order, any number and any batches give the same rollup.
   */
  readonly record: (batch: readonly VisitorMeasures[], now: number) => Promise<readonly Recorded[]>
  /**
   * Counts a last harm of these visitors, and forgets them: their rows go, what they added to the sums stays, which
   * says nothing about anybody.
   */
  readonly leave: (visitors: readonly string[], harm: 'erasure' | 'withdrawal', now: number) => Promise<void>
  /** The cells of the query: one for each day (unless folded), arm, segment and metric. */
  readonly cells: (query: CellQuery) => Promise<readonly Cell[]>
  /** Campaigns that have cells. */
  readonly campaigns: () => Promise<readonly string[]>
  /** Takes away a bounded number of rows and entries that are past their time; gives how many rows that were. */
  readonly purge: (before: MeasuresBefore) => Promise<number>
}
