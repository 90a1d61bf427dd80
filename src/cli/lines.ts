/**
 * Rows that are lines of one order: what they say of it together. A line may leave out what another says; where two
 * say different things they are two orders under one id, or speak of themselves and not of the order. Pure.
 */
import { sum } from '../kit/sum.ts'
import type { Fields } from './fields.ts'

/** Whose an order is, where and when. Lines that disagree are of two orders, as where every till counts receipts from 1. */
const OF_ONE = ['visitor', 'customer', 'store', 'at'] as const
/** Said of the order as a whole. Lines that disagree mean themselves, and nobody knows whether they add up to it. */
const OF_ALL = ['value', 'cost', 'margin', 'currency', 'items'] as const
const OF_A_LINE = ['sku', 'quantity', 'price', 'unitCost'] as const
/** Sums that are further apart are not the same, however they were rounded. */
const CENT = 0.01

/** Why rows of one id are no order; undefined where they are. */
export function orderFault(rows: readonly Fields[]): string | undefined {
  const id = rows[0]?.id === undefined ? 'the order' : `the id ${JSON.stringify(rows[0].id)}`
  for (const name of OF_ONE) {
    const [one, other] = saidOf(rows, name)
    if (other !== undefined)
      return `${id} is of more than one order, ${name} being ${one} and ${other}: give each an id of its own`
  }
  const named = rows.filter(({ visitor, customer }) => visitor !== undefined || customer !== undefined)
  if (!(['visitor', 'customer'] as const).some((who) => named.every((row) => row[who] !== undefined)))
    return `${id} is of a visitor in one line and of a customer in another: name one of them in all`
  for (const name of OF_ALL) {
    const [one, other] = saidOf(rows, name)
    if (other !== undefined)
      return `lines of ${id} contradict each other, ${name} being ${one} and ${other}: write the whole order's`
  }
  return costFault(rows, id)
}

function costFault(rows: readonly Fields[], id: string): string | undefined {
  const lines = rows.filter((row) => OF_A_LINE.some((name) => row[name] !== undefined))
  const costed = lines.filter(({ unitCost }) => unitCost !== undefined)
  if (costed.length > 0 && costed.length < lines.length)
    return `some lines of ${id} have a unit cost and others have none`
  const [told] = rows.flatMap(({ cost }) => (cost === undefined ? [] : [cost as number]))
  const units = unitCosts(rows)
  return told === undefined || units === undefined || Math.abs(told - units) < CENT
    ? undefined
    : `the cost of ${id} is ${told}, and its unit costs come to ${units}: write one of them`
}

/** What the goods of an order cost by its lines, each as often as it was bought; undefined where no line says it. */
export function unitCosts(rows: readonly Fields[]): number | undefined {
  const costs = rows.flatMap(({ unitCost, quantity }) =>
    unitCost === undefined ? [] : [(unitCost as number) * ((quantity as number | undefined) ?? 1)],
  )
  return costs.length === 0 ? undefined : sum(costs)
}

/** The different things that rows say under a name, as a person would read them. */
function saidOf(rows: readonly Fields[], name: string): readonly string[] {
  const said = rows.flatMap(({ [name]: value }) => (value === undefined ? [] : [value]))
  const texts = said.map((value) =>
    name === 'at' ? new Date(value as number).toISOString() : JSON.stringify(value).slice(0, 60),
  )
  const keys = said.map((value) => JSON.stringify(value))
  return texts.filter((_, at) => keys.indexOf(keys[at] as string) === at)
}
