/**
 * `npx node test/bench/ingest.ts [--seconds 60] [--visitors 100000] [--each 1] [--pages 50]`: events that the shop's servers
 * tell in batches, through the whole Worker into a real store on the same machine, for a minute; and the pages that go
 * beside them, against the same pages by themselves. `--each`: events of one visitor in a batch. Exits 1 where a bar is
 * missed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type CrowdedStore, idOf, startCrowdedStore } from './crowded-store.ts'
import { get, type Headers, quantile } from './load.ts'
import { startOrigin } from './origin.ts'
import { startSelvedge, TOKEN } from './selvedge.ts'
import { type Steady, steady } from './steady.ts'
import type { Running } from './workerd.ts'

const RATE_BAR = 2_000
const P99_BAR = 1.1
const BATCH = 500
const LANES = 2
const PEOPLE = 32
const WARM_UP_SECONDS = 5
/** Batches are sent so much faster than the bar asks, so that a late one is no miss. */
const SENT_RATE = 1.05 * RATE_BAR

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    visitors: { type: 'string', default: '100000' },
    each: { type: 'string', default: '1' },
    pages: { type: 'string', default: '50' },
  },
})
const seconds = Number(values.seconds)
const each = Number(values.each)
const perSecond = Number(values.pages)

/** Orders, views and baskets, as a shop's servers tell them of visitors whom they know. */
function batchOf(number: number, visitors: number): string {
  const events = Array.from({ length: BATCH }, (_, n) => {
    const person = Math.floor((number * BATCH + n) / each)
    const event = { id: `${number}-${n}`, visitor: idOf((person * 31_337) % visitors), at: Date.now() }
    const category = `category-${n % 40}`
    if (n % 3 === 0) return { ...event, kind: 'purchase', category, value: 49.9, currency: 'EUR', margin: 12 }
    return { ...event, kind: n % 3 === 1 ? 'view' : 'add_to_cart', category, sku: `SKU-${n % 400}` }
  })
  return JSON.stringify({ events })
}

interface Told {
  /** Events that were answered as kept. */
  readonly kept: number
  readonly refused: number
  readonly seconds: number
  /** Milliseconds from sending a batch to its answer, sorted. */
  readonly latencies: Float64Array
}

/** Sends batches for so long, no faster than `rate` events a second; each is sent again until it is taken. */
async function tell(
  url: string,
  store: CrowdedStore,
  first: number,
  until: number,
  rate: number,
): Promise<Told> {
  const latencies: number[] = []
  let next = first
  let kept = 0
  let refused = 0
  const started = performance.now()
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const number = next++
      const due = started + ((number - first) * BATCH * 1_000) / rate
      await sleep(Math.max(0, due - performance.now()))
      const body = batchOf(number, store.visitors)
      const from = performance.now()
      for (;;) {
        const answer = await fetch(`${url}/_selvedge/api/events`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
          body,
        })
        const told = (await answer.json()) as { readonly accepted?: number }
        if (answer.status === 202) {
          kept += told.accepted ?? 0
          break
        }
        if (answer.status !== 503) throw new Error(`${answer.status}: ${JSON.stringify(told)}`)
        refused += 1
      }
      latencies.push(performance.now() - from)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  const took = (performance.now() - started) / 1_000
  return { kept, refused, seconds: took, latencies: Float64Array.from(latencies).sort() }
}

/** Returning visitors of the page: each comes back with the cookies that its first page set. */
async function people({ url }: Running): Promise<readonly Headers[]> {
  return Promise.all(
    Array.from({ length: PEOPLE }, async () => {
      const headers = {
        Accept: 'text/html',
        'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
        'Sec-Fetch-Dest': 'document',
        'CF-Blob': JSON.stringify({ country: 'US', regionCode: 'TX', timezone: 'America/Chicago' }),
      }
      const first = await get(`${url}/`, headers)
      const cookie = (first.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
      return { ...headers, Cookie: cookie }
    }),
  )
}

const pagesOf = ({ latencies, failed }: Steady): Record<string, number> => ({
  pages: latencies.length,
  failed,
  p50_ms: quantile(latencies, 0.5),
  p99_ms: quantile(latencies, 0.99),
  max_ms: quantile(latencies, 1),
})

async function main(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-ingest-'))
  const store = await startCrowdedStore(Number(values.visitors))
  const origin = await startOrigin()
  const text = { IDENTITY_KEY: Buffer.alloc(32, 9).toString('base64'), CURRENCY: 'EUR' }
  const worker = await startSelvedge(
    { folder },
    { name: 'ingest', origin: origin.url, store: store.url, text },
  )
  try {
    const visitors = await people(worker)
    const pace = { url: `${worker.url}/`, visitors, perSecond }
    await steady({ ...pace, seconds: WARM_UP_SECONDS })
    await tell(worker.url, store, 0, performance.now() + WARM_UP_SECONDS * 1_000, Number.POSITIVE_INFINITY)
    // As long as beside the events: the hundredth of fewer pages is whatever the machine did in that moment.
    const alone = await steady({ ...pace, seconds })
    const [cpu, storeCpu] = [worker.cpuUs(), store.cpu()]
    const first = 1_000_000
    const [told, beside] = await Promise.all([
      tell(worker.url, store, first, performance.now() + seconds * 1_000, SENT_RATE),
      steady({ ...pace, seconds }),
    ])
    const cpuUs = (worker.cpuUs() - cpu) / told.kept
    const storeCpuUs = ((store.cpu() - storeCpu) * 1_000) / told.kept
    const most = await tell(
      worker.url,
      store,
      2 * first,
      performance.now() + (seconds / 4) * 1_000,
      Number.POSITIVE_INFINITY,
    )
    const rate = told.kept / told.seconds
    const ratio = quantile(beside.latencies, 0.99) / quantile(alone.latencies, 0.99)
    const figures = {
      events_per_s: rate,
      most_events_per_s: most.kept / most.seconds,
      seconds: told.seconds,
      batches_refused: told.refused,
      batch_p50_ms: quantile(told.latencies, 0.5),
      batch_p99_ms: quantile(told.latencies, 0.99),
      worker_cpu_us_per_event: cpuUs,
      store_cpu_us_per_event: storeCpuUs,
      pages_alone: pagesOf(alone),
      pages_beside: pagesOf(beside),
      p99_ratio: ratio,
    }
    console.log(
      JSON.stringify(
        figures,
        (_, value) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value),
        2,
      ),
    )
    return rate >= RATE_BAR && ratio <= P99_BAR && beside.failed === 0
  } finally {
    worker.stop()
    origin.stop()
    await store.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = (await main()) ? 0 : 1
