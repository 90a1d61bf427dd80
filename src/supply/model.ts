/**
 * What the shop has to give: products, how many of each there are where, and how much room there is for orders. Public
 * facts of the shop; nothing here is about any visitor.
 */

/** Kept as the shop lists it. Money in minor units of the currency (cents). */
export interface Product {
  readonly sku: string
  readonly name: string
  /** For pages and recommendations. What is sensitive in it is never learned of anybody; see consent/sensitive.ts. */
  readonly category: string | null
  readonly price: number | null
  /** What the goods cost the shop; margins are unknown without it. */
  readonly cost: number | null
  /** ISO 4217. */
  readonly currency: string
  readonly url: string | null
  readonly image: string | null
}

/** How many there are of something at a place, as the shop counted it. */
export interface StockRow {
  /** Of the product; `capacity:NAME` for room for orders. */
  readonly sku: string
  /** `online`, id of a store, or code of a country (`PT`) or region (`PT-11`). */
  readonly place: string
  readonly quantity: number
  /** Epoch milliseconds. */
  readonly reportedAt: number
}

export const ONLINE = 'online'

/** Under what room for orders is kept. */
export const capacityKey = (name: string): string => `capacity:${name}`

/** Under what is kept how a limited offer stood when it was last looked at; see flow/pace.ts. */
export const promisedKey = (campaign: string): string => `offer:${campaign}`

/** A country, or one of its regions, as reports of stock name them. */
export const REGION = /^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/

export interface Level {
  readonly quantity: number
  /** Epoch milliseconds. */
  readonly reportedAt: number
}

/** What an isolate knows of stock, for the products that the live release names. */
export interface SupplyView {
  /** The real time, whatever hour a preview pretends; epoch milliseconds. */
  readonly now: number
  readonly level: (sku: string, place: string) => Level | undefined
}

/** The shop's products and stock. Throws `SelvedgeError` where the store cannot be used. */
export interface SupplyStore {
  /** Lists products anew or for the first time, and takes others off the list. `at`: epoch milliseconds. */
  readonly putProducts: (
    products: readonly Product[],
    removed: readonly string[],
    at: number,
  ) => Promise<void>
  /** Notes reports; one that is older than what is known of the same product and place changes nothing. */
  readonly putStock: (rows: readonly StockRow[]) => Promise<void>
  readonly products: (window: RowWindow) => Promise<readonly (Product & Row)[]>
  readonly stock: (window: RowWindow) => Promise<readonly (StockRow & Row)[]>
  /** Everything that was reported of these, `limit` rows at most. */
  readonly levels: (skus: readonly string[], limit: number) => Promise<readonly StockRow[]>
  /** Which of these something was reported of. */
  readonly reported: (skus: readonly string[]) => Promise<ReadonlySet<string>>
  /** Which of these products are listed; null where no product is listed at all. */
  readonly listed: (skus: readonly string[]) => Promise<ReadonlySet<string> | null>
  /** Visitors exposed to these campaigns by arm: ever, and those of `day` (YYYY-MM-DD, UTC). */
  readonly exposed: (campaigns: readonly string[], day: string) => Promise<readonly Exposed[]>
}

export interface Exposed {
  readonly campaign: string
  readonly arm: string
  readonly ever: number
  readonly today: number
}

export interface Row {
  /** Number of the row, larger for what was listed later; for the next page. */
  readonly row: number
}

/** Rows from new to old: at most `limit`, before the row `before`, of one product where `sku` names it. */
export interface RowWindow {
  readonly limit: number
  readonly before?: number | undefined
  readonly sku?: string | undefined
}
