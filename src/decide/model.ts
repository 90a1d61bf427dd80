import type { Attributes, CompiledCampaign, CompiledVariant, PagePlan } from '../campaign/model.ts'
import type { Consent } from '../consent/model.ts'
import type { CapCounts } from '../profile/model.ts'
import type { Clock } from '../signals/model.ts'
import type { SupplyView } from '../supply/model.ts'

/** Why a campaign did or did not change the page: the closed list. */
export const REASONS = [
  'match',
  'control',
  'holdout',
  'global_holdout',
  'forced_control',
  'preview',
  'preview_rejected',
  'audience',
  'schedule',
  'page',
  'coverage',
  'group',
  'guard',
  'cap',
  'fatigue',
  'stock',
  'stock_unknown',
  'capacity',
  'consent',
  'conflict',
  'no_slot',
  'unfit',
  'error',
] as const
export type Reason = (typeof REASONS)[number]

export interface Decision {
  readonly campaign: CompiledCampaign
  /** A variant's id, `control` or `holdout`. */
  readonly arm: string
  readonly reason: Reason
  /** Of `guard` the rule, of `cap` and `fatigue` the limit, of `stock` and `capacity` what is short. */
  readonly why?: string
  /** What to show; absent for control and holdout. */
  readonly variant?: CompiledVariant
  /**
   * The visitor was enrolled by hash and may be counted: false without an id or consent to measurement, for bots, and
   * on every page view on which anything was forced or previewed.
   */
  readonly counted: boolean
  /** Of a decision that page views share, and only of such: which of its campaign's it is. See alike.ts. */
  readonly number?: number
}

/** What a visitor or an operator asked for, by header or preview token. */
export interface Forced {
  /** Everything held out, or these campaigns. */
  readonly holdout: 'all' | ReadonlySet<string>
  /** Preview: campaign id → arm. */
  readonly arms: ReadonlyMap<string, string>
}

/** What an ordinary page view asks for. */
export const NOTHING_FORCED: Forced = { holdout: new Set(), arms: new Map() }

/** Everything that deciding one page view needs. */
export interface DecideInput {
  readonly plan: PagePlan
  /** The release's global holdout, 0 to 1. */
  readonly holdout: number
  readonly attributes: Attributes
  /** Unit of assignment; undefined (or '') where there is no id, and then nobody is enrolled in anything. */
  readonly unit: string | undefined
  readonly consent: Consent
  /** Epoch milliseconds. */
  readonly now: number
  readonly clock: Clock
  /** When the visit began: weights that change do so between visits. `now`, where absent. */
  readonly visitAt?: number | undefined
  readonly isBot: boolean
  readonly forced: Forced
  /** A valid preview token came with the request, whatever it changes. */
  readonly isPreview: boolean
  /** What this visitor's cookie has counted. */
  readonly caps?: CapCounts | undefined
  /** Campaigns that one page view may have; all, where absent. */
  readonly pageViewCap?: number | undefined
  /** The visitor shared where they are for the sake of the nearest store; `store` is as precise as that. */
  readonly sharedPlace?: boolean | undefined
  /** What is known of stock; absent where no campaign of the page asks for it, or nothing is known. */
  readonly supply?: SupplyView | undefined
}
