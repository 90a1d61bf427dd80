/** What becomes of a row of each kind: the item that a door takes, which door, and how many at once. */
import { parseServerEvents } from '../events/parse.ts'
import type { Fault } from '../kit/fault.ts'
import { parseProducts, parseStock } from '../supply/parse.ts'
import { type Fields, idOf, type Kind } from './fields.ts'
import { unitCosts } from './lines.ts'

export interface Load {
  readonly method: 'POST' | 'PUT'
  /** Below the root of the operators' API. */
  readonly path: string
  /** Member of the body. */
  readonly list: 'events' | 'products' | 'stock' | 'stores'
  /** What the summary calls the items. */
  readonly noun: string
  readonly maxRows: number
  /** A call replaces all that there was, so there is one only, and none where a row is bad. */
  readonly isWhole?: boolean
  /** Successive rows of one id are one item: lines of an order. */
  readonly joins: boolean
  /** The item of one row, or of several that are one. */
  readonly itemOf: (rows: readonly Fields[], defaults: Defaults) => Fields
  /** What a row speaks of, where two that speak of the same cannot both hold. */
  readonly subjectOf?: (item: Fields) => string
  /** What the door would say, as far as the shell can know. `body` as it would be sent. */
  readonly check: (body: Fields, now: number) => readonly Fault[] | Promise<readonly Fault[]>
}

/** What a row means that does not say it. */
export interface Defaults {
  /** When the file was written, epoch milliseconds: its stock was counted by then. */
  readonly at: number
  readonly currency?: string | undefined
}

const EVENTS_AT_ONCE = 500
const ROWS_AT_ONCE = 1_000
/** What only the store knows is not checked: that of stores holds any. */
const ANY: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true })

const faultsOf = (parsed: Checked): readonly Fault[] =>
  parsed.ok ? parsed.value.faults : [parsed.error].flat()
type Checked =
  | { readonly ok: true; readonly value: { readonly faults: readonly Fault[] } }
  | { readonly ok: false; readonly error: Fault | readonly Fault[] }

const events = (kind: Kind, as: string): Load => ({
  method: 'POST',
  path: '/events',
  list: 'events',
  noun: 'events',
  maxRows: EVENTS_AT_ONCE,
  joins: as !== 'store_visit',
  itemOf: (rows, defaults) => eventOf(kind, as, rows, defaults),
  check: async (body, now) => faultsOf(await parseServerEvents(body, now)),
})

const listing = (path: string, list: 'products' | 'stock' | 'stores', check: Load['check']): Load => ({
  method: 'PUT',
  path,
  list,
  noun: list === 'stock' ? 'reports' : list,
  maxRows: ROWS_AT_ONCE,
  joins: false,
  itemOf: ([row = {}], { at }) => (list === 'stock' ? { at, ...row } : row),
  // Of two reports of one place the newer counts, so only those of one time contradict each other.
  subjectOf: ({ sku, capacity, place, at }) => JSON.stringify([sku, capacity, place, at]),
  check,
})

export const LOADS: Readonly<Record<Kind, Load>> = {
  orders: events('orders', 'purchase'),
  visits: events('visits', 'store_visit'),
  'store-purchases': events('store-purchases', 'store_purchase'),
  catalog: listing('/catalog', 'products', (body) => faultsOf(parseProducts(body, currencyOf(body)))),
  stock: listing('/stock', 'stock', (body, now) => faultsOf(parseStock(body, ANY, now))),
  // The door takes the whole list, so it is checked there.
  stores: { ...listing('/stores', 'stores', () => []), isWhole: true },
}

/** Which currency the shop counts in is for the door to say. */
const currencyOf = ({ products }: Fields) => ({
  currency: (products as readonly Fields[]).find(({ currency }) => currency !== undefined)
    ?.currency as string,
  decimals: 2,
})

/**
 * An order may stand in several rows, one for each line: the first that says something of the order as a whole says it
 * for all of them (`orderFault` has seen to it that they agree on whatever counts), and what a unit costs counts as
 * often as it was bought.
 */
function eventOf(kind: Kind, as: string, rows: readonly Fields[], { currency }: Defaults): Fields {
  const lines = rows.flatMap(({ sku, quantity, price }) =>
    sku === undefined ? [] : [{ sku, quantity: quantity ?? 1, ...(price === undefined ? {} : { price }) }],
  )
  const said: Fields = Object.assign({}, ...rows.toReversed())
  const { sku: _, quantity: __, price: ___, unitCost: ____, ...order } = said
  const cost = order.cost ?? unitCosts(rows)
  const hasValue = order.value !== undefined || lines.some((line) => 'price' in line)
  return {
    ...order,
    id: idOf(kind, { ...said, lines }),
    kind: as,
    ...(cost === undefined ? {} : { cost }),
    // Whoever is named twice is meant as the visitor, who was shown what is measured.
    ...(order.visitor !== undefined ? { customer: undefined } : {}),
    ...(lines.length > 0 && order.items === undefined ? { items: lines } : {}),
    ...(hasValue && order.currency === undefined && currency !== undefined ? { currency } : {}),
  }
}
