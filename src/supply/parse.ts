/**
 * What the shop's servers list and report, out of the bodies in which they send it: every fault with its path, and what
 * is good of a batch in spite of what is not. Money comes as people write it (`2.6`) and goes on in minor units. Pure.
 */
import * as v from 'valibot'
import { sensitiveTopic } from '../consent/sensitive.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { closed, faultsOf, ID } from '../kit/shape.ts'
import { HOUR_MS, momentOf } from '../kit/time.ts'
import { SKU_IS } from '../profile/evidence.ts'
import { SKU } from '../profile/text.ts'
import { capacityKey, ONLINE, type Product, REGION, type StockRow } from './model.ts'

export const ROWS_MAX = 1_000
const MONEY_MAX = 1_000_000
const QUANTITY_MAX = 1_000_000_000
/** Clocks of servers may differ by so much. */
export const AHEAD_MAX_MS = 300_000

/** The shop's currency, ISO 4217, and decimals of its minor unit. */
export interface Currency {
  readonly currency: string
  readonly decimals: number
}

/** The good rows of a body, and what is wrong with the others. */
export interface Batch<T> {
  readonly rows: readonly { readonly index: number; readonly value: T }[]
  readonly faults: readonly Fault[]
}

const text = (max: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^[^\p{C}]+$/u, 'Write something, without line breaks.'),
    v.maxLength(max, `At most ${max} characters.`),
  )
const money = v.pipe(v.number(), v.minValue(0, 'At least 0.'), v.maxValue(MONEY_MAX, `At most ${MONEY_MAX}.`))
/** Where it stands in a page: a path of the shop, or a whole address. */
const address = v.pipe(
  text(2_048),
  v.regex(/^(?:\/(?!\/)|https?:\/\/)/i, 'Write a path, or an address with https.'),
)
const sku = v.pipe(
  v.string(),
  v.trim(),
  v.regex(SKU, SKU_IS),
  v.regex(/^(?!capacity:|offer:)/, 'No sku begins with "capacity:" or "offer:"; those are kept for others.'),
)
const time = v.union(
  [v.pipe(v.number(), v.integer()), v.pipe(v.string(), v.isoTimestamp(), v.transform(momentOf), v.number())],
  'A time is epoch milliseconds or ISO 8601 with its offset, of a day that there is.',
)

const ProductSchema = closed({
  sku,
  name: text(200),
  category: v.nullish(text(100)),
  price: v.nullish(money),
  cost: v.nullish(money),
  currency: v.nullish(v.string()),
  url: v.nullish(address),
  image: v.nullish(address),
})

const StockSchema = closed({
  sku: v.exactOptional(sku),
  capacity: v.exactOptional(v.pipe(v.string(), v.regex(ID, 'Name it in lower case.'))),
  place: v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9_-]{1,64}$/, '"online", a store’s id, or a code such as PT or PT-11.'),
  ),
  quantity: v.pipe(
    v.number(),
    v.integer('A whole number.'),
    v.minValue(0, 'At least 0.'),
    v.maxValue(QUANTITY_MAX),
  ),
  at: v.exactOptional(time),
})

/** `{"products": […]}`; the `remove` beside it is for `parseRemoved`. */
export const parseProducts = (
  body: unknown,
  { currency, decimals }: Currency,
): Result<Batch<Product>, Fault> =>
  parseBatch(body, 'products', ProductSchema, ({ category, price, cost, url, image, ...rest }) => {
    const minor = (amount: number | null | undefined): number | null =>
      amount === null || amount === undefined ? null : Math.round(amount * 10 ** decimals)
    if ((rest.currency ?? currency) !== currency) {
      return fault('currency', 'currency', `This shop counts in ${currency}.`)
    }
    const prices = { price: minor(price), cost: minor(cost), currency }
    return ok({ ...rest, ...prices, category: category ?? null, url: url ?? null, image: image ?? null })
  })

/** Skus to take off the list, as `remove` names them. */
export function parseRemoved(body: unknown): Result<readonly string[], Fault> {
  const parsed = v.safeParse(RemovedSchema, body)
  return parsed.success ? ok(parsed.output.remove) : err(faultsOf(parsed.issues)[0] as Fault)
}

/** `{"stock": […]}`. `stores`: ids of the shop's stores. What says no time was counted `now` (epoch milliseconds). */
export const parseStock = (
  body: unknown,
  stores: ReadonlySet<string>,
  now: number,
): Result<Batch<StockRow>, Fault> =>
  parseBatch(body, 'stock', StockSchema, ({ sku: product, capacity, place, quantity, at = now }) => {
    if ((product === undefined) === (capacity === undefined)) {
      return fault('sku', 'value', 'Name a sku or a capacity, one of both.')
    }
    if (place !== ONLINE && !REGION.test(place) && !stores.has(place)) {
      return fault('place', 'unknown_store', `There is no store "${place}": list stores first.`)
    }
    if (at > now + AHEAD_MAX_MS) return fault('at', 'future', 'This has not happened yet.')
    const sku = product ?? capacityKey(capacity as string)
    // Nobody counted later than now: a clock that is ahead would outrank what others count until it is right.
    return ok({ sku, place, quantity, reportedAt: Math.min(at, now) })
  })

const RemovedSchema = v.object({ remove: v.optional(v.pipe(v.array(sku), v.maxLength(ROWS_MAX)), []) })

const fault = (field: string, code: string, message: string): Result<never, Fault> =>
  err({ path: pointer(field), code, message })

function parseBatch<I, T>(
  body: unknown,
  name: string,
  schema: v.GenericSchema<unknown, I>,
  finish: (input: I) => Result<T, Fault>,
): Result<Batch<T>, Fault> {
  const list = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  const at = pointer(name)
  if (!Array.isArray(list)) return err({ path: at, code: 'type', message: `Send {"${name}": […]}.` })
  if (list.length > ROWS_MAX) {
    return err({ path: at, code: 'too_many', message: `Send at most ${ROWS_MAX} at once.` })
  }
  const rows: { index: number; value: T }[] = []
  const faults: Fault[] = []
  for (const [index, input] of list.entries()) {
    const parsed = v.safeParse(schema, input)
    const found = parsed.success ? finish(parsed.output) : null
    if (found?.ok === true) rows.push({ index, value: found.value })
    else {
      const wrong = found === null ? faultsOf(parsed.issues) : [found.error]
      faults.push(...wrong.map((each) => ({ ...each, path: pointer(name, index) + each.path })))
    }
  }
  return ok({ rows, faults })
}

/** Categories that stay on the page and in the list, and of which nothing is ever learned about anybody. */
export const sensitiveWarnings = ({ rows }: Batch<Product>): readonly Fault[] =>
  rows.flatMap(({ index, value: { category } }) => {
    const topic = category === null ? undefined : sensitiveTopic(category)
    if (topic === undefined) return []
    const message = `"${category}" touches ${topic}: it is listed, and nothing is learned from events that name it`
    return [{ path: pointer('products', index, 'category'), code: 'sensitive_category', message }]
  })

/** Reports that few offers would believe, from a feed that stands still or from clocks that differ: kept all the same. */
export const oldWarnings = ({ rows }: Batch<StockRow>, now: number): readonly Fault[] =>
  rows.flatMap(({ index, value: { reportedAt } }) => {
    if (now - reportedAt <= HOUR_MS) return []
    const message = 'this was counted over an hour ago: offers rest on it, unless their "maxAge" is longer'
    return [{ path: pointer('stock', index, 'at'), code: 'old_report', message }]
  })
