/**
 * `npx node test/bench/faults.ts [--requests 20000] [--only "hangs"]`: page views by visitors of every kind, while the store
 * fails in each way there is. Prints, for each way, pages that were not as they should be, the 99th percentile beside
 * that of the same run without a fault, and how long it took until the store was used again. Exits 1 where a bar is missed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { CROWD_PAGE, CROWD_RELEASE, crowd, latencyAt, member, visitAll } from '../help/crowd.ts'
import { type Edge, startEdge } from '../help/edge.ts'
import { page, startOrigin } from '../help/faulty-origin.ts'
import { FAULT_NAMES, startFaultyStore } from '../help/faulty-store.ts'
import { keyringOf } from '../help/keyring.ts'
import { startTestStore } from '../help/sqld.ts'

const BUDGET_MS = 25
const P99_OVER_MS = BUDGET_MS + 10
const RECOVERS_WITHIN_MS = 5_000
const CROWD = 600
/** A quarter of the page views is enough to know the 99th percentile without a fault. */
const WITHOUT_SHARE = 0.25

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '20000' }, only: { type: 'string' } },
})
const requests = Number(values.requests)
const keyring = await keyringOf()
const people = await crowd(CROWD, keyring)

const store = await startTestStore()
const gate = await startFaultyStore(store.url)
const origin = await startOrigin()
origin.on('/', page(CROWD_PAGE, { 'Cache-Control': 'max-age=86400' }))

const start = async (): Promise<Edge> => {
  const edge = await startEdge({ ORIGIN: origin.url, DB_URL: gate.url, BUDGET_MS: String(BUDGET_MS) })
  await edge.publish(CROWD_RELEASE)
  await edge.warm()
  // The first view of a page fills the isolate's memory, the first of a visitor its list of tombstones.
  await visitAll(edge, people, CROWD)
  return edge
}

/** Milliseconds until a cookie that is older than a day is renewed from the store, and until what is said is counted. */
async function recovery(edge: Edge): Promise<number> {
  const from = performance.now()
  const { wish } = await member('ancient', keyring)
  for (;;) {
    const renewed = (await edge.get('/', wish)).setCookies.length > 0
    const event = { events: [{ id: `e${from}`, kind: 'view', at: Date.now(), category: 'tea' }] }
    const headers = { ...wish.headers, 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' }
    const body = JSON.stringify(event)
    const told = await edge.get('/_selvedge/events', { ...wish, method: 'POST', headers, body })
    const took = performance.now() - from
    if (renewed && told.status === 202) return took
    if (took > 4 * RECOVERS_WITHIN_MS) return Number.POSITIVE_INFINITY
    await sleep(50)
  }
}

const rows = []
for (const fault of FAULT_NAMES) {
  if (values.only !== undefined && values.only !== fault) continue
  const edge = await start()
  const well = await visitAll(edge, people, Math.ceil(requests * WITHOUT_SHARE))
  gate.become(fault)
  const ill = await visitAll(edge, people, requests)
  gate.become(null)
  const recoveryMs = await recovery(edge)
  const row = {
    'the store …': fault,
    requests: ill.requests,
    'page errors': ill.errors.length,
    'p99 ms': latencyAt(ill, 0.99),
    'p99 ms without': latencyAt(well, 0.99),
    'p50 ms': latencyAt(ill, 0.5),
    'max ms': latencyAt(ill, 1),
    'recovery ms': recoveryMs,
    ok:
      ill.errors.length === 0 &&
      well.errors.length === 0 &&
      latencyAt(ill, 0.99) <= latencyAt(well, 0.99) + P99_OVER_MS &&
      recoveryMs <= RECOVERS_WITHIN_MS,
  }
  for (const error of new Set([...well.errors, ...ill.errors])) console.error(`${fault}: ${error}`)
  console.error(JSON.stringify(row))
  rows.push(row)
  await edge.stop()
}
console.table(
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'number' ? Math.round(value * 10) / 10 : value,
      ]),
    ),
  ),
)
gate.stop()
await origin.stop()
await store.stop()
process.exit(rows.every(({ ok }) => ok) ? 0 : 1)
