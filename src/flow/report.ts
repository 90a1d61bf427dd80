/**
 * Reports, out of rollups and nothing else: what they cost does not depend on how much happened. What a campaign is held
 * against comes from the live release, since that is what people look at; of one that is no longer in it, from the
 * newest release that anybody met it in.
 */
import { comparing } from '../measure/compare.ts'
import { type ToldSummary, type ToldVerdict, toldSummary, toldVerdict } from '../measure/few.ts'
import { type Cell, EVERYTHING, type MeasureStore } from '../measure/model.ts'
import type { Money } from '../measure/money.ts'
import { bySegment, type SegmentView } from '../measure/segments.ts'
import { type Asked, isMismatch, type Measured, summarize, WHOLE } from '../measure/summary.ts'
import { readOverlaid } from './overlays.ts'
import {
  type Defined,
  goneCampaign,
  liveCampaign,
  readPast,
  type Standing,
  type StandingPorts,
} from './standing.ts'

export interface ReportPorts {
  readonly measures: Pick<MeasureStore, 'cells' | 'campaigns'>
  readonly overlays: StandingPorts
  readonly money: Money
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Days are YYYY-MM-DD, both included; all there are, where left out. */
export interface ReportQuestion extends Omit<Asked, 'now'> {
  readonly from?: string
  readonly to?: string
}

export interface CampaignReport extends ToldSummary, Standing {
  readonly money: Money
  readonly segments: SegmentView
}

/** The report of one campaign, or null where neither the live release nor any sum knows it. */
export async function reportCampaign(
  ports: ReportPorts,
  id: string,
  question: ReportQuestion,
): Promise<CampaignReport | null> {
  const [live, cells] = await Promise.all([
    readOverlaid(ports.overlays),
    ports.measures.cells({ campaign: id, segment: '*', ...daysOf(question) }),
  ])
  const found = live?.campaigns.find(({ campaign }) => campaign.id === id)
  if (found === undefined && cells.length === 0) return null
  const past = readPast(ports.overlays.releases)
  const { campaign, ...standing }: Defined =
    found === undefined ? await goneCampaign(id, cells, past) : liveCampaign(found)
  return { ...reportOf(campaign, cells, ports, question), ...standing }
}

/** What personalization as a whole is worth: everybody against the global holdout. */
export interface HoldoutReport extends Omit<CampaignReport, keyof Standing> {
  /** Revenue and margin that there would not have been, minor units, over all visitors who got it. */
  readonly worth: readonly {
    readonly metric: 'revenue' | 'margin'
    readonly verdict: ToldVerdict
    /** Null for a handful. */
    readonly visitors: number | null
  }[]
}

export async function reportHoldout(ports: ReportPorts, question: ReportQuestion): Promise<HoldoutReport> {
  const cells = await ports.measures.cells({ campaign: EVERYTHING, segment: '*', ...daysOf(question) })
  const report = reportOf(WHOLE, cells, ports, question)
  const { baseline, arms } = report
  const treated = arms.find(({ isBaseline }) => !isBaseline)
  const verdictOf = comparing(
    cells.filter(({ segment }) => segment === 'all'),
    {
      isAdaptive: false,
      view: question.view,
      now: ports.now(),
      mismatch: isMismatch(report.split),
      difference: 'absolute',
    },
  )
  const worth = (['revenue', 'margin'] as const).map((metric) => ({
    metric,
    visitors: treated === undefined ? 0 : treated.visitors,
    verdict: toldVerdict(verdictOf(metric, [baseline ?? '', treated?.arm ?? ''])),
  }))
  return { ...report, worth }
}

function reportOf(
  campaign: Measured,
  cells: readonly Cell[],
  { money, now }: ReportPorts,
  question: ReportQuestion,
): Omit<CampaignReport, keyof Standing> {
  const asked: Asked = { ...question, now: now() }
  const summary = summarize(campaign, cells, asked)
  const { baseline, arms, objective: metric, split } = summary
  const treated = arms.filter(({ isBaseline, visitors }) => !isBaseline && visitors > 0)
  const { allocation } = campaign
  const isAdaptive = allocation?.kind === 'adaptive'
  const segments: SegmentView =
    baseline === null || summary.status !== 'ok'
      ? { rows: [], suppressed: {} }
      : bySegment(cells, {
          ...asked,
          metric,
          baseline,
          arms: treated.map(({ arm }) => arm),
          isAdaptive,
          isContextual: isAdaptive && (allocation.by ?? []).length > 0,
          correction: question.correction ?? 'holm',
          mismatch: isMismatch(split),
        })
  return { ...toldSummary(summary), money, segments }
}

const daysOf = ({ from, to }: ReportQuestion) => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
})

/** One line a campaign. */
export interface OverviewLine
  extends Standing,
    Pick<ToldSummary, 'campaign' | 'status' | 'message' | 'objective' | 'arms' | 'days' | 'results'> {}

/** Every campaign that is live or was ever measured, live ones first. */
export async function reportAll(
  ports: ReportPorts,
  question: ReportQuestion,
): Promise<readonly OverviewLine[]> {
  const [live, measured] = await Promise.all([readOverlaid(ports.overlays), ports.measures.campaigns()])
  const ids = [...(live?.campaigns.map(({ campaign }) => campaign.id) ?? []), ...measured]
  const past = readPast(ports.overlays.releases)
  const lines: OverviewLine[] = []
  // One after another: a request may hold six connections.
  for (const id of new Set(ids)) {
    if (id === EVERYTHING) continue
    const cells = await ports.measures.cells({ campaign: id, segment: '*', ...daysOf(question) })
    const own = live?.campaigns.find(({ campaign }) => campaign.id === id)
    const { campaign, ...standing } =
      own === undefined ? await goneCampaign(id, cells, past) : liveCampaign(own)
    const summary = toldSummary(summarize(campaign, cells, { ...question, now: ports.now() }))
    const { status, message, objective, arms, days, results } = summary
    lines.push({
      campaign: id,
      ...standing,
      status,
      message,
      objective,
      arms,
      days,
      results: results.filter(({ isObjective, verdict }) => isObjective || verdict.proven === 'worse'),
    })
  }
  return lines
}
