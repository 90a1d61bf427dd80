/**
 * What is true beside what reports say: a row for each metric whose truth is known and of which something is reported, and
 * one for each arm in any case. Pure.
 */
import type { CampaignReport } from '../flow/report.ts'
import type { Metric } from '../measure/model.ts'
import { expectedLifts } from './expected.ts'
import { tableOf } from './table.ts'
import { effectsOf, type Truth } from './truth.ts'

/** A handful, which reports do not tell. */
export const FEW = '<10'
const HEAD = ['campaign', 'visitors', 'metric', 'truth', 'reported', 'interval', '']
const RIGHT = [3, 4]

interface Comparison {
  readonly cells: readonly string[]
  /** Null where nothing is reported, or nothing is ruled out. */
  readonly isInside: boolean | null
}

/** `reports` by campaign. */
export function comparisonText(reports: ReadonlyMap<string, CampaignReport>, truth: Truth): string {
  const compared = [...reports].flatMap(([id, report]) => ofCampaign(id, report, truth))
  const told = compared.filter(({ isInside }) => isInside !== null)
  const inside = told.filter(({ isInside }) => isInside)
  const shown = compared.filter(({ cells: [head], isInside }) => head !== '' || isInside !== null)
  const table = tableOf(
    HEAD,
    shown.map(({ cells }) => cells),
    RIGHT,
  )
  const untold = compared.length - told.length
  const others = untold === 0 ? '' : ` Of ${untold} others too few did it, or they are too young.`
  return `${table}\n\n${inside.length} of ${told.length} reported intervals hold the truth.${others}`
}

function ofCampaign(
  id: string,
  { arms, state, results }: CampaignReport,
  truth: Truth,
): readonly Comparison[] {
  const baseline = arms.find(({ isBaseline }) => isBaseline)
  return arms.flatMap(({ arm, isBaseline, visitors }, index) => {
    const effects = effectsOf(truth, id, arm)
    if (isBaseline || effects === undefined) return []
    const name = index === 0 || arms[index - 1]?.isBaseline ? `${id} (${state})` : ''
    return [...expectedLifts(effects, truth.shoppers)].map(([metric, expected], row) => {
      const head =
        row === 0 ? [`${name} ${arm}`.trim(), `${baseline?.visitors ?? FEW} / ${visitors ?? FEW}`] : ['', '']
      return compare(
        head,
        metric,
        expected,
        results.find((each) => each.metric === metric && each.arm === arm),
      )
    })
  })
}

function compare(
  head: readonly string[],
  metric: Metric,
  expected: number,
  result: CampaignReport['results'][number] | undefined,
): Comparison {
  const { lift = null, interval = null, status = 'no_data' } = result?.verdict ?? {}
  const cells = [...head, metric, percent(expected), lift === null ? status : percent(lift)]
  const [low, high] = interval ?? [null, null]
  // Open on both sides, an interval would hold anything.
  if (low === null && high === null)
    return { cells: lift === null ? cells : [...cells, 'no bound'], isInside: null }
  const isInside =
    (low ?? Number.NEGATIVE_INFINITY) <= expected && expected <= (high ?? Number.POSITIVE_INFINITY)
  return {
    cells: [...cells, `${percent(low)} to ${percent(high)}`, isInside ? 'inside' : 'OUTSIDE'],
    isInside,
  }
}

const percent = (share: number | null): string => (share === null ? '…' : `${(100 * share).toFixed(1)} %`)
