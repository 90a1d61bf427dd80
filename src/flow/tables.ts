/**
 * Every report as rows, for spreadsheets. Money is in minor units and shares are of 1, as `unit` says; what is not told is
 * empty. Pure.
 */
import { csvOf } from '../measure/csv.ts'
import type { ToldVerdict } from '../measure/few.ts'
import { isMoney, kindOf } from '../measure/kinds.ts'
import type { Metric } from '../measure/model.ts'
import type { Money } from '../measure/money.ts'
import type { CampaignReport, HoldoutReport, OverviewLine } from './report.ts'
import type { FunnelReport, ReasonsReport } from './served.ts'

const VERDICT = [
  'status',
  'difference',
  'visitors_control',
  'visitors_arm',
  'mean_control',
  'mean_arm',
  'unit',
  'lift',
  'low',
  'high',
  'p_value',
  'chance_to_beat_control',
  'loss_of_keeping_control',
  'loss_of_taking_arm',
  'detectable',
  'proven',
  'message',
]

/** Of means, and of differences that are not relative: `share`, `times`, or money such as `EUR/100`. */
const unitOf = (metric: Metric, { currency, decimals }: Money): string =>
  isMoney(metric) ? `${currency}/${10 ** decimals}` : kindOf(metric) === 'share' ? 'share' : 'times'

interface Told {
  readonly metric: Metric
  readonly verdict: ToldVerdict
  readonly pValue: number
  readonly detectable?: number | null
}

const verdictRow = ({ metric, verdict, pValue, detectable = null }: Told, money: Money) => [
  verdict.status,
  verdict.difference,
  verdict.control.n,
  verdict.arm.n,
  verdict.control.mean,
  verdict.arm.mean,
  unitOf(metric, money),
  verdict.lift,
  verdict.interval?.[0] ?? null,
  verdict.interval?.[1] ?? null,
  pValue,
  verdict.chance,
  verdict.risk?.control ?? null,
  verdict.risk?.arm ?? null,
  detectable,
  verdict.proven,
  verdict.message,
]

/**
 * A row for each metric and arm; then the objective by segment; of personalization as a whole also what it is worth,
 * which are the rows whose difference is absolute: minor units a visitor.
 */
export function campaignCsv(report: CampaignReport | HoldoutReport): string {
  const { campaign, objective, results, segments, money } = report
  const treated = report.arms.find(({ isBaseline }) => !isBaseline)?.arm ?? ''
  const worth = 'worth' in report ? report.worth : []
  return csvOf(
    ['campaign', 'segment', 'metric', 'arm', 'objective', 'harm', ...VERDICT],
    [
      ...results.map((result) => [
        ...[campaign, 'all', result.metric, result.arm, result.isObjective, result.isHarm],
        ...verdictRow(result, money),
      ]),
      ...worth.map(({ metric, verdict }) => [
        ...[campaign, 'all', metric, treated, metric === objective, false],
        ...verdictRow({ metric, verdict, pValue: verdict.pValue }, money),
      ]),
      ...segments.rows.map((row) => [
        ...[campaign, `${row.segment}:${row.value}`, objective, row.arm, true, false],
        ...verdictRow({ ...row, metric: objective }, money),
      ]),
    ],
  )
}

/** A row for each campaign and what is told of it; one also where nothing is. */
export const overviewCsv = (lines: readonly OverviewLine[], money: Money): string =>
  csvOf(
    ['campaign', 'name', 'state', 'why', 'from', 'to', 'metric', 'arm', ...VERDICT],
    lines.flatMap(({ campaign, name, state, why, days, objective, status, message, results }) => {
      const about = [campaign, name, state, why, days?.from ?? null, days?.to ?? null]
      const empty = VERDICT.map((column) =>
        column === 'status' ? status : column === 'message' ? message : null,
      )
      if (results.length === 0) return [[...about, objective, null, ...empty]]
      return results.map((result) => [...about, result.metric, result.arm, ...verdictRow(result, money)])
    }),
  )

/** A row a day: page views by stage, and visitors who have an id. */
export const funnelCsv = ({ days }: FunnelReport): string =>
  csvOf(
    [
      ...['day', 'pages', 'generic', 'budget_missed'],
      ...['unknown', 'identified', 'connected', 'known', 'personalized'].map((stage) => `views_${stage}`),
      ...['identified', 'connected', 'known', 'personalized'].map((stage) => `visitors_${stage}`),
    ],
    days.map(({ day, pages, generic, budgetMissed, views, visitors }) => [
      ...[day, pages, generic, budgetMissed],
      ...[views.unknown, views.identified, views.connected, views.known, views.personalized],
      ...[visitors?.identified, visitors?.connected, visitors?.known, visitors?.personalized].map(
        (count) => count ?? null,
      ),
    ]),
  )

/** A row for each campaign and reason; those without a campaign are of pages. */
export const reasonsCsv = ({ campaigns, service }: ReasonsReport): string =>
  csvOf(
    ['campaign', 'coverage', 'reason', 'times'],
    [
      ...campaigns.flatMap(({ campaign, coverage, reasons }) =>
        reasons.map(({ reason, n }) => [campaign, coverage, reason, n]),
      ),
      ...service.map(({ reason, n }) => [null, null, reason, n]),
    ],
  )
