/**
 * Measures in libSQL. Counting takes two round trips for any number of visitors: one reads their rows, one writes rows
 * and sums together, and fails as a whole where any of the rows has changed in between; then all of it is read and
 * planned again, in halves, so that one busy visitor does not hold up the others for long.
 */
import { mapBreathing } from '../kit/breathe.ts'
import { SelvedgeError } from '../kit/errors.ts'
import { slices } from '../kit/query.ts'
import { settle, untilUnchanged } from '../kit/settle.ts'
import type { Database } from '../kit/sql.ts'
import { type Hasher, tombstoneOf, tombstonesOf } from '../profile/retention.ts'
import { cellsOfCohort, type StoredCohort } from './cells.ts'
import { NOTHING, parseMeasured, withoutOld } from './document.ts'
import type { Cell, MeasureStore, MeasuresBefore, Recorded, VisitorMeasures } from './model.ts'
import { createPlanner, draftOf, groupMeasures, planLeave, type Standing, unsettled } from './plan.ts'
import {
  COHORTS_MAX,
  campaignsWithCells,
  cohortsOf,
  dropping,
  forgetting,
  overdue,
  purging,
  standingsOf,
  writing,
} from './statements.ts'

/** Visitors in one transaction, so that none holds the store's lock for long. */
const WRITE_VISITORS_MAX = 500
/** Documents that are read, and visitors that are planned, in about a millisecond. */
const READ_AT_ONCE = 128
const PLANNED_AT_ONCE = 48

/** `hasher`: one for all of them, where others hash the same ids. */
export function createMeasureStore(db: Database, hasher: Hasher = tombstoneOf): MeasureStore {
  return {
    async record(batch, now) {
      const recorded: Recorded[] = []
      for (const some of slices(groupMeasures(batch), WRITE_VISITORS_MAX)) {
        const write = (part: readonly VisitorMeasures[]) => recordSome(db, part, now, hasher)
        recorded.push(...(await settle(some, write, ({ visitor }) => unsettled(visitor))))
      }
      return recorded
    },
    async leave(visitors, harm, now) {
      for (const some of slices([...new Set(visitors)], WRITE_VISITORS_MAX)) {
        const done = await untilUnchanged(async () => {
          const plan = planLeave(await readStandings(db, some, hasher), harm, now)
          return db.write(() => [...writing(plan), ...(harm === 'erasure' ? [forgetting(some)] : [])])
        })
        if (done === null) throw new SelvedgeError('store_unavailable', 'visitors could not be forgotten now')
      }
    },
    async cells(query) {
      const cells: Cell[] = []
      let after: StoredCohort | undefined
      for (;;) {
        const [found] = await db.read(() => [cohortsOf(query, after)])
        const cohorts = (found?.rows ?? []).map(cohortOf)
        for (const cohort of cohorts) cells.push(...cellsOfCohort(query, cohort))
        if (cohorts.length < COHORTS_MAX) return cells
        after = cohorts.at(-1)
      }
    },
    async campaigns() {
      const [found] = await db.read(() => [campaignsWithCells()])
      return (found?.rows ?? []).map(({ campaign }) => String(campaign))
    },
    async purge(before) {
      const shortened = await untilUnchanged(() => shorten(db, before))
      const gone = await db.write(() => purging(before))
      return gone.reduce((rows, { rowsAffected }) => rows + rowsAffected, shortened ?? 0)
    },
  }
}

/** Reads, plans and writes some visitors' measures. */
async function recordSome(
  db: Database,
  some: readonly VisitorMeasures[],
  now: number,
  hasher: Hasher,
): Promise<readonly Recorded[]> {
  const standings = await readStandings(
    db,
    some.map(({ visitor }) => visitor),
    hasher,
  )
  const planner = createPlanner(now)
  await mapBreathing(some, PLANNED_AT_ONCE, (each) => planner.add(each, standings.get(each.visitor)))
  const plan = planner.plan()
  await db.write(() => writing(plan))
  return plan.recorded
}

/** What the store says of these visitors, of one state of it. */
export async function readStandings(
  db: Database,
  visitors: readonly string[],
  hasher: Hasher = tombstoneOf,
): Promise<ReadonlyMap<string, Standing>> {
  const hashes = await tombstonesOf(visitors, hasher)
  const ids = visitors.map((visitor, index) => [visitor, hashes[index] as string] as const)
  const [found] = await db.read(() => [standingsOf(ids)])
  const rows = new Map(found?.rows.map((row) => [String(row.visitor), row]))
  return new Map(
    await mapBreathing(ids, READ_AT_ONCE, ([visitor, hash]) => {
      const row = rows.get(visitor)
      const document = row?.document ?? null
      const measured = document === null ? NOTHING : parseMeasured(String(document))
      return [
        visitor,
        { version: Number(row?.version ?? 0), measured, erased: row?.erased === 1, hash },
      ] as const
    }),
  )
}

/** Takes out of some rows what is past its time; the sums stay. Gives how many rows that were. */
async function shorten(db: Database, before: MeasuresBefore): Promise<number> {
  const [found] = await db.read(() => [overdue(before)])
  const drafts = (found?.rows ?? []).flatMap(({ visitor, version, document }) => {
    const measured = parseMeasured(String(document))
    if (measured === null) return []
    const standing = { version: Number(version), measured, hash: '' }
    return [draftOf(String(visitor), standing, withoutOld(measured, before.outcomes))]
  })
  if (drafts.length === 0) return 0
  const isEmpty = ({ oldestAt }: { readonly oldestAt: number }): boolean => !Number.isFinite(oldestAt)
  await db.write(() => [
    ...writing({ drafts: drafts.filter((draft) => !isEmpty(draft)), deltas: [] }),
    dropping(drafts.filter(isEmpty)),
  ])
  return drafts.length
}

const cohortOf = (row: Readonly<Record<string, unknown>>): StoredCohort => ({
  segment: String(row.segment),
  day: String(row.day),
  arm: String(row.arm),
  rows: JSON.parse(String(row.list)) as StoredCohort['rows'],
})
