/**
 * Overlays in libSQL. A change compares the version that was read with the one that is kept, and is one atomic batch
 * together with its audit entry, so that two who see the same thing do it once.
 */
import { type SQL, sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'
import { tryWeights } from './overlay.ts'
import { type CampaignState, type CampaignStates, type Noted, SYSTEM } from './states.ts'

/** States, each with the last harm that an operator has lifted since. */
const LIST = sql`SELECT state.*, (SELECT MAX(harm.at) FROM audit harm
    WHERE harm.subject = state.campaign AND harm.actor = ${SYSTEM}
      AND harm.action IN ('campaign.pause', 'campaign.arm_out')
      AND harm.id < (SELECT MAX(id) FROM audit WHERE action = 'campaign.resume' AND subject = state.campaign)
  ) AS lifted_at FROM campaign_state state ORDER BY campaign`

export function createCampaignStates(db: Database): CampaignStates {
  return {
    async list() {
      const [found] = await db.read(() => [statement(LIST)])
      return (found?.rows ?? []).map((row) => stateOf(row as unknown as Row))
    },
    async change(seen, change, noted, at) {
      const isAsSeen = sql`COALESCE((SELECT version FROM campaign_state
        WHERE campaign = ${seen.campaign}), 0) = ${seen.version}`
      const writing = statement(putting({ ...seen, ...change }, at, isAsSeen))
      const entry = noted === null ? [] : [statement(auditing(seen.campaign, noted, isAsSeen))]
      const done = await db.write(() => [...entry, writing])
      return done.at(-1)?.rowsAffected === 1
    },
    async note(campaign, noted) {
      await db.write(() => [statement(auditing(campaign, noted, sql`1`))])
    },
  }
}

/** The version is of the whole table: isolates see by one number that something has changed. */
const putting = (state: CampaignState, at: number, condition: SQL): SQL =>
  sql`INSERT INTO campaign_state
      (campaign, paused_at, paused_why, paused_by, weights, admitted, version, changed_at)
    SELECT ${state.campaign}, ${state.pausedAt}, ${state.pausedWhy}, ${state.pausedBy},
      ${JSON.stringify(state.weights)}, ${state.admitted},
      (SELECT COALESCE(MAX(version), 0) + 1 FROM campaign_state), ${at}
    WHERE ${condition}
    ON CONFLICT (campaign) DO UPDATE SET paused_at = excluded.paused_at, paused_why = excluded.paused_why,
      paused_by = excluded.paused_by, weights = excluded.weights, admitted = excluded.admitted,
      version = excluded.version, changed_at = excluded.changed_at`

const auditing = (campaign: string, { at, actor, action, note, detail }: Noted, condition: SQL): SQL =>
  sql`INSERT INTO audit (at, actor, action, subject, detail)
    SELECT ${at}, ${actor}, ${action}, ${campaign}, ${JSON.stringify({ note, ...detail })} WHERE ${condition}`

interface Row {
  readonly campaign: string
  readonly paused_at: number | null
  readonly paused_why: string | null
  readonly paused_by: string | null
  readonly weights: string
  readonly admitted: number
  readonly version: number
  readonly changed_at: number
  readonly lifted_at: number | null
}

const stateOf = (row: Row): CampaignState => ({
  campaign: row.campaign,
  pausedAt: row.paused_at,
  pausedWhy: row.paused_why,
  pausedBy: row.paused_by,
  // What cannot be read is made anew at the next turn.
  weights: tryWeights(row.weights) ?? [],
  admitted: row.admitted,
  version: row.version,
  changedAt: row.changed_at,
  liftedAt: row.lifted_at,
})
