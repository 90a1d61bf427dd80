/**
 * Arms compared fairly although their weights changed. Whoever adds up an arm over days in which it had 5 % of visitors
 * and days in which it had 80 % compares different mixtures of days, and a busy weekend wins (Simpson's paradox).
 * Within one cohort day arms are drawn at random, so days are compared with themselves, and put together with weights
 * that are the same for every arm: each day counts by its visitors of all arms (direct standardisation; Cochran 1968).
 *
 * That is also why conversions that take their time favour nobody: a young cohort has shown as little of them in one
 * arm as in the other, and counts the same in both. What is left out is a change of weights within a day, and an arm
 * that only makes people buy sooner, whose lead melts as its cohorts come of age.
 *
 * The answer is moments again, as if the weights had never changed: same means as the combination, and `n` its effective
 * size (Kish 1965), so that variances come out right, a little above rather than below; it is smaller where that would be
 * too sure, because an arm's few visitors of a day that counts for much spread more than those of other days. Every
 * statistic takes them as it takes a cell's: reports use them wherever weights moved, by themselves or by somebody's hand,
 * arm by arm against the baseline, and show the plain number of visitors beside. Pure.
 */
import type { Campaign } from '../campaign/model.ts'
import { sum } from '../kit/sum.ts'
import type { Cell, Count, Metric, Moments } from './model.ts'
import { addMoments, NO_MOMENTS, varianceOf } from './moments.ts'

/** Days with fewer visitors in any arm are taken together with the next one. */
export const MIN_STRATUM_VISITORS = 10

/** Each arm's moments of one stretch of days. */
export type Stratum = ReadonlyMap<string, Moments>

/**
 * Strata of these arms from cells of one campaign, by segment and day: those of `all`, or, where weights differ by
 * context too, those of every `context:…`. They begin and end with the days on which all arms had visitors: before and
 * after, there is nothing to compare.
 */
export function strataOf(
  cells: readonly Cell[],
  metric: Metric | Count,
  arms: readonly string[],
): readonly Stratum[] {
  const wanted = cells.filter((cell) => cell.metric === metric && arms.includes(cell.arm))
  const merged: Stratum[] = []
  let rest: Stratum | undefined
  const segments = Map.groupBy(wanted, ({ segment }) => segment)
  for (const own of segments.values()) {
    const days = daysOf(own)
    const shared = sharedDays(days, arms)
    // In a small context arms may miss each other every day; among many such, they do not.
    const { strata, thin } = mergeThin(shared.length === 0 && segments.size > 1 ? days : shared, arms)
    merged.push(...strata)
    if (thin !== undefined) rest = rest === undefined ? thin : addStrata(rest, thin, arms)
  }
  if (rest === undefined) return merged
  const last = isThin(rest, arms) ? merged.pop() : undefined
  const added = last === undefined ? rest : addStrata(last, rest, arms)
  return arms.every((arm) => (added.get(arm)?.n ?? 0) > 0) ? [...merged, added] : merged
}

const daysOf = (cells: readonly Cell[]): readonly Stratum[] =>
  [...Map.groupBy(cells, ({ day }) => day)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, day]) => new Map(day.map((cell) => [cell.arm, cell])))

/** From the first to the last day on which all arms had visitors. */
function sharedDays(days: readonly Stratum[], arms: readonly string[]): readonly Stratum[] {
  const isShared = (day: Stratum): boolean => arms.every((arm) => (day.get(arm)?.n ?? 0) > 0)
  const first = days.findIndex(isShared)
  return first === -1 ? [] : days.slice(first, days.findLastIndex(isShared) + 1)
}

/** Adds thin days to their successor; what is thin at the end is left over. */
function mergeThin(
  days: readonly Stratum[],
  arms: readonly string[],
): { readonly strata: readonly Stratum[]; readonly thin: Stratum | undefined } {
  const strata: Stratum[] = []
  let thin: Stratum | undefined
  for (const day of days) {
    const whole = thin === undefined ? day : addStrata(thin, day, arms)
    thin = isThin(whole, arms) ? whole : undefined
    if (thin === undefined) strata.push(whole)
  }
  return { strata, thin }
}

const isThin = (stratum: Stratum, arms: readonly string[]): boolean =>
  arms.some((arm) => (stratum.get(arm)?.n ?? 0) < MIN_STRATUM_VISITORS)

const addStrata = (a: Stratum, b: Stratum, arms: readonly string[]): Stratum =>
  new Map(arms.map((arm) => [arm, addMoments(a.get(arm) ?? NO_MOMENTS, b.get(arm) ?? NO_MOMENTS)]))

/** Moments of each arm as if all had kept their weights. Empty for no strata. */
function combineStrata(strata: readonly Stratum[]): ReadonlyMap<string, Moments> {
  const sizes = strata.map((stratum) => sum([...stratum.values()].map(({ n }) => n)))
  const total = sum(sizes)
  const arms = [...(strata[0]?.keys() ?? [])]
  return new Map(arms.map((arm) => [arm, combineArm(strata, sizes, total, arm)]))
}

function combineArm(
  strata: readonly Stratum[],
  sizes: readonly number[],
  total: number,
  arm: string,
): Moments {
  let mean = NO_MOMENTS
  let share = 0
  let error = 0
  for (const [index, stratum] of strata.entries()) {
    const own = stratum.get(arm) ?? NO_MOMENTS
    const weight = (sizes[index] ?? 0) / total
    mean = addMoments(mean, scale(own, weight / own.n))
    share += weight ** 2 / own.n
    error += (weight ** 2 / own.n) * spreadOf(own)
  }
  const alike = scale(mean, 1 / share)
  const told = spreadOf(alike) * share
  return told < error ? scale(alike, told / error) : alike
}

/** Of one visitor around the mean of these, squared. */
const spreadOf = ({ n, y, yy }: Moments): number => varianceOf(n, y, yy) * (1 - 1 / n)

const scale = ({ n, y, yy, x, xx, xy }: Moments, factor: number): Moments => ({
  n: n * factor,
  y: y * factor,
  yy: yy * factor,
  x: x * factor,
  xx: xx * factor,
  xy: xy * factor,
})

/** Prefix of the segments that visitors of contexts are counted in. */
export const CONTEXT_SEGMENT = 'context:'

/**
 * Cohort days of contexts that anybody reads at once. There are many contexts, of as many arms as a campaign has, each with
 * all of its days, since weights differ by day: 64 of them with five arms make 20,000 cohorts of two months.
 */
export const CONTEXT_DAYS = 60

/** Do weights follow what was measured, so that nothing can be compared but within a day? */
export const isAdaptive = ({ allocation }: Pick<Campaign, 'allocation'>): boolean =>
  allocation?.kind === 'adaptive'

/** And differ by context, so that nothing can be compared but within one of those? */
export const isByContext = (campaign: Pick<Campaign, 'allocation'>): boolean =>
  isAdaptive(campaign) && (campaign.allocation?.by?.length ?? 0) > 0

/** The cells to learn from: those of contexts, where weights differ by them, else those of everybody. */
export const learntFrom = (cells: readonly Cell[], by: readonly unknown[] = []): readonly Cell[] =>
  cells.filter(({ segment }) => (by.length > 0 ? segment.startsWith(CONTEXT_SEGMENT) : segment === 'all'))

/** Both steps: cells → fair moments of these arms. */
export const stratified = (
  cells: readonly Cell[],
  metric: Metric | Count,
  arms: readonly string[],
): ReadonlyMap<string, Moments> => combineStrata(strataOf(cells, metric, arms))
