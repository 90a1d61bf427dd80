/** Reports in words and tables, as people read them in a shell. Pure. */
import type { CampaignReport, HoldoutReport, OverviewLine } from '../flow/report.ts'
import type { FunnelReport, ReasonsReport } from '../flow/served.ts'
import { sum } from '../kit/sum.ts'
import type { ToldResult, ToldVerdict } from '../measure/few.ts'
import type { Money } from '../measure/money.ts'
import type { SrmCause } from '../measure/srm.ts'
import { STAGES } from '../profile/model.ts'
import { amount, chance, label, mean, people, percent } from './figures.ts'
import { legendOf } from './legend.ts'
import { tableOf } from './table.ts'

const WITH_ID = ['identified', 'connected', 'known', 'personalized'] as const

const within = ({ interval }: ToldVerdict): string =>
  interval === null ? '' : `${percent(interval[0])} to ${percent(interval[1])}`

function said({ metric, verdict }: Pick<ToldResult, 'metric' | 'verdict'>): string {
  if (verdict.status === 'srm') return 'withheld'
  if (verdict.status === 'degenerate') return 'cannot be told'
  if (verdict.status !== 'ok') return verdict.status.replaceAll('_', ' ')
  if (verdict.proven === null) return ''
  return verdict.proven === 'better' ? 'better' : metric === 'margin' ? 'costs margin' : 'WORSE'
}

function row(result: ToldResult, money: Money): readonly string[] {
  const { metric, arm, verdict } = result
  return [
    `${result.isObjective ? '* ' : result.isHarm ? '! ' : '  '}${label(metric)}`,
    arm,
    mean(metric, verdict.control.mean, money),
    mean(metric, verdict.arm.mean, money),
    verdict.lift === null ? '-' : percent(verdict.lift),
    within(verdict),
    verdict.status === 'ok' ? chance(verdict.chance) : '-',
    result.detectable === null ? '-' : percent(result.detectable),
    said(result),
  ]
}

/** One sentence that says what came of the objective, or why nothing can be said. */
function sentenceOf({ metric, arm, verdict }: ToldResult): string {
  const { lift, proven, message } = verdict
  if (lift === null) return `${label(metric)} of "${arm}": ${message}`
  const change = `${percent(Math.abs(lift))} ${lift < 0 ? 'lower' : 'higher'}`
  const range = `(${within(verdict)})`
  if (proven === null) return `${label(metric)} of "${arm}" is ${change} ${range}, which may still be chance.`
  return `${label(metric)} of "${arm}" is ${change} ${range}: proven ${proven}.`
}

/** What a wrong choice would cost, in the view that is about choices. */
const lossOf = ({ arm, verdict: { view, risk } }: ToldResult): readonly string[] =>
  view !== 'bayes' || risk === null
    ? []
    : [`Expected loss: ${percent(risk.arm)} of taking "${arm}", ${percent(risk.control)} of keeping control.`]

const HEAD = ['metric', 'arm', 'control', 'arm’s', 'lift', 'interval', 'chance', 'detectable', '']

export function campaignText(report: CampaignReport | HoldoutReport): string {
  const { arms, results, split, money, days, waits, effect, segments } = report
  const lines = [titleOf(report)]
  if (report.status === 'no_data') return [...lines, report.message].join('\n')
  if (days !== null) lines.push(`First exposures from ${days.from} to ${days.to}, ${report.view} view.`)
  if (report.message !== '') lines.push(report.message)
  for (const result of results.filter(({ isObjective }) => isObjective)) {
    lines.push(sentenceOf(result), ...lossOf(result))
  }
  for (const result of results.filter((one) => one.metric === 'margin' && !one.isObjective)) {
    if (result.verdict.status === 'ok') lines.push(sentenceOf(result))
  }
  const harms = results.filter(({ isHarm, verdict }) => isHarm && verdict.proven === 'worse')
  for (const harm of harms) lines.push(`Harm: ${sentenceOf(harm)}`)
  if ('worth' in report) lines.push(...worthOf(report))
  if (split !== null && split.cause !== 'none') {
    lines.push(`${MISSING[split.cause]} (p = ${split.pValue.toExponential(1)}).`)
  }
  for (const { arm, days: left } of waits) {
    lines.push(`An effect of ${percent(effect)} with "${arm}" would ${whenOf(left, report)}.`)
  }
  if (report.unknownMargin > 0) lines.push(unknownOf(report))
  const visitors = tableOf(
    ['arm', 'visitors', 'seen', 'met another arm'],
    arms.map(({ arm, isBaseline, visitors, seen, crossed }) => [
      isBaseline ? `${arm} (baseline)` : arm,
      people(visitors),
      people(seen),
      people(crossed),
    ]),
    [1, 2, 3],
  )
  if (report.status === 'no_baseline') return [...lines, '', visitors].join('\n')
  const [told, silent] = [results.filter((one) => !isSilent(one)), results.filter(isSilent)]
  const metrics = tableOf(
    HEAD,
    told.map((result) => row(result, money)),
    [2, 3, 4, 6, 7],
  )
  const unheard = [...new Set(silent.map(({ metric }) => label(metric)))].join(', ')
  const parts = segments.rows.map((part) => [
    `${part.segment} ${part.value}`,
    part.arm,
    String(part.baselineVisitors),
    String(part.visitors),
    part.verdict.lift === null ? '-' : percent(part.verdict.lift),
    within(part.verdict),
    said({ metric: report.objective, verdict: part.verdict }),
  ])
  const head = [`${label(report.objective)} by`, 'arm', 'control’s visitors', 'arm’s', 'lift', 'interval', '']
  const table = parts.length === 0 ? [] : ['', tableOf(head, parts, [2, 3, 4])]
  const still = unheard === '' ? [] : [`Nothing yet of: ${unheard}.`]
  return [...lines, '', visitors, '', metrics, ...still, ...table, '', ...legendOf(report)].join('\n')
}

const MISSING: Readonly<Record<Exclude<SrmCause, 'none'>, string>> = {
  selection: 'Visitors went missing before they were counted',
  capture: 'The arms came into view unequally often, which withholds nothing: does one hide its place',
}

/** What does not run meets nobody. */
function whenOf(days: number, report: CampaignReport | HoldoutReport): string {
  if (days === 0) return 'have shown by now'
  const unit = days === 1 ? 'day' : 'days'
  return 'worth' in report || report.state === 'live'
    ? `show in about ${days} ${unit}`
    : `show after about ${days} more ${unit} of it`
}

function unknownOf({ unknownMargin, results }: CampaignReport | HoldoutReport): string {
  const isWithheld = results.some(({ verdict }) => verdict.status === 'unknown_margin')
  const so = isWithheld ? 'margins are withheld' : 'their orders count as if they left none'
  return `Nobody knows the margin of ${percent(unknownMargin)} of buyers: ${so}.`
}

const isSilent = ({ verdict, isObjective }: ToldResult): boolean =>
  verdict.status === 'no_data' && !isObjective

function titleOf(report: CampaignReport | HoldoutReport): string {
  if ('worth' in report) return 'Personalization as a whole, against the global holdout'
  const { campaign, name, state, why } = report
  const known = name === null ? campaign : `${name} (${campaign})`
  return `${known}: ${stateOf(state)}${why === null ? '' : `, ${why}`}`
}

/** `off` as `campaigns status` calls it. */
const stateOf = (state: OverviewLine['state']): string => (state === 'off' ? 'paused by release' : state)

const worthOf = ({ worth, money }: HoldoutReport): readonly string[] =>
  worth.flatMap(({ metric, verdict, visitors }) => {
    const { lift, interval } = verdict
    if (lift === null || interval === null || visitors === null) return []
    const [low, high] = interval.map((end) => (end === null ? 'no bound' : amount(end * visitors, money)))
    const so = verdict.proven === null ? ', which may still be chance' : ''
    const worth = `${amount(lift * visitors, money)} of ${metric} (${low} to ${high})`
    return [`Over ${visitors} visitors: ${worth}${so}.`]
  })

/** Visitors of all arms together, as far as they are told. */
function allOf(arms: OverviewLine['arms']): number | null {
  const all = sum(arms.map(({ visitors }) => visitors ?? 0))
  return all === 0 && arms.some(({ visitors }) => visitors === null) ? null : all
}

/** A line for each arm of each campaign, and at least one. */
export function overviewText(lines: readonly OverviewLine[]): string {
  if (lines.length === 0) return 'No campaign is live, and none was ever measured.'
  return tableOf(
    ['campaign', 'state', 'visitors', 'objective', 'arm', 'lift', 'interval', ''],
    lines.flatMap((line) => {
      const about = [line.campaign, stateOf(line.state), people(allOf(line.arms)), label(line.objective)]
      const arms = line.results.filter(({ isObjective }) => isObjective)
      if (arms.length === 0) return [[...about, '', '-', '', line.status.replaceAll('_', ' ')]]
      return arms.map((result, index) => [
        ...(index === 0 ? about : ['', '', '', '']),
        result.arm,
        result.verdict.lift === null ? '-' : percent(result.verdict.lift),
        within(result.verdict),
        [said(result), ...worseOf(line, result.arm)].filter((word) => word !== '').join('; '),
      ])
    }),
    [2, 5],
  )
}

/** What else an arm is proven to make worse, harms first. */
function worseOf({ results }: OverviewLine, arm: string): readonly string[] {
  const worse = results.filter((one) => one.arm === arm && !one.isObjective && one.verdict.proven === 'worse')
  return [true, false].flatMap((isHarm) => {
    const names = worse.filter((one) => one.isHarm === isHarm).map(({ metric }) => label(metric))
    return names.length === 0 ? [] : [`${isHarm ? 'harm' : 'less'}: ${names.join(', ')}`]
  })
}

export function funnelText(report: FunnelReport): string {
  const { from, to, pages, identifiedRate, genericShare, budgetMissShare, knownShare, days } = report
  const told = (share: number | null): string => (share === null ? 'not known' : percent(share))
  const counted = days.filter(({ visitors }) => visitors !== null)
  return [
    `${from} to ${to}: ${pages} pages`,
    `identified (asked for by somebody with an id): ${told(identifiedRate)}`,
    `generic (no decision from the visitor’s own profile): ${told(genericShare)}`,
    `without something, for want of time: ${told(budgetMissShare)}`,
    `known, of visitors with an id: ${told(knownShare)}`,
    '',
    'Page views, by how well we knew who asked',
    tableOf(
      ['day', ...STAGES],
      days.map(({ day, views }) => [day, ...STAGES.map((stage) => String(views[stage]))]),
      [1, 2, 3, 4, 5],
    ),
    '',
    'Visitors with an id, at the end of the day',
    tableOf(
      ['day', ...WITH_ID],
      counted.map(({ day, visitors }) => [day, ...WITH_ID.map((stage) => people(visitors?.[stage] ?? null))]),
      [1, 2, 3, 4],
    ),
  ].join('\n')
}

export function reasonsText({ from, to, pages, campaigns, service }: ReasonsReport): string {
  const rows = campaigns.flatMap(({ campaign, reasons, coverage }) =>
    reasons.map(({ reason, n }, index) => [
      index === 0 ? campaign : '',
      index === 0 ? percent(coverage) : '',
      reason,
      String(n),
    ]),
  )
  const other = service.map(({ reason, n }) => ['', '', reason, String(n)])
  return [
    `${from} to ${to}: ${pages} pages`,
    '',
    tableOf(['campaign', 'enrolled', 'reason', 'times'], [...rows, ...other], [1, 3]),
  ].join('\n')
}
