/**
 * Rights in libSQL. The inventory says which tables hold rows of visitors, whose each row is and what erasure does to
 * it; there is no second list here. An erasure is one transaction of tombstones and deletions: whoever writes at the same
 * time either comes before it, and is deleted, or after it, and is refused.
 */
import type { Tie } from '../identity/model.ts'
import { type SQL, type Statement, sql, statement } from '../kit/query.ts'
import { untilUnchanged } from '../kit/settle.ts'
import type { Database } from '../kit/sql.ts'
import { planLeave } from '../measure/plan.ts'
import { writing } from '../measure/statements.ts'
import { readStandings } from '../measure/store.ts'
import { tombstoneOf, tombstonesOf } from '../profile/retention.ts'
import { columnsOf, nameInStore, PERSONAL_TABLES, type PersonalTable, TABLES } from './inventory.ts'
import type { RightsStore, Row, RowCounts, Rows } from './model.ts'

/** Rows of one table in one answer of the store. */
const PAGE_ROWS = 5_000
/** Rows in one deletion, so that none holds the store's lock for long. */
const PURGE_ROWS_MAX = 5_000

export function createRightsStore(db: Database): RightsStore {
  const read = async (query: SQL): Promise<readonly Row[]> => {
    const [result] = await db.read(() => [statement(query)])
    return (result?.rows ?? []) as unknown as readonly Row[]
  }

  async function rowsOf(table: PersonalTable, ids: string): Promise<readonly Row[]> {
    const rows: Row[] = []
    for (;;) {
      const page = await read(
        sql`${selecting(table)} WHERE ${owned(table, ids)} ORDER BY rowid LIMIT ${PAGE_ROWS} OFFSET ${rows.length}`,
      )
      rows.push(...page.map(plain))
      if (page.length < PAGE_ROWS) return rows
    }
  }

  return {
    async tiesOf(visitor) {
      const rows = await read(sql`SELECT visitor, person, source, at FROM identities
        WHERE person = (SELECT person FROM identities WHERE visitor = ${visitor})`)
      return rows as unknown as readonly Tie[]
    },
    async rows(ids) {
      const list = JSON.stringify(ids)
      const found: Partial<Record<PersonalTable, readonly Row[]>> = {}
      // One after another: a request may hold six connections, and the page may be reading too.
      for (const table of PERSONAL_TABLES) found[table] = await rowsOf(table, list)
      return found as Rows
    },
    async counts(ids) {
      const list = JSON.stringify(ids)
      const results = await db.read(() =>
        PERSONAL_TABLES.map((table) =>
          statement(sql`SELECT COUNT(*) AS count FROM ${named(table)} WHERE ${owned(table, list)}`),
        ),
      )
      return countsOf(results.map(({ rows }) => Number(rows[0]?.count)))
    },
    async isErased(visitor) {
      const hash = await tombstoneOf(visitor)
      return (await read(sql`SELECT 1 FROM tombstones WHERE hash = ${hash}`)).length > 0
    },
    async erase({ visitor, erases, buries }, at, harm = 'erasure') {
      const hash = await tombstoneOf(visitor)
      const graves = JSON.stringify(await tombstonesOf(buries))
      const list = JSON.stringify(erases)
      const burying = [
        statement(sql`INSERT INTO tombstones (hash, at) SELECT value, ${at} FROM json_each(${graves}) WHERE true
          ON CONFLICT (hash) DO NOTHING`),
        ...PERSONAL_TABLES.map((table) => erasing(table, list)),
        statement(sql`SELECT at FROM tombstones WHERE hash = ${hash}`),
      ]
      const counted = await untilUnchanged(async () => {
        const counting = writing(planLeave(await readStandings(db, erases), harm, at))
        return (await db.write(() => [...counting, ...burying])).slice(counting.length)
      })
      // Whoever is never done being counted is erased all the same.
      const results = counted ?? (await db.write(() => burying))
      const counts = results.slice(1, -1).map(({ rowsAffected }) => rowsAffected)
      return { at: Number(results.at(-1)?.rows[0]?.at ?? at), counts: countsOf(counts) }
    },
    async purgeAudit(before) {
      const [result] = await db.write(() => [
        statement(sql`DELETE FROM audit WHERE id IN
          (SELECT id FROM audit WHERE at < ${before} LIMIT ${PURGE_ROWS_MAX})`),
      ])
      return result?.rowsAffected ?? 0
    },
  }
}

const named = (name: string): SQL => sql.identifier(nameInStore(name))

/** Ids travel as one JSON parameter, so that statements never depend on their number. */
const owned = (table: PersonalTable, ids: string): SQL =>
  sql`${named(TABLES[table].visitor)} IN (SELECT value FROM json_each(${ids}))`

/** Every column, under the name that the inventory gives it. */
function selecting(table: PersonalTable): SQL {
  const columns = columnsOf(table).map((field) => sql`${named(field)} AS ${sql.identifier(field)}`)
  return sql`SELECT ${sql.list(columns)} FROM ${named(table)}`
}

const erasing = (table: PersonalTable, ids: string): Statement =>
  TABLES[table].erasure === 'delete'
    ? statement(sql`DELETE FROM ${named(table)} WHERE ${owned(table, ids)}`)
    : statement(sql`UPDATE ${named(table)} SET ${named(TABLES[table].visitor)} = NULL
        WHERE ${owned(table, ids)}`)

const countsOf = (counts: readonly number[]): RowCounts =>
  Object.fromEntries(PERSONAL_TABLES.map((table, index) => [table, counts[index] ?? 0])) as RowCounts

/** Rows of the driver have indices beside their names; texts that hold JSON are told as what they mean. */
const plain = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name === 'document' || name === 'detail' || name === 'body' ? JSON.parse(String(value)) : value,
    ]),
  )
