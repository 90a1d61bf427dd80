/**
 * What a campaign did, out of its cells: who was in which arm, whether anybody went missing, and a verdict on every
 * metric, the objective first. Arms are held against the one that changes nothing. Pure; the same whatever the number of
 * events behind the cells.
 *
 * The objective has one p-value an arm and stands for itself; the other benefits are many, so theirs are corrected
 * together (Holm), intervals included. Harms are not: a warning that was never given costs people more than one that was
 * given too early. Which of them pauses a campaign is settled elsewhere (guardrails.ts).
 */
import type { Campaign } from '../campaign/model.ts'
import { correct } from './correction.ts'
import { expectedCounts } from './expected.ts'
import { ALPHA } from './fixed.ts'
import { baselineOf } from './guardrails.ts'
import { judge } from './judge.ts'
import { betterOf, kindOf } from './kinds.ts'
import { BENEFITS, type Cell, EVERYTHING, HARMS, type Metric, type Moments, PERSONALIZED } from './model.ts'
import { NO_MOMENTS, sumMoments } from './moments.ts'
import { daysToDecide } from './power.ts'
import { CELL_MIN_VISITORS } from './segments.ts'
import { checkSplit, type SplitCheck } from './srm.ts'
import { learntFrom, stratified } from './stratified.ts'
import type { Verdict, View } from './verdict.ts'

export type Measured = Pick<Campaign, 'id' | 'variants' | 'holdout' | 'objective' | 'allocation'>

export interface Asked {
  readonly view: View
  /** Epoch milliseconds: which cohorts are of age. */
  readonly now: number
}

export interface ArmCount {
  readonly arm: string
  readonly isBaseline: boolean
  /** Exposed to it. */
  readonly visitors: number
  /** In whose browser its place came into view. */
  readonly seen: number
  /** Who met another arm as well. */
  readonly crossed: number
}

export interface Result {
  readonly metric: Metric
  readonly arm: string
  readonly isObjective: boolean
  readonly isHarm: boolean
  readonly verdict: Verdict
  /** Among all that were looked at together; the verdict's interval is as wide as that asks. */
  readonly pValue: number
}

export interface Summary {
  readonly campaign: string
  readonly status: 'ok' | 'no_data' | 'no_baseline'
  readonly message: string
  readonly view: View
  /** Cohort days with visitors, the first and the last; null for none. */
  readonly days: { readonly from: string; readonly to: string } | null
  readonly objective: Metric
  readonly windowDays: number
  readonly baseline: string | null
  readonly arms: readonly ArmCount[]
  readonly split: SplitCheck | null
  readonly results: readonly Result[]
  /** Until an effect of a tenth would be found, by the objective and today's traffic; null where nobody can say. */
  readonly wait: { readonly effect: number; readonly visitors: number; readonly days: number } | null
  /** Share of buyers whose margin nobody knows. */
  readonly unknownMargin: number
}

const DAY_MS = 86_400_000
const WINDOW_DAYS = 14
/** Cohorts enter when the last day on which their visitors may come back is over. */
const OF_AGE_DAYS: Readonly<Partial<Record<Metric, number>>> = { retention_7: 14, retention_28: 35 }
/** The effect that waiting times are told for: what most campaigns hope for. */
const HOPED = 0.1

const NO_DATA = 'Nobody who agreed to be measured has met this campaign yet.'
const NO_BASELINE = 'Nothing to compare with: add a variant without edits, or a holdout.'

/** `EVERYTHING` as a campaign: all of personalization against its global holdout. */
export const WHOLE: Measured = {
  id: EVERYTHING,
  holdout: 0.5,
  variants: [{ id: PERSONALIZED, weight: 1, edits: [{ action: 'remove', selector: '*' }] }],
  objective: { metric: 'revenue', windowDays: 28 },
}

/** `cells`: of this campaign, all segments. */
export function summarize(campaign: Measured, cells: readonly Cell[], asked: Asked): Summary {
  const all = cells.filter(({ segment }) => segment === 'all')
  const baseline = baselineOf(campaign)
  const arms = armsOf(campaign, all, baseline)
  const split = splitOf(arms, cells)
  const empty: Summary = {
    campaign: campaign.id,
    status: 'ok',
    message: '',
    view: asked.view,
    days: daysOf(all),
    objective: campaign.objective?.metric ?? 'conversion',
    windowDays: campaign.objective?.windowDays ?? WINDOW_DAYS,
    baseline,
    arms,
    split,
    results: [],
    wait: null,
    unknownMargin: unknownMarginOf(all),
  }
  if (arms.every(({ visitors }) => visitors === 0)) return { ...empty, status: 'no_data', message: NO_DATA }
  if (baseline === null) return { ...empty, status: 'no_baseline', message: NO_BASELINE }
  const results = resultsOf(campaign, cells, empty, asked)
  return { ...empty, results, wait: waitOf(results, empty) }
}

/** Arms that were shown to anybody, or may be; the baseline first. */
function armsOf({ variants }: Measured, all: readonly Cell[], baseline: string | null): readonly ArmCount[] {
  const names = new Set([
    ...(baseline === null ? [] : [baseline]),
    ...variants.map(({ id }) => id),
    ...all.map(({ arm }) => arm),
  ])
  const counted = Map.groupBy(all, ({ arm, metric }) => `${arm} ${metric}`)
  const visitorsOf = (arm: string, metric: Cell['metric']): number =>
    sumMoments(counted.get(`${arm} ${metric}`) ?? []).n
  return [...names].map((arm) => ({
    arm,
    isBaseline: arm === baseline,
    visitors: visitorsOf(arm, 'exposed'),
    seen: visitorsOf(arm, 'seen'),
    crossed: visitorsOf(arm, 'crossed'),
  }))
}

function splitOf(arms: readonly ArmCount[], cells: readonly Cell[]): SplitCheck | null {
  const expected = expectedCounts(cells)
  const meant = arms.filter(({ arm }) => expected.has(arm))
  if (meant.length < 2) return null
  const seen = meant.map((arm) => arm.seen)
  return checkSplit({
    assigned: meant.map(({ visitors }) => visitors),
    expected: meant.map(({ arm }) => expected.get(arm) ?? 0),
    ...(seen.some((count) => count > 0) ? { seen } : {}),
  })
}

function daysOf(all: readonly Cell[]): Summary['days'] {
  const days = all
    .filter(({ metric }) => metric === 'exposed')
    .map(({ day }) => day)
    .sort()
  const [from, to] = [days[0], days.at(-1)]
  return from === undefined || to === undefined ? null : { from, to }
}

function unknownMarginOf(all: readonly Cell[]): number {
  const of = (metric: Cell['metric']): Moments => sumMoments(all.filter((cell) => cell.metric === metric))
  const buyers = of('conversion').y
  return buyers === 0 ? 0 : Math.min(1, of('unknown_margin').n / buyers)
}

function resultsOf(
  campaign: Measured,
  cells: readonly Cell[],
  { baseline, arms, objective, split }: Summary,
  { view, now }: Asked,
): readonly Result[] {
  const treated = arms.filter(({ isBaseline, visitors }) => !isBaseline && visitors > 0)
  const momentsOf = momentsBy(campaign, cells, now)
  const verdictOf = (metric: Metric, arm: string, alpha: number): Verdict => {
    const moments = momentsOf(metric, [baseline as string, arm])
    const [control, own] = [moments.get(baseline as string), moments.get(arm)]
    const verdict = judge(control ?? NO_MOMENTS, own ?? NO_MOMENTS, {
      kind: kindOf(metric),
      better: betterOf(metric),
      view,
      alpha,
      // What came into view may differ by what an arm does to its place; that is told, and withholds nothing.
      split: split?.cause === 'selection' ? split : null,
    })
    return withoutFew(verdict)
  }
  const family = (metrics: readonly Metric[], method: 'holm' | 'none'): readonly Result[] => {
    const pairs = metrics.flatMap((metric) => treated.map(({ arm }) => ({ metric, arm })))
    const raw = pairs.map(({ metric, arm }) => verdictOf(metric, arm, ALPHA))
    const tested = raw.flatMap(({ status }, index) => (status === 'ok' ? [index] : []))
    const corrected = correct(
      tested.map((index) => raw[index]?.pValue ?? 1),
      method,
      ALPHA,
    )
    return pairs.map(({ metric, arm }, index) => {
      const place = tested.indexOf(index)
      const isSame = place === -1 || corrected.alpha === ALPHA
      return {
        metric,
        arm,
        isObjective: metric === objective,
        isHarm: betterOf(metric) === 'down',
        verdict: isSame ? (raw[index] as Verdict) : verdictOf(metric, arm, corrected.alpha),
        pValue: place === -1 ? 1 : (corrected.pValues[place] ?? 1),
      }
    })
  }
  const others = BENEFITS.filter((metric) => metric !== objective)
  return [...family([objective], 'holm'), ...family(others, 'holm'), ...family(HARMS, 'none')]
}

/** The mean of a handful of visitors is about each of them. */
function withoutFew(verdict: Verdict): Verdict {
  const isFew = (n: number): boolean => n > 0 && n < CELL_MIN_VISITORS
  if (!isFew(verdict.control.n) && !isFew(verdict.arm.n)) return verdict
  return { ...verdict, control: { ...verdict.control, mean: null }, arm: { ...verdict.arm, mean: null } }
}

/**
 * The moments of a baseline and an arm. Where weights follow what was measured, days are compared with themselves; sums
 * over all days are sharper where weights stood still.
 */
function momentsBy({ allocation }: Measured, cells: readonly Cell[], now: number) {
  const isAdaptive = allocation?.kind === 'adaptive'
  const wanted = isAdaptive ? learntFrom(cells, allocation?.by) : learntFrom(cells)
  return (metric: Metric, arms: readonly string[]): ReadonlyMap<string, Moments> => {
    const own = wanted.filter((cell) => cell.metric === metric && isOfAge(cell, now))
    if (isAdaptive) return stratified(own, metric, arms)
    return new Map(arms.map((arm) => [arm, sumMoments(own.filter((cell) => cell.arm === arm))]))
  }
}

function isOfAge({ metric, day }: Cell, now: number): boolean {
  const days = OF_AGE_DAYS[metric as Metric]
  return days === undefined || Date.parse(`${day}T00:00:00Z`) + (days + 1) * DAY_MS <= now
}

function waitOf(results: readonly Result[], { days, arms, view }: Summary): Summary['wait'] {
  const first = results.find(({ isObjective }) => isObjective)
  if (first?.verdict.measured == null || days === null || first.verdict.proven !== null) return null
  const span = (Date.parse(days.to) - Date.parse(days.from)) / DAY_MS + 1
  const daily = arms.reduce((sum, { visitors }) => sum + visitors, 0) / span
  const wait = daysToDecide(first.verdict.measured, HOPED, daily, {
    view: view === 'fixed' ? 'fixed' : 'sequential',
  })
  return wait.ok ? { effect: HOPED, ...wait.value } : null
}
