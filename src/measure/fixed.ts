/**
 * The fixed-horizon view: right when looked at once, on a day chosen beforehand. Welch's t test, as gbstats has it.
 * Pure.
 */
import { studentCdf, studentQuantile, studentTwoSided } from './distributions.ts'
import type { Lift } from './lift.ts'

/** What is to be shown: any difference, that the arm has more, or that it has less. */
export type Side = 'two' | 'greater' | 'less'

/** Null is an open end, of a one-sided interval. */
export type Interval = readonly [low: number | null, high: number | null]

export interface Reading {
  readonly interval: Interval
  /** How far it reaches, in standard errors. */
  readonly reach: number
  /** How surprising the data would be without an effect. */
  readonly pValue: number
}

export const ALPHA = 0.05

/** `alpha` in (0, 1). */
export function fixedHorizon(lift: Lift, alpha = ALPHA, side: Side = 'two'): Reading {
  const t = lift.estimate / lift.standardError
  const tail = side === 'two' ? alpha / 2 : alpha
  const reach = studentQuantile(1 - tail, lift.freedom)
  return { interval: intervalOf(lift, reach, side), reach, pValue: pValueOf(t, lift.freedom, side) }
}

function pValueOf(t: number, freedom: number, side: Side): number {
  if (side === 'two') return studentTwoSided(t, freedom)
  return studentCdf(side === 'less' ? t : -t, freedom)
}

export const intervalOf = ({ estimate, standardError }: Lift, reach: number, side: Side): Interval => [
  side === 'less' ? null : estimate - reach * standardError,
  side === 'greater' ? null : estimate + reach * standardError,
]
