/**
 * What to write for a batch of measures, given what the store says of its visitors: pure, so that whoever lost a race
 * can simply ask again.
 */
import { isTimely } from '../profile/evidence.ts'
import {
  EXPOSURES_MAX,
  type Exposed,
  formatMeasured,
  type Measured,
  meetAgain,
  NOTHING,
  OUTCOMES_MAX,
  oldestOf,
  withoutOld,
} from './document.ts'
import type { Exposure, Outcome, Recorded, Sighting, VisitorMeasures } from './model.ts'
import { measuresBefore } from './retention.ts'
import { createRollup, type Delta } from './rollup.ts'
import { isOpen } from './windows.ts'

/** What the store knows of a visitor. */
export interface Standing {
  /** 0: there is no row. */
  readonly version: number
  /** Null: written by a newer version of this program. */
  readonly measured: Measured | null
  readonly erased: boolean
  /** What a tombstone of this id would be. */
  readonly hash: string
}

/** One visitor's row as it will be; without a document there is nothing left to keep. */
export interface Draft {
  readonly visitor: string
  readonly seen: number
  readonly hash: string
  /** As the column keeps it. */
  readonly document: string
  readonly oldestAt: number
  /** False: `oldestAt` stands in the row already. */
  readonly isOldestNew: boolean
}

export interface Plan {
  /** How it ends once it is written. */
  readonly recorded: readonly Recorded[]
  /** Where there is none, there is nothing to write. */
  readonly drafts: readonly Draft[]
  readonly deltas: readonly Delta[]
}

/** Plans one visitor after the other. */
export interface Planner {
  /** Each visitor once; `standing` undefined: the store said nothing of them. */
  readonly add: (measures: VisitorMeasures, standing: Standing | undefined) => void
  readonly plan: () => Plan
}

export function createPlanner(now: number): Planner {
  const recorded: Recorded[] = []
  const drafts: Draft[] = []
  const rollup = createRollup()
  return {
    add(measures, standing) {
      if (standing === undefined || (standing.measured === null && !standing.erased)) {
        recorded.push(unsettled(measures.visitor))
        return
      }
      const { version, hash } = standing
      const before = standing.erased ? null : standing.measured
      const merged = mergeMeasures(before, measures, now)
      recorded.push(merged.recorded)
      if (before === null || merged.next === null || merged.next === before) return
      rollup.change(before, merged.next, now)
      const next = withoutOld(merged.next, measuresBefore(now).outcomes)
      drafts.push(draftOf(measures.visitor, { version, measured: before, hash }, next))
    },
    plan: () => ({ recorded, drafts, deltas: rollup.deltas() }),
  }
}

/** What visitors who are leaving add to the sums, and the rows that say from when on nothing of before counts. */
export function planLeave(
  standings: ReadonlyMap<string, Standing>,
  harm: 'erasure' | 'withdrawal',
  now: number,
): Pick<Plan, 'drafts' | 'deltas'> {
  const rollup = createRollup()
  const drafts: Draft[] = []
  for (const [visitor, { measured, version }] of standings) {
    // An erasure leaves no row at all; a withdrawal leaves one that says since when.
    if (version === 0 && harm === 'erasure') continue
    if (measured !== null) {
      const last: Outcome = { id: harm, kind: harm, at: now }
      rollup.change(measured, { ...measured, outcomes: [...measured.outcomes, last] }, now)
    }
    // No tombstone has this hash: an erasure sets its own in the same transaction.
    drafts.push(draftOf(visitor, { version, measured, hash: '' }, { ...NOTHING, since: now }))
  }
  return { drafts, deltas: rollup.deltas() }
}

export function draftOf(
  visitor: string,
  { version, measured, hash }: Pick<Standing, 'version' | 'measured' | 'hash'>,
  next: Measured,
): Draft {
  const oldestAt = oldestOf(next)
  const isOldestNew = version === 0 || measured === null || oldestAt !== oldestOf(measured)
  return { visitor, seen: version, hash, document: formatMeasured(next), oldestAt, isOldestNew }
}

/** The visitor's measures with these; the very same where nothing is new. `before` null: the id was erased. */
function mergeMeasures(
  before: Measured | null,
  { visitor, exposures = [], outcomes = [], sightings = [] }: VisitorMeasures,
  now: number,
): { readonly recorded: Recorded; readonly next: Measured | null } {
  const told = exposures.length + outcomes.length
  if (before === null) {
    return { recorded: { visitor, counted: 0, known: 0, refused: told, settled: true }, next: null }
  }
  const isDue = (at: number): boolean => isTimely(at, now) && at > (before.since ?? Number.NEGATIVE_INFINITY)
  const met = mergeExposures(
    before.exposures,
    exposures.filter(({ at }) => isDue(at) && isOpen(at, now)),
  )
  const done = mergeOutcomes(
    before.outcomes,
    outcomes.filter((each) => isDue(each.at) && isWhole(each)),
  )
  const seen = mergeSightings(
    before.sightings,
    sightings.filter(({ at }) => isDue(at)),
  )
  const counted = met.counted + done.counted
  const known = met.known + done.known
  const isSame = met.all === before.exposures && done.all === before.outcomes && seen === before.sightings
  return {
    recorded: { visitor, counted, known, refused: told - counted - known, settled: true },
    next: isSame ? before : { ...before, exposures: met.all, outcomes: done.all, sightings: seen },
  }
}

interface Merged<T> {
  /** The very same object where nothing was counted. */
  readonly all: T
  readonly counted: number
  readonly known: number
}

function mergeExposures(
  before: Measured['exposures'],
  told: readonly Exposure[],
): Merged<Measured['exposures']> {
  const all = new Map(before)
  let counted = 0
  let known = 0
  for (const exposure of told) {
    const first: Exposed | undefined = all.get(exposure.campaign)
    if (first === undefined && all.size >= EXPOSURES_MAX) continue
    const next = meetAgain(first, exposure)
    if (next === first) known += 1
    else counted += 1
    all.set(exposure.campaign, next)
  }
  return { all: counted === 0 ? before : all, counted, known }
}

/**
 * What comes twice counts once. Of an order the telling that knows its margin stands, whichever came first, at the time
 * that was told first: servers may know no more than the day.
 */
function mergeOutcomes(before: readonly Outcome[], told: readonly Outcome[]): Merged<readonly Outcome[]> {
  if (told.length === 0) return { all: before, counted: 0, known: 0 }
  const all = new Map(before.map((each) => [each.id, each]))
  let counted = 0
  let known = 0
  for (const outcome of told) {
    const first = all.get(outcome.id)
    if (first !== undefined && (first.margin !== undefined || outcome.margin === undefined)) known += 1
    else if (first !== undefined || all.size < OUTCOMES_MAX) {
      all.set(outcome.id, first === undefined ? outcome : { ...outcome, at: first.at })
      counted += 1
    }
  }
  return { all: counted === 0 ? before : [...all.values()], counted, known }
}

function mergeSightings(before: Measured['sightings'], told: readonly Sighting[]): Measured['sightings'] {
  const later = told.filter(({ campaign, at }) => at > (before.get(campaign) ?? Number.NEGATIVE_INFINITY))
  if (later.length === 0) return before
  const all = new Map(before)
  for (const { campaign, at } of later) {
    if (!all.has(campaign) && all.size >= EXPOSURES_MAX) continue
    all.set(campaign, Math.max(at, all.get(campaign) ?? at))
  }
  return all
}

/** Sums of fractions would depend on their order. */
const isWhole = ({ value = 0, margin = 0 }: Outcome): boolean =>
  Number.isSafeInteger(value) && Number.isSafeInteger(margin)

/** The answer for a visitor whose measures could not be counted now. */
export const unsettled = (visitor: string): Recorded => ({
  visitor,
  counted: 0,
  known: 0,
  refused: 0,
  settled: false,
})

/** Each visitor once, in the order of their first measures. */
export function groupMeasures(batch: readonly VisitorMeasures[]): readonly VisitorMeasures[] {
  const groups = new Map<string, VisitorMeasures>()
  for (const measures of batch) {
    const known = groups.get(measures.visitor)
    groups.set(
      measures.visitor,
      known === undefined
        ? measures
        : {
            visitor: measures.visitor,
            exposures: [...(known.exposures ?? []), ...(measures.exposures ?? [])],
            outcomes: [...(known.outcomes ?? []), ...(measures.outcomes ?? [])],
            sightings: [...(known.sightings ?? []), ...(measures.sightings ?? [])],
          },
    )
  }
  return [...groups.values()]
}
