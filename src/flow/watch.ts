/**
 * What the system does by itself, every quarter of an hour: a campaign that is proven to do harm pauses, or loses the arm
 * that does it where weights are the system's own to set; weights follow what was measured, every six hours; limited
 * offers are paced. Each campaign by itself, so that one that fails keeps no other from its turn; and each change once,
 * however many watches run.
 *
 * After an operator has let a campaign run again its guardrails begin anew: they look at visitors who were first exposed
 * on the days after the harm that paused it. None of those had met it before; where it was resumed on a later day nothing
 * is missed, and on the same day what is left of it.
 */
import type { Campaign } from '../campaign/model.ts'
import { type CampaignState, SYSTEM } from '../campaign/states.ts'
import { DAY_MS, HOUR_MS } from '../kit/time.ts'
import { nextWeights } from '../measure/allocate.ts'
import { type Breach, findBreaches, guardrailsOf, showsSomething, tellBreach } from '../measure/guardrails.ts'
import type { Cell, MeasureStore } from '../measure/model.ts'
import type { Money } from '../measure/money.ts'
import { ALL } from '../measure/rollup.ts'
import { CONTEXT_DAYS, CONTEXT_SEGMENT, isByContext } from '../measure/stratified.ts'
import { withUnknown } from '../measure/unknown.ts'
import { dayOf } from '../measure/windows.ts'
import {
  change,
  newestWeights,
  type Overlaid,
  type OverlayPorts,
  outOf,
  pausing,
  readOverlaid,
  weighing,
} from './overlays.ts'

export interface WatchPorts extends OverlayPorts {
  readonly measures: Pick<MeasureStore, 'campaigns' | 'cells'>
  readonly money: Money
  /** Numbers in [0, 1), for the draws of the allocation. */
  readonly random: () => number
  /** Paces the limited offers among these campaigns. */
  readonly pace: (campaigns: readonly Campaign[], admit: Admit) => Promise<unknown>
}

/** Lays the share that a limited offer is made to over the live release. */
export type Admit = (campaign: string, share: number, at: number) => Promise<void>

export interface WatchReport {
  /** Absent: of all of them. */
  readonly campaign?: string
  readonly did: 'paused' | 'arm_out' | 'weighed' | 'failed'
  readonly failure?: unknown
}

/** Time between two turns of the allocation, and how much sooner the watch may come for one. */
const ALLOCATE_MS = 6 * HOUR_MS
const SLACK_MS = 450_000

/** One watch. Nothing at all where nothing is live, or the kill switch is off. */
export async function runWatch(ports: WatchPorts): Promise<readonly WatchReport[]> {
  const live = await readOverlaid(ports)
  if (live?.enabled !== true) return []
  const running = live.campaigns.filter(({ campaign }) => campaign.status === 'live')
  const measured = new Set(await ports.measures.campaigns())
  const reports: WatchReport[] = []
  for (const each of running) {
    if (each.state.pausedAt !== null || !measured.has(each.campaign.id)) continue
    const did = await attempt(() => watchCampaign(each, ports))
    if (did !== null) reports.push({ campaign: each.campaign.id, ...did })
  }
  const made = running.filter((each) => isMade(each, ports.now()))
  const paced = await attempt(async () => {
    await ports.pace(
      made.map(({ campaign }) => campaign),
      admitting(made, ports),
    )
    return null
  })
  return paced === null ? reports : [...reports, paced]
}

/** Of who takes an offer that nobody is made yet, or now, nothing can be learnt. */
const isMade = ({ campaign: { schedule }, state }: Overlaid, now: number): boolean =>
  state.pausedAt === null && (schedule?.from ?? 0) <= now

/** A release left out the others. */
const NOTHING_LEFT = 'every arm that shows something was taken out before'

type Did = Pick<WatchReport, 'did' | 'failure'>

async function attempt(work: () => Promise<Did | null>): Promise<Did | null> {
  try {
    return await work()
  } catch (failure) {
    return { did: 'failed', failure }
  }
}

async function watchCampaign({ campaign, state }: Overlaid, ports: WatchPorts): Promise<Did | null> {
  const { allocation, variants } = campaign
  const isAdaptive = allocation?.kind === 'adaptive'
  const at = ports.now()
  // Fixed weights show every arm again.
  const out = isAdaptive ? outOf(state, variants) : []
  const cells = await guardedCells(campaign, state, ports)
  const arms = variants.map(({ id }) => id).filter((id) => !out.includes(id))
  const breaches = findBreaches(campaign, arms, cells, ports.money)
  const gone = [...new Set([...out, ...breaches.map(({ arm }) => arm)])]
  const isOver =
    gone.length > 0 && variants.every((variant) => !showsSomething(variant) || gone.includes(variant.id))
  if (breaches.length > 0 || isOver) {
    const why = breaches.map((breach) => tellBreach(breach, ports.money)).join('; ') || NOTHING_LEFT
    if (!isAdaptive || isOver) {
      const act = { actor: SYSTEM, at, note: why }
      return (await change(state, pausing(act, why, { breaches }), ports)) ? { did: 'paused' } : null
    }
    return allocate({ campaign, state }, gone, { breaches, why }, ports)
  }
  return isAdaptive && isDue(campaign, state, at, ports)
    ? allocate({ campaign, state }, out, null, ports)
    : null
}

/** What guardrails look at, and no more: of contexts, where weights differ by them, and there are many. */
function guardedCells(
  campaign: Campaign,
  state: CampaignState,
  { measures }: WatchPorts,
): Promise<readonly Cell[]> {
  const from = armedFrom(state)
  return measures.cells({
    campaign: campaign.id,
    segment: learntSegment(campaign),
    metrics: withUnknown(guardrailsOf(campaign).map(({ metric }) => metric)),
    ...(from === '' ? {} : { from }),
  })
}

/** What weights follow: all there is of the objective, and of contexts the last two months. */
const learntCells = (campaign: Campaign, { measures }: WatchPorts, at: number): Promise<readonly Cell[]> =>
  measures.cells({
    campaign: campaign.id,
    segment: learntSegment(campaign),
    metrics: [campaign.objective?.metric ?? 'conversion'],
    ...(isByContext(campaign) ? { from: dayOf(at - (CONTEXT_DAYS - 1) * DAY_MS) } : {}),
  })

const learntSegment = (campaign: Campaign): string => (isByContext(campaign) ? `${CONTEXT_SEGMENT}*` : ALL)

/** First cohort day that guardrails look at; '' for all. */
const armedFrom = ({ liftedAt }: CampaignState): string => (liftedAt === null ? '' : dayOf(liftedAt + DAY_MS))

function isDue({ variants }: Campaign, state: CampaignState, at: number, { leadMs }: WatchPorts): boolean {
  const newest = newestWeights(state, variants)
  return newest === undefined || at - (newest.from - leadMs) >= ALLOCATE_MS - SLACK_MS
}

async function allocate(
  each: Overlaid,
  out: readonly string[],
  harm: { readonly breaches: readonly Breach[]; readonly why: string } | null,
  ports: WatchPorts,
): Promise<Did | null> {
  const at = ports.now()
  const cells = await learntCells(each.campaign, ports, at)
  const next = nextWeights(each.campaign, cells, at + ports.leadMs, out, ports.random)
  const noted =
    harm === null
      ? ({ action: 'campaign.weights', note: '', at } as const)
      : ({ action: 'campaign.arm_out', note: harm.why, at, detail: { breaches: harm.breaches } } as const)
  if (!(await change(each.state, weighing(each, next, noted), ports))) return null
  return { did: harm === null ? 'weighed' : 'arm_out' }
}

/** Not in the audit: shares follow the clock. Where the row was changed in between, the next watch is soon enough. */
function admitting(running: readonly Overlaid[], { states }: WatchPorts): Admit {
  return async (campaign, admitted, at) => {
    const seen = (await states.list()).find((state) => state.campaign === campaign)
    const known = seen ?? running.find((each) => each.campaign.id === campaign)?.state
    if (known !== undefined && known.admitted !== admitted) await states.change(known, { admitted }, null, at)
  }
}
