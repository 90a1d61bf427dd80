/**
 * Which harm stops a campaign. Each guardrail holds each arm that shows something against the baseline, over cohort days
 * (and contexts, where weights differ by them), so that weights that changed make nothing look better or worse than it
 * is. It may be asked at any time and as often as one likes, and all guardrails of a campaign together raise a false
 * alarm with probability `ALPHA` at most, ever: each pair of a guardrail and an arm has its share (Bonferroni). Pure.
 */
import { type Campaign, type Guardrail, HOLDOUT, type Variant } from '../campaign/model.ts'
import { ALPHA } from './fixed.ts'
import { testHarm } from './harm.ts'
import { testLoss } from './loss.ts'
import type { Cell, Moments } from './model.ts'
import { NO_MOMENTS, sumMoments } from './moments.ts'
import { type Money, toMinor } from './money.ts'
import { learntFrom, stratified } from './stratified.ts'
import { isUnknown } from './unknown.ts'

/**
 * What every campaign is held to that does not say otherwise, as shares of visitors beyond the baseline's. Small, and not
 * 0: of ten million visitors a difference of a hundred is certain and means nothing. Leaving is rare and final, so one
 * visitor in 2,000 is too much; saying that something is too personal is made easy, so it takes one in 200.
 */
export const DEFAULT_GUARDRAILS: readonly Guardrail[] = [
  { metric: 'opt_out', tolerance: 0.0005 },
  { metric: 'withdrawal', tolerance: 0.0005 },
  { metric: 'erasure', tolerance: 0.0005 },
  { metric: 'too_personal', tolerance: 0.005 },
]
/** A campaign that costs something has to earn it: no margin may be lost. */
const MARGIN_GUARDRAIL: Guardrail = { metric: 'margin', tolerance: 0 }

export function guardrailsOf({ guardrails, objective }: Pick<Campaign, 'guardrails' | 'objective'>) {
  if (guardrails !== undefined) return guardrails
  return objective?.cost === undefined ? DEFAULT_GUARDRAILS : [...DEFAULT_GUARDRAILS, MARGIN_GUARDRAIL]
}

/** Whom arms are compared with: a variant that changes nothing, else the holdout; null where there is neither. */
export function baselineOf({ variants, holdout }: Pick<Campaign, 'variants' | 'holdout'>): string | null {
  return variants.find((variant) => !showsSomething(variant))?.id ?? (holdout > 0 ? HOLDOUT : null)
}

export const showsSomething = ({ edits, redirect }: Variant): boolean =>
  edits.length > 0 || redirect !== undefined

/** A guardrail that was crossed, with its figures. */
export interface Breach {
  readonly metric: Guardrail['metric']
  readonly arm: string
  readonly baseline: string
  readonly tolerance: number
  /** Arm minus baseline: shares of visitors; of margin, minor units a visitor. */
  readonly difference: number
  /** How much it is at least, whenever one looks; of margin, how much less. */
  readonly atLeast: number
  readonly alpha: number
  /** Visitors of the arm and of the baseline. */
  readonly visitors: readonly [number, number]
}

/** What has been proven of these arms by `cells`, which are of this campaign: of `all`, or of its contexts. */
export function findBreaches(
  campaign: Pick<Campaign, 'variants' | 'holdout' | 'guardrails' | 'objective' | 'allocation'>,
  arms: readonly string[],
  cells: readonly Cell[],
  money: Money,
): readonly Breach[] {
  const guardrails = guardrailsOf(campaign)
  const baseline = baselineOf(campaign)
  const treated = campaign.variants.filter((variant) => showsSomething(variant)).map(({ id }) => id)
  if (baseline === null) return []
  const alpha = ALPHA / Math.max(1, guardrails.length * treated.length)
  const own = learntFrom(cells, campaign.allocation?.by)
  return treated
    .filter((arm) => arms.includes(arm))
    .flatMap((arm) =>
      guardrails.flatMap(
        ({ metric, tolerance }) => breachOf({ metric, arm, baseline, tolerance, alpha }, own, money) ?? [],
      ),
    )
}

type Figures = Pick<Breach, 'difference' | 'atLeast' | 'visitors'>
/** A guardrail as one arm is held to it. */
type Held = Omit<Breach, keyof Figures>

function breachOf(held: Held, cells: readonly Cell[], money: Money): Breach | null {
  const found =
    held.metric === 'margin'
      ? testMargin({ ...held, tolerance: toMinor(held.tolerance, money) }, cells)
      : testShare(held, cells)
  return found === null ? null : { ...held, ...found }
}

function testShare(
  { metric, arm, baseline, tolerance, alpha }: Held,
  cells: readonly Cell[],
): Figures | null {
  const wanted = cells.filter((cell) => cell.metric === metric)
  const strata = [...Map.groupBy(wanted, ({ day, segment }) => `${day} ${segment}`).values()].map((day) => ({
    control: day.find((cell) => cell.arm === baseline) ?? NO_MOMENTS,
    arm: day.find((cell) => cell.arm === arm) ?? NO_MOMENTS,
  }))
  const { crossed, difference, atLeast } = testHarm(strata, { tolerance, alpha })
  if (!crossed) return null
  return { difference, atLeast, visitors: [visitorsOf(strata, 'arm'), visitorsOf(strata, 'control')] }
}

const visitorsOf = (
  strata: readonly { readonly control: Moments; readonly arm: Moments }[],
  side: 'control' | 'arm',
): number => sumMoments(strata.map((stratum) => stratum[side])).n

/** `tolerance`: in minor units. */
function testMargin({ arm, baseline, tolerance, alpha }: Held, cells: readonly Cell[]): Figures | null {
  if (isUnknown('margin', cells)) return null
  const moments = stratified(cells, 'margin', [baseline, arm])
  const [control, own] = [moments.get(baseline) ?? NO_MOMENTS, moments.get(arm) ?? NO_MOMENTS]
  const { crossed, difference, atLeast } = testLoss(control, own, { tolerance, alpha })
  if (!crossed || difference === null || atLeast === null) return null
  const visitorsIn = (name: string): number =>
    sumMoments(cells.filter((cell) => cell.metric === 'exposed' && cell.arm === name)).n
  return { difference: -difference, atLeast, visitors: [visitorsIn(arm), visitorsIn(baseline)] }
}

const percent = (share: number): string => `${Number((100 * share).toFixed(3))} %`

/** In words, for the audit and the webhook. */
export function tellBreach(breach: Breach, money: Money): string {
  const { metric, arm, baseline, tolerance, difference, atLeast, visitors } = breach
  const amount = (minor: number): string =>
    `${(minor / 10 ** money.decimals).toFixed(money.decimals)} ${money.currency}`
  const [more, least, limit] =
    metric === 'margin'
      ? [`${amount(-difference)} less`, amount(atLeast), `${tolerance} ${money.currency}`]
      : [`${percent(difference)} of visitors more`, percent(atLeast), percent(tolerance)]
  return `${metric}: ${more} with "${arm}" than with "${baseline}", ${least} at least; ${limit} is tolerated (${visitors.join(' and ')} visitors)`
}
