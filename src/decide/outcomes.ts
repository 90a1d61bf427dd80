/**
 * The decisions that one campaign can give, made once and shared by every page view. A release is immutable, and most
 * decisions on a page say "not you": they then cost no allocation. Frozen, because they are shared; the tables hang on
 * the campaign by a weak reference and go with its release.
 */
import {
  CONTROL,
  type CompiledCampaign,
  type CompiledVariant,
  HOLDOUT,
  type PagePlan,
} from '../campaign/model.ts'
import { type Decision, REASONS, type Reason } from './model.ts'

export interface Outcomes {
  readonly campaign: CompiledCampaign
  /** Shows nothing and counts for nothing. */
  readonly nothing: (reason: Reason, why?: string) => Decision
  readonly heldOut: (reason: 'holdout' | 'global_holdout', counted: boolean) => Decision
  /** A variant by its index: `match`, or `control` where it changes nothing. */
  readonly chosen: (index: number, counted: boolean) => Decision
  /** What a preview asked for by name; an arm that the campaign does not have is rejected. */
  readonly previewed: (arm: string) => Decision
  /** What a visitor without an id sees, or undefined where only the enrolled see anything. */
  readonly withoutUnit: Decision | undefined
}

const byCampaign = new WeakMap<CompiledCampaign, Outcomes>()
const byPlan = new WeakMap<PagePlan, readonly Outcomes[]>()

/** The outcomes of a plan's campaigns, in its order. */
export function outcomesOf(plan: PagePlan): readonly Outcomes[] {
  const known = byPlan.get(plan)
  if (known !== undefined) return known
  const made = plan.campaigns.map(outcomesOfCampaign)
  byPlan.set(plan, made)
  return made
}

function outcomesOfCampaign(campaign: CompiledCampaign): Outcomes {
  const known = byCampaign.get(campaign)
  if (known !== undefined) return known
  const made = createOutcomes(campaign)
  byCampaign.set(campaign, made)
  return made
}

function createOutcomes(campaign: CompiledCampaign): Outcomes {
  const { variants } = campaign
  let made = 0
  const share = (decision: Decision): Decision => Object.freeze({ ...decision, number: made++ })
  const nothing: Record<string, Decision> = {}
  const counted = variants.map((variant) => share(shown(campaign, variant, true)))
  const uncounted = variants.map((variant) => share(shown(campaign, variant, false)))
  const held: Record<string, Decision> = {}
  const fallback = indexWithoutUnit(campaign)
  const nothingFor = (reason: Reason, why?: string): Decision => {
    // Reasons and their limits and rules are closed lists, so this table is small.
    const key = why === undefined ? reason : `${reason} ${why}`
    nothing[key] ??= share({ campaign, arm: CONTROL, reason, ...(why && { why }), counted: false })
    return nothing[key]
  }
  return {
    campaign,
    nothing: nothingFor,
    heldOut(reason, isCounted) {
      const key = isCounted ? reason : `${reason}, uncounted`
      held[key] ??= share({ campaign, arm: HOLDOUT, reason, counted: isCounted })
      return held[key]
    },
    chosen: (index, isCounted) => (isCounted ? counted : uncounted)[index] ?? nothingFor('error'),
    previewed: (arm) => previewed(campaign, arm),
    withoutUnit: fallback === -1 ? undefined : uncounted[fallback],
  }
}

/** A decision whose edits the page did not take; of a shared one the same each time. */
export function notReached(decision: Decision, reason: Reason): Decision {
  const { number, ...own } = decision
  if (number === undefined) return { ...own, reason, counted: false }
  const known = unreached.get(decision) ?? {}
  unreached.set(decision, known)
  known[reason] ??= Object.freeze({ ...own, reason, counted: false, number: numberOf(number, reason) })
  return known[reason]
}

const unreached = new WeakMap<Decision, Partial<Record<Reason, Decision>>>()

/** Beyond those that a campaign's decisions have by themselves, and one for each reason. */
const numberOf = (number: number, reason: Reason): number =>
  (number + 1) * NUMBERS_APART + REASONS.indexOf(reason)
const NUMBERS_APART = 1_024

function shown(campaign: CompiledCampaign, variant: CompiledVariant, counted: boolean): Decision {
  if (!changesPage(variant)) return { campaign, arm: variant.id, reason: 'control', counted }
  return { campaign, arm: variant.id, reason: 'match', variant, counted }
}

function previewed(campaign: CompiledCampaign, arm: string): Decision {
  const variant = campaign.variants.find(({ id }) => id === arm)
  if (variant === undefined) {
    const isKnown = arm === CONTROL || arm === HOLDOUT
    return {
      campaign,
      arm: isKnown ? arm : CONTROL,
      reason: isKnown ? 'preview' : 'preview_rejected',
      counted: false,
    }
  }
  const decision = { campaign, arm, reason: 'preview', counted: false } as const
  return changesPage(variant) ? { ...decision, variant } : decision
}

const changesPage = (variant: CompiledVariant): boolean =>
  variant.edits.length > 0 || variant.redirect !== undefined

/**
 * Which variant somebody without an id sees: the one that the author names for them, or the only one of a campaign that
 * shows it to everybody. A holdout below 1 does not stand in the way: it is there to compare people who are counted,
 * and these are not. -1 for an experiment, for partial coverage, and for whatever reads what is personal.
 */
function indexWithoutUnit(campaign: CompiledCampaign): number {
  const { withoutConsent, coverage, holdout } = campaign.source
  if (campaign.personal) return -1
  if (withoutConsent !== undefined) return campaign.variants.findIndex(({ id }) => id === withoutConsent)
  return campaign.variants.length === 1 && coverage >= 1 && holdout < 1 ? 0 : -1
}
