/**
 * The doors of products and stock, for the shop's servers. What is good of a batch is stored when they answer; what is
 * not is named. Sending the same again changes nothing.
 */
import type { Context } from 'hono'
import type { AuthVariables } from '../kit/auth.ts'
import * as doors from '../kit/doors.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { Hono } from '../kit/hono.ts'
import { problem } from '../kit/problem.ts'
import type { Result } from '../kit/result.ts'
import type { Product, SupplyStore } from './model.ts'
import {
  type Batch,
  type Currency,
  oldWarnings,
  parseProducts,
  parseRemoved,
  parseStock,
  sensitiveWarnings,
} from './parse.ts'

const SUPPLY_MAX_BYTES = 1024 * 1024

export interface SupplyDeps {
  /** Opened once a request: clients of the store cannot be shared between them. */
  readonly store: () => SupplyStore
  /** Ids of the shop's stores, as they are listed now. */
  readonly stores: () => Promise<readonly string[]>
  readonly money: Currency
  readonly now: () => number
  /** Told when stock has changed, so that this isolate knows it at once. */
  readonly changed: () => Promise<void>
}

type Doors = Hono<{ Variables: AuthVariables }>

/** `GET`, `PUT` and `POST` of `/catalog` and `/stock`. Whoever mounts it checks the caller's bearer token. */
export function supplyRoutes(deps: SupplyDeps | undefined): Doors {
  const app: Doors = new Hono()
  if (deps === undefined) {
    for (const path of ['/catalog', '/stock']) {
      app.on(['GET', 'PUT', 'POST'], path, () => doors.notConfigured('DB_URL'))
    }
    return app
  }
  app.get('/catalog', async (c) => {
    const window = doors.windowOf(c)
    if (!window.ok) return window.error
    const rows = await deps.store().products({ ...window.value, sku: c.req.query('sku') })
    const products = rows.map(({ row: _, ...product }) => priced(product, deps.money))
    return c.json({ products, next: doors.nextOf(rows, window.value, ({ row }) => row) })
  })
  app.get('/stock', async (c) => {
    const window = doors.windowOf(c)
    if (!window.ok) return window.error
    const rows = await deps.store().stock({ ...window.value, sku: c.req.query('sku') })
    const stock = rows.map(({ row: _, reportedAt: at, ...rest }) => ({ ...rest, at }))
    return c.json({ stock, next: doors.nextOf(rows, window.value, ({ row }) => row) })
  })
  app.on(['PUT', 'POST'], '/catalog', (c) => putCatalog(c, deps))
  app.on(['PUT', 'POST'], '/stock', (c) => putStock(c, deps))
  return app
}

async function putCatalog(c: Context, deps: SupplyDeps): Promise<Response> {
  const body = await doors.readJson(c.req.raw, SUPPLY_MAX_BYTES)
  if (!body.ok) return body.error
  const parsed = parseProducts(body.value, deps.money)
  if (!parsed.ok) return refused(parsed)
  const removed = parseRemoved(body.value)
  if (!removed.ok) return refused(removed)
  const { rows, faults } = parsed.value
  if (rows.length + removed.value.length === 0 && faults.length > 0) return doors.invalid(faults)
  await deps.store().putProducts(
    rows.map(({ value }) => value),
    removed.value,
    deps.now(),
  )
  return c.json({ accepted: rows.length, faults, warnings: sensitiveWarnings(parsed.value) })
}

async function putStock(c: Context, deps: SupplyDeps): Promise<Response> {
  const body = await doors.readJson(c.req.raw, SUPPLY_MAX_BYTES)
  if (!body.ok) return body.error
  const now = deps.now()
  const parsed = parseStock(body.value, new Set(await deps.stores()), now)
  if (!parsed.ok) return refused(parsed)
  const { rows, faults } = parsed.value
  if (rows.length === 0 && faults.length > 0) return doors.invalid(faults)
  const store = deps.store()
  await store.putStock(rows.map(({ value }) => value))
  await deps.changed()
  const warnings = [...oldWarnings(parsed.value, now), ...(await unlisted(parsed.value, store))]
  return c.json({ accepted: rows.length, faults, warnings })
}

/** Skus that the catalog does not know, where there is one: kept, for the catalog may come later. */
async function unlisted(
  { rows }: Batch<{ readonly sku: string }>,
  store: SupplyStore,
): Promise<readonly Fault[]> {
  const products = rows.filter(({ value }) => !value.sku.startsWith('capacity:'))
  const listed = await store.listed(products.map(({ value }) => value.sku))
  if (listed === null) return []
  return products.flatMap(({ index, value: { sku } }) => {
    if (listed.has(sku)) return []
    const message = `the catalog lists no "${sku}"`
    return [{ path: pointer('stock', index, 'sku'), code: 'unknown_sku', message }]
  })
}

/** The body as a whole is at fault: too many rows are too large a body (RFC 9110, section 15.5.14). */
function refused({ error }: Extract<Result<unknown, Fault>, { ok: false }>): Response {
  if (error.code !== 'too_many') return doors.invalid([error])
  return problem(413, 'too_large', 'These are too many rows for one call', { faults: [error] })
}

/** As it was sent: money in whole units of the currency, what is not told left out. */
function priced(product: Product, { decimals }: Currency): Record<string, unknown> {
  const major = (amount: number | null): number | null => (amount === null ? null : amount / 10 ** decimals)
  const { price, cost, ...rest } = product
  const all = { ...rest, price: major(price), cost: major(cost) }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}
