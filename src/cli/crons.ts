/** The Worker's schedule on this machine, where no platform keeps it: the crons of wrangler.toml, by plain intervals. */
import { DAY_MS, MINUTE_MS } from '../kit/time.ts'
import { messageOf } from './trouble.ts'

export const WATCH = '*/15 * * * *'
export const NIGHT = '17 3 * * *'
const CRONS = [
  { cron: WATCH, everyMs: 15 * MINUTE_MS },
  { cron: NIGHT, everyMs: DAY_MS },
] as const
/** Where miniflare takes them. */
const PATH = '/cdn-cgi/local/scheduled'
const TIMEOUT_MS = 120_000

/** `url` is the Worker's. Gives what stops it. */
export function startCrons(url: string, say: (line: string) => void): () => void {
  const timers = CRONS.map(({ cron, everyMs }) => {
    const timer = setInterval(
      () => void ring(url, cron).catch((error) => say(`cron: ${messageOf(error)}`)),
      everyMs,
    )
    timer.unref()
    return timer
  })
  return () => timers.forEach(clearInterval)
}

/** Has the Worker do now what it does at this cron. */
export async function ring(url: string, cron: string): Promise<void> {
  const response = await fetch(`${url}${PATH}?cron=${encodeURIComponent(cron)}`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`"${cron}" answered ${response.status}`)
}
