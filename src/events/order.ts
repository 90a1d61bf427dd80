/**
 * What a server says of an order beside its value: its margin or its cost, or the goods, whose costs the catalog knows.
 * Pure.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { sum } from '../kit/sum.ts'
import { QUANTITY_MAX, SKU_IS, VALUE_MAX } from '../profile/evidence.ts'
import { SKU } from '../profile/text.ts'
import type { Item, Order } from './model.ts'

export const ORDER_FIELDS = ['margin', 'cost', 'items'] as const
/** Lines of one order. */
const ITEMS_MAX = 100
const ITEM_FIELDS: ReadonlySet<string> = new Set(['sku', 'quantity', 'price'])
/** A loss beyond both of these was mistyped: so many times what was paid, and so much in the shop's currency. */
const LOSS_TIMES = 10
const LOSS_AMOUNT = 1_000
/** Prices have up to four decimals; a sum of them has no more. */
const DECIMALS = 10_000

type Fields = Readonly<Record<string, unknown>>

export interface ParsedOrder {
  readonly order?: Order
  /** What the goods say of the event itself: its value, where it has none of its own. */
  readonly told: { readonly value?: number }
}

/** Reads `margin`, or `cost`, or `items` of an event. Without any of them there is no order. */
export function parseOrder(input: Fields): Result<ParsedOrder, readonly Fault[]> {
  const { margin, cost, items } = input
  if (margin === undefined && cost === undefined && items === undefined) return ok({ told: {} })
  const faults: Fault[] = []
  const fault = (path: string, code: string, message: string): void => {
    faults.push({ path, code, message })
  }
  if (margin !== undefined && !isAmount(margin, -VALUE_MAX)) {
    fault('/margin', 'value', 'A margin is a number; a loss is below 0.')
  }
  if (cost !== undefined && !isAmount(cost, 0)) {
    fault('/cost', 'value', `A cost is a number from 0 to ${VALUE_MAX}.`)
  }
  if (margin !== undefined && cost !== undefined) {
    fault('/cost', 'duplicate', 'Write the margin or the cost, one of both.')
  }
  const lines = items === undefined ? undefined : parseItems(items, fault)
  if (faults.length > 0) return err(faults)
  const value = input.value ?? sumOf(lines)
  const isTold = margin !== undefined || cost !== undefined
  if (isTold && typeof value !== 'number') {
    return err([{ path: '/value', code: 'missing', message: 'Name the value that was paid.' }])
  }
  const left = cost === undefined ? (margin as number | undefined) : round(Number(value) - Number(cost))
  if (left !== undefined && !isLikelyMargin(left, Number(value))) {
    const path = cost === undefined ? '/margin' : '/cost'
    const message = `A margin is not more than the value, and a loss up to ${LOSS_AMOUNT} or ${LOSS_TIMES} times the value.`
    return err([{ path, code: 'value', message }])
  }
  return ok({
    order: {
      ...(left === undefined ? {} : { margin: left }),
      ...(lines === undefined ? {} : { items: lines }),
    },
    told: input.value === undefined && value !== undefined ? { value: Number(value) } : {},
  })
}

/** Not more than was paid, and a loss that has an end. `unit`: of the currency, in what both amounts are told in. */
export const isLikelyMargin = (margin: number, value: number, unit = 1): boolean =>
  margin <= value && -margin <= Math.max(LOSS_AMOUNT * unit, LOSS_TIMES * value)

function parseItems(
  items: unknown,
  fault: (path: string, code: string, message: string) => void,
): readonly Item[] {
  if (!Array.isArray(items) || items.length === 0 || items.length > ITEMS_MAX) {
    fault('/items', 'value', `Items are a list of 1 to ${ITEMS_MAX}.`)
    return []
  }
  for (const [index, item] of items.entries()) {
    const at = (field: string): string => pointer('items', index, field)
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      fault(pointer('items', index), 'type', 'An item is an object.')
      continue
    }
    for (const field of Object.keys(item)) {
      if (!ITEM_FIELDS.has(field)) fault(at(field), 'unknown_field', 'There is no such field.')
    }
    const { sku, quantity, price } = item as Fields
    if (typeof sku !== 'string' || !SKU.test(sku)) fault(at('sku'), 'value', SKU_IS)
    const isCount =
      Number.isInteger(quantity) && (quantity as number) >= 1 && (quantity as number) <= QUANTITY_MAX
    if (!isCount) fault(at('quantity'), 'value', `A quantity is whole, 1 to ${QUANTITY_MAX}.`)
    if (price !== undefined && !isAmount(price, 0)) {
      fault(at('price'), 'value', `A price is a number from 0 to ${VALUE_MAX}.`)
    }
  }
  return items as readonly Item[]
}

/** What the lines come to, where each has its price. */
function sumOf(lines: readonly Item[] | undefined): number | undefined {
  if (lines === undefined || lines.length === 0 || lines.some(({ price }) => price === undefined))
    return undefined
  return round(sum(lines.map(({ price, quantity }) => (price as number) * quantity)))
}

/** Without what binary fractions add: 0.1 + 0.2 is 0.3. */
const round = (amount: number): number => Math.round(amount * DECIMALS) / DECIMALS

const isAmount = (value: unknown, min: number): value is number =>
  typeof value === 'number' && value >= min && value <= VALUE_MAX
