/** The consent log in libSQL: appended to, and changed only to take an id out of it that nothing else is kept of. */
import { type SQL, sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'
import { tombstoneOf } from '../profile/retention.ts'
import type { ConsentLog } from './log.ts'

/** Rows in one deletion, so that none holds the store's lock for long. */
const PURGE_ROWS_MAX = 5_000

export function createConsentLog(db: Database): ConsentLog {
  const write = async (query: SQL): Promise<number> => {
    const [result] = await db.write(() => [statement(query)])
    return result?.rowsAffected ?? 0
  }
  return {
    async append({ at, visitor, personalization, measurement, off, source, policy }) {
      // Somebody may be erased in another isolate while they choose here: then the entry names nobody.
      const grave = visitor === null ? '' : await tombstoneOf(visitor)
      await write(sql`INSERT INTO consent_log (at, visitor, personalization, measurement, off, source, policy)
        SELECT ${at}, CASE WHEN EXISTS (SELECT 1 FROM tombstones WHERE hash = ${grave}) THEN NULL ELSE ${visitor} END,
          ${Number(personalization)}, ${Number(measurement)}, ${off.join(',')}, ${source}, ${policy}`)
    },
    detach: (before) =>
      write(sql`UPDATE consent_log SET visitor = NULL WHERE seq IN
        (SELECT seq FROM consent_log WHERE at < ${before} AND visitor IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM visitors WHERE id = consent_log.visitor) LIMIT ${PURGE_ROWS_MAX})`),
    purge: (before) =>
      write(sql`DELETE FROM consent_log WHERE seq IN
        (SELECT seq FROM consent_log WHERE at < ${before} LIMIT ${PURGE_ROWS_MAX})`),
  }
}
