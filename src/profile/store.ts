/**
 * Profiles in libSQL. Counting events is two round trips for any number of visitors: one reads what is known, one
 * writes, and all of the write fails where what was read no longer holds (the contribution's version, the last choice, and
 * no tombstone). Then somebody else wrote in between, and it is read and planned again, in halves.
 */
import { mapBreathing } from '../kit/breathe.ts'
import { SelvedgeError } from '../kit/errors.ts'
import { type SQL, slices, sql, statement } from '../kit/query.ts'
import { settle } from '../kit/settle.ts'
import type { Database } from '../kit/sql.ts'
import { EMPTY_FACTS, emptyContribution } from './contribution.ts'
import { parseFacts } from './document.ts'
import type { Applied, Contribution, DayCounts, ProfileStore, StageCounts, VisitorEvidence } from './model.ts'
import { groupByVisitor, planEvidence, type Standing, unsettled } from './plan.ts'
import { type Hasher, tombstoneOf, tombstonesOf } from './retention.ts'
import {
  choicesOf,
  contributionsOf,
  countingStages,
  type DraftRows,
  dayOf,
  documentsOf,
  dropping,
  idleOf,
  keepingCounts,
  knownElsewhere,
  ordersIn,
  PURGE_ROWS_MAX,
  purging,
  rowsOf,
  writing,
} from './statements.ts'
import { factsWithout } from './without.ts'

/** Visitors in one write, so that none holds the store's lock for long. */
const WRITE_VISITORS_MAX = 500
/** Each attempt that fails means that somebody else's succeeded: more than there are writers at once. */
const ATTEMPTS_MAX = 64
const READ_MAX = 100
/** Documents that are read, and visitors that are planned, in about a millisecond. */
const READ_AT_ONCE = 128
const PLANNED_AT_ONCE = 48
const TOMBSTONES_PAGE = 10_000

/** `hasher`: one for all of them, where others hash the same ids. */
export function createProfileStore(db: Database, hasher: Hasher = tombstoneOf): ProfileStore {
  const one = async (query: SQL): Promise<readonly Row[]> => {
    const [result] = await db.read(() => [statement(query)])
    return (result?.rows ?? []) as unknown as readonly Row[]
  }

  return {
    async read(visitors) {
      const rows = await one(contributionsOf(visitors.slice(0, READ_MAX)))
      return rows.map(contributionOf).filter((contribution) => contribution !== null)
    },
    async applyMany(batch, now) {
      const groups = groupByVisitor(batch)
      const applied: Applied[] = []
      for (const some of slices(groups, WRITE_VISITORS_MAX)) {
        const write = (part: readonly VisitorEvidence[]) => applySome(db, part, now, hasher)
        applied.push(...(await settle(some, write, ({ visitor }) => unsettled(visitor))))
      }
      return applied
    },
    async isErased(visitor) {
      const hash = await tombstoneOf(visitor)
      return (await one(sql`SELECT 1 FROM tombstones WHERE hash = ${hash}`)).length > 0
    },
    async drop(visitor, classes, now) {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        const [row] = await one(contributionsOf([visitor]))
        // Who only was linked has no document, and so no event either.
        if (row === undefined || row.document === null) return
        const kept = contributionOf(row)
        if (kept === null) throw new SelvedgeError('store_rejected', 'a document is of another version')
        const facts = factsWithout(kept.facts, classes)
        const seen = Number(row.version)
        const written = await unlessBusy(db.write(() => dropping(visitor, { seen, facts }, classes, now)))
        if (written?.at(-1)?.rows.length === 1) return
      }
      throw new SelvedgeError('store_unavailable', 'one visitor could not be written now')
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
    async purge(before) {
      const idle = await one(idleOf(before))
      const ids = idle.map(({ id }) => String(id))
      const results = await db.write(() => purging(before, ids))
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
  readonly chosen: number
  readonly hash: string
}

/** Null where the document is not one of this version's. */
function contributionOf(row: Row): Contribution | null {
  const facts = row.document === null ? EMPTY_FACTS : parseFacts(String(row.document))
  return facts === null ? null : { visitor: String(row.visitor), linked: row.linked === 1, facts }
}

/** Visitors seen since a time, newest first, and how many there are: for estimates over many, never about one. */
export interface VisitorSample {
  readonly total: number
  readonly contributions: readonly Contribution[]
}

/** Reads a sample, a hundred a round trip. `since`: epoch milliseconds on the day of the earliest last visit. */
export async function sampleVisitors(db: Database, since: number, limit: number): Promise<VisitorSample> {
  const day = dayOf(since)
  const [counted, newest] = await db.read(() => [
    statement(sql`SELECT COUNT(*) AS total FROM visitors WHERE last_seen_at >= ${day}`),
    statement(
      sql`SELECT id FROM visitors WHERE last_seen_at >= ${day} ORDER BY last_seen_at DESC LIMIT ${limit}`,
    ),
  ])
  const ids = (newest?.rows ?? []).map((row) => String(row.id))
  const contributions: Contribution[] = []
  for (let at = 0; at < ids.length; at += READ_MAX) {
    const [found] = await db.read(() => [statement(contributionsOf(ids.slice(at, at + READ_MAX)))])
    const rows = (found?.rows ?? []) as unknown as readonly Row[]
    contributions.push(...rows.flatMap((row) => contributionOf(row) ?? []))
  }
  return { total: Number(counted?.rows[0]?.total ?? 0), contributions }
}

/** Reads, plans and writes some visitors' events. */
async function applySome(
  db: Database,
  some: readonly VisitorEvidence[],
  now: number,
  hasher: Hasher,
): Promise<readonly Applied[]> {
  const standings = await readStandings(db, some, hasher)
  const rows: DraftRows[] = []
  const applied = await mapBreathing(some, PLANNED_AT_ONCE, (group): Applied => {
    const standing = standings.get(group.visitor)
    // Written by a newer version of this program: not ours to change.
    if (standing === undefined) return unsettled(group.visitor)
    const plan = planEvidence(group, standing, now)
    const { version: seen, chosen, hash } = standing
    if (plan.fresh.length > 0) rows.push(rowsOf({ group, plan, seen, chosen, hash }))
    return plan.outcome
  })
  if (rows.length > 0) await db.write(() => writing(rows, now))
  return applied
}

/** Everything that planning asks for, of one state of the store. Visitors whose document is unreadable are left out. */
async function readStandings(
  db: Database,
  batch: readonly VisitorEvidence[],
  hasher: Hasher,
): Promise<ReadonlyMap<string, Seen>> {
  const hashes = await tombstonesOf(
    batch.map(({ visitor }) => visitor),
    hasher,
  )
  const ids = batch.flatMap(({ visitor, evidence }) => evidence.map(({ id }) => [visitor, id]))
  const orders = JSON.stringify(batch.flatMap(ordersIn))
  const [kept, known, erased, choices] = await db.read(() => [
    statement(documentsOf(batch.map(({ visitor }) => visitor))),
    statement(sql`SELECT e.visitor, e.id FROM json_each(${JSON.stringify(ids)}) j
      CROSS JOIN events e ON e.visitor = j.value ->> 0 AND e.id = j.value ->> 1
      UNION ALL ${knownElsewhere(sql`${orders}`)}`),
    statement(sql`SELECT t.hash FROM json_each(${JSON.stringify(hashes)}) j
      CROSS JOIN tombstones t ON t.hash = j.value`),
    statement(choicesOf(batch.map(({ visitor }) => visitor))),
  ])
  const rows = new Map(kept?.rows.map((row) => [String(row.visitor), row as unknown as Row]))
  const gone = new Set(erased?.rows.map((row) => String(row.hash)))
  const choiceOf = new Map(choices?.rows.map((row) => [String(row.visitor), row as unknown as Row]))
  const knownIds = new Map<string, Set<string>>()
  for (const row of known?.rows ?? []) {
    const visitor = String(row.visitor)
    knownIds.set(visitor, (knownIds.get(visitor) ?? new Set()).add(String(row.id)))
  }
  const standings = new Map<string, Seen>()
  await mapBreathing(batch, READ_AT_ONCE, ({ visitor }, index) => {
    const row = rows.get(visitor)
    const contribution = row === undefined ? emptyContribution(visitor) : contributionOf(row)
    if (contribution === null) return
    const hash = hashes[index] as string
    standings.set(visitor, {
      contribution,
      version: Number(row?.version ?? 0),
      known: knownIds.get(visitor) ?? new Set(),
      erased: gone.has(hash),
      off: String(choiceOf.get(visitor)?.off ?? '')
        .split(',')
        .filter((name) => name !== ''),
      chosen: Number(choiceOf.get(visitor)?.seq ?? 0),
      hash,
    })
  })
  return standings
}

/** Null where another writer held the store's lock for too long. */
async function unlessBusy<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof SelvedgeError && isBusy(error.cause)) return null
    throw error
  }
}

const isBusy = (cause: unknown): boolean => (cause as { code?: unknown } | undefined)?.code === 'SQLITE_BUSY'

function countsOf(rows: readonly Row[]): StageCounts {
  const counts = { identified: 0, connected: 0, known: 0, personalized: 0 }
  for (const { stage, visitors } of rows) counts[stage as keyof typeof counts] = Number(visitors)
  return counts
}
