/** The demo storefront as the local stack's origin: a small shop that lives with the tests. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './bundle.ts'
import type { Good, Shop } from './shopper.ts'
import { Trouble } from './trouble.ts'

export interface Storefront {
  readonly url: string
  readonly close: () => void | Promise<void>
}

/** How its preview bar reaches the Worker's API. */
export interface PreviewApi {
  readonly url: string
  readonly token: string
}

/** One of its corner shops, as the operators' API lists stores. */
interface DemoStore {
  readonly id: string
  readonly name: string
  readonly latitude: number
  readonly longitude: number
}

type Start = (options: { readonly port: number; readonly api?: PreviewApi }) => Promise<Storefront>

const FOLDER = join(ROOT, 'test/storefront')
/** The release that goes with it. */
export const DEMO_RELEASE = join(FOLDER, 'campaigns.json')
/** What its campaigns really do to simulated shoppers. */
export const DEMO_TRUTH = join(FOLDER, 'truth.json')

/** Serves it on `port`. */
export async function startDemo(port: number, api: PreviewApi): Promise<Storefront> {
  const { startStorefront } = await load<{ startStorefront: Start }>('server.ts')
  return startStorefront({ port, api })
}

/** Its corner shops. */
export async function demoStores(): Promise<readonly DemoStore[]> {
  const { STORES } = await load<{ STORES: readonly DemoStore[] }>('places.ts')
  return STORES.map(({ id, name, latitude, longitude }) => ({ id, name, latitude, longitude }))
}

/** Its goods and corners, as its shoppers know them. */
export async function demoShop(): Promise<Shop> {
  const { PRODUCTS } = await load<{ PRODUCTS: readonly Good[] }>('goods.ts')
  return { goods: PRODUCTS, stores: (await demoStores()).map(({ id }) => id) }
}

/** Its products, and what there is of them. */
export const demoSupply = (): Promise<DemoSupply> => load<DemoSupply>('stock.ts')

export interface DemoSupply {
  readonly CATALOG: readonly unknown[]
  readonly STOCK: readonly unknown[]
}

/** A module of the storefront, which lives with the tests and is imported only where it is wanted. */
async function load<T>(name: string): Promise<T> {
  const module = join(FOLDER, name)
  if (!existsSync(module)) {
    throw new Trouble(`The demo storefront is missing at ${FOLDER}: name a shop with --origin URL.`)
  }
  return (await import(pathToFileURL(module).href)) as T
}
