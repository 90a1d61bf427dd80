/**
 * What reports should say of an arm, given what is true of it: the lift over visitors who were shown nothing, of every
 * metric of which it can be told. Pure; `acts.ts` has the shoppers that it is told of.
 */
import type { Metric } from '../measure/model.ts'
import type { Effects, Truth } from './truth.ts'

/** Relative: 0.08 is 8 % more. */
export function expectedLifts(
  effects: Effects,
  { fillsBasket, buys, optsOut, grants, denies, gpc }: Truth['shoppers'],
): ReadonlyMap<Metric, number> {
  const { conversion, margin, add_to_cart, retention, opt_out, not_relevant, too_personal } = effects
  /** Whoever buys fills a basket, and so do some of the others. */
  const baskets = (buying: number, filling: number): number => buying + (1 - buying) * filling
  // Those who say nothing are measured where nobody has to be asked, as in the local stack; they say nothing later either.
  const asked = grants / Math.max(grants, 1 - denies - gpc)
  const staying = (leaving: number): number => 1 - asked * leaving
  return new Map<Metric, number>([
    ['conversion', conversion],
    ['revenue', conversion],
    // What sells more also earns more.
    ['margin', (1 + conversion) * (1 + margin) - 1],
    ['average_order', 0],
    [
      'add_to_cart',
      baskets(buys * (1 + conversion), fillsBasket * (1 + add_to_cart)) / baskets(buys, fillsBasket) - 1,
    ],
    // Whoever opts out is not seen again.
    ['retention_7', ((1 + retention) * staying(optsOut * (1 + opt_out))) / staying(optsOut) - 1],
    ['store_conversion', conversion],
    ['opt_out', opt_out],
    ['not_relevant', not_relevant],
    ['too_personal', too_personal],
  ])
}
