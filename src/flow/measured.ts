/**
 * What a page view adds to what is counted of its visitor: exposures, once a visit and arm as far as this isolate
 * remembers, and that there was a visit, and more than a glance. Only of those who agreed to measurement; never of a
 * preview, a bot, or a view on which anything was forced.
 */
import { isUnmeasured } from '../consent/resolve.ts'
import { isCounted } from '../decide/decide.ts'
import type { Decision } from '../decide/model.ts'
import { exposuresOf, type IsOnPage, onPage, onTheWay } from '../measure/expose.ts'
import { EVERYTHING, type Exposure, type Outcome, type Segments } from '../measure/model.ts'
import type { Money } from '../measure/money.ts'
import { engagedOutcome, visitOutcome, visitStart } from '../measure/outcomes.ts'
import type { Snapshot } from '../profile/model.ts'
import { keyOf, type Lanes, lanesOf, lanesOfDecision, lanesOfDecisions, type Recent } from './recent.ts'
import type { View } from './view.ts'

/** What is to be sent, and the numbers to remember once it was. */
export interface Measured {
  readonly exposures: readonly Exposure[]
  readonly outcomes: readonly Outcome[]
  /** Nothing is, and what was measured until now goes. */
  readonly unmeasured?: true
  readonly keys: readonly number[]
}

const NO_DECISIONS: readonly Decision[] = Object.freeze([])
const NO_OUTCOMES: readonly Outcome[] = Object.freeze([])
const HELD_OUT = lanesOf(`${EVERYTHING} holdout`)
const ENGAGED = lanesOf('engaged')
const LEFT = lanesOf('left')

/** The counted decisions of a view that reached its page, or would have in another arm. */
export const reachedOn = ({ decisions, plan }: View, isOnPage: IsOnPage): readonly Decision[] =>
  isCounted(decisions) ? onPage(decisions, plan, isOnPage) : NO_DECISIONS

/** The same of a view whose visitor is sent elsewhere by `leaving`. */
export const reachedOnTheWay = ({ decisions, plan }: View, leaving: Decision): readonly Decision[] =>
  isCounted(decisions) ? onTheWay(decisions, plan, leaving) : NO_DECISIONS

/** May anything be counted of this view at all? */
export const mayMeasure = ({ visitor, isNobodys }: View): boolean =>
  visitor.consent.measurement.granted && visitor.snapshot !== undefined && !isNobodys

/**
 * Of somebody who refuses to be measured elsewhere than with us, by a consent platform for one: once a visit, as far as
 * this isolate remembers. Null where there is nothing to say.
 */
export function unmeasured(
  { visitor: { snapshot, carried, consent }, isNobodys }: View,
  recent: Recent,
): Measured | null {
  if (isNobodys || snapshot === undefined || carried === undefined || !isUnmeasured(consent)) return null
  const key = keyOf(lanesOf(snapshot.id), visitStart(snapshot), LEFT)
  return recent.has(key) ? null : { exposures: [], outcomes: [], unmeasured: true, keys: [key] }
}

/** What is new in it. `reached`: decisions that are exposures; see `reachedOn`. Only where `mayMeasure`. */
export function measure(
  view: View,
  reached: readonly Decision[],
  { recent, money }: { readonly recent: Recent; readonly money: Money },
): Measured {
  const snapshot = view.visitor.snapshot as Snapshot
  const start = visitStart(snapshot)
  const keys: number[] = []
  let who: Lanes | undefined
  const isNews = (what: Lanes): boolean => {
    who ??= lanesOf(snapshot.id)
    const key = keyOf(who, start, what)
    if (recent.has(key)) return false
    keys.push(key)
    return true
  }
  // All of them together first: on most page views of a visit they are what they were.
  const fresh =
    reached.length === 0 || !isNews(lanesOfDecisions(reached))
      ? NO_DECISIONS
      : reached.filter((decision) =>
          isNews(decision.reason === 'global_holdout' ? HELD_OUT : lanesOfDecision(decision)),
        )
  const { now, release } = view
  const { holdout, number } = release
  const exposures =
    fresh.length === 0
      ? []
      : exposuresOf(fresh, {
          at: now,
          release: number,
          holdout,
          segments: segmentsOf(view),
          visitAt: start,
          attributes: view.attributes,
          money,
        })
  return { exposures, outcomes: outcomesOf(view, snapshot, exposures.length > 0, isNews), keys }
}

/**
 * The visit where it begins; of somebody quite new only beside an exposure, or who looks at one page of the shop and
 * leaves would be written down for that alone. The second page says that it was more than a glance: the snapshot still
 * stands as the visit's first page left it then, or not longer than a minute.
 */
function outcomesOf(
  { visitor: { carried }, now }: View,
  snapshot: Snapshot,
  isExposed: boolean,
  isNews: (what: Lanes) => boolean,
): readonly Outcome[] {
  if (carried === undefined) return isExposed ? [visitOutcome(snapshot)] : NO_OUTCOMES
  const start = visitStart(snapshot)
  if (visitStart(carried) !== start) return [visitOutcome(snapshot)]
  return carried.lastSeenAt === start && isNews(ENGAGED)
    ? [visitOutcome(snapshot), engagedOutcome(start, now)]
    : NO_OUTCOMES
}

/** Without what the visitor does not want used. */
function segmentsOf({ signals }: View): Segments {
  const { device, geo, clock, visit } = signals
  return {
    device: device.type,
    daypart: clock.daypart,
    ...(geo.country === undefined ? {} : { country: geo.country }),
    ...(visit.returning === undefined ? {} : { visitor: visit.returning ? 'returning' : 'new' }),
  }
}
