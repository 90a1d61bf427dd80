/**
 * What this visitor sees of each campaign, and why. Pure, and it never throws: a fault inside one campaign is that
 * campaign's reason and nobody else's.
 *
 * The ladder, for each campaign of the page from high to low priority; the first rung that holds is the reason:
 *  1. `forced_control`  The request asked not to see it (`Selvedge-Holdout`).
 *  2. `preview`         A preview token names the arm (`preview_rejected`: it names one that does not exist).
 *  3. `schedule`        Not now, or not at the visitor's hour.
 *  4. `consent`         It reads personal data and the visitor did not agree. Before the audience, because a question
 *                       about facts that we may not know has no answer.
 *  5. `audience`        Not for this visitor.
 *  6. `group`           A campaign above it in its group has this visitor.
 *  7. `guard`           A rule against the creepy holds; `why` names it.
 *  8. `cap`, `fatigue`  This visitor had it often enough, or leaves it unanswered; `why` names the limit. Before the
 *                       arms, and counted alike in all of them (caps.ts), so that it takes visitors out of each equally.
 *  9. `stock`, `capacity`, `stock_unknown`  It could not be delivered where this visitor is, or nobody can tell; or
 *                       there are only so many and they are for others. Before the arms, as caps are.
 * 10. `consent`         There is no id, so nobody can be enrolled, and it has nothing to show to everybody.
 * 11. `coverage`        Neither within the covered ranges nor in the campaign's own holdout: not enrolled.
 * 12. `global_holdout`  Enrolled, but kept out of everything. It comes this late so that the held out walk the same
 *                       ladder as everybody else: a campaign's held-out visitors are then drawn from the very people
 *                       to whom it could have been shown, and they take groups just as those do.
 * 13. `holdout`         Enrolled, but kept out of this campaign.
 * 14. `control`/`match` The arm by hash: a variant that changes nothing, or one that does.
 *
 * A group is taken by every enrolled visitor, control and holdouts included. Otherwise the comparison would be between
 * this campaign's variant and whatever the next campaign of the group shows to the rest. Who is outside coverage is
 * free for the next one, which is how a group's campaigns share their visitors. A capped campaign frees its group too,
 * and so does one that cannot be delivered; one that rests unanswered keeps it, because only the arms that show something
 * can be answered. The places of a page view are taken as groups are.
 *
 * Bots get what everybody gets by the same rules and are never counted; choosing by user agent would be cloaking.
 */
import { alike, ofAlike } from './alike.ts'
import { draw, inGlobalHoldout } from './assign.ts'
import { findCap } from './caps.ts'
import { guardDecision } from './guard.ts'
import type { DecideInput, Decision } from './model.ts'
import { type Outcomes, outcomesOf } from './outcomes.ts'
import { isOpen } from './schedule.ts'
import { findShortage } from './supply.ts'

/** One page view, with what every campaign of it has in common. */
interface View {
  readonly input: DecideInput
  readonly unit: string | undefined
  readonly isHeldOut: boolean
  readonly counted: boolean
  /** Groups that a campaign above has taken. */
  readonly taken: Set<string>
  /** Campaigns that this page view may still have. */
  places: number
}

/** One decision for each campaign of the plan, in its order; lists that come out alike are one list. */
export function decide(input: DecideInput): readonly Decision[] {
  const outcomes = outcomesOf(input.plan)
  const view = createView(input, outcomes)
  const decisions = new Array<Decision>(outcomes.length)
  for (let index = 0; index < outcomes.length; index++) {
    decisions[index] = tryClimb(outcomes[index] as Outcomes, view)
  }
  return alike(input.plan, decisions)
}

/** The decision that sends the visitor elsewhere, if one does: the first, which is of the highest priority. */
export const redirectOf = (decisions: readonly Decision[]): Decision | undefined =>
  findRedirecting(decisions) ?? undefined

const findRedirecting = ofAlike(
  (decisions) => decisions.find(({ variant }) => variant?.redirect !== undefined) ?? null,
)

/** Was anybody counted at all? On most page views of a busy shop nobody was, and then nothing else is asked. */
export const isCounted = ofAlike((decisions) => decisions.some(({ counted }) => counted))

function createView(input: DecideInput, outcomes: readonly Outcomes[]): View {
  const unit = input.unit === '' ? undefined : input.unit
  const { holdout, arms } = input.forced
  const isForced = holdout === 'all' || holdout.size > 0 || arms.size > 0
  return {
    input,
    unit,
    // A holdout of everybody needs no draw, and so no id.
    isHeldOut: input.holdout >= 1 || (unit !== undefined && inGlobalHoldout(unit, input.holdout)),
    counted:
      unit !== undefined &&
      input.consent.measurement.granted &&
      !input.isBot &&
      !input.isPreview &&
      !isForced,
    taken: new Set(arms.size === 0 ? undefined : groupsOfPreview(outcomes, arms)),
    places: input.pageViewCap ?? Number.POSITIVE_INFINITY,
  }
}

/** A previewed arm has its group from the start, or a campaign above it would show beside it. */
function groupsOfPreview(outcomes: readonly Outcomes[], arms: ReadonlyMap<string, string>): string[] {
  return outcomes.flatMap(({ campaign: { id, source } }) =>
    source.group !== undefined && arms.has(id) ? [source.group] : [],
  )
}

function tryClimb(outcomes: Outcomes, view: View): Decision {
  try {
    return climb(outcomes, view)
  } catch {
    return outcomes.nothing('error')
  }
}

function climb(outcomes: Outcomes, view: View): Decision {
  const { id } = outcomes.campaign
  const { holdout, arms } = view.input.forced
  if (holdout === 'all') return outcomes.nothing('forced_control')
  if (holdout.size > 0 && holdout.has(id)) {
    // It takes its group and place as it would have without being forced, as does the control that this stands for.
    climbUnforced(outcomes, view)
    return outcomes.nothing('forced_control')
  }
  const arm = arms.size === 0 ? undefined : arms.get(id)
  return arm === undefined ? climbUnforced(outcomes, view) : outcomes.previewed(arm)
}

function climbUnforced(outcomes: Outcomes, view: View): Decision {
  const { campaign } = outcomes
  const { schedule, group } = campaign.source
  const { input, taken } = view
  if (schedule !== undefined && !isOpen(schedule, input.now, input.clock)) return outcomes.nothing('schedule')
  if (campaign.personal && !input.consent.personalization.granted) return outcomes.nothing('consent')
  if (!campaign.audience(input.attributes)) return outcomes.nothing('audience')
  if (group !== undefined && taken.has(group)) return outcomes.nothing('group')
  const rule = guardDecision(campaign, input.attributes, input.sharedPlace === true)
  if (rule !== undefined) return outcomes.nothing('guard', rule)
  const capped = findCap(campaign, input.caps, input.now, input.attributes)
  if (capped?.reason === 'fatigue' && group !== undefined) taken.add(group)
  if (capped !== undefined) return outcomes.nothing(capped.reason, capped.why)
  if (view.places <= 0) return outcomes.nothing('cap', 'page_view')
  // Only who may be counted can be promised one of so many: nobody would know of the others.
  const promised = input.consent.measurement.granted ? view.unit : undefined
  const shortage = findShortage(campaign, input.attributes, input.supply, promised, input.caps)
  if (shortage !== undefined) return outcomes.nothing(shortage.reason, shortage.why)
  const decision = enroll(outcomes, view)
  if (decision.reason === 'coverage' || decision.reason === 'consent') return decision
  if (group !== undefined) taken.add(group)
  view.places -= 1
  return decision
}

function enroll(outcomes: Outcomes, view: View): Decision {
  if (view.unit === undefined) {
    if (outcomes.withoutUnit === undefined) return outcomes.nothing('consent')
    return view.isHeldOut ? outcomes.heldOut('global_holdout', false) : outcomes.withoutUnit
  }
  const { campaign } = outcomes
  const { now, visitAt = now, attributes } = view.input
  const drawn = draw(campaign, view.unit, campaign.rangesAt?.(visitAt, attributes))
  if (drawn === 'coverage') return outcomes.nothing('coverage')
  if (view.isHeldOut) return outcomes.heldOut('global_holdout', view.counted)
  if (drawn === 'holdout') return outcomes.heldOut('holdout', view.counted)
  return outcomes.chosen(drawn, view.counted)
}
