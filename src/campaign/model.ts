import type { Fault } from '../kit/fault.ts'
import type { Result } from '../kit/result.ts'
import type { Fill, Position, SelectorSet } from '../page/model.ts'
import type { Weekday } from '../signals/model.ts'
import type { ContextPart } from './context.ts'

/** Arms that are no variants: of a decision that shows nothing, and of whom a holdout keeps out. */
export const CONTROL = 'control'
export const HOLDOUT = 'holdout'

/** A condition in the Mongo-style JSON of GrowthBook's SDKs. */
export type Condition = { readonly [key: string]: unknown }

/** A release as its author writes it; `parseRelease` is its one door and gives the defaults. */
export interface ReleaseDocument {
  readonly $schema?: string
  /** Share of visitors, 0 to 1, who never see any personalised page, so that the whole can be measured. */
  readonly holdout: number
  readonly caps?: PageCaps
  readonly campaigns: readonly Campaign[]
}

/** What holds for all campaigns together. */
export interface PageCaps {
  /** Campaigns of one page view, from high to low priority; the rest wait for another page. */
  readonly pageView?: number
}

export interface Campaign {
  /** A key of a structured-fields dictionary (RFC 9651): `[a-z][a-z0-9_-]{0,63}`. */
  readonly id: string
  readonly name?: string
  readonly status: 'live' | 'paused'
  /** URLPattern pathnames such as `/collections/*`, or whole patterns such as `https://shop.example/pt/*`. */
  readonly pages: readonly string[]
  readonly audience: Condition
  readonly schedule?: Schedule
  /** Higher goes first. */
  readonly priority: number
  /** Campaigns of one group exclude each other: the first eligible one by priority takes the page view. */
  readonly group?: string
  /** Share of eligible visitors enrolled, 0 to 1. Raising it never moves anybody. */
  readonly coverage: number
  /** Share of eligible visitors kept out as this campaign's own holdout, 0 to 1. */
  readonly holdout: number
  /** Bucketing seed; the id unless told. */
  readonly seed: string
  /** GrowthBook's hash version. */
  readonly hashVersion: 1 | 2
  readonly variants: readonly Variant[]
  /** Which variant a visitor without an id may see, where the campaign reads nothing personal. */
  readonly withoutConsent?: string
  /** Values for templates, as `data.…`. */
  readonly data: Readonly<Record<string, unknown>>
  /** A small "Why this?" stands at its place on the page and answers there. */
  readonly explain?: boolean
  /** The shop's own words in that answer, by language (`en`, `pt`), beside those that are derived. */
  readonly because?: Readonly<Record<string, string>>
  readonly caps?: Caps
  /** Somebody answers for what the guard would otherwise not let pass; it stands in the audit. */
  readonly override?: Override
  /** What it is for; conversion within 14 days unless told. */
  readonly objective?: Objective
  /** Harms at which it pauses itself; those that concern every campaign unless told. */
  readonly guardrails?: readonly Guardrail[]
  /** How variants come by their weights; fixed unless told. */
  readonly allocation?: Allocation
  /** What has to be at hand before this may be promised to anybody. */
  readonly supply?: Supply
  /** An offer of which there are only so many. */
  readonly limit?: OfferLimit
}

/** What a campaign is judged by. */
export interface Objective {
  readonly metric: 'conversion' | 'revenue' | 'margin' | 'average_order' | 'add_to_cart' | 'engagement'
  /** Days after the first exposure in which something counts, 1 to 28. */
  readonly windowDays?: number
  /** What the personal thing costs the shop, in the shop's currency: each visitor exposed to it, each order with it. */
  readonly cost?: { readonly exposure?: number; readonly order?: number }
}

/** A harm, and by how much more of it than in control, in shares of visitors, is too much. */
export interface Guardrail {
  readonly metric:
    | 'opt_out'
    | 'erasure'
    | 'withdrawal'
    | 'not_relevant'
    | 'too_personal'
    | 'bounce'
    | 'margin'
  /** Of `margin`: by how much less a visitor, in the shop's currency. */
  readonly tolerance: number
}

/** Weights that follow what was measured (Thompson sampling), never below `floor` for any variant. */
export interface Allocation {
  readonly kind: 'fixed' | 'adaptive'
  readonly floor?: number
  /** Contexts that learn by themselves, as far as they have seen enough. */
  readonly by?: readonly ContextPart[]
}

/** At least so many of a product at a place: what the shop ships, the visitor's nearest store, or their region. */
export interface Supply {
  readonly sku?: string
  /** Room for orders instead of products, such as `delivery`. */
  readonly capacity?: string
  readonly at: 'online' | 'store' | 'region'
  readonly atLeast?: number
  /** Minutes after which a report of stock is no longer believed. */
  readonly maxAge?: number
}

/** Visitors who may be promised it, in all and a day; given out evenly over the day. */
export interface OfferLimit {
  readonly total?: number
  readonly day?: number
}

/** How often one visitor may see something: at most so many impressions in an hour, day or week (UTC), or ever. */
export interface Limits {
  readonly hour?: number
  readonly day?: number
  readonly week?: number
  readonly lifetime?: number
}

/** Of one campaign, and of its group as a whole. */
export interface Caps extends Limits {
  /** The same for every campaign of the group. */
  readonly group?: Limits
  /** After `ignored` impressions in a row without a response it rests for so many days. */
  readonly rest?: { readonly ignored: number; readonly days: number }
  /** Impressions for which the product that was looked at last may follow somebody; 3 unless told. */
  readonly retargeting?: number
}

export interface Override {
  readonly reason: string
  /** Who answers for it. */
  readonly by: string
}

export interface Schedule {
  /** Absolute window, epoch milliseconds, `from` included, `to` excluded. */
  readonly from?: number
  readonly to?: number
  /** The visitor's local hours as [start, end) pairs; [22, 6] crosses midnight. */
  readonly hours?: readonly (readonly [number, number])[]
  readonly weekdays?: readonly Weekday[]
}

export interface Variant {
  readonly id: string
  /** Share of the enrolled, 0 to 1; the weights of a campaign add up to 1. */
  readonly weight: number
  readonly edits: readonly Edit[]
  /** A path of the same site, or an allow-listed URL; answered with 302. */
  readonly redirect?: string
}

export type Edit =
  | {
      readonly action: 'text' | 'html' | 'replace' | 'before' | 'after' | 'prepend' | 'append'
      readonly selector: string
      /** Liquid. */
      readonly value: string
    }
  | { readonly action: 'remove'; readonly selector: string }
  | {
      readonly action: 'setAttribute'
      readonly selector: string
      readonly name: string
      readonly value: string
    }
  | { readonly action: 'removeAttribute'; readonly selector: string; readonly name: string }
  | { readonly action: 'addClass' | 'removeClass'; readonly selector: string; readonly value: string }
  | {
      readonly action: 'move'
      readonly selector: string
      readonly target: string
      readonly position: Position
    }

/** What conditions and templates read: signals, and what the snapshot adds to them. Plain nested data. */
export type Attributes = Readonly<Record<string, unknown>>

/** What a template may read beside the attributes. */
export interface Scope {
  readonly attributes: Attributes
  readonly data: Readonly<Record<string, unknown>>
}

export interface CompiledEdit {
  readonly edit: Edit
  /**
   * The finished fill for these attributes, or null where a value is not safe in its sink (an unsafe URL, a render
   * limit). `slot` and `target` index the plan's selector set. Never throws.
   */
  readonly render: (attributes: Attributes, slot: number, target: number) => Fill | null
}

export interface CompiledVariant {
  readonly id: string
  readonly edits: readonly CompiledEdit[]
  readonly redirect?: string
}

export interface CompiledCampaign {
  readonly id: string
  readonly source: Campaign
  /** Never throws; a fault in evaluation is no match. */
  readonly audience: (attributes: Attributes) => boolean
  readonly variants: readonly CompiledVariant[]
  /** Anchored bucket range of each variant, in [0, 1). */
  readonly ranges: readonly (readonly [number, number])[]
  /** Ranges that follow what was measured, for a visit by its start (epoch milliseconds); see overlay.ts. */
  readonly rangesAt?: (visitAt: number, attributes: Attributes) => readonly (readonly [number, number])[]
  /** Attribute paths that its condition and templates read, derived, sorted. */
  readonly reads: readonly string[]
  /** It reads what only a consenting visitor may be known by. */
  readonly personal: boolean
  /**
   * Of a limited offer: the share of visitors who may be promised it now, 0 to 1. Not the release's but the overlay's;
   * nobody new, where absent.
   */
  readonly admitted?: number
}

/** What one page can show: its live campaigns, highest priority first, and the elements they edit. */
export interface PagePlan {
  readonly campaigns: readonly CompiledCampaign[]
  readonly selectors: SelectorSet
  /** Selector → index in `selectors`. */
  readonly slotOf: ReadonlyMap<string, number>
}

export interface CompiledRelease {
  readonly number: number
  readonly checksum: string
  readonly holdout: number
  readonly pageViewCap?: number
  readonly campaigns: readonly CompiledCampaign[]
  /** The plan for a URL; campaigns that cannot match its page cost nothing. */
  readonly plan: (url: URL) => PagePlan
}

/** Says why a selector cannot be compiled, or undefined where it can. Real only where HTMLRewriter is. */
export type CheckSelector = (selector: string) => string | undefined

export type ParsedRelease = Result<ReleaseDocument, readonly Fault[]>
