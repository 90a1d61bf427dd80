/**
 * The guard against the creepy, as far as it can only be judged for one visitor. It fails closed: whatever put a value
 * into the attributes, a campaign that needs more than was given does not use it. Pure; cheap enough for every decision,
 * since what a campaign needs is worked out once.
 */
import { compilePath } from '../campaign/condition.ts'
import { type GuardNeeds, type GuardRule, guardNeeds } from '../campaign/guard.ts'
import type { Attributes, CompiledCampaign } from '../campaign/model.ts'

interface Compiled {
  readonly precisePlace: boolean
  readonly traits: readonly ((attributes: unknown) => unknown)[]
}

/** Needs of compiled campaigns: values, made at the first question; weak, so they go with their release. */
const needs = new WeakMap<CompiledCampaign, Compiled>()

/**
 * The rule that forbids this campaign for this visitor now, or undefined. `sharedPlace`: they shared where they are,
 * for the nearest store, and it is still fresh.
 */
export function guardDecision(
  campaign: CompiledCampaign,
  attributes: Attributes,
  sharedPlace: boolean,
): GuardRule | undefined {
  if (!campaign.personal) return undefined
  let known = needs.get(campaign)
  if (known === undefined) {
    known = compile(guardNeeds(campaign.source))
    needs.set(campaign, known)
  }
  if (known.precisePlace && !sharedPlace) return 'precise_place'
  // A condition such as "is not a student" would hold for everybody who never said; that would be a guess.
  for (const read of known.traits) if (isUnsaid(read(attributes))) return 'undeclared'
  return undefined
}

const compile = ({ precisePlace, traits }: GuardNeeds): Compiled => ({
  precisePlace,
  traits: traits.map((name) => compilePath(`traits.${name}`)),
})

const isUnsaid = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
