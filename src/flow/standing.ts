/**
 * What a campaign is, and how it stands: as the live release has it, else as the newest release had it that anybody met
 * it in, so that what was measured keeps its baseline, its objective and its name when the campaign has gone.
 */
import type { Campaign, ReleaseDocument } from '../campaign/model.ts'
import type { ReleaseStore } from '../campaign/release.ts'
import type { Cell } from '../measure/model.ts'
import { RELEASE_SEGMENT } from '../measure/rollup.ts'
import type { Measured } from '../measure/summary.ts'
import type { Overlaid, OverlayPorts } from './overlays.ts'

export interface StandingPorts extends Pick<OverlayPorts, 'states'> {
  readonly releases: Pick<ReleaseStore, 'active' | 'get'>
}

/** Why a campaign stands as it does. */
export interface Standing {
  readonly name: string | null
  readonly state: 'live' | 'paused' | 'off' | 'gone'
  readonly why: string | null
}

export interface Defined extends Standing {
  readonly campaign: Measured
}

export function liveCampaign({ campaign, state }: Overlaid): Defined {
  const name = campaign.name ?? null
  if (state.pausedAt !== null) return { campaign, name, state: 'paused', why: state.pausedWhy }
  return { campaign, name, state: campaign.status === 'live' ? 'live' : 'off', why: null }
}

/** The campaigns of a release of before; none where it is not kept. */
export type Past = (release: number) => Promise<readonly Campaign[]>

/** Reads each release once: many campaigns go with one. */
export function readPast(releases: Pick<ReleaseStore, 'get'>): Past {
  const known = new Map<number, readonly Campaign[]>()
  return async (number) => {
    const stored = known.has(number) ? null : await releases.get(number)
    if (stored !== null) known.set(number, (JSON.parse(stored.document) as ReleaseDocument).campaigns)
    return known.get(number) ?? []
  }
}

/** `cells`: of this campaign, those of releases among them. */
export async function goneCampaign(id: string, cells: readonly Cell[], past: Past): Promise<Defined> {
  const newest = newestOf(cells)
  const found = newest === 0 ? undefined : (await past(newest)).find((campaign) => campaign.id === id)
  return { campaign: found ?? guessed(id, cells), name: found?.name ?? null, state: 'gone', why: null }
}

/** Number of the release that any of these visitors met it in; 0 where nobody knows. */
const newestOf = (cells: readonly Cell[]): number =>
  cells.reduce(
    (newest, { segment }) =>
      segment.startsWith(RELEASE_SEGMENT)
        ? Math.max(newest, Number(segment.slice(RELEASE_SEGMENT.length)))
        : newest,
    0,
  )

/** By names alone: `control`, else `holdout`, is what the others are held against. */
function guessed(id: string, cells: readonly Cell[]): Measured {
  const arms = [...new Set(cells.map(({ arm }) => arm))].sort()
  const edits = [{ action: 'remove', selector: '*' }] as const
  const variants = arms
    .filter((arm) => arm !== 'holdout')
    .map((arm) => ({ id: arm, weight: 1, edits: arm === 'control' ? [] : edits }))
  return { id, variants, holdout: arms.includes('holdout') ? 0.5 : 0 }
}
