/** The consent log in libSQL: appended to, and changed only to take an erased id out of it. */
import { type SQL, sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'
import { tombstoneOf } from '../profile/retention.ts'
import type { ConsentEntry, ConsentLog, ConsentSourceName } from './log.ts'

const ENTRIES_MAX = 1_000
/** Rows in one deletion, so that none holds the store's lock for long. */
const PURGE_ROWS_MAX = 5_000

export function createConsentLog(db: Database): ConsentLog {
  const read = async (query: SQL): Promise<readonly Row[]> => {
    const [result] = await db.read(() => [statement(query)])
    return (result?.rows ?? []) as unknown as readonly Row[]
  }
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
    async entriesOf(visitor) {
      const rows = await read(sql`SELECT at, visitor, personalization, measurement, off, source, policy
        FROM consent_log WHERE visitor = ${visitor} ORDER BY seq LIMIT ${ENTRIES_MAX}`)
      return rows.map(entryOf)
    },
    async offOf(visitors) {
      const rows = await read(sql`SELECT visitor, off, MAX(seq) FROM consent_log
        WHERE visitor IN (SELECT value FROM json_each(${JSON.stringify(visitors)})) GROUP BY visitor`)
      return new Map(rows.map(({ visitor, off }) => [String(visitor), classesOf(off)]))
    },
    forget: (visitor) => write(sql`UPDATE consent_log SET visitor = NULL WHERE visitor = ${visitor}`),
    detach: (before) =>
      write(sql`UPDATE consent_log SET visitor = NULL WHERE seq IN
        (SELECT seq FROM consent_log WHERE at < ${before} AND visitor IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM visitors WHERE id = consent_log.visitor) LIMIT ${PURGE_ROWS_MAX})`),
    purge: (before) =>
      write(sql`DELETE FROM consent_log WHERE seq IN
        (SELECT seq FROM consent_log WHERE at < ${before} LIMIT ${PURGE_ROWS_MAX})`),
  }
}

type Row = Readonly<Record<string, unknown>>

const classesOf = (off: unknown): readonly string[] => (off === '' ? [] : String(off).split(','))

const entryOf = (row: Row): ConsentEntry => ({
  at: Number(row.at),
  visitor: row.visitor === null ? null : String(row.visitor),
  personalization: row.personalization === 1,
  measurement: row.measurement === 1,
  off: classesOf(row.off),
  source: row.source as ConsentSourceName,
  policy: String(row.policy),
})
