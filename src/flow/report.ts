/**
 * Reports, out of rollups and nothing else: what they cost does not depend on how much happened. What a campaign is held
 * against comes from the live release, since that is what people look at; of one that is no longer in it, from the
 * newest release that anybody met it in.
 */
import { DAY_MS } from '../kit/time.ts'
import { comparing, isByDay } from '../measure/compare.ts'
import { SPLIT_SEGMENT } from '../measure/expected.ts'
import { type ToldSummary, type ToldVerdict, toldSummary, toldVerdict } from '../measure/few.ts'
import { type Cell, EVERYTHING, type MeasureStore } from '../measure/model.ts'
import type { Money } from '../measure/money.ts'
import { ALL, RELEASE_SEGMENT } from '../measure/rollup.ts'
import { bySegment, type SegmentView } from '../measure/segments.ts'
import { CONTEXT_DAYS, CONTEXT_SEGMENT, isByContext } from '../measure/stratified.ts'
import { type Asked, isMismatch, type Measured, type Summary, summarize, WHOLE } from '../measure/summary.ts'
import { withUnknown } from '../measure/unknown.ts'
import { dayOf } from '../measure/windows.ts'
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
  readonly from?: string | undefined
  readonly to?: string | undefined
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
  const live = await readOverlaid(ports.overlays)
  const found = live?.campaigns.find(({ campaign }) => campaign.id === id)
  const defined = found === undefined ? await readGone(ports, id, question) : liveCampaign(found)
  if (defined === null) return null
  const { campaign, ...standing } = defined
  return { ...(await readReport(ports, campaign, question)).report, ...standing }
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
  const { report, cells } = await readReport(ports, WHOLE, question)
  const { baseline, arms } = report
  const treated = arms.find(({ isBaseline }) => !isBaseline)
  const verdictOf = comparing(
    cells.filter(({ segment }) => segment === ALL),
    {
      byDay: report.byDay,
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

/** The report of this campaign, and the cells of its days. */
async function readReport(ports: ReportPorts, campaign: Measured, question: ReportQuestion) {
  const asked: Asked = { ...question, now: ports.now() }
  const cells = await readDays(ports, campaign, question)
  const summary = summarize(campaign, cells, asked)
  const { baseline, arms, objective: metric, split, byDay } = summary
  const treated = arms.filter(({ isBaseline, visitors }) => !isBaseline && visitors > 0)
  const segments: SegmentView =
    baseline === null || summary.status !== 'ok'
      ? { rows: [], suppressed: {} }
      : bySegment((await readSegments(ports, campaign, question, summary)) ?? cells, {
          ...asked,
          metric,
          baseline,
          arms: treated.map(({ arm }) => arm),
          byDay,
          isContextual: isByContext(campaign),
          correction: question.correction ?? 'holm',
          mismatch: isMismatch(split),
        })
  return { cells, report: { ...toldSummary(summary), money: ports.money, segments } }
}

/** What statistics are made of, by day: of everybody, and of contexts where weights differ by them. */
async function readDays(
  { measures, now }: ReportPorts,
  campaign: Measured,
  question: ReportQuestion,
): Promise<readonly Cell[]> {
  const span = spanOf(campaign, question, now())
  const segments = [ALL, `${SPLIT_SEGMENT}*`, ...(isByContext(campaign) ? [`${CONTEXT_SEGMENT}*`] : [])]
  return (await Promise.all(segments.map((segment) => measures.cells({ ...span, segment })))).flat()
}

/**
 * The objective by segment, days added up where they do not matter; null where weights differ by context: contexts alone
 * are told then, and their days are read anyway.
 */
async function readSegments(
  { measures, now }: ReportPorts,
  campaign: Measured,
  question: ReportQuestion,
  { objective: metric, byDay }: Summary,
): Promise<readonly Cell[] | null> {
  if (isByContext(campaign)) return null
  return measures.cells({
    ...spanOf(campaign, question, now()),
    segment: '*',
    metrics: withUnknown([metric]),
    folded: !isByDay(metric, byDay),
  })
}

/** What a release of before says of a campaign, or the names of its arms; null where nobody met it. */
async function readGone(
  { measures, overlays }: ReportPorts,
  id: string,
  { from, to }: ReportQuestion,
  past = readPast(overlays.releases),
): Promise<Defined | null> {
  const met = await measures.cells({
    campaign: id,
    from,
    to,
    segment: `${RELEASE_SEGMENT}*`,
    metrics: [],
    folded: true,
  })
  return met.length === 0 ? null : goneCampaign(id, met, past)
}

/** The days to read: of contexts no more than can be read at once, the last ones. */
function spanOf(campaign: Measured, { from = '', to }: ReportQuestion, now: number) {
  const span = { campaign: campaign.id, from, to }
  if (!isByContext(campaign)) return span
  const last = to === undefined ? now : Date.parse(to)
  const first = dayOf(last - (CONTEXT_DAYS - 1) * DAY_MS)
  return { ...span, from: from > first ? from : first }
}

/** One line a campaign. */
export interface OverviewLine
  extends Standing,
    Pick<ToldSummary, 'campaign' | 'status' | 'message' | 'objective' | 'arms' | 'days' | 'results'> {}

/** Every campaign that is live or was measured in these days, live ones first. */
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
    const own = live?.campaigns.find(({ campaign }) => campaign.id === id)
    const defined = own === undefined ? await readGone(ports, id, question, past) : liveCampaign(own)
    if (defined === null) continue
    const { campaign, ...standing } = defined
    const cells = await readDays(ports, campaign, question)
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
