/** SQL as tests write it, a text and what is bound to it; the product makes its own by kit/query.ts. */
import type { Statement } from '../../src/kit/query.ts'

export const raw = (sql: string, ...params: readonly unknown[]): Statement => ({
  toSQL: () => ({ sql, params }),
})

/** Take every row out of these tables. */
export const emptying = (...tables: readonly string[]): readonly Statement[] =>
  tables.map((table) => raw(`DELETE FROM ${table}`))
