/**
 * One metric of one arm against its baseline, as a plain object that a report, a CSV or a chart can show as it is: no
 * NaN, no Infinity, and where there is nothing to say, the reason for it. Pure.
 */
import type { Posterior } from './bayes.ts'
import type { Interval } from './fixed.ts'
import type { Better } from './kinds.ts'
import type { Difference, Lift } from './lift.ts'
import type { MetricKind } from './statistic.ts'

export type View = 'sequential' | 'fixed' | 'bayes'
export type VerdictStatus = 'ok' | 'no_data' | 'too_few' | 'degenerate' | 'srm' | 'unknown_margin'

export interface Question {
  readonly kind: MetricKind
  readonly better?: Better
  /** Sequential unless told: the one that may be looked at any day. */
  readonly view?: View
  readonly difference?: Difference
  readonly alpha?: number
  readonly tuning?: number
  /** Whether the companion is taken out (CUPED). A ratio has none to take out. */
  readonly adjusted?: boolean
  /** Visitors went missing before they were counted: every lift is withheld. */
  readonly mismatch?: boolean
  /** Too many of these margins are unknown to judge by the others. */
  readonly isUnknown?: boolean
  /** Visitors whom the metric is about, buyers for one; estimated from its own sums, where left out. */
  readonly events?: readonly [control: number, arm: number]
  /** From how many on there is a verdict: visitors an arm, and events an arm; of shares, events in both together. */
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
  /** An end that is null has no bound: the baseline may still be 0. */
  readonly interval: Interval | null
  /** By the delta method, of the lift. */
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
  /** What was tested: the plain difference, in the baseline's units where it is relative. Null without a lift. */
  readonly measured: Lift | null
}
