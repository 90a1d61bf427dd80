/**
 * Whom a page view exposes to what: the one rule for all arms. Who is compared must not depend on what they were shown,
 * so nothing here looks at a decision's arm, or at what became of its edits: a campaign is on a page where any selector
 * of any of its variants is, and one that redirects is always. Pure.
 */
import { contextAt } from '../campaign/context.ts'
import { type Attributes, type CompiledCampaign, HOLDOUT, type PagePlan } from '../campaign/model.ts'
import { formatSplit, splitOf } from '../campaign/split.ts'
import { ofAlike } from '../decide/alike.ts'
import type { Decision } from '../decide/model.ts'
import { EVERYTHING, type Exposure, PERSONALIZED, type Segments } from './model.ts'
import { type Money, toMinor } from './money.ts'

/** Outcomes count for this long, unless the campaign's objective says otherwise. */
export const WINDOW_DAYS = 14
/** Of personalization as a whole: the longest that a campaign may have. */
const EVERYTHING_WINDOW_DAYS = 28

/** Does a selector of the plan, by its slot, match anything on the page? */
export type IsOnPage = (slot: number) => boolean

/** What a page view says of its exposures, whatever they are. */
export interface Sight {
  readonly at: number
  /** Number of the release. */
  readonly release: number
  /** The release's global holdout. */
  readonly holdout: number
  readonly segments: Segments
  /** By which arms were drawn; see decide/model.ts. */
  readonly visitAt: number
  readonly attributes: Attributes
  /** Of the shop, in whose currency campaigns name their costs. */
  readonly money: Money
}

/** The counted decisions whose campaign is on the page; `decisions` stand in the order of the plan. */
export function onPage(
  decisions: readonly Decision[],
  plan: PagePlan,
  isOnPage: IsOnPage,
): readonly Decision[] {
  const { counted, slots } = countedOf(decisions, plan)
  const isHere = (own: readonly number[]): boolean => own === ALWAYS || own.some(isOnPage)
  return slots.every(isHere) ? counted : counted.filter((_, at) => isHere(slots[at] as readonly number[]))
}

/** The counted decisions of a list, and the slots of each one's campaign. */
const countedOf = ofAlike((decisions, plan: PagePlan) => {
  const slots = slotsOf(plan)
  const at = decisions.flatMap(({ counted }, index) => (counted ? [index] : []))
  return {
    counted: Object.freeze(at.map((index) => decisions[index] as Decision)),
    slots: at.map((index) => slots[index] as readonly number[]),
  }
})

/**
 * The counted decisions of a view whose visitor was sent on by `leaving`: nobody sees the page that they leave. What
 * stands above it and may redirect counts as well, or those whom the hash spared its redirect would be missing.
 */
export function onTheWay(
  decisions: readonly Decision[],
  plan: PagePlan,
  leaving: Decision,
): readonly Decision[] {
  const slots = slotsOf(plan)
  const last = decisions.indexOf(leaving)
  return decisions.filter(({ counted }, index) => counted && index <= last && slots[index] === ALWAYS)
}

/**
 * The exposures that these decisions are: whoever is held out of everything is exposed to that alone; all others to
 * each campaign, and to personalization as a whole where the release holds anybody out of it.
 */
export function exposuresOf(decisions: readonly Decision[], sight: Sight): readonly Exposure[] {
  if (decisions.length === 0) return NONE
  const { holdout, at, release, segments, money } = sight
  const seen = { at, release, segments }
  const whole = (arm: string): Exposure => ({
    campaign: EVERYTHING,
    arm,
    windowDays: EVERYTHING_WINDOW_DAYS,
    ...seen,
    ...splitting(formatSplit(holdout, [[PERSONALIZED, 1]])),
  })
  if (decisions.some(({ reason }) => reason === 'global_holdout')) return [whole(HOLDOUT)]
  const each = decisions.map((decision): Exposure => {
    const { campaign, arm } = decision
    const cost = costOf(decision, money)
    return {
      campaign: campaign.id,
      arm,
      windowDays: campaign.source.objective?.windowDays ?? WINDOW_DAYS,
      ...seen,
      ...drawnBy(campaign, sight),
      ...(cost === undefined ? {} : { cost }),
    }
  })
  return holdout > 0 ? [...each, whole(PERSONALIZED)] : each
}

/** The weights that the arm was drawn by: what they meant, and in which context. */
function drawnBy(
  { source, ranges, rangesAt }: CompiledCampaign,
  { segments, visitAt, attributes }: Sight,
): Pick<Exposure, 'split'> & Partial<Pick<Exposure, 'segments'>> {
  const split = splitting(splitOf(source, rangesAt?.(visitAt, attributes) ?? ranges))
  const by = source.allocation?.by ?? []
  if (by.length === 0) return split
  return { ...split, segments: { ...segments, context: contextAt(by, visitAt, attributes, source.pages) } }
}

const splitting = (split: string | undefined): Pick<Exposure, 'split'> =>
  split === undefined ? {} : { split }

/** What the personal thing costs the shop, for those who get it. */
function costOf({ campaign, variant }: Decision, money: Money): Exposure['cost'] {
  const cost = campaign.source.objective?.cost
  if (cost === undefined || variant === undefined) return undefined
  return { exposure: toMinor(cost.exposure ?? 0, money), order: toMinor(cost.order ?? 0, money) }
}

const NONE: readonly Exposure[] = Object.freeze([])

/** Stands for every slot: a redirect needs no element. */
const ALWAYS: readonly number[] = Object.freeze([])

/** Slots of each campaign of a plan, in its order; weak, so they go with their release. */
const slotsByPlan = new WeakMap<PagePlan, readonly (readonly number[])[]>()

function slotsOf(plan: PagePlan): readonly (readonly number[])[] {
  const known = slotsByPlan.get(plan)
  if (known !== undefined) return known
  const made = plan.campaigns.map((campaign) => slotsOfCampaign(campaign, plan))
  slotsByPlan.set(plan, made)
  return made
}

function slotsOfCampaign({ variants }: CompiledCampaign, { slotOf }: PagePlan): readonly number[] {
  if (variants.some(({ redirect }) => redirect !== undefined)) return ALWAYS
  const slots = new Set<number>()
  for (const { edit } of variants.flatMap(({ edits }) => edits)) {
    const slot = slotOf.get(edit.selector)
    if (slot !== undefined) slots.add(slot)
  }
  return [...slots]
}
