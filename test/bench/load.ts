/** A closed-loop client: a few connections, each asking again as soon as it is answered. Loopback only. */
import { Agent, type IncomingMessage, request } from 'node:http'

const CONNECTIONS = 8

export interface Sample {
  readonly requests: number
  readonly seconds: number
  /** Milliseconds, sorted. */
  readonly latencies: Float64Array
  readonly bytes: number
}

export type Headers = Readonly<Record<string, string>>

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly firstByteMs: number
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, maxTotalSockets: 256 })

/** One GET. `firstByteMs` is the time to the first byte of the body. */
export function get(url: string, headers: Headers = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const asked = request(url, { agent, headers }, (response) => {
      const chunks: Buffer[] = []
      let firstByteMs = 0
      response.on('data', (chunk: Buffer) => {
        if (chunks.length === 0) firstByteMs = performance.now() - started
        chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
          firstByteMs,
        }),
      )
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Asks `url` for about `seconds`, going round the visitors, and refuses to count an answer that is not a 200. */
export async function load(url: string, visitors: readonly Headers[], seconds: number): Promise<Sample> {
  const latencies: number[] = []
  let bytes = 0
  let next = 0
  const started = performance.now()
  const until = started + seconds * 1_000
  const connection = async (): Promise<void> => {
    while (performance.now() < until) {
      const asked = performance.now()
      const answer = await get(url, visitors[next++ % visitors.length])
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`)
      latencies.push(performance.now() - asked)
      bytes = answer.body.length
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
  const took = (performance.now() - started) / 1_000
  return { requests: latencies.length, seconds: took, latencies: Float64Array.from(latencies).sort(), bytes }
}

/** The value below which the share `q` of sorted values lies. */
export function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}
