/**
 * Messages that the queue gave up on, in libSQL: kept as they came, so that somebody can look at them and have them
 * counted after all. Of whom was erased none is kept.
 */
import { type SQL, sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'
import { tombstoneOf } from '../profile/retention.ts'
import type { DeadLetter, DeadLetters, KeptLetter } from './model.ts'

export function createDeadLetters(db: Database): DeadLetters {
  const read = async (query: SQL): Promise<readonly KeptLetter[]> => {
    const [found] = await db.read(() => [statement(query)])
    return (found?.rows ?? []).map(letterOf)
  }
  return {
    async keep(letters) {
      const rows = await Promise.all(letters.map(rowOf))
      await db.write(() => [
        statement(sql`INSERT INTO dead_letters (id, at, visitor, body, error)
          SELECT ${field('id')}, ${field('at')}, ${field('visitor')}, ${field('body')}, ${field('error')}
          FROM json_each(${JSON.stringify(rows)}) j
          WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE hash = ${field('hash')})
          ON CONFLICT (id) DO NOTHING`),
      ])
    },
    list: ({ limit, before }) =>
      read(sql`SELECT rowid, * FROM dead_letters WHERE rowid < ${before ?? Number.MAX_SAFE_INTEGER}
        ORDER BY rowid DESC LIMIT ${limit}`),
    waiting: (limit, ids, after) =>
      read(sql`SELECT rowid, * FROM dead_letters WHERE replayed_at IS NULL
        AND (at, rowid) > (${after?.at ?? -1}, ${after?.number ?? 0})
        ${ids === undefined ? sql`` : sql`AND id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`}
        ORDER BY at, rowid LIMIT ${limit}`),
    async replayed(ids, at) {
      await db.write(() => [
        statement(sql`UPDATE dead_letters SET replayed_at = ${at}
          WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`),
      ])
    },
  }
}

const field = (name: string): SQL => sql.raw(`j.value ->> '$.${name}'`)

const rowOf = async (letter: DeadLetter): Promise<object> => ({
  ...letter,
  hash: letter.visitor === null ? '' : await tombstoneOf(letter.visitor),
})

const letterOf = (row: Readonly<Record<string, unknown>>): KeptLetter => ({
  number: Number(row.rowid),
  id: String(row.id),
  at: Number(row.at),
  visitor: row.visitor === null ? null : String(row.visitor),
  body: String(row.body),
  error: String(row.error),
  replayedAt: row.replayed_at === null ? null : Number(row.replayed_at),
})
