/**
 * The next weights of a campaign that allocates by what was measured: its objective's cells → posteriors → shares. Pure;
 * `random` gives numbers in [0, 1).
 */
import type { Campaign } from '../campaign/model.ts'
import { MAX_CONTEXTS, type Weights } from '../campaign/overlay.ts'
import { sum } from '../kit/sum.ts'
import { contextPosteriors } from './contextual.ts'
import { kindOf } from './kinds.ts'
import type { Cell, Moments } from './model.ts'
import { NO_MOMENTS } from './moments.ts'
import { proportional } from './proportional.ts'
import { CONTEXT_SEGMENT, learntFrom, stratified } from './stratified.ts'
import { chancesOfBest, DEFAULT_FLOOR, type Draw, posteriorsOf, type Random, sharesOf } from './thompson.ts'

/**
 * `cells` are those of the campaign's objective: of `all`, and for a campaign with contexts of each `context:…`. Arms that
 * are `out` keep no share. Until anything is known the author's own weights hold, none of them below the floor.
 */
export function nextWeights(
  campaign: Pick<Campaign, 'variants' | 'objective' | 'allocation'>,
  cells: readonly Cell[],
  from: number,
  out: readonly string[],
  random: Random,
): Weights {
  const { variants, allocation } = campaign
  const metric = campaign.objective?.metric ?? 'conversion'
  const kind = kindOf(metric)
  const arms = variants.map(({ id }) => id)
  const open = arms.filter((arm) => !out.includes(arm))
  const floor = allocation?.floor ?? DEFAULT_FLOOR
  const share = (draws: readonly Draw[]): readonly number[] => {
    const chances = chancesOfBest(draws, random)
    return sharesOf(
      arms.map((arm) => chances[open.indexOf(arm)] ?? 0),
      floor,
      (index) => !open.includes(arms[index] as string),
    )
  }
  const momentsOf = (some: readonly Cell[]): readonly Moments[] => {
    const fitted = kind === 'ratio' ? null : proportional(some, metric, open)
    if (fitted !== null) return fitted
    const found = stratified(some, metric, open)
    return open.map((arm) => found.get(arm) ?? NO_MOMENTS)
  }

  const by = allocation?.by ?? []
  const learnt = learntFrom(cells, by)
  const pooled = momentsOf(learnt)
  const draws = posteriorsOf(kind, pooled)
  const asWritten = variants.map(({ weight }) => weight)
  const shares =
    draws === null
      ? sharesOf(asWritten, floor, (index) => !open.includes(arms[index] as string))
      : share(draws)
  const base = { from, arms, shares, ...(out.length === 0 ? {} : { out }) }
  if (by.length === 0 || draws === null) return base
  const contexts = new Map(
    largest(learnt).map(([key, own]) => [key.slice(CONTEXT_SEGMENT.length), momentsOf(own)]),
  )
  const posteriors = [...contextPosteriors(kind, pooled, contexts)]
  return { ...base, by, contexts: Object.fromEntries(posteriors.map(([key, own]) => [key, share(own)])) }
}

/** The contexts with most visitors, as many as may have weights of their own. */
function largest(cells: readonly Cell[]): readonly (readonly [string, readonly Cell[]])[] {
  const sizeOf = (own: readonly Cell[]): number => sum(own.map(({ n }) => n))
  return [...Map.groupBy(cells, ({ segment }) => segment)]
    .sort(([, a], [, b]) => sizeOf(b) - sizeOf(a))
    .slice(0, MAX_CONTEXTS)
}
