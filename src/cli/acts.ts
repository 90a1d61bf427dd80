/**
 * What a shopper does at a visit, once they have seen what they were shown. Each thing is settled for a shopper as a
 * whole, by a draw of theirs against its share times what the arms that they were shown do to it: so the truth about a
 * visitor is the very number that the simulation was told, and reports can be held to it. Pure.
 *
 * Everything that is done because of a campaign is done within the first week of having met it. Then whoever is annoyed
 * leaves, and whoever does not come back does not.
 */
import type { Good, Shopper, Visit } from './shopper.ts'
import { type EffectName, effectsOf, type Truth } from './truth.ts'

/** Campaign → the arm of it that showed something. */
export type Shown = ReadonlyMap<string, string>

/** Amounts in the shop's currency. */
export interface Purchase {
  readonly value: number
  readonly margin: number
  /** Id of the store that it was made in; null for on line. */
  readonly store: string | null
}

export interface Complaint {
  readonly kind: 'not_relevant' | 'too_personal'
  /** The campaign that is to blame; null where nobody can say. */
  readonly campaign: string | null
}

export interface Acts {
  readonly basket: Good | null
  readonly order: Purchase | null
  readonly follows: string | null
  readonly complaint: Complaint | null
  readonly optsOut: boolean
}

const WEEK_DAYS = 7
/** A purchase before any campaign is live is as likely in two visits as one after it is in all. */
const BEFORE = 0.5

/** How much of something there is where these arms were shown: 1 for what none of them changes. */
export const factorOf = (name: EffectName, shown: Shown, truth: Truth): number =>
  [...shown].reduce((all, [campaign, arm]) => all * (1 + (effectsOf(truth, campaign, arm)?.[name] ?? 0)), 1)

/** Does this shopper still come, on a day? `met`: the day on which they met the first campaign. */
export const comesOn = (
  day: number,
  { draws }: Shopper,
  met: number | undefined,
  shown: Shown,
  truth: Truth,
): boolean =>
  met === undefined ||
  day < met + WEEK_DAYS ||
  draws.comesBack < truth.shoppers.comesBack * factorOf('retention', shown, truth)

/** `met`: index of the visit at which they met the first campaign, undefined where they have met none. */
export function actsOf(
  shopper: Shopper,
  at: number,
  met: number | undefined,
  shown: Shown,
  truth: Truth,
): Acts {
  const { visits, draws, keen, store } = shopper
  const { shoppers } = truth
  const visit = visits[at] as Visit
  const liked = visit.looks[0] as Good
  const isLikely = (drawn: number, share: number, name: EffectName): boolean =>
    drawn < share * factorOf(name, shown, truth)
  const purchase = (): Purchase => {
    const value = shoppers.order * (0.4 + 1.2 * draws.value)
    const margin = value * shoppers.margin * factorOf('margin', shown, truth)
    return {
      value: cents(value),
      margin: cents(margin),
      store: draws.inStore < shoppers.inStore ? store : null,
    }
  }
  if (met === undefined) {
    const order = visit.coin < shoppers.buys * keen * BEFORE ? purchase() : null
    return { ...NOTHING, order, basket: order === null ? null : liked }
  }
  const week = visits.flatMap(({ day }, index) =>
    index >= met && day < (visits[met] as Visit).day + WEEK_DAYS ? [index] : [],
  )
  const buys = isLikely(draws.buys, shoppers.buys * keen, 'conversion')
  const isTheirDay = week[Math.floor(draws.when * week.length)] === at
  const fillsBasket = buys || isLikely(draws.fillsBasket, shoppers.fillsBasket, 'add_to_cart')
  const isLast = week.at(-1) === at
  return {
    basket: isTheirDay && fillsBasket ? liked : null,
    order: isTheirDay && buys ? purchase() : null,
    follows: at === met && draws.follows < shoppers.follows ? liked.brand : null,
    complaint: isLast ? complaintOf(shopper, shown, truth) : null,
    optsOut: isLast && isLikely(draws.optsOut, shoppers.optsOut, 'opt_out'),
  }
}

const NOTHING: Acts = { basket: null, order: null, follows: null, complaint: null, optsOut: false }

/** One of the two at most, each by its half of the draw. */
function complaintOf({ draws }: Shopper, shown: Shown, truth: Truth): Complaint | null {
  const kind = draws.minds < 0.5 ? 'not_relevant' : 'too_personal'
  if (draws.complains >= 2 * truth.shoppers.complains * factorOf(kind, shown, truth)) return null
  const toBlame = [...shown].find(([id, arm]) => (effectsOf(truth, id, arm)?.[kind] ?? 0) > 0)
  return { kind, campaign: toBlame?.[0] ?? null }
}

const cents = (amount: number): number => Math.round(amount * 100) / 100
