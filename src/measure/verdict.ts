/**
 * One metric of one arm against its baseline, as a plain object that a report, a CSV or a chart can show as it is: no
 * NaN, no Infinity, and where there is nothing to say, the reason for it. Pure.
 */
import type { Posterior, Prior } from './bayes.ts'
import type { Interval } from './fixed.ts'
import type { Better } from './kinds.ts'
import type { Difference, Lift } from './lift.ts'
import type { SplitCheck } from './srm.ts'
import type { MetricKind } from './statistic.ts'

export type View = 'sequential' | 'fixed' | 'bayes'
export type VerdictStatus = 'ok' | 'no_data' | 'too_few' | 'degenerate' | 'srm'

export interface Question {
  readonly kind: MetricKind
  readonly better?: Better
  /** Sequential unless told: the one that may be looked at any day. */
  readonly view?: View
  readonly difference?: Difference
  readonly alpha?: number
  readonly tuning?: number
  readonly prior?: Prior | null
  /** Whether the companion is taken out (CUPED). A ratio has none to take out. */
  readonly adjusted?: boolean
  /** Where visitors went missing, every lift is withheld. */
  readonly split?: Pick<SplitCheck, 'cause' | 'pValue'> | null
  /** Visitors an arm, and of shares the visitors who did it in both, from which on there is a verdict. */
  readonly atLeast?: { readonly visitors: number; readonly events: number }
}

export interface Side {
  readonly n: number
  /** Without adjustment; null for nobody. */
  readonly mean: number | null
}

export interface Verdict {
  readonly status: VerdictStatus
  /** A sentence for people; empty where the numbers speak. */
  readonly message: string
  readonly view: View
  readonly difference: Difference
  readonly alpha: number
  readonly control: Side
  readonly arm: Side
  /** Null, with its interval, where the status is not `ok`. Relative: 0.08 is 8 % more. */
  readonly lift: number | null
  readonly interval: Interval | null
  readonly standardError: number | null
  /** 1 where there is nothing to say. Of the Bayesian view: the chance of being wrong about the direction, twice. */
  readonly pValue: number
  /** That the arm is better, in the Bayesian view's terms; 0.5 where there is nothing to say. */
  readonly chance: number
  /** Expected loss of keeping control, and of taking the arm, in the lift's units. */
  readonly risk: Posterior['risk'] | null
  /** What the interval proves. */
  readonly proven: 'better' | 'worse' | null
  /** Share of the variance that CUPED took away. */
  readonly varianceReduction: number
  /** For power and waiting times; null where the status is not `ok`. */
  readonly measured: Lift | null
}
