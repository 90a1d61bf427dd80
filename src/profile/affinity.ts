/** Affinity: how strongly a visitor's own acts speak for a category, faded by time (see decay.ts). Pure. */
import { addCells, type CellBounds, cellOf, decayedSums } from './decay.ts'
import type { Cell } from './facts.ts'
import type { Evidence, EvidenceKind } from './model.ts'

/**
 * What one event of a kind is worth, a page view being 1. An order of magnitude between looking and buying is usual for
 * implicit feedback (Hu, Koren, Volinsky: "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008, where
 * confidence grows with the act); the steps between are ours. Feedback takes more away than a look or a search gave.
 */
const STRENGTHS: Readonly<Record<EvidenceKind, number>> = {
  view: 1,
  search: 2,
  add_to_cart: 4,
  follow: 6,
  purchase: 8,
  store_purchase: 8,
  store_visit: 0,
  unfollow: -6,
  not_relevant: -6,
  too_personal: -6,
  declare: 0,
  visit: 0,
  served: 0,
}

/** The score that shows as 0.5: one purchase made now, or eight views. */
export const HALF_SCORE = 8
/** Strongest categories that a profile tells of. */
export const AFFINITIES_MAX = 24
/** Thirteen months; what is older than that weighs less than 1/5,000. */
const BOUNDS: CellBounds = { periods: 14, cells: 256 }
/** Weaker ones, a view of three months ago, say nothing. */
const MIN_SCORE = 0.1

export function affinityCells({ kind, category, at }: Evidence): readonly Cell<string>[] {
  const strength = STRENGTHS[kind]
  return category === undefined || strength === 0 ? [] : [cellOf(category, strength, at)]
}

export const addAffinity = (
  a: readonly Cell<string>[],
  b: readonly Cell<string>[],
): readonly Cell<string>[] => addCells(a, b, BOUNDS)

/** Categories by score at `now`, strongest first, ties by name; none that was more refused than liked. */
export function affinitiesAt(
  cells: readonly Cell<string>[],
  now: number,
): readonly (readonly [category: string, score: number])[] {
  return [...decayedSums(cells, now)]
    .filter(([, score]) => score >= MIN_SCORE)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, AFFINITIES_MAX)
}

/** All that speaks for any category, at `now`, in strength. */
export function affinityMass(cells: readonly Cell<string>[], now: number): number {
  let mass = 0
  for (const score of decayedSums(cells, now).values()) mass += Math.max(0, score)
  return mass
}

/**
 * A score as conditions and templates see it, 0 to 1: `s / (s + HALF_SCORE)`, the saturation of Michaelis and Menten
 * (and of BM25's term frequency), so that the tenth purchase says less than the first.
 */
export const normalAffinity = (score: number): number =>
  score <= 0 ? 0 : Math.round((score / (score + HALF_SCORE)) * 1_000) / 1_000
