/** From sums to a verdict: what is unfit is said, what is fit is read in the view that was asked for. Pure. */
import { believe, type Posterior } from './bayes.ts'
import { adjust } from './cuped.ts'
import { ALPHA, fixedHorizon, type Interval, type Reading } from './fixed.ts'
import type { Better } from './kinds.ts'
import { type Lift, type LiftFault, liftOf } from './lift.ts'
import type { Moments } from './model.ts'
import { alwaysValid, TUNING_VISITORS } from './sequential.ts'
import { SRM_THRESHOLD } from './srm.ts'
import { type MetricKind, statisticOf } from './statistic.ts'
import type { Question, Side, Verdict, View } from './verdict.ts'

const AT_LEAST = { visitors: 100, events: 10 }

const FAULTS: Readonly<Record<LiftFault, string>> = {
  no_data: 'Nobody has been measured in one of the two arms yet.',
  zero_baseline: 'The baseline is 0, so nothing can be told relative to it.',
  zero_variance: 'In one of the two arms everybody is alike so far: nothing tells effect from chance.',
}

/** How `arm` does against `control`. Never throws; never NaN or Infinity, whatever the sums. */
export function judge(control: Moments, arm: Moments, question: Question): Verdict {
  const { kind, view = 'sequential', difference = 'relative', alpha = ALPHA, adjusted = true } = question
  const neutral: Verdict = {
    status: 'no_data',
    message: FAULTS.no_data,
    view,
    difference,
    alpha,
    control: sideOf(kind, control),
    arm: sideOf(kind, arm),
    lift: null,
    interval: null,
    standardError: null,
    pValue: 1,
    chance: 0.5,
    risk: null,
    proven: null,
    varianceReduction: 0,
    measured: null,
  }
  const unfit = whyUnfit(control, arm, question)
  if (unfit !== null) return { ...neutral, ...unfit }
  const pair = adjusted
    ? adjust(kind, control, arm)
    : { control: statisticOf(kind, control), arm: statisticOf(kind, arm), varianceReduction: 0 }
  const lift = liftOf(pair.control, pair.arm, difference)
  if (!lift.ok) return { ...neutral, status: 'degenerate', message: FAULTS[lift.error] }
  const reading = read(lift.value, question)
  // Sums near the end of a double's range have finite means and infinite intervals.
  if (!reading.interval.every(Number.isFinite))
    return { ...neutral, status: 'degenerate', message: FAULTS.zero_variance }
  return { ...neutral, ...reading, varianceReduction: pair.varianceReduction }
}

type Unfit = Pick<Verdict, 'status' | 'message'>

function whyUnfit(
  control: Moments,
  arm: Moments,
  { kind, split, atLeast = AT_LEAST }: Question,
): Unfit | null {
  if (!(control.n > 0 && arm.n > 0)) return { status: 'no_data', message: FAULTS.no_data }
  if (split && split.cause !== 'none' && split.pValue < SRM_THRESHOLD) {
    return { status: 'srm', message: MISSING[split.cause] }
  }
  const few = Math.min(control.n, arm.n) < atLeast.visitors
  const rare = kind === 'share' && control.y + arm.y < atLeast.events
  return few || rare
    ? { status: 'too_few', message: 'There are too few visitors yet to say anything.' }
    : null
}

const MISSING = {
  selection: 'The arms do not have the visitors their weights meant them to have: lifts are withheld.',
  capture: 'One arm was seen by fewer of its visitors than another: lifts are withheld.',
}

function read(lift: Lift, question: Question) {
  const { view = 'sequential', alpha = ALPHA, better = 'up', prior = null } = question
  const belief = believe(lift, prior, alpha, better)
  const reading = readingOf(view, lift, belief, alpha, question.tuning ?? TUNING_VISITORS)
  return {
    status: 'ok' as const,
    message: '',
    lift: view === 'bayes' ? belief.estimate : lift.estimate,
    interval: reading.interval,
    standardError: view === 'bayes' ? belief.deviation : lift.standardError,
    pValue: reading.pValue,
    chance: belief.chance,
    risk: belief.risk,
    proven: provenBy(reading.interval, better),
    measured: lift,
  }
}

function readingOf(view: View, lift: Lift, belief: Posterior, alpha: number, tuning: number): Reading {
  if (view === 'fixed') return fixedHorizon(lift, alpha)
  if (view === 'sequential') return alwaysValid(lift, alpha, 'two', tuning)
  return { interval: belief.interval, pValue: 2 * Math.min(belief.chance, 1 - belief.chance) }
}

function provenBy([low, high]: Interval, better: Better): 'better' | 'worse' | null {
  if (low !== null && low > 0) return better === 'up' ? 'better' : 'worse'
  if (high !== null && high < 0) return better === 'up' ? 'worse' : 'better'
  return null
}

function sideOf(kind: MetricKind, m: Moments): Side {
  const { mean } = statisticOf(kind, m)
  return { n: m.n, mean: m.n > 0 && Number.isFinite(mean) ? mean : null }
}
