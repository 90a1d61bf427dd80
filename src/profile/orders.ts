/**
 * Orders: how many, of what value, and in what rhythm; online and in stores alike. One `purchase` is one order.
 * Values are summed in whole hundredths, because sums of fractions depend on their order. Pure.
 */
import { DAY_MS } from '../kit/time.ts'
import type { Facts } from './facts.ts'
import type { Evidence, OrderSummary } from './model.ts'

/** Times kept: eight gaps between orders. */
const TIMES_MAX = 9
/** The first ones of the alphabet stay, in any order of events; nobody shops in more. */
const CURRENCIES_MAX = 8
const HUNDREDTHS = 100

type Orders = Pick<Facts, 'orders' | 'totals' | 'orderTimes'>

const NO_ORDERS: Orders = { orders: 0, totals: [], orderTimes: [] }

export const isOrder = ({ kind }: Pick<Evidence, 'kind'>): boolean =>
  kind === 'purchase' || kind === 'store_purchase'

export function ordersOf(evidence: Evidence): Orders {
  if (!isOrder(evidence)) return NO_ORDERS
  const { at, value, currency } = evidence
  const hundredths = Math.round((value ?? 0) * HUNDREDTHS)
  const totals = currency === undefined || hundredths === 0 ? [] : [[currency, hundredths] as const]
  return { orders: 1, totals, orderTimes: [at] }
}

export function addOrders(a: Orders, b: Orders): Orders {
  if (b.orders === 0) return { orders: a.orders, totals: a.totals, orderTimes: a.orderTimes }
  const totals = new Map(a.totals)
  for (const [currency, value] of b.totals) totals.set(currency, (totals.get(currency) ?? 0) + value)
  return {
    orders: a.orders + b.orders,
    totals: [...totals].sort((x, y) => (x[0] < y[0] ? -1 : 1)).slice(0, CURRENCIES_MAX),
    orderTimes: [...a.orderTimes, ...b.orderTimes].sort((x, y) => y - x).slice(0, TIMES_MAX),
  }
}

/** Currencies are never added to each other: the total is of the one that most was spent in. */
export function orderSummary({ orders, totals, orderTimes }: Orders): OrderSummary {
  let currency: string | undefined
  let hundredths = 0
  for (const [each, value] of totals) {
    if (value > hundredths) [currency, hundredths] = [each, value]
  }
  const gap = medianGapDays(orderTimes)
  return {
    count: orders,
    total: hundredths / HUNDREDTHS,
    ...(currency === undefined ? {} : { currency }),
    ...(orderTimes[0] === undefined ? {} : { lastAt: orderTimes[0] }),
    ...(gap === undefined ? {} : { gapDays: gap }),
  }
}

function medianGapDays(times: readonly number[]): number | undefined {
  const gaps = times
    .slice(1)
    .map((time, index) => (times[index] as number) - time)
    .sort((a, b) => a - b)
  if (gaps.length === 0) return undefined
  const middle = gaps.length >> 1
  const upper = gaps[middle] as number
  const median = gaps.length % 2 === 1 ? upper : ((gaps[middle - 1] as number) + upper) / 2
  return Math.round((median / DAY_MS) * 10) / 10
}
