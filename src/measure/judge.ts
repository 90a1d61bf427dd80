/**
 * From sums to a verdict: what is unfit is said, what is fit is read in the view that was asked for. Pure.
 *
 * Every view asks the same thing, whether arm and control differ, and asks it of the plain difference: p-value, chance,
 * expected loss and what is proven are those of `arm - control`, told in the baseline's units where the difference is
 * relative. A relative interval is the inversion of that very test (fieller.ts), so it has 0 outside exactly where
 * something is proven; of the Bayesian view it is the credible interval of two means of which nothing was believed before.
 * GrowthBook tests the relative difference with the delta method's error instead, which of few and unequal orders is far
 * too small; here that error is told beside the lift, and proves nothing.
 */
import { believe, type Posterior } from './bayes.ts'
import { adjust } from './cuped.ts'
import { relativeInterval } from './fieller.ts'
import { ALPHA, fixedHorizon, type Interval, intervalOf, type Reading } from './fixed.ts'
import type { Better } from './kinds.ts'
import { type Lift, type LiftFault, liftOf, scaleLift } from './lift.ts'
import type { Moments } from './model.ts'
import { alwaysValid, TUNING_VISITORS } from './sequential.ts'
import { type MetricKind, type Statistic, statisticOf } from './statistic.ts'
import type { Question, Side, Verdict, View } from './verdict.ts'

const AT_LEAST = { visitors: 100, events: 10 }

const FAULTS: Readonly<Record<LiftFault, string>> = {
  no_data: 'One of the two arms has nobody yet, nobody for long enough, or nobody on a day of the other.',
  zero_baseline: 'The baseline is 0, so nothing can be told relative to it.',
  zero_variance: 'In one of the two arms everybody is alike so far: nothing tells effect from chance.',
}
const UNKNOWN = 'The margin of too many buyers is unknown: margins are withheld.'
const MISMATCH = 'The arms do not have the visitors their weights meant them to have: lifts are withheld.'
const TOO_FEW = 'Too few visitors did it yet, or few of them make up most of it.'

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
  const change = liftOf(pair.control, pair.arm, 'absolute')
  if (!change.ok) return { ...neutral, status: 'degenerate', message: FAULTS[change.error] }
  const lift = difference === 'absolute' ? change : liftOf(pair.control, pair.arm, difference)
  if (!lift.ok) return { ...neutral, status: 'degenerate', message: FAULTS[lift.error] }
  const unit = difference === 'absolute' ? 1 : 1 / Math.abs(change.value.base)
  const measured = scaleLift({ ...change.value, difference }, unit)
  const reading = read(measured, pair, question)
  // Sums near the end of a double's range have finite means and infinite errors.
  if (!numbersOf(measured, reading).every(Number.isFinite))
    return { ...neutral, status: 'degenerate', message: FAULTS.zero_variance }
  const { varianceReduction } = pair
  return { ...neutral, ...reading, standardError: lift.value.standardError, varianceReduction }
}

const numbersOf = (
  { estimate, standardError }: Lift,
  { interval, risk }: Pick<Verdict, 'interval' | 'risk'>,
) => [estimate, standardError, ...(interval ?? []), risk?.control ?? 0].map((value) => value ?? 0)

type Unfit = Pick<Verdict, 'status' | 'message'> & Partial<Pick<Verdict, 'control' | 'arm'>>

function whyUnfit(control: Moments, arm: Moments, question: Question): Unfit | null {
  const { kind, mismatch = false, isUnknown = false, atLeast = AT_LEAST } = question
  if (!(control.n > 0 && arm.n > 0)) return { status: 'no_data', message: FAULTS.no_data }
  if (mismatch) return { status: 'srm', message: MISMATCH }
  if (isUnknown) {
    // Nor are means told that would be those of the known ones, spread over everybody.
    const [one, other] = [control, arm].map(({ n }) => ({ n, mean: null })) as [Side, Side]
    return { status: 'unknown_margin', message: UNKNOWN, control: one, arm: other }
  }
  const [inControl, inArm] = question.events ?? [eventsOf(kind, control), eventsOf(kind, arm)]
  // Of shares the variance follows from the count, of the others from what few happened to spend.
  const events = kind === 'share' ? inControl + inArm : Math.min(inControl, inArm)
  const few = Math.min(control.n, arm.n) < atLeast.visitors || events < atLeast.events
  return few ? { status: 'too_few', message: TOO_FEW } : null
}

/**
 * How many visitors the number rests on: those who did it; of means and ratios the effective number (Kish 1965), which
 * is less than that where few of them make up most of the sum.
 */
function eventsOf(kind: MetricKind, { y, yy, x, xx }: Moments): number {
  if (kind === 'share') return y
  return kind === 'ratio' ? ratioOf(x * x, xx) : ratioOf(y * y, yy)
}

const ratioOf = (part: number, whole: number): number => (whole > 0 ? part / whole : 0)

interface Pair {
  readonly control: Statistic
  readonly arm: Statistic
}

function read(measured: Lift, { control, arm }: Pair, question: Question) {
  const { view = 'sequential', alpha = ALPHA, better = 'up', difference = 'relative' } = question
  const belief = believe(measured, alpha, better)
  const { reach, pValue } = readingOf(view, measured, belief, alpha, question.tuning ?? TUNING_VISITORS)
  const interval =
    difference === 'absolute' ? intervalOf(measured, reach, 'two') : relativeInterval(control, arm, reach)
  return {
    status: 'ok' as const,
    message: '',
    lift: measured.estimate,
    interval,
    pValue,
    chance: belief.chance,
    risk: belief.risk,
    proven: provenBy(interval, better),
    measured,
  }
}

function readingOf(
  view: View,
  lift: Lift,
  belief: Posterior,
  alpha: number,
  tuning: number,
): Pick<Reading, 'reach' | 'pValue'> {
  if (view === 'fixed') return fixedHorizon(lift, alpha)
  if (view === 'sequential') return alwaysValid(lift, alpha, 'two', tuning, ALPHA)
  return { reach: belief.reach, pValue: 2 * Math.min(belief.chance, 1 - belief.chance) }
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
