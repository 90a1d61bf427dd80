/**
 * Is what is true what the reports say? `npx node test/bench/recovery.ts [--seeds 100] [--visitors 60000]`: shoppers with
 * known treatment effects, drawn into arms by the product's own hash, counted into cells by its own rollup, watched every
 * day by its own guardrails and judged by its own reports at the end of 28 days. No HTTP and no store: those are held to
 * the same sums elsewhere, and a hundred shops of this size would take a day.
 *
 * Three campaigns at once, as shops have them: one that sells 8 % more, one that costs 5 % of margin, one that doubles
 * opt-outs, which has to pause itself.
 */
import { parseArgs } from 'node:util'
import { getBucketRange } from '../../src/campaign/bucket.ts'
import type { Campaign, CompiledCampaign } from '../../src/campaign/model.ts'
import { draw } from '../../src/decide/assign.ts'
import { DAY_MS, HOUR_MS } from '../../src/kit/time.ts'
import { cellsOfCohort, type StoredCohort } from '../../src/measure/cells.ts'
import { type Exposed, NOTHING } from '../../src/measure/document.ts'
import { findBreaches } from '../../src/measure/guardrails.ts'
import type { Cell, Metric, Outcome } from '../../src/measure/model.ts'
import { createRollup, type Sums } from '../../src/measure/rollup.ts'
import { summarize } from '../../src/measure/summary.ts'
import { newVisitorId, VISITOR_ID_BYTES } from '../../src/profile/visit.ts'
import { normal, type Random, seeded } from '../help/sampling.ts'
import { everyBarMet, line } from './bars.ts'

const { values: told } = parseArgs({ options: { seeds: { type: 'string' }, visitors: { type: 'string' } } })
const SEEDS = Number(told.seeds ?? 100)
const VISITORS = Number(told.visitors ?? 60_000)
const DAYS = 28
const START = Date.parse('2026-09-01T00:00:00Z')
/** Of a hundred seeds; of fewer, the same share. */
const BAR = 0.95

const BUYS = 0.05
const OPTS_OUT = 0.01
/** Minor units: orders of about 48, of which a good third is margin. */
const ORDER_LOG_MEAN = Math.log(4_200)
const ORDER_LOG_DEVIATION = 0.5
const MARGIN = 0.36

interface Effect {
  readonly id: string
  readonly metric: Metric
  /** Relative, of the arm against control. */
  readonly truth: number
}
const UPLIFT: Effect = { id: 'uplift', metric: 'conversion', truth: 0.08 }
const COSTLY: Effect = { id: 'costly', metric: 'margin', truth: -0.05 }
const ANNOYING: Effect = { id: 'annoying', metric: 'opt_out', truth: 1 }
const EFFECTS = [UPLIFT, COSTLY, ANNOYING] as const
const MONEY = { currency: 'EUR', decimals: 2 }

const SOURCE = {
  holdout: 0,
  hashVersion: 2,
  variants: [
    { id: 'control', weight: 0.5, edits: [] },
    { id: 'treated', weight: 0.5, edits: [{ action: 'remove', selector: '#x' }] },
  ],
} as unknown as Campaign

/** Its seed changes with the run, or the same ids would be drawn alike in all of them. */
const campaignOf = ({ id, metric }: Effect, seed: number): CompiledCampaign => ({
  ...({} as CompiledCampaign),
  id,
  source: {
    ...SOURCE,
    id,
    seed: `${id} ${seed}`,
    ...(metric === 'opt_out' ? {} : { objective: { metric: metric as 'conversion' | 'margin' } }),
  },
  ranges: getBucketRange(2, 1, [0.5, 0.5]),
})

type Arms = Readonly<Record<string, 'control' | 'treated'>>

/** What a shopper does after the first page, in whatever arms they are. */
function outcomesOf(at: number, arms: Arms, random: Random): readonly Outcome[] {
  const outcomes: Outcome[] = []
  const isIn = ({ id }: Effect): boolean => arms[id] === 'treated'
  if (random() < BUYS * (isIn(UPLIFT) ? 1 + UPLIFT.truth : 1)) {
    const value = Math.round(Math.exp(ORDER_LOG_MEAN + ORDER_LOG_DEVIATION * normal(random)))
    const margin = Math.round(value * MARGIN * (isIn(COSTLY) ? 1 + COSTLY.truth : 1))
    outcomes.push({ id: 'order', kind: 'purchase', at: at + HOUR_MS * (1 + 200 * random()), value, margin })
  }
  if (random() < OPTS_OUT * (isIn(ANNOYING) ? 1 + ANNOYING.truth : 1)) {
    outcomes.push({ id: 'out', kind: 'opt_out', at: at + HOUR_MS * random() })
  }
  return outcomes
}

interface Run {
  /** By campaign. */
  readonly cells: Map<string, Cell[]>
  /** Campaign → the day, from 0, on which it paused itself. */
  readonly paused: Map<string, number>
}

function run(seed: number): Run {
  const random = seeded(seed)
  const campaigns = EFFECTS.map((effect) => campaignOf(effect, seed))
  const cells = new Map<string, Cell[]>(campaigns.map(({ id }) => [id, []]))
  const paused = new Map<string, number>()
  const bytes = new Uint8Array(VISITOR_ID_BYTES)
  for (let day = 0; day < DAYS; day++) {
    const rollup = createRollup()
    const live = campaigns.filter(({ id }) => !paused.has(id))
    for (let visitor = 0; visitor < VISITORS / DAYS; visitor++) {
      for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(random() * 256)
      const id = newVisitorId(bytes)
      const at = START + day * DAY_MS + Math.floor(random() * DAY_MS)
      const arms: Record<string, 'control' | 'treated'> = {}
      for (const campaign of live) arms[campaign.id] = draw(campaign, id) === 1 ? 'treated' : 'control'
      const exposures = new Map(Object.entries(arms).map(([name, arm]) => [name, exposed(name, arm, at)]))
      const outcomes = outcomesOf(at, arms, random)
      rollup.change(NOTHING, { ...NOTHING, exposures, outcomes }, at)
    }
    for (const cell of dense(rollup.deltas())) cells.get(cell.campaign)?.push(cell)
    for (const { id, source } of live) {
      if (findBreaches(source, ['treated'], cells.get(id) ?? [], MONEY).length > 0) paused.set(id, day)
    }
  }
  return { cells, paused }
}

const exposed = (campaign: string, arm: string, at: number): Exposed => ({
  campaign,
  arm,
  at,
  release: 1,
  windowDays: 14,
  segments: {},
  split: 'control=0.5,treated=0.5',
})

/** As the store gives them back. */
function dense(deltas: ReturnType<ReturnType<typeof createRollup>['deltas']>): readonly Cell[] {
  const cohorts = Map.groupBy(deltas, (delta) => delta.slice(0, 4).join('\n'))
  return [...cohorts.values()].flatMap((own) => {
    const [campaign, segment, day, arm] = own[0] as (typeof own)[number]
    const rows = own.map(([, , , , metric, ...sums]) => [metric, ...(sums as Sums)] as const)
    return cellsOfCohort({ campaign }, { segment, day, arm, rows } satisfies StoredCohort)
  })
}

const started = performance.now()
const runs = Array.from({ length: SEEDS }, (_, seed) => run(seed + 1))
console.log(
  `${SEEDS} seeds, ${VISITORS} visitors each over ${DAYS} days, three campaigns at once, sequential view`,
)
const NOW = START + 60 * DAY_MS
for (const { id, metric, truth } of EFFECTS) {
  const verdicts = runs.map(({ cells }) => {
    const { source } = campaignOf({ id, metric, truth }, 0)
    const { results } = summarize(source, cells.get(id) ?? [], { view: 'sequential', now: NOW })
    return results.find((result) => result.metric === metric && result.arm === 'treated')?.verdict
  })
  const covers = verdicts.filter((verdict) => {
    const [low, high] = verdict?.interval ?? [Number.NaN, Number.NaN]
    return (low ?? Number.NEGATIVE_INFINITY) <= truth && truth <= (high ?? Number.POSITIVE_INFINITY)
  }).length
  const lifts = verdicts.flatMap((verdict) => verdict?.lift ?? [])
  const mean = lifts.reduce((sum, lift) => sum + lift, 0) / lifts.length
  const proven = verdicts.filter((verdict) => verdict?.proven != null).length
  const name = `${id}: ${metric} ${truth > 0 ? '+' : ''}${100 * truth} %`
  line(`${name}, inside its interval`, `${covers} of ${SEEDS}`, `≥ ${BAR * 100} %`, covers >= BAR * SEEDS)
  line(`${name}, mean of what was reported`, `${(100 * mean).toFixed(1)} %`)
  line(`${name}, direction proven by day ${DAYS}`, `${proven} of ${SEEDS}`)
}
const pausedRuns = runs.filter(({ paused }) => paused.has(ANNOYING.id))
const days = pausedRuns.map(({ paused }) => (paused.get(ANNOYING.id) ?? 0) + 1).sort((a, b) => a - b)
line(
  `${ANNOYING.id}: paused itself`,
  `${pausedRuns.length} of ${SEEDS}`,
  `≥ ${BAR * 100} %`,
  pausedRuns.length >= BAR * SEEDS,
)
line(`${ANNOYING.id}: day of the pause, median`, String(days[Math.floor(days.length / 2)] ?? '-'))
const falsely = runs.filter(({ paused }) => paused.has(UPLIFT.id) || paused.has(COSTLY.id)).length
line('others paused by mistake', `${falsely} of ${SEEDS}`, '≤ 10 %', falsely <= 0.1 * SEEDS)
console.log(`${((performance.now() - started) / 1_000).toFixed(0)} s`)
process.exit(everyBarMet() ? 0 : 1)
