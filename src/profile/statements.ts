/**
 * What profiles say to libSQL, as statements and no more. Lists travel as JSON, one parameter each, so that a statement
 * never depends on their length. Pure.
 */
import { ROWS_MAX, type SQL, type Statement, slices, sql, statement } from '../kit/query.ts'
import { DAY_MS } from '../kit/time.ts'
import { fieldsOff, kindsOff } from './allowed.ts'
import { formatFacts } from './document.ts'
import type { Facts } from './facts.ts'
import { EVIDENCE_KINDS, type PurgeBefore, type StageCounts, type VisitorEvidence } from './model.ts'
import { isOrder } from './orders.ts'
import { detailOf, type Plan } from './plan.ts'
import { stageMarks } from './stage.ts'

/** Rows that one purge takes from a table, so that no writer waits long. */
export const PURGE_ROWS_MAX = 5_000
/** Visitors who were not here for longer are not counted among those a shop has. */
const ACTIVE_DAYS = 30

/** One visitor's events, planned, with what the write will be compared with. */
interface Draft {
  readonly group: VisitorEvidence
  readonly plan: Plan
  readonly seen: number
  /** The last choice of the visitor's that the plan goes by; 0: none. */
  readonly chosen: number
  readonly hash: string
}

/** A visitor who was linked but did nothing yet has a row without a document. */
export const contributionsOf = (visitors: readonly string[]): SQL => sql`
  SELECT j.value AS visitor, COALESCE(v.linked, 0) AS linked, c.version, c.document
  FROM json_each(${JSON.stringify(visitors)}) j
  LEFT JOIN contributions c ON c.visitor = j.value
  LEFT JOIN visitors v ON v.id = j.value
  WHERE c.visitor IS NOT NULL OR v.id IS NOT NULL`

/** Documents for counting: nothing but what is planned with. */
export const documentsOf = (visitors: readonly string[]): SQL => sql`
  SELECT c.visitor, c.version, c.document FROM json_each(${JSON.stringify(visitors)}) j
  CROSS JOIN contributions c ON c.visitor = j.value`

/** Visitor, id and kind of each order. */
export const ordersIn = ({ visitor, evidence }: VisitorEvidence): readonly (readonly string[])[] =>
  evidence.filter(isOrder).map(({ id, kind }) => [visitor, id, kind])

/**
 * Those of these orders that their person has already by another id: the thank-you page tells of a browser, the shop's servers
 * of a customer. `orders`: a list of `ordersIn`, as JSON.
 */
export const knownElsewhere = (orders: SQL): SQL => sql`
  SELECT o.value ->> 0, e.id FROM json_each(${orders}) o
  CROSS JOIN identities own ON own.visitor = o.value ->> 0
  CROSS JOIN identities tied ON tied.person = own.person
  CROSS JOIN events e ON e.visitor = tied.visitor AND e.id = o.value ->> 1 AND e.kind = o.value ->> 2`

/** One draft's rows of three tables, as JSON: a batch of them is long work, which can so be done in pieces. */
export interface DraftRows {
  readonly document: string
  readonly marks: string
  readonly events: readonly string[]
}

export function rowsOf({ group: { visitor }, plan, seen, chosen, hash }: Draft): DraftRows {
  const { facts } = plan.next
  return {
    document: JSON.stringify([
      visitor,
      hash,
      seen,
      chosen,
      formatFacts(facts),
      ordersIn({ visitor, evidence: plan.fresh }),
    ]),
    marks: JSON.stringify([visitor, facts.firstAt, dayOf(facts.lastAt), ...marksOf(facts)]),
    events: plan.fresh.map((event) =>
      JSON.stringify([visitor, event.id, event.at, event.kind, detailOf(event)]),
    ),
  }
}

const listOf = (rows: readonly string[]): string => `[${rows.join(',')}]`

/**
 * Documents, marks and events, all or none: a document that has changed since it was read, an erasure, a new choice or an
 * order that came by another id gives NULL for the next version, which the column refuses.
 */
export const writing = (rows: readonly DraftRows[], now: number): readonly Statement[] =>
  slices(rows, ROWS_MAX).flatMap((some) => writingSome(some, now))

function writingSome(rows: readonly DraftRows[], now: number): readonly Statement[] {
  const documents = listOf(rows.map(({ document }) => document))
  const marks = listOf(rows.map((each) => each.marks))
  const events = listOf(rows.flatMap((each) => each.events))
  return [
    statement(sql`INSERT INTO contributions (visitor, version, document, updated_at)
      SELECT ${sql.entry(0)}, CASE WHEN NOT EXISTS (SELECT 1 FROM tombstones WHERE hash = ${sql.entry(1)})
        AND COALESCE((SELECT version FROM contributions WHERE visitor = ${sql.entry(0)}), 0) = ${sql.entry(2)}
        AND COALESCE((SELECT MAX(seq) FROM consent_log WHERE visitor = ${sql.entry(0)}), 0) = ${sql.entry(3)}
        AND NOT EXISTS (${knownElsewhere(sql.entry(5))})
        THEN ${sql.entry(2)} + 1 END, ${sql.entry(4)}, ${now}
      FROM json_each(${documents}) j WHERE true
      ON CONFLICT (visitor) DO UPDATE SET
        version = excluded.version, document = excluded.document, updated_at = excluded.updated_at`),
    statement(sql`INSERT INTO visitors (id, first_seen_at, last_seen_at, following, known_until, served_at)
      SELECT ${sql.entry(0)}, ${sql.entry(1)}, ${sql.entry(2)}, ${sql.entry(3)}, ${sql.entry(4)}, ${sql.entry(5)}
      FROM json_each(${marks}) j WHERE true
      ON CONFLICT (id) DO UPDATE SET
        first_seen_at = MIN(first_seen_at, excluded.first_seen_at),
        last_seen_at = MAX(last_seen_at, excluded.last_seen_at),
        following = excluded.following, known_until = excluded.known_until, served_at = excluded.served_at
      WHERE excluded.last_seen_at > last_seen_at OR excluded.first_seen_at < first_seen_at
        OR excluded.following <> following OR excluded.known_until <> known_until
        OR excluded.served_at <> served_at`),
    statement(sql`INSERT INTO events (visitor, id, at, kind, detail)
      SELECT ${sql.entry(0)}, ${sql.entry(1)}, ${sql.entry(2)}, ${sql.entry(3)}, ${sql.entry(4)} FROM json_each(${events}) j`),
  ]
}

/**
 * A visitor's marks, to the day: stages are counted at midnight, so nothing is lost, and the row of somebody who does
 * ten things in a day is written once.
 */
function marksOf(facts: Facts): readonly [following: number, knownUntil: number, servedAt: number] {
  const { following, knownUntil, servedAt } = stageMarks(facts)
  return [
    Number(following),
    Math.ceil(knownUntil / DAY_MS) * DAY_MS,
    servedAt > 0 ? Math.max(1, dayOf(servedAt)) : 0,
  ]
}

/** The first moment of its day. */
export const dayOf = (time: number): number => Math.floor(time / DAY_MS) * DAY_MS

/** The last choice of each visitor who made one, and what it switched off. */
export const choicesOf = (visitors: readonly string[]): SQL => sql`
  SELECT visitor, off, MAX(seq) AS seq FROM consent_log
  WHERE visitor IN (SELECT value FROM json_each(${JSON.stringify(visitors)})) GROUP BY visitor`

/**
 * Takes classes of data out of everything kept of one visitor whose row is still as it was `seen`. Rows returned: one,
 * if it was written.
 */
export function dropping(
  visitor: string,
  { seen, facts }: { readonly seen: number; readonly facts: Facts },
  off: readonly string[],
  now: number,
): readonly Statement[] {
  const [following, knownUntil, servedAt] = marksOf(facts)
  const isUnchanged = sql`EXISTS (SELECT 1 FROM contributions WHERE visitor = ${visitor} AND version = ${seen})`
  const gone = kindsOff(off)
  const losing = Map.groupBy(
    EVIDENCE_KINDS.filter((kind) => !gone.includes(kind)),
    (kind) => fieldsOff(kind, off).join(),
  )
  const inKinds = (kinds: readonly string[]): SQL =>
    sql`kind IN (SELECT value FROM json_each(${JSON.stringify(kinds)}))`
  return [
    statement(sql`DELETE FROM events WHERE visitor = ${visitor} AND ${inKinds(gone)} AND ${isUnchanged}`),
    ...[...losing].flatMap(([fields, kinds]) => {
      const paths = fields.split(',').map((name) => sql`${`$.${name}`}`)
      return fields === ''
        ? []
        : [
            statement(sql`UPDATE events SET detail = json_remove(detail, ${sql.list(paths)})
              WHERE visitor = ${visitor} AND ${inKinds(kinds)} AND ${isUnchanged}`),
          ]
    }),
    statement(sql`UPDATE visitors SET following = ${following}, known_until = ${knownUntil},
      served_at = ${servedAt} WHERE id = ${visitor} AND ${isUnchanged}`),
    statement(sql`UPDATE contributions SET version = version + 1, document = ${formatFacts(facts)},
      updated_at = ${now} WHERE visitor = ${visitor} AND version = ${seen} RETURNING visitor`),
  ]
}

/**
 * Who has not been here for too long. Asked apart from deleting, so that no writer waits for it, and of the whole narrow
 * table: once a night that costs less than an index that every event would move.
 */
export const idleOf = (before: PurgeBefore): SQL =>
  sql`SELECT id FROM visitors WHERE last_seen_at < ${before.profiles} LIMIT ${PURGE_ROWS_MAX}`

/** `idle`: ids; those who have come back since stay. */
export function purging(before: PurgeBefore, idle: readonly string[]): readonly Statement[] {
  const gone = sql`(SELECT v.id FROM json_each(${JSON.stringify(idle)}) j
    CROSS JOIN visitors v ON v.id = j.value WHERE v.last_seen_at < ${before.profiles})`
  const day = new Date(before.counts).toISOString().slice(0, 10)
  return [
    statement(sql`DELETE FROM events WHERE rowid IN
      (SELECT rowid FROM events WHERE at < ${before.events} LIMIT ${PURGE_ROWS_MAX})`),
    statement(sql`DELETE FROM contributions WHERE visitor IN ${gone}`),
    statement(sql`DELETE FROM visitors WHERE id IN ${gone}`),
    statement(sql`DELETE FROM tombstones WHERE seq IN
      (SELECT seq FROM tombstones WHERE at < ${before.tombstones} LIMIT ${PURGE_ROWS_MAX})`),
    statement(sql`DELETE FROM stage_counts WHERE day < ${day}`),
  ]
}

/**
 * The ladder of `stageOf`, by the marks that `stageMarks` left. Asked apart from writing, so that no writer waits for
 * it, and of the whole narrow table: nearly all of it is wanted, and an index would read it in random order.
 */
export function countingStages(day: string): SQL {
  const end = Date.parse(`${day}T00:00:00Z`) + DAY_MS
  return sql`SELECT CASE
      WHEN (known_until > ${end} OR linked OR following) AND served_at > 0 THEN 'personalized'
      WHEN known_until > ${end} THEN 'known'
      WHEN linked OR following THEN 'connected'
      ELSE 'identified' END AS stage, COUNT(*) AS visitors
    FROM visitors NOT INDEXED
    WHERE last_seen_at >= ${end - ACTIVE_DAYS * DAY_MS} AND first_seen_at < ${end}
    GROUP BY stage`
}

export const keepingCounts = (day: string, counts: StageCounts): readonly Statement[] => [
  statement(sql`DELETE FROM stage_counts WHERE day = ${day}`),
  statement(sql`INSERT INTO stage_counts (day, stage, visitors)
    SELECT ${day}, key, value FROM json_each(${JSON.stringify(counts)})`),
]
