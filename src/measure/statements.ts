/**
 * What measures say to libSQL, as statements and no more. Lists travel as JSON, one parameter each. Pure.
 *
 * A row of the wrong version, or of an erased id, gets NULL for its next version, which the column refuses: so whatever
 * changed since it was read fails the whole transaction, and the sums with it.
 */
import { ROWS_MAX, type SQL, type Statement, slices, sql, statement } from '../kit/query.ts'
import type { StoredCohort } from './cells.ts'
import { FORMAT_HEAD } from './document.ts'
import type { CellQuery, MeasuresBefore } from './model.ts'
import type { Draft, Plan } from './plan.ts'
import { ALL } from './rollup.ts'
import { dayOf } from './windows.ts'

/** Rows that one purge takes from a table, so that no writer waits long. */
const PURGE_ROWS_MAX = 5_000
/** Documents that one purge shortens. */
const PURGE_DOCUMENTS_MAX = 500
/** Days, arms and segments in one answer: some megabytes at most. */
export const COHORTS_MAX = 4_000

/** `ids`: visitor and hash of each. Rows for those who have any, or were erased. */
export const standingsOf = (ids: readonly (readonly [visitor: string, hash: string])[]): Statement =>
  statement(sql`SELECT ${sql.entry(0)} AS visitor, m.version, m.document, t.hash IS NOT NULL AS erased
    FROM json_each(${JSON.stringify(ids)}) j
    LEFT JOIN measures m ON m.visitor = ${sql.entry(0)} LEFT JOIN tombstones t ON t.hash = ${sql.entry(1)}
    WHERE m.visitor IS NOT NULL OR t.hash IS NOT NULL`)

/**
 * Rows and sums, all or none. Most rows keep their oldest entry; theirs is not written again, because its index would be
 * too, and each page that is written costs as much as the row itself.
 */
export function writing({ drafts, deltas }: Pick<Plan, 'drafts' | 'deltas'>): readonly Statement[] {
  const [older, same] = [
    drafts.filter((each) => each.isOldestNew),
    drafts.filter((each) => !each.isOldestNew),
  ]
  return [
    ...slices(older, ROWS_MAX).map((some) => keeping(some, sql`, oldest_at = excluded.oldest_at`)),
    ...slices(same, ROWS_MAX).map((some) => keeping(some, sql``)),
    ...(deltas.length === 0 ? [] : [adding(deltas)]),
  ]
}

const keeping = (drafts: readonly Draft[], more: SQL): Statement =>
  statement(sql`INSERT INTO measures (visitor, version, oldest_at, document)
    SELECT ${sql.entry(0)}, CASE
        WHEN COALESCE((SELECT version FROM measures WHERE visitor = ${sql.entry(0)}), 0) = ${sql.entry(1)}
          AND NOT EXISTS (SELECT 1 FROM tombstones WHERE hash = ${sql.entry(2)})
        THEN ${sql.entry(1)} + 1 END, ${sql.entry(3)}, ${sql.entry(4)}
    FROM json_each(${JSON.stringify(
      drafts.map(({ visitor, seen, hash, oldestAt, document }) => [visitor, seen, hash, oldestAt, document]),
    )}) j WHERE true
    ON CONFLICT (visitor) DO UPDATE SET version = excluded.version, document = excluded.document${more}`)

const SUMS = ['n', 'y', 'yy', 'x', 'xx', 'xy'] as const

const adding = (deltas: Plan['deltas']): Statement =>
  statement(sql`INSERT INTO cells (campaign, segment, day, arm, metric, n, y, yy, x, xx, xy)
    SELECT ${sql.list([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(sql.entry))}
    FROM json_each(${JSON.stringify(deltas)}) j WHERE true
    ON CONFLICT (campaign, segment, day, arm, metric) DO UPDATE SET
      ${sql.raw(SUMS.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(', '))}`)

/** For those whose rows were written in the same transaction: nobody can have written them since. */
export const forgetting = (visitors: readonly string[]): Statement =>
  statement(
    sql`DELETE FROM measures WHERE visitor IN (SELECT value FROM json_each(${JSON.stringify(visitors)}))`,
  )

/** Rows in which nothing is left, unless somebody wrote them since they were read. */
export const dropping = (drafts: readonly Draft[]): Statement =>
  statement(sql`DELETE FROM measures WHERE visitor IN (
    SELECT m.visitor FROM json_each(${JSON.stringify(drafts.map(({ visitor, seen }) => [visitor, seen]))}) j
    CROSS JOIN measures m ON m.visitor = ${sql.entry(0)} AND m.version = ${sql.entry(1)})`)

/** Cohorts of the query after one, in order; each with all of its rows in one text. */
export const cohortsOf = (
  query: CellQuery,
  after: Pick<StoredCohort, 'segment' | 'day' | 'arm'> | undefined,
): Statement =>
  statement(sql`SELECT segment, day, arm, json_group_array(json_array(metric, n, ${sql.list(
    SUMS.slice(1).map(exactly),
  )})) AS list
    FROM ${query.folded ? sql`(${foldedRows(query)})` : sql`cells`}
    WHERE ${query.folded ? sql`true` : wantedBy(query, after?.segment)}
      ${after === undefined ? sql`` : sql`AND (segment, day, arm) > (${after.segment}, ${after.day}, ${after.arm})`}
    GROUP BY segment, day, arm ORDER BY segment, day, arm LIMIT ${COHORTS_MAX}`)

const foldedRows = (query: CellQuery): SQL =>
  sql`SELECT segment, '' AS day, arm, metric, ${sql.raw(
    SUMS.map((sum) => `SUM(${sum}) AS ${sum}`).join(', '),
  )} FROM cells WHERE ${wantedBy(query)} GROUP BY segment, arm, metric`

/** `first`: the segment to go on with. */
const wantedBy = (
  { campaign, from = '', to = '9999', segment = ALL, metrics }: CellQuery,
  first?: string,
): SQL =>
  sql`campaign = ${campaign} AND ${inSegment(segment, first)} AND day BETWEEN ${from} AND ${to}${
    metrics === undefined
      ? sql``
      : sql` AND metric IN (SELECT value FROM json_each(${JSON.stringify(['exposed', ...metrics])}))`
  }`

/** A range of the index, where a segment is named by its beginning. */
function inSegment(segment: string, first?: string): SQL {
  if (!segment.endsWith('*')) return sql`segment = ${segment}`
  const begins = segment.slice(0, -1)
  return sql`segment BETWEEN ${first ?? begins} AND ${`${begins}\u{10FFFF}`}`
}

/** JSON has fifteen digits of a real number and all of a whole one. */
const exactly = (sum: string): SQL =>
  sql.raw(`CASE WHEN abs(${sum}) < 9007199254740992 THEN CAST(${sum} AS INTEGER) ELSE ${sum} END`)

/** From one to the next by the index: there are many cells and few campaigns. */
export const campaignsWithCells = (): Statement =>
  statement(sql`WITH RECURSIVE found (campaign) AS (
      SELECT MIN(campaign) FROM cells
      UNION ALL
      SELECT (SELECT MIN(campaign) FROM cells WHERE campaign > found.campaign) FROM found WHERE found.campaign IS NOT NULL)
    SELECT campaign FROM found WHERE campaign IS NOT NULL`)

/** Rows with an entry that is past its time; not those of another format. */
export const overdue = (before: MeasuresBefore): Statement =>
  statement(sql`SELECT visitor, version, document FROM measures
    WHERE oldest_at < ${before.outcomes} AND substr(document, 1, ${FORMAT_HEAD.length}) = ${FORMAT_HEAD}
    ORDER BY oldest_at LIMIT ${PURGE_DOCUMENTS_MAX}`)

export const purging = (before: MeasuresBefore): readonly Statement[] => [
  ...(['cells', 'view_counts'] as const).map((table) =>
    statement(sql`DELETE FROM ${sql.identifier(table)} WHERE rowid IN
      (SELECT rowid FROM ${sql.identifier(table)} WHERE day < ${dayOf(before.cells)} LIMIT ${PURGE_ROWS_MAX})`),
  ),
  statement(sql`DELETE FROM dead_letters WHERE rowid IN
    (SELECT rowid FROM dead_letters WHERE at < ${before.letters} LIMIT ${PURGE_ROWS_MAX})`),
]
