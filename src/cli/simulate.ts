/**
 * `simulate`: shoppers with habits, tastes, consent choices and true treatment effects visit a shop by HTTP, day after day
 * of the past: they look at what they like, search, fill baskets, buy on line and in store, come back or not, complain,
 * and opt out when they are annoyed. In the first quarter of the days nothing is live, so that there is a time before to
 * compare with. At the end the truth stands beside what the reports say. It starts a stack of its own, in a folder that
 * goes with it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { CampaignReport } from '../flow/report.ts'
import type { FunnelReport } from '../flow/served.ts'
import { comparisonText, FEW } from './compare.ts'
import { ring, WATCH } from './crons.ts'
import { live, SETTLE_MS, type Tally } from './crowd.ts'
import { createOperator, type Operator, wordsOf } from './operator.ts'
import { freePort } from './ports.ts'
import { createTeardown, openStack } from './stack.ts'
import { demoShop } from './storefront.ts'
import { messageOf, Trouble } from './trouble.ts'
import { armsOf, parseTruth, type Truth } from './truth.ts'

/** Shoppers at once. */
const AT_ONCE = 16
/** Reports look back for ninety days. */
const DAYS_MAX = 60
/** Of the days, those before anything is live. */
const QUIET_SHARE = 0.25

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
  const visitors = wholeNumber('--visitors', values.visitors)
  const days = wholeNumber('--days', values.days)
  const seed = wholeNumber('--seed', values.seed)
  if (days > DAYS_MAX) throw new Trouble(`--days ${days} is more than ${DAYS_MAX}.`, 2)
  const truth = readTruth(values.truth)
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-simulation-'))
  const teardown = createTeardown()
  teardown.add(() => rmSync(folder, { recursive: true, force: true }))
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  try {
    const options = {
      origin: null,
      port: await freePort(),
      data: folder,
      campaigns: null,
      demo: false,
    }
    const stack = await openStack(options, teardown, () => {}, stopping.signal)
    const url = await stack.openClocked()
    console.log(`${visitors} shoppers over ${days} days, seed ${seed}, at ${stack.url}`)
    const started = performance.now()
    const operator = createOperator(url, stack.token)
    const quietDays = Math.floor(days * QUIET_SHARE)
    const tally = await live({
      visitors,
      days,
      seed,
      truth,
      shop: await demoShop(),
      url,
      operator,
      dawn: async (day) => {
        if (day === 0 && quietDays > 0) await publish(operator, QUIET)
        if (day === quietDays) await publish(operator, releaseOf(truth))
      },
      atOnce: AT_ONCE,
      signal: stopping.signal,
    })
    const seconds = (performance.now() - started) / 1_000
    await sleep(SETTLE_MS)
    await ring(stack.url, WATCH)
    tell(tally, seconds)
    await tellEnd(createOperator(stack.url, stack.token))
    await compare(createOperator(stack.url, stack.token), truth)
    return 0
  } finally {
    await teardown.run()
  }
}

function wholeNumber(option: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new Trouble(`${option} ${text} is no whole number from 1 to 9999999.`, 2)
}

export function readTruth(file: string | undefined): Truth {
  let input: unknown = {}
  try {
    if (file !== undefined) input = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Trouble(`${file} cannot be read: ${messageOf(error)}.`, 2)
  }
  const parsed = parseTruth(input)
  if (parsed.ok) return parsed.value
  throw new Trouble(parsed.error.map(({ path, message }) => `${file}${path} ${message}`).join('\n'))
}

/** Before anything is live shoppers are measured as well, and nothing is shown: the page has a campaign for nobody. */
const QUIET = {
  campaigns: [
    {
      id: 'nobody',
      pages: ['/'],
      audience: { 'page.utm.campaign': 'none-of-these' },
      variants: [{ id: 'none', edits: [attribute('nobody', 'none')] }],
    },
  ],
}

/** One campaign for each that the truth knows, the same share for all arms to begin with, on the demo shop's home page. */
const releaseOf = ({ campaigns }: Truth): object => ({
  campaigns: Object.entries(campaigns).map(([id, effects], index) => {
    const arms = armsOf(effects)
    const weight = 1 / (arms.length + 1)
    return {
      id,
      pages: ['/'],
      priority: index,
      objective: { metric: effects.margin === 0 ? 'conversion' : 'margin' },
      ...(effects.adaptive ? { allocation: { kind: 'adaptive', floor: 0.1, by: ['daypart'] } } : {}),
      variants: [
        { id: 'control', weight, edits: [] },
        ...arms.map((arm) => ({ id: arm, weight, edits: [attribute(id, arm)] })),
      ],
    }
  }),
})

function attribute(id: string, value: string): object {
  return { action: 'setAttribute', selector: 'main', name: `data-${id}`, value }
}

async function publish(operator: Operator, release: object): Promise<void> {
  const answer = await operator('POST', '/releases', JSON.stringify(release))
  if (answer.ok) return
  const faults = answer.error.faults?.map(({ path, message }) => `${path} ${message}`) ?? []
  throw new Trouble([`The release was refused. ${wordsOf(answer.error)}`, ...faults].join('\n'))
}

function tell(tally: Tally, seconds: number): void {
  const { visits, views, events, accepted, orders, storeVisits, kept, complaints, optOuts, consent } = tally
  const people = Object.entries(consent).map(([name, n]) => `${n} ${name}`)
  console.log(`shoppers  ${people.join(', ')}`)
  console.log(
    `visits    ${visits}, ${views} pages (${Math.round(views / seconds)} a second), ${seconds.toFixed(1)} s`,
  )
  console.log(
    `told      ${accepted} of ${events} events by browsers; ${complaints} complaints, ${optOuts} opt-outs`,
  )
  console.log(
    `          ${kept} by the shop's servers, of ${orders} orders and ${storeVisits} visits to stores`,
  )
}

/** How well visitors are known in the end, and which weights arms have come to. */
async function tellEnd(operator: Operator): Promise<void> {
  const funnel = await operator<FunnelReport>('GET', '/reports/funnel')
  const stages = funnel.ok ? funnel.value.days.findLast(({ visitors }) => visitors !== null)?.visitors : null
  if (stages) {
    const counts = Object.entries(stages).map(([stage, n]) => `${n ?? FEW} ${stage}`)
    console.log(`stages    ${counts.join(', ')}`)
  }
  const live = await operator<{ campaigns: readonly Weighed[] }>('GET', '/campaigns')
  for (const { id, allocation, weights } of live.ok ? live.value.campaigns : []) {
    if (allocation !== 'adaptive') continue
    const shares = Object.entries(weights).map(([arm, weight]) => `${arm} ${(100 * weight).toFixed(0)} %`)
    console.log(`weights   ${id}: ${shares.join(', ')}`)
  }
  console.log('')
}

interface Weighed {
  readonly id: string
  readonly allocation: string
  readonly weights: Readonly<Record<string, number>>
}

async function compare(operator: Operator, truth: Truth): Promise<void> {
  const reports = new Map<string, CampaignReport>()
  for (const id of Object.keys(truth.campaigns)) {
    const report = await operator<CampaignReport>('GET', `/reports/campaigns/${id}`)
    if (!report.ok) throw new Trouble(`There is no report of ${id}. ${wordsOf(report.error)}`)
    reports.set(id, report.value)
  }
  console.log(comparisonText(reports, truth))
}
