/**
 * The shop's products and stock in libSQL. A batch is one statement however long it is, and lists the same twice as it
 * would once.
 */
import { type SQL, sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'
import type { Exposed, Product, Row, RowWindow, StockRow, SupplyStore } from './model.ts'

export function createSupplyStore(db: Database): SupplyStore {
  const rows = async <T>(query: SQL): Promise<readonly T[]> => {
    const [result] = await db.read(() => [statement(query)])
    return (result?.rows ?? []) as unknown as readonly T[]
  }
  const among = (list: readonly string[]): SQL =>
    sql`IN (SELECT value FROM json_each(${JSON.stringify(list)}))`
  const window = ({ limit, before = Number.MAX_SAFE_INTEGER, sku }: RowWindow): SQL =>
    sql`WHERE rowid < ${before} ${sku === undefined ? sql`` : sql`AND sku = ${sku}`} ORDER BY rowid DESC LIMIT ${limit}`

  return {
    async putProducts(products, removed, at) {
      await db.write(() => [
        // UPSERT after SELECT needs its WHERE, or the parser takes ON for a join's.
        statement(sql`INSERT INTO catalog (sku, name, category, price, cost, currency, url, image, changed_at)
          SELECT value ->> 'sku', value ->> 'name', value ->> 'category', value ->> 'price', value ->> 'cost',
            value ->> 'currency', value ->> 'url', value ->> 'image', ${at}
          FROM json_each(${JSON.stringify(products)}) WHERE true
          ON CONFLICT (sku) DO UPDATE SET name = excluded.name, category = excluded.category, price = excluded.price,
            cost = excluded.cost, currency = excluded.currency, url = excluded.url, image = excluded.image,
            changed_at = excluded.changed_at`),
        statement(sql`DELETE FROM catalog WHERE sku ${among(removed)}`),
      ])
    },
    async putStock(list) {
      await db.write(() => [
        statement(sql`INSERT INTO stock (sku, place, quantity, reported_at)
          SELECT value ->> 'sku', value ->> 'place', value ->> 'quantity', value ->> 'reportedAt'
          FROM json_each(${JSON.stringify(list)}) WHERE true
          ON CONFLICT (sku, place) DO UPDATE SET quantity = excluded.quantity, reported_at = excluded.reported_at
          WHERE excluded.reported_at >= stock.reported_at`),
      ])
    },
    products: (asked) =>
      rows<Product & Row>(
        sql`SELECT rowid AS row, sku, name, category, price, cost, currency, url, image FROM catalog ${window(asked)}`,
      ),
    stock: (asked) =>
      rows<StockRow & Row>(
        sql`SELECT rowid AS row, sku, place, quantity, reported_at AS reportedAt FROM stock ${window(asked)}`,
      ),
    levels: (skus, limit) =>
      rows<StockRow>(
        sql`SELECT sku, place, quantity, reported_at AS reportedAt FROM stock WHERE sku ${among(skus)} LIMIT ${limit}`,
      ),
    async reported(skus) {
      const found = await rows<{ sku: string }>(sql`SELECT DISTINCT sku FROM stock WHERE sku ${among(skus)}`)
      return new Set(found.map(({ sku }) => sku))
    },
    async listed(skus) {
      // One row at least, unless nothing is listed.
      const found = await rows<{ sku: string | null }>(
        sql`SELECT sku FROM catalog WHERE sku ${among(skus)}
          UNION ALL SELECT NULL WHERE EXISTS (SELECT 1 FROM catalog)`,
      )
      return found.length === 0 ? null : new Set(found.flatMap(({ sku }) => sku ?? []))
    },
    exposed: (campaigns, day) =>
      rows<Exposed>(
        sql`SELECT campaign, arm, SUM(n) AS ever, SUM(n * (day = ${day})) AS today FROM cells
          WHERE campaign ${among(campaigns)} AND segment = 'all' AND metric = 'exposed' GROUP BY campaign, arm`,
      ),
  }
}
