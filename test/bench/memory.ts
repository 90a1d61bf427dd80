/** Resident memory while ten thousand distinct pages pass: templates are bounded by bytes, so it has to level off. */
import type { Context } from './context.ts'
import { get } from './load.ts'
import { startOrigin } from './origin.ts'
import { startSelvedge } from './selvedge.ts'

const PAGES = 10_000
/** A tenth of the pages over a sixth of the memory: the same picture, sooner. */
const QUICK_PAGES = 1_000
const QUICK_MEMORY_MB = '8'
const PARALLEL = 4
/**
 * What the platform gives an isolate. Without a bound, as workerd runs by itself, garbage lies about for as long as the
 * machine has memory to spare, and what is seen is the collector's leisure.
 */
const HEAP_LIMIT = '--max-old-space-size=128'
const SAMPLES = 10

export async function measureMemory(context: Context): Promise<number[]> {
  const origin = await startOrigin()
  const text = context.quick ? { MEMORY_MB: QUICK_MEMORY_MB } : {}
  const selvedge = await startSelvedge(context, {
    name: 'selvedge-memory',
    origin: origin.url,
    text,
    v8Flags: [HEAP_LIMIT],
  })
  const headers = { Accept: 'text/html', 'User-Agent': 'Mozilla/5.0 Chrome/140.0' }
  const pages = context.quick ? QUICK_PAGES : PAGES
  const samples: number[] = []
  let next = 0
  const visit = async (until: number): Promise<void> => {
    while (next < until) {
      const answer = await get(`${selvedge.url}/pages/${next++}`, headers)
      if (answer.status !== 200) throw new Error(`a page answered ${answer.status}`)
    }
  }
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    const until = (pages / SAMPLES) * sample
    await Promise.all(Array.from({ length: PARALLEL }, () => visit(until)))
    samples.push(selvedge.rssMb())
  }
  selvedge.stop()
  origin.stop()
  return samples
}
