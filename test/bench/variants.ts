/** Requests a second, latency and processor time of every engine making the same six edits on the same page. */
import { type Context, worker } from './context.ts'
import { get, type Headers, load, median, quantile, type Sample } from './load.ts'
import { startOrigin } from './origin.ts'
import { benchPage, EXPECTED, REMOVED } from './page.ts'
import { growthbookPayload, optimizelyManifest } from './payloads.ts'
import type { VariantFigures } from './report.ts'
import { startSelvedge } from './selvedge.ts'
import { type Running, startWorker, type WorkerSpec } from './workerd.ts'

const VISITORS = 64
const WARM_UP_SECONDS = 2
const PLACES = [
  {
    country: 'US',
    region: 'Texas',
    regionCode: 'TX',
    city: 'Austin',
    timezone: 'America/Chicago',
    continent: 'NA',
  },
  {
    country: 'US',
    region: 'New York',
    regionCode: 'NY',
    city: 'New York',
    timezone: 'America/New_York',
    continent: 'NA',
  },
  {
    country: 'CA',
    region: 'Ontario',
    regionCode: 'ON',
    city: 'Toronto',
    timezone: 'America/Toronto',
    continent: 'NA',
  },
]

export async function measureVariants(context: Context): Promise<Record<string, VariantFigures>> {
  const origin = await startOrigin()
  const running = [...(await Promise.all(peers(context).map((spec) => startWorker(spec, context.folder))))]
  running.splice(
    2,
    0,
    // The same Worker with no campaign live: what it costs to be there at all.
    await startSelvedge(context, { name: 'selvedge-idle', origin: origin.url, campaigns: 0 }),
    await startSelvedge(context, { name: 'selvedge', origin: origin.url }),
  )
  const rounds = context.quick ? 3 : 7
  const seconds = context.quick ? 1.2 : 3
  const samples = new Map<string, { readonly sample: Sample; readonly cpuUs: number }[]>()
  const visitors = new Map<string, readonly Headers[]>()
  for (const variant of running) {
    visitors.set(variant.name, await visitorsOf(variant))
    await check(variant, visitors.get(variant.name) ?? [])
    await load(`${variant.url}/`, visitors.get(variant.name) ?? [], WARM_UP_SECONDS)
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of round % 2 === 0 ? running : running.toReversed()) {
      const before = variant.cpuUs()
      const sample = await load(`${variant.url}/`, visitors.get(variant.name) ?? [], seconds)
      const cpuUs = (variant.cpuUs() - before) / sample.requests
      samples.set(variant.name, [...(samples.get(variant.name) ?? []), { sample, cpuUs }])
    }
  }
  for (const variant of running) variant.stop()
  origin.stop()
  return Object.fromEntries(running.map(({ name }) => [name, figures(samples.get(name) ?? [])]))
}

function peers(context: Context): readonly WorkerSpec[] {
  const data = { PAGE: new TextEncoder().encode(benchPage('/')) }
  const nodePaths = [context.peers]
  return [
    { name: 'passthrough', entry: worker('passthrough'), data },
    { name: 'htmlrewriter', entry: worker('htmlrewriter'), data },
    {
      name: 'growthbook-edge',
      entry: worker('growthbook'),
      data,
      text: { PAYLOAD: growthbookPayload() },
      nodePaths,
    },
    {
      name: 'optimizely-edge',
      entry: worker('optimizely'),
      data,
      text: { MANIFEST: optimizelyManifest() },
      flags: ['nodejs_compat'],
      nodePaths,
    },
  ]
}

/** Returning visitors: each comes back with the cookies that its first page set. */
async function visitorsOf({ url }: Running): Promise<readonly Headers[]> {
  return Promise.all(
    Array.from({ length: VISITORS }, async (_, index) => {
      const headers = {
        Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
        'User-Agent':
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
        'Accept-Language': 'en-US,en;q=0.9',
        'Sec-Fetch-Dest': 'document',
        'Sec-Fetch-Mode': 'navigate',
        'Sec-Fetch-Site': 'none',
        'Sec-CH-UA-Mobile': '?0',
        'Sec-CH-UA-Platform': '"Linux"',
        'CF-Blob': JSON.stringify(PLACES[index % PLACES.length]),
      }
      const first = await get(`${url}/`, headers)
      const cookie = (first.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
      return cookie === '' ? headers : { ...headers, Cookie: cookie }
    }),
  )
}

/** A variant that does not make the edits has no business in the table. */
async function check(variant: Running, visitors: readonly Headers[]): Promise<void> {
  if (variant.name === 'passthrough' || variant.name === 'selvedge-idle') return
  const page = (await get(`${variant.url}/`, visitors[0])).body.toString()
  const missing = EXPECTED.filter((text) => !page.includes(text))
  if (missing.length > 0) throw new Error(`${variant.name} did not make: ${missing.join(', ')}`)
  if (page.includes(REMOVED)) throw new Error(`${variant.name} did not remove the popup`)
}

function figures(rounds: readonly { readonly sample: Sample; readonly cpuUs: number }[]): VariantFigures {
  const middle = (value: (round: (typeof rounds)[number]) => number): number => median(rounds.map(value))
  return {
    rps: middle(({ sample }) => sample.requests / sample.seconds),
    p50_ms: middle(({ sample }) => quantile(sample.latencies, 0.5)),
    p99_ms: middle(({ sample }) => quantile(sample.latencies, 0.99)),
    cpu_us: middle(({ cpuUs }) => cpuUs),
    bytes: rounds.at(-1)?.sample.bytes ?? 0,
  }
}
