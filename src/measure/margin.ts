/** What the shop keeps of an order: as its server tells it, or worked out from what the goods cost. Pure. */
import type { Cost, Order } from '../events/model.ts'
import { isLikelyMargin } from '../events/order.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { type Money, toMinor } from './money.ts'

export interface Margin {
  /** In minor units; absent where nobody knows. */
  readonly margin?: number
  /** Why not, below the event's own path. */
  readonly faults: readonly Fault[]
}

const UNKNOWN: Margin = Object.freeze({ faults: Object.freeze([]) })

/**
 * `value`: what was paid, in minor units. A product whose cost the catalog does not know, or knows in another currency,
 * leaves the margin unknown, and so do goods that cost many times what was paid: a wrong one would be worse.
 */
export function marginOf(
  { margin, items }: Order,
  value: number | undefined,
  costs: ReadonlyMap<string, Cost>,
  money: Money,
): Margin {
  if (margin !== undefined) return { margin: toMinor(margin, money), faults: [] }
  if (items === undefined) return UNKNOWN
  const faults: Fault[] = []
  let spent = 0
  for (const [index, { sku, quantity }] of items.entries()) {
    const known = costs.get(sku)
    if (known?.currency === money.currency) spent += known.cost * quantity
    else {
      const message = `The catalog has no cost in ${money.currency} for it, so the margin is unknown.`
      faults.push({ path: pointer('items', index, 'sku'), code: 'unknown_cost', message })
    }
  }
  if (value === undefined || faults.length > 0) return { faults }
  if (isLikelyMargin(value - spent, value, toMinor(1, money))) return { margin: value - spent, faults }
  const message = 'By the catalog these cost far more than was paid, so the margin is unknown.'
  return { faults: [{ path: '/items', code: 'unknown_cost', message }] }
}
