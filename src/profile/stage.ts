/**
 * The path from unknown to personalized: how well a visitor is known, as a function of their profile. Pure.
 *
 * | stage        | what it takes                                                                                |
 * |--------------|----------------------------------------------------------------------------------------------|
 * | unknown      | no consent, so no id                                                                         |
 * | identified   | a consented first-party id                                                                   |
 * | connected    | an explicit tie: follows a brand, or has linked an account or a newsletter                   |
 * | known        | enough evidence that affinities can be trusted: `KNOWN_MASS`, gathered on `KNOWN_DAYS` days  |
 * | personalized | connected or known, and a decision from their own profile has reached them                   |
 *
 * A visitor stands at the highest stage whose own condition holds. Evidence fades, so somebody known who stays away
 * falls back; and who was served from a profile that has faded since is no longer personalized.
 */
import { affinityMass } from './affinity.ts'
import { HALF_LIFE_MS } from './decay.ts'
import type { Facts } from './facts.ts'
import type { Profile, Snapshot, Stage } from './model.ts'

/** Strength of all evidence together, faded: twelve views, or a purchase and four views. */
export const KNOWN_MASS = 12
/** One day may be an errand for somebody else. */
const KNOWN_DAYS = 2

/** What decides the stage, in the form that the store can count by. */
export interface StageMarks {
  readonly following: boolean
  /** Known before this moment, epoch milliseconds; 0: not known. */
  readonly knownUntil: number
  /** 0: never. */
  readonly servedAt: number
}

export function stageMarks(facts: Facts): StageMarks {
  return {
    following: facts.follows.some(([, on]) => on === 1),
    knownUntil: knownUntil(facts),
    servedAt: facts.servedAt,
  }
}

/** The stage at `now`; null is a visitor without consent, of whom there is no profile. */
export function stageOf(profile: Profile | null, now: number): Stage {
  if (profile === null) return 'unknown'
  const marks = stageMarks(profile.facts)
  const isKnown = now < marks.knownUntil
  const isConnected = profile.linked || marks.following
  if ((isKnown || isConnected) && marks.servedAt > 0) return 'personalized'
  if (isKnown) return 'known'
  return isConnected ? 'connected' : 'identified'
}

/** The stage as the visitor's cookie has it: what a page view goes by. */
export const stageIn = (snapshot: Snapshot | undefined): Stage =>
  snapshot === undefined ? 'unknown' : (snapshot.stage ?? 'identified')

/** All evidence fades by one factor, so when it falls below the threshold can be told ahead. */
function knownUntil({ affinity, days, lastAt }: Facts): number {
  const mass = days.length < KNOWN_DAYS ? 0 : affinityMass(affinity, lastAt)
  return mass <= KNOWN_MASS ? 0 : Math.floor(lastAt + HALF_LIFE_MS * Math.log2(mass / KNOWN_MASS))
}
