/**
 * A client of its own thread that asks at a steady pace whatever the answers do, so that a slow one does not hide those
 * who would have come behind it: each is timed from the moment at which it was due. Loopback only.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { get, type Headers } from './load.ts'

export interface Pace {
  readonly url: string
  readonly visitors: readonly Headers[]
  readonly perSecond: number
  readonly seconds: number
}

export interface Steady {
  /** Milliseconds from when each was due until its last byte, sorted. */
  readonly latencies: Float64Array
  /** Answers that were no page. */
  readonly failed: number
}

/** Asks, and waits for all answers. */
export function steady(pace: Pace): Promise<Steady> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, { workerData: pace })
    worker.once('message', resolve).once('error', reject)
  })
}

async function ask({ url, visitors, perSecond, seconds }: Pace): Promise<Steady> {
  const latencies: number[] = []
  let failed = 0
  const started = performance.now()
  const one = async (n: number): Promise<void> => {
    const due = started + (n * 1_000) / perSecond
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    // A timer is late by up to a millisecond, which is nobody's but ours.
    const from = Math.max(due, performance.now() - 1)
    try {
      const { status } = await get(url, visitors[n % visitors.length])
      if (status !== 200) failed += 1
    } catch {
      failed += 1
    }
    latencies.push(performance.now() - from)
  }
  await Promise.all(Array.from({ length: Math.round(perSecond * seconds) }, (_, n) => one(n)))
  return { latencies: Float64Array.from(latencies).sort(), failed }
}

if (parentPort !== null) parentPort.postMessage(await ask(workerData as Pace))
