/** A Worker that asks the store as the product does: one client per request. For tests in real workerd. */
import { SelvedgeError } from '../../src/kit/errors.ts'
import { sql, statement } from '../../src/kit/query.ts'
import { openDatabase } from '../../src/kit/sql.ts'

interface Env {
  readonly DB_URL: string
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const timeoutMs = Number(searchParams.get('timeout'))
    const steps = Number(searchParams.get('steps'))
    try {
      const rows = await openDatabase({ url: env.DB_URL, timeoutMs }).ask<{ n: number }>(
        statement(
          sql`with recursive n(x) as (select 1 union all select x + 1 from n where x < ${steps}) select count(*) as n from n`,
        ),
      )
      return new Response(String(rows[0]?.n))
    } catch (error) {
      return new Response(error instanceof SelvedgeError ? error.code : String(error), { status: 500 })
    }
  },
} satisfies ExportedHandler<Env>
