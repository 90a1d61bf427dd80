/**
 * `simulate`: shoppers with habits, consent choices and true treatment effects visit a shop by HTTP, day after day of the
 * past, buy on line and in store, and opt out when they are annoyed. At the end the truth stands beside what the reports
 * say. It starts a stack of its own, in a folder that goes with it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { CampaignReport } from '../flow/report.ts'
import { ring, WATCH } from './crons.ts'
import { live, SETTLE_MS, type Tally } from './crowd.ts'
import { createOperator, type Operator } from './operator.ts'
import { freePort } from './ports.ts'
import { createTeardown, openStack } from './stack.ts'
import { tableOf } from './table.ts'
import { messageOf, Trouble } from './trouble.ts'
import { type EffectName, parseTruth, type Truth } from './truth.ts'

/** Shoppers at once. */
const AT_ONCE = 16
/** Reports look back for ninety days. */
const DAYS_MAX = 60

export async function simulate(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      visitors: { type: 'string', default: '2000' },
      days: { type: 'string', default: '7' },
      seed: { type: 'string', default: '1' },
      truth: { type: 'string' },
    },
  })
  const [visitors, days, seed] = [values.visitors, values.days, values.seed].map(wholeNumber) as [
    number,
    number,
    number,
  ]
  if (days > DAYS_MAX) throw new Trouble(`--days ${days} is more than ${DAYS_MAX}.`, 2)
  const truth = readTruth(values.truth)
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-simulation-'))
  const teardown = createTeardown()
  teardown.add(() => rmSync(folder, { recursive: true, force: true }))
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  try {
    const campaigns = join(folder, 'campaigns.json')
    writeFileSync(campaigns, JSON.stringify(releaseOf(truth)))
    const options = {
      origin: null,
      port: await freePort(),
      data: folder,
      campaigns,
      demo: false,
    }
    const stack = await openStack(options, teardown, () => {}, stopping.signal)
    const url = await stack.openClocked()
    console.log(`${visitors} shoppers over ${days} days, seed ${seed}, at ${stack.url}`)
    const started = performance.now()
    const tally = await live({
      visitors,
      days,
      seed,
      truth,
      url,
      operator: createOperator(url, stack.token),
      atOnce: AT_ONCE,
      signal: stopping.signal,
    })
    const seconds = (performance.now() - started) / 1_000
    await sleep(SETTLE_MS)
    await ring(stack.url, WATCH)
    tell(tally, seconds)
    await compare(createOperator(stack.url, stack.token), truth)
    return 0
  } finally {
    await teardown.run()
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Trouble(`"${text}" is no whole number from 1 on.`, 2)
  return Number(text)
}

export function readTruth(file: string | undefined): Truth {
  let input: unknown = {}
  try {
    if (file !== undefined) input = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Trouble(`${file} cannot be read: ${messageOf(error)}`)
  }
  const parsed = parseTruth(input)
  if (parsed.ok) return parsed.value
  throw new Trouble(parsed.error.map(({ path, message }) => `${file}${path} ${message}`).join('\n'))
}

/** One campaign for each that the truth knows, half and half, on the demo shop's home page. */
const releaseOf = ({ campaigns }: Truth): object => ({
  campaigns: Object.entries(campaigns).map(([id, effects], index) => ({
    id,
    pages: ['/'],
    priority: index,
    objective: { metric: effects.margin === 0 ? 'conversion' : 'margin' },
    variants: [
      { id: 'control', weight: 0.5, edits: [] },
      {
        id: 'treated',
        weight: 0.5,
        edits: [{ action: 'setAttribute', selector: 'main', name: `data-${id}`, value: 'treated' }],
      },
    ],
  })),
})

function tell({ views, events, accepted, orders, consent }: Tally, seconds: number): void {
  const people = Object.entries(consent).map(([name, n]) => `${n} ${name}`)
  console.log(`shoppers  ${people.join(', ')}`)
  console.log(`views     ${views} (${Math.round(views / seconds)} a second), ${seconds.toFixed(1)} s`)
  console.log(`events    ${accepted} of ${events} accepted; ${orders} orders by the shop's servers\n`)
}

const METRICS: readonly EffectName[] = ['conversion', 'margin', 'opt_out']

async function compare(operator: Operator, truth: Truth): Promise<void> {
  const rows: string[][] = []
  for (const [id, effects] of Object.entries(truth.campaigns)) {
    const report = await operator<CampaignReport>('GET', `/reports/campaigns/${id}`)
    if (!report.ok) throw new Trouble(`no report of ${id}: ${report.error.title}`)
    const { results, state, arms } = report.value
    for (const metric of METRICS) {
      const own = results.find((result) => result.metric === metric && result.arm === 'treated')
      const { lift = null, interval = null, status = 'no_data' } = own?.verdict ?? {}
      // What sells more also earns more: margin follows conversion.
      const expected =
        metric === 'margin' ? (1 + effects.conversion) * (1 + effects.margin) - 1 : effects[metric]
      const [low, high] = interval ?? [null, null]
      const covers =
        (low ?? Number.NEGATIVE_INFINITY) <= expected && expected <= (high ?? Number.POSITIVE_INFINITY)
      rows.push([
        metric === METRICS[0] ? `${id} (${state})` : '',
        metric === METRICS[0] ? arms.map(({ visitors }) => visitors).join(' / ') : '',
        metric,
        percent(expected),
        lift === null ? status : percent(lift),
        interval === null ? '' : `${percent(low)} to ${percent(high)}`,
        interval === null ? '' : covers ? 'inside' : 'OUTSIDE',
      ])
    }
  }
  console.log(tableOf(['campaign', 'visitors', 'metric', 'truth', 'reported', 'interval', ''], rows, [3, 4]))
}

const percent = (share: number | null): string => (share === null ? '…' : `${(100 * share).toFixed(1)} %`)
