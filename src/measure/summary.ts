/**
 * What a campaign did, out of its cells: who was in which arm, whether anybody went missing, and a verdict on every
 * metric, the objective first. Arms are held against the one that changes nothing. Pure; the same whatever the number of
 * events behind the cells.
 *
 * The objective has one p-value an arm and stands for itself; the other benefits are many, so theirs are corrected
 * together (Holm's way, or Benjamini and Hochberg's), intervals included. Harms are not: a warning that was never given
 * costs people more than one that was given too early. Which of them pauses a campaign is settled elsewhere
 * (guardrails.ts).
 */
import type { Campaign } from '../campaign/model.ts'
import { sum } from '../kit/sum.ts'
import { DAY_MS } from '../kit/time.ts'
import { comparing } from './compare.ts'
import type { Correction } from './correction.ts'
import { hasMoved, splitRows } from './expected.ts'
import { type Found, judgeTogether } from './family.ts'
import { baselineOf } from './guardrails.ts'
import { isHarm } from './kinds.ts'
import { BENEFITS, type Cell, EVERYTHING, HARMS, type Metric, PERSONALIZED } from './model.ts'
import { sumMoments } from './moments.ts'
import { daysToDecide, detectableEffect, type Plan, type Wait } from './power.ts'
import { checkSplit, type SplitCheck } from './srm.ts'
import { isAdaptive, learntFrom } from './stratified.ts'
import { unknownShare } from './unknown.ts'
import type { Verdict, View } from './verdict.ts'

export type Measured = Pick<Campaign, 'id' | 'variants' | 'holdout' | 'objective' | 'allocation'>

export interface Asked {
  readonly view: View
  /** Epoch milliseconds: which cohorts are of age. */
  readonly now: number
  /** Holm unless told. */
  readonly correction?: Correction
  /** The relative effect that waiting times are told for; a tenth unless told. */
  readonly effect?: number | undefined
  /** The probability with which an effect that is there is to be found; 0.8 unless told. */
  readonly power?: number | undefined
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

export interface Result extends Found {
  readonly metric: Metric
  readonly arm: string
  readonly isObjective: boolean
  readonly isHarm: boolean
  /** The smallest relative effect that these visitors would show, with the power asked for; null without a lift. */
  readonly detectable: number | null
}

/** Until the effect that was asked for would be found in the objective, by today's traffic of control and arm. */
export interface ArmWait extends Wait {
  readonly arm: string
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
  /** Weights moved, so days are compared with themselves: means are those of days weighted alike in both arms. */
  readonly byDay: boolean
  readonly results: readonly Result[]
  /** What waiting times are told for. */
  readonly effect: number
  readonly power: number
  /** Of the campaign's own arms, those of which nothing is proven yet, and of which anybody can say. */
  readonly waits: readonly ArmWait[]
  /** Share of buyers whose margin nobody knows. */
  readonly unknownMargin: number
}

const WINDOW_DAYS = 14
/** What most campaigns hope for, and the power that most are planned with. */
const HOPED = { effect: 0.1, power: 0.8 }

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
  const drawn = splitRows(cells)
  const split =
    drawn.arms.length < 2 ? null : checkSplit({ rows: drawn.rows, isOnce: asked.view === 'fixed' })
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
    byDay: isAdaptive(campaign) || hasMoved(drawn.rows),
    results: [],
    effect: asked.effect ?? HOPED.effect,
    power: asked.power ?? HOPED.power,
    waits: [],
    unknownMargin: unknownShare(all),
  }
  if (arms.every(({ visitors }) => visitors === 0)) return { ...empty, status: 'no_data', message: NO_DATA }
  if (baseline === null) return { ...empty, status: 'no_baseline', message: NO_BASELINE }
  const results = resultsOf(campaign, cells, empty, asked)
  const shown = results.filter(({ arm }) => campaign.variants.some(({ id }) => id === arm))
  return { ...empty, results, waits: waitsOf(shown, empty) }
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

function daysOf(all: readonly Cell[]): Summary['days'] {
  const days = all
    .filter(({ metric }) => metric === 'exposed')
    .map(({ day }) => day)
    .sort()
  const [from, to] = [days[0], days.at(-1)]
  return from === undefined || to === undefined ? null : { from, to }
}

function resultsOf(
  campaign: Measured,
  cells: readonly Cell[],
  { baseline, arms, objective, split, byDay, power }: Summary,
  { view, now, correction = 'holm' }: Asked,
): readonly Result[] {
  const treated = arms.filter(({ isBaseline, visitors }) => !isBaseline && visitors > 0)
  const wanted = learntFrom(cells, isAdaptive(campaign) ? campaign.allocation?.by : [])
  const verdictOf = comparing(wanted, { byDay, view, now, mismatch: isMismatch(split) })
  const family = (metrics: readonly Metric[], method: Correction): readonly Result[] =>
    judgeTogether(
      metrics.flatMap((metric) => treated.map(({ arm }) => ({ metric, arm }))),
      ({ metric, arm }, alpha) => verdictOf(metric, [baseline as string, arm], alpha),
      method,
    ).map((found) => ({
      ...found,
      isObjective: found.metric === objective,
      isHarm: isHarm(found.metric),
      detectable: detectableIn(found.verdict, power),
    }))
  const others = BENEFITS.filter((metric) => metric !== objective)
  return [...family([objective], correction), ...family(others, correction), ...family(HARMS, 'none')]
}

/** What came into view may differ by what an arm does to its place; that is told, and withholds nothing. */
export const isMismatch = (split: SplitCheck | null): boolean => split?.cause === 'selection'

const planOf = ({ view, alpha }: Verdict, power: number): Plan => ({
  view: view === 'sequential' ? view : 'fixed',
  alpha,
  power,
})

function detectableIn(verdict: Verdict, power: number): number | null {
  const { measured } = verdict
  return measured && detectableEffect(measured.standardError, measured.n, planOf(verdict, power))
}

function waitsOf(results: readonly Result[], { days, arms, effect, power }: Summary): readonly ArmWait[] {
  if (days === null) return []
  const span = (Date.parse(days.to) - Date.parse(days.from)) / DAY_MS + 1
  return results.flatMap(({ arm, isObjective, verdict }) => {
    if (!isObjective || verdict.measured === null || verdict.proven !== null) return []
    const pair = arms.filter((one) => one.isBaseline || one.arm === arm)
    const daily = sum(pair.map(({ visitors }) => visitors)) / span
    const wait = daysToDecide(verdict.measured, effect, daily, planOf(verdict, power))
    return wait.ok ? [{ arm, ...wait.value }] : []
  })
}
