/**
 * The numbers that one exposure comes to, by what its visitor did: a function of sets, so the order in which things
 * became known cannot matter. `y` is what the visitor did in the window after the first exposure, `x` the companion that
 * it is read with. Pure. Sums of money are in minor units.
 *
 *   conversion, orders, revenue      purchases on line and in store; `conversion` is 0 or 1
 *   margin                           what is left of them, less what the personal thing cost, or all of them where it is
 *                                    about everything; an order whose margin nobody knows adds nothing and marks the
 *                                    visitor `unknown_margin`
 *   average_order                    revenue, to be read over its companion: the orders of the same window
 *   add_to_cart                      0 or 1
 *   engagement                       engaged visits
 *   retention_7, retention_28        0 or 1: a visit, to a page or a store, on days 7 to 13, or 28 to 34, after
 *   store_conversion, store_revenue  purchases in store alone
 *   harms                            0 or 1; complaints about this campaign, or about none by name
 *   bounce                           the visit of the first exposure was not engaged, as far as is known
 *
 * Companions of the others are the same thing in the 28 days before (CUPED: Deng, Xu, Kohavi, Walker, "Improving the
 * Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment Data", WSDM 2013); harms have none.
 */
import { DAY_MS } from '../kit/time.ts'
import { VISIT_GAP_MS } from '../profile/visit.ts'
import { EVERYTHING, type Exposure, HARMS, type Metric, type Outcome, type OutcomeKind } from './model.ts'
import { BEFORE_MS, RETENTION_7_MS, RETENTION_28_MS, RETENTION_WEEK_MS, VISIT_MAX_MS } from './windows.ts'

export interface Values {
  /** What is not 0 and 0. */
  readonly metrics: readonly (readonly [metric: Metric, y: number, x: number])[]
  readonly unknownMargin: boolean
}

/** What somebody did in one window. */
type Sums = { [kind in OutcomeKind]: number } & {
  orders: number
  revenue: number
  margin: number
  storeRevenue: number
  unknown: number
}

/** `met`: everything that its visitor is exposed to. */
export function valuesOf(exposure: Exposure, outcomes: readonly Outcome[], met: Iterable<Exposure>): Values {
  const { at: start, campaign } = exposure
  const end = endOf(exposure)
  const after = emptySums()
  const before = emptySums()
  let cameBack = 0
  let cameBackLate = 0
  for (const outcome of outcomes) {
    const since = outcome.at - start
    if (since < -BEFORE_MS) continue
    if (since < 0) add(before, outcome)
    else if (outcome.at < end && concerns(outcome, campaign)) add(after, outcome)
    if (!isVisit(outcome.kind)) continue
    if (isWithinWeek(since, RETENTION_7_MS)) cameBack = 1
    if (isWithinWeek(since, RETENTION_28_MS)) cameBackLate = 1
  }
  const spent = spentOn(campaign === EVERYTHING ? met : [exposure], start, end, outcomes)
  const cameBefore = flag(before.visit + before.store_visit)
  const metrics: [metric: Metric, y: number, x: number][] = []
  const tell = (metric: Metric, y: number, x: number): void => {
    if (y !== 0 || x !== 0) metrics.push([metric, y, x])
  }
  tell('conversion', flag(after.orders), flag(before.orders))
  tell('orders', after.orders, before.orders)
  tell('revenue', after.revenue, before.revenue)
  tell('margin', after.margin - spent, before.margin)
  tell('average_order', after.revenue, after.orders)
  tell('add_to_cart', flag(after.add_to_cart), flag(before.add_to_cart))
  tell('engagement', after.engaged, before.engaged)
  tell('retention_7', cameBack, cameBefore)
  tell('retention_28', cameBackLate, cameBefore)
  tell('store_conversion', flag(after.store_purchase), flag(before.store_purchase))
  tell('store_revenue', after.storeRevenue, before.storeRevenue)
  for (const harm of HARMS) {
    tell(harm, harm === 'bounce' ? bounceOf(start, outcomes) : flag(after[harm]), 0)
  }
  return { metrics, unknownMargin: after.unknown > 0 }
}

const endOf = ({ at, windowDays }: Exposure): number => at + windowDays * DAY_MS

/** What personal things cost from a start until an end: each meeting with one, and each order in the window of one. */
function spentOn(met: Iterable<Exposure>, start: number, end: number, outcomes: readonly Outcome[]): number {
  let spent = 0
  for (const each of met) {
    const { at, cost } = each
    if (cost === undefined) continue
    if (at >= start && at < end) spent += cost.exposure ?? 0
    const until = Math.min(end, endOf(each))
    for (const { kind, at: when } of outcomes)
      if (isOrder(kind) && when >= Math.max(start, at) && when < until) spent += cost.order ?? 0
  }
  return spent
}

/** A complaint that names a campaign is about that one, and about personalization as a whole. */
const concerns = ({ campaign }: Outcome, exposed: string): boolean =>
  campaign === undefined || campaign === exposed || exposed === EVERYTHING

/** 1 unless something engaged is known between the start of the exposure's visit and that of the next. */
function bounceOf(start: number, outcomes: readonly Outcome[]): number {
  let begun = Number.NEGATIVE_INFINITY
  let until = start + VISIT_MAX_MS
  for (const { kind, at } of outcomes) {
    if (kind !== 'visit') continue
    if (at > start) until = Math.min(until, at)
    else begun = Math.max(begun, at)
  }
  // Nobody told of its beginning: it is no older than a visit's silence allows.
  const from = begun > start - VISIT_MAX_MS ? begun : start - VISIT_GAP_MS
  return outcomes.some(({ kind, at }) => kind === 'engaged' && at >= from && at < until) ? 0 : 1
}

function add(sums: Sums, { kind, value = 0, margin }: Outcome): void {
  sums[kind] += 1
  if (!isOrder(kind)) return
  sums.orders += 1
  sums.revenue += value
  if (kind === 'store_purchase') sums.storeRevenue += value
  if (margin === undefined) sums.unknown += 1
  else sums.margin += margin
}

const isOrder = (kind: OutcomeKind): boolean => kind === 'purchase' || kind === 'store_purchase'
const isVisit = (kind: OutcomeKind): boolean => kind === 'visit' || kind === 'store_visit'
const isWithinWeek = (since: number, from: number): boolean =>
  since >= from && since < from + RETENTION_WEEK_MS
const flag = (count: number): number => (count > 0 ? 1 : 0)

const emptySums = (): Sums => ({
  visit: 0,
  engaged: 0,
  add_to_cart: 0,
  purchase: 0,
  store_visit: 0,
  store_purchase: 0,
  not_relevant: 0,
  too_personal: 0,
  opt_out: 0,
  withdrawal: 0,
  erasure: 0,
  orders: 0,
  revenue: 0,
  margin: 0,
  storeRevenue: 0,
  unknown: 0,
})
