/** The overlay as operators and the watch see it: its shapes, and the port to where it is kept. */
import type { Weights } from './overlay.ts'
import type { Act } from './release.ts'

/** Who the audit says it was where nobody asked for it. */
export const SYSTEM = 'system'

/** What may be changed about a campaign beside its release. */
export interface StateChange {
  /** Null: not paused. Epoch milliseconds. */
  readonly pausedAt: number | null
  /** Said to operators: which guardrail, and its figures. */
  readonly pausedWhy: string | null
  /** `system`, or the name of a bearer token. */
  readonly pausedBy: string | null
  /** Oldest first; see overlay.ts. */
  readonly weights: readonly Weights[]
  /** Of a limited offer: the share of visitors to whom it is still made, 0 to 1. */
  readonly admitted: number
}

export interface CampaignState extends StateChange {
  readonly campaign: string
  /** Of its last change; 0 where nothing was ever changed. */
  readonly version: number
  readonly changedAt: number
  /**
   * The last harm that was acted upon before an operator let the campaign, or its arm, run again: guardrails look at
   * visitors who were first exposed later. Null where there was none.
   */
  readonly liftedAt: number | null
}

/** What the audit calls what is done to one campaign; its `subject` is the campaign's id. */
export type CampaignAction =
  | 'campaign.pause'
  | 'campaign.resume'
  /** Adaptive weights follow what was measured. */
  | 'campaign.weights'
  /** One arm was taken out for its harm. */
  | 'campaign.arm_out'
  /** The webhook did not take what it was told. */
  | 'campaign.untold'

/** An entry of the audit. */
export interface Noted extends Act {
  readonly action: CampaignAction
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Where overlays are kept. Throws `SelvedgeError` where the store cannot be used; then nothing was changed. */
export interface CampaignStates {
  readonly list: () => Promise<readonly CampaignState[]>
  /**
   * Changes a campaign's state in one transaction with its entry in the audit (null: not worth one). False, and nothing
   * happened, where it is no longer as it was `seen`: so whatever is done is done once.
   */
  readonly change: (
    seen: CampaignState,
    change: Partial<StateChange>,
    noted: Noted | null,
    at: number,
  ) => Promise<boolean>
  /** An entry of the audit by itself. */
  readonly note: (campaign: string, noted: Noted) => Promise<void>
}

/** The state of a campaign about which nothing was changed. Nobody is admitted to a limited offer but by its pacing. */
export const untouched = (campaign: string): CampaignState => ({
  campaign,
  pausedAt: null,
  pausedWhy: null,
  pausedBy: null,
  weights: [],
  admitted: 0,
  version: 0,
  changedAt: 0,
  liftedAt: null,
})
