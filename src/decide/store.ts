/**
 * How often which reason was given, in libSQL. Counts are added to what stands; a write whose end nobody heard of is not
 * tried again: one flush that is missing does less harm to a histogram than one that counts twice.
 */
import { sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'

/** Stands for pages as a whole, where a campaign's id would be. */
export const PAGE = '_page'

export interface ViewCount {
  /** YYYY-MM-DD, UTC. */
  readonly day: string
  /** A campaign's id, or `PAGE`. */
  readonly campaign: string
  readonly reason: string
  readonly n: number
}

export interface ViewCounts {
  /** Adds to what is there, all or nothing. */
  readonly add: (counts: readonly ViewCount[]) => Promise<void>
  /** The counts of these days, both included; of one campaign, where one is named. */
  readonly read: (from: string, to: string, campaign?: string) => Promise<readonly ViewCount[]>
}

export function createViewCounts(db: Database): ViewCounts {
  return {
    async add(counts) {
      await db.write(() => [
        statement(sql`INSERT INTO view_counts (day, campaign, reason, n)
          SELECT value ->> 'day', value ->> 'campaign', value ->> 'reason', value ->> 'n'
          FROM json_each(${JSON.stringify(counts)}) WHERE true
          ON CONFLICT (day, campaign, reason) DO UPDATE SET n = n + excluded.n`),
      ])
    },
    async read(from, to, campaign) {
      const only = campaign === undefined ? sql`` : sql` AND campaign = ${campaign}`
      const [found] = await db.read(() => [
        statement(sql`SELECT day, campaign, reason, n FROM view_counts
          WHERE day BETWEEN ${from} AND ${to}${only} ORDER BY day, campaign, reason`),
      ])
      return (found?.rows ?? []).map((row) => ({
        day: String(row.day),
        campaign: String(row.campaign),
        reason: String(row.reason),
        n: Number(row.n),
      }))
    },
  }
}
