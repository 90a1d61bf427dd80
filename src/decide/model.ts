import type { CompiledCampaign, CompiledVariant } from '../campaign/model.ts'

/** Why a campaign did or did not change the page: the closed list. */
export const REASONS = [
  'match',
  'control',
  'holdout',
  'global_holdout',
  'forced_control',
  'preview',
  'preview_rejected',
  'audience',
  'schedule',
  'page',
  'coverage',
  'group',
  'consent',
  'conflict',
  'no_slot',
  'unfit',
  'error',
] as const
export type Reason = (typeof REASONS)[number]

/** Arm of a decision that shows nothing. */
export const CONTROL = 'control'
export const HOLDOUT = 'holdout'

export interface Decision {
  readonly campaign: CompiledCampaign
  /** A variant's id, `control` or `holdout`. */
  readonly arm: string
  readonly reason: Reason
  /** What to show; absent for control and holdout. */
  readonly variant?: CompiledVariant
  /** The visitor was enrolled by hash and may be counted: false for forced, preview, bots and no id. */
  readonly counted: boolean
}

/** What a visitor or an operator asked for, by header or preview token. */
export interface Forced {
  /** Everything held out, or these campaigns. */
  readonly holdout: 'all' | ReadonlySet<string>
  /** Preview: campaign id → arm. */
  readonly arms: ReadonlyMap<string, string>
}
