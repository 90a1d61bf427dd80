/** Two arms by one metric, out of cells: whose cells count, how they are put together, and what is asked of them. Pure. */
import { DAY_MS } from '../kit/time.ts'
import { judge } from './judge.ts'
import { betterOf, kindOf } from './kinds.ts'
import type { Cell, Metric, Moments } from './model.ts'
import { NO_MOMENTS, sumMoments } from './moments.ts'
import { stratified } from './stratified.ts'
import { isUnknown } from './unknown.ts'
import type { Question, Verdict, View } from './verdict.ts'

export interface Comparing extends Pick<Question, 'difference'> {
  readonly view: View
  /** Visitors went missing before they were counted: every lift is withheld. */
  readonly mismatch: boolean
  /** Weights moved: days are compared with themselves. Sums are sharper where weights stood still. */
  readonly byDay: boolean
  /** Epoch milliseconds: which cohorts are of age. */
  readonly now: number
}

/** Visitors in each arm from which on a cell may be told. */
export const CELL_MIN_VISITORS = 10
/** Cohorts enter when the last day on which their visitors may come back is over. */
const OF_AGE_DAYS: Readonly<Partial<Record<Metric, number>>> = { retention_7: 14, retention_28: 35 }

/** Does a comparison by this metric take the days apart? */
export const isByDay = (metric: Metric, byDay: boolean): boolean => byDay || OF_AGE_DAYS[metric] !== undefined

/** `cells`: of one campaign, and of those visitors alone who are to be compared. */
export function comparing(cells: readonly Cell[], { byDay, now, ...question }: Comparing) {
  const momentsOf = (metric: Metric, arms: readonly string[]): readonly Moments[] => {
    const own = cells.filter((cell) => cell.metric === metric && isOfAge(cell, now))
    const fair = byDay ? stratified(own, metric, arms) : null
    return arms.map((arm) =>
      fair === null ? sumMoments(own.filter((cell) => cell.arm === arm)) : (fair.get(arm) ?? NO_MOMENTS),
    )
  }
  return (metric: Metric, arms: readonly [baseline: string, arm: string], alpha?: number): Verdict => {
    const [control, arm] = momentsOf(metric, arms) as [Moments, Moments]
    return judge(control, arm, {
      ...question,
      kind: kindOf(metric),
      better: betterOf(metric),
      isUnknown: isUnknown(metric, cells),
      ...(alpha === undefined ? {} : { alpha }),
      // Costs of everybody are in it too: its own sums do not tell on how many buyers it rests.
      ...(metric === 'margin' ? { events: eventsOf(momentsOf('conversion', arms)) } : {}),
    })
  }
}

const eventsOf = (moments: readonly Moments[]) => moments.map(({ y }) => y) as unknown as [number, number]

function isOfAge({ metric, day }: Cell, now: number): boolean {
  const days = OF_AGE_DAYS[metric as Metric]
  return days === undefined || Date.parse(`${day}T00:00:00Z`) + (days + 1) * DAY_MS <= now
}
