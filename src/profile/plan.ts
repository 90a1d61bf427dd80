/**
 * What to write for one visitor's events, given what the store says now: pure, so that every store counts alike, and
 * can simply ask again when somebody else wrote in between.
 */
import { allowedEvidence } from './allowed.ts'
import { applyAll, emptyContribution } from './contribution.ts'
import { isTimely } from './evidence.ts'
import type { Applied, Contribution, Evidence, VisitorEvidence } from './model.ts'
import { factsWithout } from './without.ts'

/** What the store knows of a visitor whose events are to be counted. */
export interface Standing {
  readonly contribution: Contribution | null
  /** Which of the events were counted before. */
  readonly known: ReadonlySet<string>
  readonly erased: boolean
  /** Data classes that its owner switched off last. */
  readonly off: readonly string[]
}

export interface Plan {
  /** How it ends once it is written, or at once where there is nothing to write. */
  readonly outcome: Applied
  /** Events to keep; where there is none, there is nothing to write. */
  readonly fresh: readonly Evidence[]
  readonly next: Contribution
}

export function planEvidence({ visitor, evidence }: VisitorEvidence, standing: Standing, now: number): Plan {
  const before = standing.contribution ?? emptyContribution(visitor)
  if (standing.erased) return { outcome: refusedAll(visitor, evidence.length), fresh: [], next: before }
  const { off } = standing
  // What was still on its way when its owner switched it off is not wanted any more.
  const timely = evidence.flatMap((one) => (isTimely(one.at, now) ? (allowedEvidence(one, off) ?? []) : []))
  const fresh = new Map<string, Evidence>()
  for (const event of timely) {
    if (!standing.known.has(event.id) && !fresh.has(event.id)) fresh.set(event.id, event)
  }
  const events = [...fresh.values()]
  const next = applyAll(before, events)
  return {
    outcome: {
      visitor,
      applied: events.length,
      known: timely.length - events.length,
      refused: evidence.length - timely.length,
      erased: false,
      settled: true,
    },
    fresh: events,
    next: { ...next, facts: factsWithout(next.facts, off) },
  }
}

/** The answer for a visitor whose events could not be counted now. */
export const unsettled = (visitor: string): Applied => ({
  visitor,
  applied: 0,
  known: 0,
  refused: 0,
  erased: false,
  settled: false,
})

/** Each visitor once, in the order of their first events. */
export function groupByVisitor(batch: readonly VisitorEvidence[]): readonly VisitorEvidence[] {
  const groups = new Map<string, Evidence[]>()
  for (const { visitor, evidence } of batch) {
    const group = groups.get(visitor)
    if (group === undefined) groups.set(visitor, [...evidence])
    else group.push(...evidence)
  }
  return [...groups].map(([visitor, evidence]) => ({ visitor, evidence }))
}

/**
 * What is kept of an event beside its id, time and kind. Never what was typed into a search, nor what was declared:
 * a declaration stands in the profile and nowhere else.
 */
export function detailOf({ id: _, at: __, kind: ___, query: ____, trait, ...detail }: Evidence): string {
  return JSON.stringify(trait === undefined ? detail : { ...detail, trait: trait.name })
}

const refusedAll = (visitor: string, count: number): Applied => ({
  visitor,
  applied: 0,
  known: 0,
  refused: count,
  erased: true,
  settled: true,
})
