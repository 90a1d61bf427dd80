/**
 * How acceptable people find what a campaign does with their data, by the RSA survey of 2019: 6,387
 * people asked, share who call a practice ethical. Pure.
 *
 * Several practices at once. The survey does not say how many people accept two of them. Were attitudes independent it
 * would be the product of the shares; were they one and the same attitude, the least of them (Fréchet's upper bound).
 * People who accept one practice tend to accept another, so the truth lies between; the score is the geometric mean of
 * both ends. It only ever falls when a practice is added.
 */
import type { DataClass } from './attributes.ts'
import { type DataUse, dataUse } from './datause.ts'
import type { Campaign } from './model.ts'

/** Share of people who find it ethical, 0 to 1, and what the survey asked about. */
const PRACTICES = {
  /** "Tailored ads from tracked activity". */
  tracking: 0.17,
  /** "Recommendations from purchase or browsing history". */
  history: 0.25,
  /** "From likes"; following a brand is one. */
  likes: 0.28,
  /** "Location to spot fraud": a better cause than ours, so rather too high. */
  location: 0.36,
  /** "Commuting habits". */
  habits: 0.42,
  /** What was declared for this very use. "Personal data can be used ethically at all" is the ceiling of anything. */
  declared: 0.48,
} as const
export type Practice = keyof typeof PRACTICES

/** Classes that are not here say nothing about a person: time, weather, device, page, country, region, language. */
const PRACTICE_OF: Readonly<Partial<Record<DataClass, Practice>>> = {
  recent: 'tracking',
  cookie: 'tracking',
  affinity: 'history',
  orders: 'history',
  stage: 'history',
  visit: 'history',
  follows: 'likes',
  city: 'location',
  place: 'location',
  store: 'location',
  habit: 'habits',
  traits: 'declared',
}

/**
 * Below this share, fewer than one person in ten, a combination needs an override. The case that this product is for
 * (a brand that somebody follows, near a store that they often visit) comes to 0.11; what was looked at last together
 * with the history comes to 0.09, and history, likes, location and habits all at once to 0.05.
 */
export const PRACTICE_THRESHOLD = 0.1

export interface PracticeScore {
  /** Share of people who would find all of it ethical, 0 to 1, two decimals; 1 where nothing is about a person. */
  readonly score: number
  readonly practices: readonly Practice[]
  /** A combination that fewer than `PRACTICE_THRESHOLD` accept. */
  readonly needsOverride: boolean
}

export const practiceOf = (campaign: Campaign): PracticeScore => scoreOf(dataUse(campaign))

export function scoreOf({ classes }: Pick<DataUse, 'classes'>): PracticeScore {
  const practices = [...new Set(classes.flatMap((dataClass) => PRACTICE_OF[dataClass] ?? []))].sort()
  const joint = jointAcceptance(practices.map((practice) => PRACTICES[practice]))
  return {
    score: Math.round(joint * 100) / 100,
    practices,
    needsOverride: practices.length > 1 && joint < PRACTICE_THRESHOLD,
  }
}

/** Between Fréchet's upper bound and independence, see above. */
export function jointAcceptance(shares: readonly number[]): number {
  const product = shares.reduce((total, share) => total * share, 1)
  return Math.sqrt(Math.min(1, ...shares) * product)
}
