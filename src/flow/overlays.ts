/**
 * How a campaign's overlay changes, whoever wants it: one change with its audit entry, told to the webhook afterwards.
 * Read, decide, compare and write; where somebody else was faster it is decided anew on what they made of it.
 */
import type { Campaign, ReleaseDocument } from '../campaign/model.ts'
import { addWeights, sameArms, type Weights } from '../campaign/overlay.ts'
import type { Act, ReleaseStore } from '../campaign/release.ts'
import {
  type CampaignState,
  type CampaignStates,
  type Noted,
  type StateChange,
  SYSTEM,
  untouched,
} from '../campaign/states.ts'
import type { News } from './webhook.ts'

export interface OverlayPorts {
  readonly releases: Pick<ReleaseStore, 'active'>
  readonly states: CampaignStates
  /** False where the message was not taken; true also where nobody wants any. Never throws. */
  readonly tell: (news: News) => Promise<boolean>
  /** Work that may outlast the answer. */
  readonly later: (work: Promise<unknown>) => void
  /** How long it takes until every isolate knows of a change, milliseconds. */
  readonly leadMs: number
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** A campaign of the live release, with what was changed about it. */
export interface Overlaid {
  readonly campaign: Campaign
  readonly state: CampaignState
}

/** What there is to be written; null for nothing. */
interface Wanted {
  readonly change: Partial<StateChange>
  readonly noted: Noted
}

/** Each attempt that fails means that somebody else's succeeded. */
const ATTEMPTS_MAX = 4

/** The campaigns of the live release, by their order; null where nothing was published. */
export async function readOverlaid({ releases, states }: Pick<OverlayPorts, 'releases' | 'states'>): Promise<{
  readonly release: number
  readonly enabled: boolean
  readonly campaigns: readonly Overlaid[]
} | null> {
  const [live, known] = await Promise.all([releases.active(), states.list()])
  if (live === null) return null
  const byId = new Map(known.map((state) => [state.campaign, state]))
  const { campaigns } = JSON.parse(live.document) as Pick<ReleaseDocument, 'campaigns'>
  return {
    release: live.number,
    enabled: live.enabled,
    campaigns: campaigns.map((campaign) => ({
      campaign,
      state: byId.get(campaign.id) ?? untouched(campaign.id),
    })),
  }
}

/** The same as operators see it: what runs, what does not and why, and by which weights. */
export async function listOverlaid(ports: Pick<OverlayPorts, 'releases' | 'states' | 'now'>) {
  const live = await readOverlaid(ports)
  return live && { ...live, campaigns: live.campaigns.map((each) => describe(each, ports.now())) }
}

function describe({ campaign, state }: Overlaid, now: number) {
  const { id, name, status, allocation, variants, limit } = campaign
  const kind = allocation?.kind ?? 'fixed'
  const own = kind === 'adaptive' ? weightsAt(state, variants, now) : undefined
  const { pausedBy: by, pausedWhy: why, pausedAt: since } = state
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(since !== null
      ? { state: 'paused', by, why, since }
      : status === 'paused'
        ? { state: 'paused', by: 'release' }
        : { state: 'live' }),
    allocation: kind,
    weights: Object.fromEntries(
      variants.map((variant, index) => [variant.id, own?.shares[index] ?? variant.weight]),
    ),
    ...(own?.contexts === undefined ? {} : { contexts: Object.keys(own.contexts).length }),
    out: kind === 'adaptive' ? outOf(state, variants) : [],
    ...(limit === undefined ? {} : { admitted: state.admitted }),
  }
}

/** The weights that visits which begin now go by. */
const weightsAt = (state: CampaignState, variants: Campaign['variants'], now: number): Weights | undefined =>
  newestWeights(state, variants) && (state.weights.findLast(({ from }) => from <= now) ?? state.weights[0])

/** What became of a wish to pause or resume. */
export type Turned = 'changed' | 'already' | 'missing'

/** An operator pauses a campaign, or lets it, and all its arms, run again. */
export async function turnCampaign(
  id: string,
  paused: boolean,
  act: Act,
  ports: OverlayPorts,
): Promise<Turned> {
  const found = (await readOverlaid(ports))?.campaigns.find(({ campaign }) => campaign.id === id)
  if (found === undefined) return 'missing'
  const turn = paused ? pausing(act, act.note, {}) : resuming(found.campaign, act, ports)
  return (await change(found.state, turn, ports)) ? 'changed' : 'already'
}

/** What pauses a campaign that runs. */
export const pausing =
  (act: Act, why: string, detail: Noted['detail']) =>
  (state: CampaignState): Wanted | null =>
    state.pausedAt !== null
      ? null
      : {
          change: { pausedAt: act.at, pausedWhy: why, pausedBy: act.actor },
          noted: { ...act, action: 'campaign.pause', ...(detail && { detail }) },
        }

/** Arms that were taken out come back at the author's weights; the next turn of the allocation goes on from there. */
const resuming =
  ({ variants }: Campaign, act: Act, { leadMs }: OverlayPorts) =>
  (state: CampaignState): Wanted | null => {
    const out = outOf(state, variants)
    if (state.pausedAt === null && out.length === 0) return null
    const shares = variants.map(({ weight }) => weight)
    const arms = variants.map(({ id }) => id)
    const weights = addWeights(state.weights, shares, { from: act.at + leadMs, arms, shares })
    return {
      change: { pausedAt: null, pausedWhy: null, pausedBy: null, ...(out.length > 0 && { weights }) },
      noted: { ...act, action: 'campaign.resume', detail: { was: state.pausedWhy, arms: out } },
    }
  }

/** New weights for a campaign, from a while ahead; nothing where somebody else has changed it since. */
export const weighing =
  (
    { campaign: { variants }, state: seen }: Overlaid,
    next: Weights,
    noted: Pick<Noted, 'at' | 'note' | 'detail'> & {
      readonly action: 'campaign.weights' | 'campaign.arm_out'
    },
  ) =>
  (state: CampaignState): Wanted | null => {
    if (state.version !== seen.version) return null
    const before = variants.map(({ weight }) => weight)
    return {
      change: { weights: addWeights(state.weights, before, next) },
      noted: { ...noted, actor: SYSTEM, detail: { ...noted.detail, ...next } },
    }
  }

/** The weights that were laid down last, where they are of these very variants. */
export function newestWeights(
  { weights }: CampaignState,
  variants: Campaign['variants'],
): Weights | undefined {
  const newest = weights.at(-1)
  const arms = variants.map(({ id }) => id)
  return newest !== undefined && sameArms(newest.arms, arms) ? newest : undefined
}

/** Arms taken out for their harm, among whatever others they stand by now. */
export const outOf = ({ weights }: CampaignState, variants: Campaign['variants']): readonly string[] =>
  (weights.at(-1)?.out ?? []).filter((arm) => variants.some(({ id }) => id === arm))

/** False where there was nothing to do. Throws where the store is away, or others were faster again and again. */
export async function change(
  seen: CampaignState,
  wish: (state: CampaignState) => Wanted | null,
  ports: OverlayPorts,
): Promise<boolean> {
  let state = seen
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const wanted = wish(state)
    if (wanted === null) return false
    if (await ports.states.change(state, wanted.change, wanted.noted, ports.now())) {
      ports.later(tellOf(state.campaign, wanted.noted, ports))
      return true
    }
    const { campaign } = seen
    state = (await ports.states.list()).find((each) => each.campaign === campaign) ?? untouched(campaign)
  }
  throw new Error(`the state of "${seen.campaign}" changes faster than it can be read`)
}

/** A message that nobody took is noted; that must not fail either. */
async function tellOf(
  campaign: string,
  { detail = {}, ...noted }: Noted,
  ports: OverlayPorts,
): Promise<void> {
  const { action: type, at, actor, note: why } = noted
  const id = `${campaign}:${type}:${at}`
  const isTold = await ports.tell({ id, type, campaign, at, actor, why, detail })
  if (isTold) return
  const untold: Noted = {
    at: ports.now(),
    actor: SYSTEM,
    note: '',
    action: 'campaign.untold',
    detail: { id, type },
  }
  await ports.states.note(campaign, untold).catch(() => {})
}
