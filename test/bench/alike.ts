/** Two arms that do not differ, looked at every day: how often does something seem to be found? */
import { judge } from '../../src/measure/judge.ts'
import { addMoments, NO_MOMENTS } from '../../src/measure/moments.ts'
import type { MetricKind } from '../../src/measure/statistic.ts'
import type { View } from '../../src/measure/verdict.ts'
import type { Random } from '../help/sampling.ts'
import { atMost, line, percent } from './bars.ts'
import { type Day, dayOf } from './shoppers.ts'

const DAYS = 28
const ALPHA = 0.05
/** New visitors a day in each arm. */
const VISITORS = 500

interface Question {
  readonly name: keyof Day
  readonly kind: MetricKind
  readonly adjusted: boolean
}

/** Shops of all sizes: new visitors a day in each arm, and how many of them buy. Few small orders mislead most easily. */
const TRAFFIC = [20, 50, 300, 1_000]
const BUYING = [0.01, 0.03, 0.1]
const AS_REPORTED: readonly Question[] = [
  { name: 'conversion', kind: 'share', adjusted: true },
  { name: 'revenue', kind: 'mean', adjusted: true },
  { name: 'average_order', kind: 'ratio', adjusted: true },
]

const QUESTIONS: readonly Question[] = [
  { name: 'conversion', kind: 'share', adjusted: false },
  { name: 'conversion', kind: 'share', adjusted: true },
  { name: 'revenue', kind: 'mean', adjusted: false },
  { name: 'revenue', kind: 'mean', adjusted: true },
  { name: 'average_order', kind: 'ratio', adjusted: false },
]

/** Sums of both arms at the end of each day. */
function* history(random: Random, visitors = VISITORS, buying?: number): Generator<readonly [Day, Day]> {
  const nothing: Day = { conversion: NO_MOMENTS, revenue: NO_MOMENTS, average_order: NO_MOMENTS }
  let arms: readonly [Day, Day] = [nothing, nothing]
  const after = (sums: Day): Day => {
    const day = dayOf(visitors, random, buying)
    return {
      conversion: addMoments(sums.conversion, day.conversion),
      revenue: addMoments(sums.revenue, day.revenue),
      average_order: addMoments(sums.average_order, day.average_order),
    }
  }
  for (let day = 0; day < DAYS; day++) {
    arms = [after(arms[0]), after(arms[1])]
    yield arms
  }
}

const look = ({ name, kind, adjusted }: Question, [control, arm]: readonly [Day, Day], view: View) =>
  judge(control[name], arm[name], { kind, view, adjusted, alpha: ALPHA })

const found = (days: readonly (readonly [Day, Day])[], question: Question, view: View): boolean =>
  days.some((arms) => look(question, arms, view).proven !== null)

class Tally {
  /** Runs in which the sequential, or the fixed, view ever found something. */
  sequential = 0
  fixed = 0
  /** Runs in which the fixed view's last interval held the truth. */
  covered = 0
  reduction = 0
}

/** One run's answers to one question, day by day. */
function follow(days: readonly (readonly [Day, Day])[], question: Question, tally: Tally): void {
  const last = look(question, days.at(-1) as readonly [Day, Day], 'fixed')
  tally.sequential += Number(found(days, question, 'sequential'))
  tally.fixed += Number(found(days, question, 'fixed'))
  tally.covered += Number(last.proven === null)
  tally.reduction += last.varianceReduction
}

export function alike(runs: number, random: Random): void {
  const tallies = QUESTIONS.map(() => new Tally())
  for (let run = 0; run < runs; run++) {
    const days = [...history(random)]
    for (const [at, question] of QUESTIONS.entries()) follow(days, question, tallies[at] as Tally)
  }
  for (const [at, { name, adjusted }] of QUESTIONS.entries()) {
    const { sequential, fixed, covered, reduction } = tallies[at] as Tally
    const label = adjusted ? `${name}, CUPED (variance -${percent(reduction / runs, 0)})` : name
    atMost(`A/A ${label}: sequential, found at any of ${DAYS} looks`, sequential / runs, ALPHA, runs)
    const share = covered / runs
    line(
      `A/A ${label}: fixed, covers at one look`,
      percent(share),
      '95 ± 1.5 %',
      Math.abs(share - 0.95) <= 0.015,
    )
    line('    (fixed, were it looked at daily)', percent(fixed / runs))
  }
}

/** In shops of all sizes: what the sequential view, as reports have it, finds at any of its looks. */
export function alikeAnywhere(runs: number, random: Random): void {
  for (const visitors of TRAFFIC) {
    for (const buying of BUYING) {
      const counts = AS_REPORTED.map(() => 0)
      for (let run = 0; run < runs; run++) {
        const days = [...history(random, visitors, buying)]
        for (const [at, question] of AS_REPORTED.entries()) {
          counts[at] = (counts[at] as number) + Number(found(days, question, 'sequential'))
        }
      }
      for (const [at, { name }] of AS_REPORTED.entries()) {
        const label = `A/A ${name}: sequential, ${visitors} a day in each arm, ${percent(buying, 0)} buy`
        atMost(label, (counts[at] as number) / runs, ALPHA, runs)
      }
    }
  }
}
