/** Two arms that do not differ, looked at every day: how often does something seem to be found? */
import { judge } from '../../src/measure/judge.ts'
import type { Moments } from '../../src/measure/model.ts'
import { addMoments, NO_MOMENTS } from '../../src/measure/moments.ts'
import type { MetricKind } from '../../src/measure/statistic.ts'
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

const QUESTIONS: readonly Question[] = [
  { name: 'conversion', kind: 'share', adjusted: false },
  { name: 'conversion', kind: 'share', adjusted: true },
  { name: 'revenue', kind: 'mean', adjusted: false },
  { name: 'revenue', kind: 'mean', adjusted: true },
  { name: 'average_order', kind: 'ratio', adjusted: false },
]

/** Sums of both arms at the end of each day. */
function* history(random: Random): Generator<readonly [Day, Day]> {
  const nothing: Day = { conversion: NO_MOMENTS, revenue: NO_MOMENTS, average_order: NO_MOMENTS }
  let arms: readonly [Day, Day] = [nothing, nothing]
  const after = (sums: Day): Day => {
    const day = dayOf(VISITORS, random)
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

class Tally {
  /** Runs in which the sequential, or the fixed, view ever found something. */
  sequential = 0
  fixed = 0
  /** Runs in which the fixed view's last interval held the truth. */
  covered = 0
  reduction = 0
}

/** One run's answers to one question, day by day. */
function follow(
  days: readonly (readonly [Day, Day])[],
  { name, kind, adjusted }: Question,
  tally: Tally,
): void {
  const look = (control: Moments, arm: Moments, view: 'sequential' | 'fixed') =>
    judge(control, arm, { kind, view, adjusted, alpha: ALPHA })
  const found = (view: 'sequential' | 'fixed') =>
    days.some(([control, arm]) => look(control[name], arm[name], view).proven !== null)
  const [control, arm] = days.at(-1) as readonly [Day, Day]
  const last = look(control[name], arm[name], 'fixed')
  tally.sequential += Number(found('sequential'))
  tally.fixed += Number(found('fixed'))
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
