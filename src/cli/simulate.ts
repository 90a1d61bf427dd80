/**
 * `simulate`: shoppers with habits, consent choices and true treatment effects visit a shop by HTTP, day after day on a
 * clock that is put ahead, buy on line and in store, and opt out when they are annoyed. At the end the truth stands
 * beside what the reports say.
 *
 * It starts a stack of its own, in a folder that goes with it, since nobody's clock may be put ahead but its own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { CampaignReport } from '../flow/report.ts'
import { type Browser, createBrowser } from './browse.ts'
import { setClock } from './clock.ts'
import { ring } from './crons.ts'
import { createOperator, type Operator } from './operator.ts'
import { freePort } from './ports.ts'
import { actsOf, type Shopper, shopperOf } from './shopper.ts'
import { createTeardown, openStack } from './stack.ts'
import { tableOf } from './table.ts'
import { messageOf, Trouble } from './trouble.ts'
import { type EffectName, parseTruth, type Truth } from './truth.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Shoppers at once. */
const PARALLEL = 16
/** Orders in one call of the shop's servers. */
const ORDERS_A_CALL = 200
const WATCH = '*/15 * * * *'
/** Longer than what page views say waits for its write. */
const SETTLE_MS = 3_000

interface Order {
  readonly id: string
  readonly kind: 'purchase' | 'store_purchase'
  readonly visitor: string
  readonly at: number
  readonly value: number
  readonly margin: number
  readonly currency: string
  readonly store?: string
}

interface Tally {
  views: number
  events: number
  accepted: number
  orders: number
  readonly consent: Record<string, number>
}

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
      clock: true,
    }
    const stack = await openStack(options, teardown, () => {}, stopping.signal)
    const operator = createOperator(stack.url, stack.token)
    console.log(`${visitors} shoppers over ${days} days, seed ${seed}, at ${stack.url}`)
    const started = performance.now()
    const tally = await live({
      visitors,
      days,
      seed,
      truth,
      url: stack.url,
      operator,
      signal: stopping.signal,
    })
    const seconds = (performance.now() - started) / 1_000
    await sleep(SETTLE_MS)
    await ring(stack.url, WATCH)
    tell(tally, seconds)
    await compare(operator, truth)
    return 0
  } finally {
    await teardown.run()
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Trouble(`"${text}" is no whole number from 1 on.`, 2)
  return Number(text)
}

function readTruth(file: string | undefined): Truth {
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

interface World {
  readonly visitors: number
  readonly days: number
  readonly seed: number
  readonly truth: Truth
  readonly url: string
  readonly operator: Operator
  readonly signal: AbortSignal
}

/** Hour by hour: whoever visits then, some at once. At night opt out who were annoyed, and the day's orders come in. */
async function live({ visitors, days, seed, truth, url, operator, signal }: World): Promise<Tally> {
  const tally: Tally = { views: 0, events: 0, accepted: 0, orders: 0, consent: {} }
  const start = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const shoppers = Array.from({ length: visitors }, (_, number) => shopperOf(number, days, seed, truth))
  for (let day = 0; day < days; day++) {
    const hours = Map.groupBy(
      shoppers.filter((shopper) => shopper.day === day),
      ({ hour }) => hour,
    )
    const orders: Order[] = []
    const optOuts: Browser[] = []
    for (const [hour, crowd] of [...hours].sort(([a], [b]) => a - b)) {
      signal.throwIfAborted()
      const now = start + (day + 1) * DAY_MS + hour * HOUR_MS
      await setClock(url, now)
      await inParallel(crowd, (shopper) => visit(shopper, { truth, url, now, orders, optOuts, tally }))
    }
    // Who came last is known to the store once the queue was emptied.
    await sleep(SETTLE_MS)
    await setClock(url, start + (day + 2) * DAY_MS - HOUR_MS)
    await inParallel(optOuts, (browser) => browser.choose(false, true))
    await sendOrders(operator, orders)
    tally.orders += orders.length
    await ring(url, WATCH)
  }
  return tally
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T)
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
}

interface Visit {
  readonly truth: Truth
  readonly url: string
  readonly now: number
  readonly orders: Order[]
  readonly optOuts: Browser[]
  readonly tally: Tally
}

async function visit(shopper: Shopper, { truth, url, now, orders, optOuts, tally }: Visit): Promise<void> {
  const { number, consent } = shopper
  tally.consent[consent] = (tally.consent[consent] ?? 0) + 1
  const browser = createBrowser(url, number, consent)
  if (consent === 'grants' || consent === 'denies') {
    const granted = consent === 'grants'
    await browser.choose(granted, granted)
  }
  const { shown, met } = await browser.look('/')
  tally.views++
  const acts = actsOf(shopper, shown, truth)
  const seen = met.map((campaign) => ({ id: `seen:${campaign}`, kind: 'seen', campaign }))
  if (seen.length > 0) {
    const accepted = await browser.tell(seen)
    tally.events += seen.length
    tally.accepted += accepted
  }
  if (acts.staysOn) {
    await browser.look('/collections/chilled')
    tally.views++
  }
  if (acts.order !== null) {
    const visitor = await browser.id()
    const { value, margin, isInStore } = acts.order
    const kind = isInStore ? 'store_purchase' : 'purchase'
    if (visitor !== undefined) {
      const store = isInStore ? { store: 'corner' } : {}
      orders.push({
        id: `order:${number}`,
        kind,
        visitor,
        at: now + HOUR_MS,
        value,
        margin,
        currency: 'EUR',
        ...store,
      })
    }
  }
  if (acts.optsOut && met.length > 0) optOuts.push(browser)
}

async function sendOrders(operator: Operator, orders: readonly Order[]): Promise<void> {
  for (let from = 0; from < orders.length; from += ORDERS_A_CALL) {
    const body = JSON.stringify({ events: orders.slice(from, from + ORDERS_A_CALL) })
    const answer = await operator<{ accepted: number }>('POST', '/events', body)
    // Nobody who is known bought: that is no fault of the simulation's.
    if (!answer.ok && answer.error.status !== 422)
      throw new Trouble(`orders were refused: ${answer.error.title}`)
  }
}

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
