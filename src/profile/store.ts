/**
 * Profiles in libSQL. Counting events is two round trips for any number of visitors: one reads what is known, one
 * writes, and every row of the write carries the condition that what was read still holds (the contribution's version,
 * and no tombstone). Rows whose condition failed were written by somebody else in between; they are read and planned
 * again. Lists travel as JSON, one parameter each, so that statements never depend on their length.
 */
import { type SQL, sql } from 'drizzle-orm'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'
import { SelvedgeError } from '../kit/errors.ts'
import type { Database, Statement } from '../kit/sql.ts'
import { EMPTY_FACTS, emptyContribution } from './contribution.ts'
import { DAY_MS } from './decay.ts'
import { formatFacts, parseFacts } from './document.ts'
import type {
  Applied,
  Contribution,
  DayCounts,
  ProfileRecord,
  ProfileStore,
  StageCounts,
  VisitorEvidence,
} from './model.ts'
import { detailOf, groupByVisitor, type Plan, planEvidence, type Standing, unsettled } from './plan.ts'
import { tombstoneOf } from './retention.ts'
import { stageMarks } from './stage.ts'

/** Visitors in one write, so that none holds the store's lock for long. */
const WRITE_VISITORS_MAX = 100
/** Each attempt that fails means that somebody else's succeeded: more than there are writers at once. */
const ATTEMPTS_MAX = 64
const READ_MAX = 100
const TOMBSTONES_PAGE = 10_000
const PURGE_ROWS_MAX = 5_000
const RECORD_EVENTS_MAX = 10_000
/** Visitors who were not here for longer are not counted among those a shop has. */
const ACTIVE_DAYS = 30

export function createProfileStore(db: Database): ProfileStore {
  const one = async (query: SQL): Promise<readonly Row[]> => {
    const [result] = await db.read(() => [statement(query)])
    return (result?.rows ?? []) as unknown as readonly Row[]
  }

  /** One round of reading, planning and writing; gives back who has to try again. */
  async function settle(
    batch: readonly VisitorEvidence[],
    now: number,
    outcomes: Map<string, Applied>,
  ): Promise<readonly VisitorEvidence[]> {
    const standings = await readStandings(db, batch)
    const drafts: Draft[] = []
    for (const group of batch) {
      const standing = standings.get(group.visitor)
      // Written by a newer version of this program: not ours to change.
      if (standing === undefined) continue
      const plan = planEvidence(group, standing, now)
      if (plan.fresh.length === 0) outcomes.set(group.visitor, plan.outcome)
      else drafts.push({ group, plan, seen: standing.version, hash: standing.hash })
    }
    if (drafts.length === 0) return []
    const done = await writeDrafts(db, drafts, now)
    for (const { group, plan } of drafts) {
      if (done.has(group.visitor)) outcomes.set(group.visitor, plan.outcome)
    }
    return drafts.filter(({ group }) => !done.has(group.visitor)).map(({ group }) => group)
  }

  async function applyMany(batch: readonly VisitorEvidence[], now: number): Promise<readonly Applied[]> {
    const groups = groupByVisitor(batch)
    const outcomes = new Map<string, Applied>()
    for (let from = 0; from < groups.length; from += WRITE_VISITORS_MAX) {
      let left = groups.slice(from, from + WRITE_VISITORS_MAX)
      for (let attempt = 0; left.length > 0 && attempt < ATTEMPTS_MAX; attempt++) {
        left = [...(await settle(left, now, outcomes))]
      }
    }
    return groups.map(({ visitor }) => outcomes.get(visitor) ?? unsettled(visitor))
  }

  return {
    async read(visitors) {
      const rows = await one(contributionsOf(visitors.slice(0, READ_MAX)))
      return rows.map(contributionOf).filter((contribution) => contribution !== null)
    },
    applyMany,
    async apply(visitor, evidence, now) {
      const [applied] = await applyMany([{ visitor, evidence }], now)
      if (applied?.settled === true) return applied
      throw new SelvedgeError('store_unavailable', 'events of one visitor could not be counted now')
    },
    async markLinked(visitors, linked, now) {
      const rows = await Promise.all(visitors.map(async (v) => ({ v, h: await tombstoneOf(v) })))
      await db.write(() => [linking(rows, linked, now)])
    },
    async erase(visitor, now) {
      const hash = await tombstoneOf(visitor)
      const results = await db.write(() => erasing(visitor, hash, now))
      return results.slice(1).reduce((sum, { rowsAffected }) => sum + rowsAffected, 0)
    },
    async isErased(visitor) {
      const hash = await tombstoneOf(visitor)
      return (await one(sql`SELECT 1 FROM tombstones WHERE hash = ${hash}`)).length > 0
    },
    async tombstonesSince(cursor) {
      const rows = await one(
        sql`SELECT seq, hash FROM tombstones WHERE seq > ${cursor} ORDER BY seq LIMIT ${TOMBSTONES_PAGE}`,
      )
      return {
        hashes: rows.map(({ hash }) => String(hash)),
        cursor: Number(rows.at(-1)?.seq ?? cursor),
        more: rows.length === TOMBSTONES_PAGE,
      }
    },
    async record(visitor) {
      const [visitors, documents, kept] = await db.read(() => recording(visitor))
      return recordOf(visitor, visitors?.rows[0], documents?.rows[0], kept?.rows ?? [])
    },
    async purge(before) {
      const results = await db.write(() => purging(before))
      const [events = 0, , profiles = 0, tombstones = 0, counts = 0] = results.map((r) => r.rowsAffected)
      const more = [events, profiles, tombstones].some((rows) => rows >= PURGE_ROWS_MAX)
      return { events, profiles, tombstones, counts, more }
    },
    async countStages(day) {
      const counts = countsOf(await one(countingStages(day)))
      await db.write(() => keepingCounts(day, counts))
      return counts
    },
    async stageCounts(from, to) {
      const rows = await one(
        sql`SELECT day, stage, visitors FROM stage_counts WHERE day BETWEEN ${from} AND ${to} ORDER BY day`,
      )
      return [...Map.groupBy(rows, ({ day }) => String(day))].map(
        ([day, counts]): DayCounts => ({ day, counts: countsOf(counts) }),
      )
    },
  }
}

type Row = Readonly<Record<string, unknown>>

/** A standing with what the write will be compared with. */
interface Seen extends Standing {
  /** 0: no row. */
  readonly version: number
  readonly hash: string
}

interface Draft {
  readonly group: VisitorEvidence
  readonly plan: Plan
  readonly seen: number
  readonly hash: string
}

const dialect = new SQLiteAsyncDialect()
const statement = (query: SQL): Statement => ({ toSQL: () => dialect.sqlToQuery(query) })

/** A visitor who was linked but did nothing yet has a row without a document. */
const contributionsOf = (visitors: readonly string[]): SQL => sql`
  SELECT j.value AS visitor, COALESCE(v.linked, 0) AS linked, c.version, c.document
  FROM json_each(${JSON.stringify(visitors)}) j
  LEFT JOIN contributions c ON c.visitor = j.value
  LEFT JOIN visitors v ON v.id = j.value
  WHERE c.visitor IS NOT NULL OR v.id IS NOT NULL`

/** Null where the document is not one of this version's. */
function contributionOf(row: Row): Contribution | null {
  const facts = row.document === null ? EMPTY_FACTS : parseFacts(String(row.document))
  return facts === null ? null : { visitor: String(row.visitor), linked: row.linked === 1, facts }
}

/** Everything that planning asks for, of one state of the store. Visitors whose document is unreadable are left out. */
async function readStandings(
  db: Database,
  batch: readonly VisitorEvidence[],
): Promise<ReadonlyMap<string, Seen>> {
  const hashes = await Promise.all(batch.map(({ visitor }) => tombstoneOf(visitor)))
  const ids = batch.flatMap(({ visitor, evidence }) => evidence.map(({ id }) => [visitor, id]))
  const [kept, known, erased] = await db.read(() => [
    statement(contributionsOf(batch.map(({ visitor }) => visitor))),
    statement(sql`SELECT e.visitor, e.id FROM json_each(${JSON.stringify(ids)}) j
      CROSS JOIN events e ON e.visitor = j.value ->> 0 AND e.id = j.value ->> 1`),
    statement(sql`SELECT t.hash FROM json_each(${JSON.stringify(hashes)}) j
      CROSS JOIN tombstones t ON t.hash = j.value`),
  ])
  const rows = new Map(kept?.rows.map((row) => [String(row.visitor), row as unknown as Row]))
  const gone = new Set(erased?.rows.map((row) => String(row.hash)))
  const knownIds = new Map<string, Set<string>>()
  for (const row of known?.rows ?? []) {
    const visitor = String(row.visitor)
    knownIds.set(visitor, (knownIds.get(visitor) ?? new Set()).add(String(row.id)))
  }
  const standings = new Map<string, Seen>()
  for (const [index, { visitor }] of batch.entries()) {
    const row = rows.get(visitor)
    const contribution = row === undefined ? emptyContribution(visitor) : contributionOf(row)
    if (contribution === null) continue
    const hash = hashes[index] as string
    standings.set(visitor, {
      contribution,
      version: Number(row?.version ?? 0),
      known: knownIds.get(visitor) ?? new Set(),
      erased: gone.has(hash),
      hash,
    })
  }
  return standings
}

/** Who was written. Nobody, where another writer held the store's lock for too long: that is worth another round. */
async function writeDrafts(
  db: Database,
  drafts: readonly Draft[],
  now: number,
): Promise<ReadonlySet<string>> {
  try {
    const [, , written] = await db.write(() => writing(drafts, now))
    return new Set(written?.rows.map((row) => String(row.visitor)))
  } catch (error) {
    if (error instanceof SelvedgeError && isBusy(error.cause)) return new Set()
    throw error
  }
}

const isBusy = (cause: unknown): boolean => (cause as { code?: unknown } | undefined)?.code === 'SQLITE_BUSY'

/**
 * Events, marks and documents of those for whom nothing has changed. The document comes last: it moves the version
 * that all three ask for. Rows returned: the visitors who were written.
 */
function writing(drafts: readonly Draft[], now: number): readonly Statement[] {
  const events = drafts.flatMap(({ group: { visitor: v }, plan: { fresh }, seen, hash }) =>
    fresh.map((event) => ({
      v,
      h: hash,
      s: seen,
      i: event.id,
      t: event.at,
      k: event.kind,
      d: detailOf(event),
    })),
  )
  const rows = drafts.map(({ group: { visitor: v }, plan: { next }, seen, hash }) => {
    const { firstAt, lastAt } = next.facts
    return { v, h: hash, s: seen, firstAt, lastAt, ...stageMarks(next.facts), doc: formatFacts(next.facts) }
  })
  const list = JSON.stringify(rows)
  return [
    statement(sql`INSERT INTO events (visitor, id, at, kind, detail)
      SELECT ${field('v')}, ${field('i')}, ${field('t')}, ${field('k')}, ${field('d')}
      FROM json_each(${JSON.stringify(events)}) j WHERE ${IS_UNCHANGED}`),
    statement(sql`INSERT INTO visitors (id, first_seen_at, last_seen_at, following, known_until, served_at)
      SELECT ${field('v')}, ${field('firstAt')}, ${field('lastAt')}, ${field('following')},
        ${field('knownUntil')}, ${field('servedAt')}
      FROM json_each(${list}) j WHERE ${IS_UNCHANGED}
      ON CONFLICT (id) DO UPDATE SET
        first_seen_at = MIN(first_seen_at, excluded.first_seen_at),
        last_seen_at = MAX(last_seen_at, excluded.last_seen_at),
        following = excluded.following, known_until = excluded.known_until, served_at = excluded.served_at`),
    statement(sql`INSERT INTO contributions (visitor, version, document, updated_at)
      SELECT ${field('v')}, ${field('s')} + 1, ${field('doc')}, ${now}
      FROM json_each(${list}) j WHERE ${IS_UNCHANGED}
      ON CONFLICT (visitor) DO UPDATE SET
        version = excluded.version, document = excluded.document, updated_at = excluded.updated_at
      RETURNING visitor`),
  ]
}

const field = (name: string): SQL => sql.raw(`j.value ->> '$.${name}'`)
const IS_NOT_ERASED = sql`NOT EXISTS (SELECT 1 FROM tombstones WHERE hash = ${field('h')})`
const IS_UNCHANGED = sql`${IS_NOT_ERASED}
  AND COALESCE((SELECT version FROM contributions WHERE visitor = ${field('v')}), 0) = ${field('s')}`

const linking = (
  rows: readonly { readonly v: string; readonly h: string }[],
  linked: boolean,
  now: number,
): Statement =>
  statement(sql`INSERT INTO visitors (id, first_seen_at, last_seen_at, linked)
    SELECT ${field('v')}, ${now}, ${now}, ${Number(linked)}
    FROM json_each(${JSON.stringify(rows)}) j WHERE ${IS_NOT_ERASED}
    ON CONFLICT (id) DO UPDATE SET linked = excluded.linked`)

const erasing = (visitor: string, hash: string, now: number): readonly Statement[] => [
  statement(sql`INSERT INTO tombstones (hash, at) VALUES (${hash}, ${now}) ON CONFLICT (hash) DO NOTHING`),
  statement(sql`DELETE FROM events WHERE visitor = ${visitor}`),
  statement(sql`DELETE FROM contributions WHERE visitor = ${visitor}`),
  statement(sql`DELETE FROM visitors WHERE id = ${visitor}`),
]

const recording = (visitor: string): readonly Statement[] => [
  statement(sql`SELECT first_seen_at, last_seen_at, linked FROM visitors WHERE id = ${visitor}`),
  statement(sql`SELECT document FROM contributions WHERE visitor = ${visitor}`),
  statement(sql`SELECT id, at, kind, detail FROM events WHERE visitor = ${visitor}
    ORDER BY at DESC, id LIMIT ${RECORD_EVENTS_MAX}`),
]

function recordOf(
  visitor: string,
  row: unknown,
  document: unknown,
  events: readonly unknown[],
): ProfileRecord | null {
  if (row === undefined) return null
  const { first_seen_at, last_seen_at, linked } = row as Row
  const facts = document === undefined ? EMPTY_FACTS : parseFacts(String((document as Row).document))
  if (facts === null) throw new SelvedgeError('store_rejected', 'a document is of another version')
  return {
    visitor,
    firstSeenAt: Number(first_seen_at),
    lastSeenAt: Number(last_seen_at),
    linked: linked === 1,
    facts,
    events: (events as readonly Row[]).map(({ id, at, kind, detail }) => ({
      id: String(id),
      at: Number(at),
      kind: String(kind),
      detail: JSON.parse(String(detail)) as Row,
    })),
  }
}

function purging(before: Parameters<ProfileStore['purge']>[0]): readonly Statement[] {
  const idle = sql`(SELECT id FROM visitors WHERE last_seen_at < ${before.profiles}
    ORDER BY last_seen_at, id LIMIT ${PURGE_ROWS_MAX})`
  const day = new Date(before.counts).toISOString().slice(0, 10)
  return [
    statement(sql`DELETE FROM events WHERE rowid IN
      (SELECT rowid FROM events WHERE at < ${before.events} LIMIT ${PURGE_ROWS_MAX})`),
    statement(sql`DELETE FROM contributions WHERE visitor IN ${idle}`),
    statement(sql`DELETE FROM visitors WHERE id IN ${idle}`),
    statement(sql`DELETE FROM tombstones WHERE seq IN
      (SELECT seq FROM tombstones WHERE at < ${before.tombstones} LIMIT ${PURGE_ROWS_MAX})`),
    statement(sql`DELETE FROM stage_counts WHERE day < ${day}`),
  ]
}

/**
 * The ladder of `stageOf`, by the marks that `stageMarks` left. Asked apart from writing, so that no writer waits for
 * it, and of the whole narrow table: nearly all of it is wanted, and an index would read it in random order.
 */
function countingStages(day: string): SQL {
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

const keepingCounts = (day: string, counts: StageCounts): readonly Statement[] => [
  statement(sql`DELETE FROM stage_counts WHERE day = ${day}`),
  statement(sql`INSERT INTO stage_counts (day, stage, visitors)
    SELECT ${day}, key, value FROM json_each(${JSON.stringify(counts)})`),
]

function countsOf(rows: readonly Row[]): StageCounts {
  const counts = { identified: 0, connected: 0, known: 0, personalized: 0 }
  for (const { stage, visitors } of rows) counts[stage as keyof typeof counts] = Number(visitors)
  return counts
}
