/** `CampaignStates` in memory, held to the same contract as the real ones. */
import {
  type CampaignState,
  type CampaignStates,
  type Noted,
  SYSTEM,
  untouched,
} from '../../src/campaign/states.ts'

export interface MemoryStates extends CampaignStates {
  readonly audit: readonly (Noted & { readonly subject: string })[]
}

export function createMemoryStates(): MemoryStates {
  const states = new Map<string, CampaignState>()
  const audit: (Noted & { readonly subject: string })[] = []
  let version = 0
  const liftedAt = (campaign: string): number | null => {
    const resumed = audit.findLastIndex(
      (entry) => entry.subject === campaign && entry.action === 'campaign.resume',
    )
    const harm = audit
      .slice(0, Math.max(0, resumed))
      .findLast(
        ({ subject, actor, action }) =>
          subject === campaign &&
          actor === SYSTEM &&
          (action === 'campaign.pause' || action === 'campaign.arm_out'),
      )
    return harm?.at ?? null
  }
  return {
    audit,
    list: async () => [...states.values()].map((state) => ({ ...state, liftedAt: liftedAt(state.campaign) })),
    async change(seen, change, noted, at) {
      if ((states.get(seen.campaign)?.version ?? 0) !== seen.version) return false
      const known = states.get(seen.campaign) ?? untouched(seen.campaign)
      states.set(seen.campaign, { ...known, ...change, version: ++version, changedAt: at })
      if (noted !== null) audit.push({ ...noted, subject: seen.campaign })
      return true
    },
    async note(campaign, noted) {
      audit.push({ ...noted, subject: campaign })
    },
  }
}
