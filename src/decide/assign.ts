/**
 * Who gets what, by hash alone: a unit's arm of a campaign depends on that unit and that campaign and on nothing else,
 * so it is the same on every page, on every day and whatever other campaigns run. Pure.
 *
 * Four independent draws, each with a seed of its own, so that one says nothing about another: the global holdout (one
 * per release line), the campaign's holdout, the campaign's arm, which is GrowthBook's, and whom a limited offer is made
 * to.
 */
import { chooseVariation } from '../campaign/bucket.ts'
import type { CompiledCampaign } from '../campaign/model.ts'
import { hash } from '../kit/hash.ts'

/** Never change these: everybody's holdout would be drawn anew. */
const GLOBAL_HOLDOUT_SEED = 'selvedge:global-holdout'
const HOLDOUT_SEED_PREFIX = 'selvedge:holdout:'
const ADMISSION_SEED_PREFIX = 'admit:'
const HOLDOUT_HASH_VERSION = 2
/** Of the hash: an offer of ten in a crowd needs finer ones, so that a second draw tells places within a step. */
const HASH_STEPS = 10_000

/** Index of a variant, or why there is none. */
export type Draw = number | 'holdout' | 'coverage'

/** Is this unit kept out of all personalization? Raising the share only adds units. */
export const inGlobalHoldout = (unit: string, share: number): boolean =>
  share > 0 && isBelow(GLOBAL_HOLDOUT_SEED, unit, share)

/**
 * This unit's draw in one campaign. The holdout comes before coverage: it is a share of all who are eligible, so that
 * it stays whole and the same while coverage is raised step by step. `ranges`: those of adaptive weights.
 */
export function draw(campaign: CompiledCampaign, unit: string, ranges = campaign.ranges): Draw {
  const { seed, hashVersion, holdout } = campaign.source
  if (holdout > 0 && isBelow(HOLDOUT_SEED_PREFIX + seed, unit, holdout)) return 'holdout'
  const place = hash(seed, unit, hashVersion)
  const index = place === null ? -1 : chooseVariation(place, ranges)
  return index === -1 ? 'coverage' : index
}

function isBelow(seed: string, unit: string, share: number): boolean {
  const place = hash(seed, unit, HOLDOUT_HASH_VERSION)
  return place !== null && place < share
}

/** Is this unit among those whom a limited offer is made to? Raising the admitted share only adds units. */
export function isAdmitted({ id, admitted = 0 }: CompiledCampaign, unit: string): boolean {
  if (admitted <= 0) return false
  const seed = ADMISSION_SEED_PREFIX + id
  const step = hash(seed, unit, HOLDOUT_HASH_VERSION) ?? 1
  return step + (hash(`${seed}:`, unit, HOLDOUT_HASH_VERSION) ?? 0) / HASH_STEPS < admitted
}
