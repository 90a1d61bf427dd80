/** Keeps the store running: a server that dies is started again on its port, as a hosted one would be. */
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './ports.ts'
import { type Sqld, type SqldOptions, startSqld } from './sqld.ts'
import { messageOf } from './trouble.ts'

export interface KeptStore {
  readonly url: string
  /** Settles when it died too often and was given up, with why. */
  readonly lost: Promise<string>
  readonly stop: () => Promise<void>
}

const RESTART_DELAY_MS = 250
/** A server that lived this long was not broken from the start. */
const HEALTHY_MS = 10_000
const MAX_FAILURES = 5

/** Starts the first server, or throws; later deaths are told to `say`. */
export async function keepStore(options: SqldOptions, say: (line: string) => void): Promise<KeptStore> {
  const fixed = { ...options, port: options.port ?? (await freePort()) }
  let current: Sqld = await startSqld(fixed)
  let stopping = false
  const restart = async (): Promise<string> => {
    let failures = 0
    for (;;) {
      const born = performance.now()
      const why = await current.ended
      if (stopping) return why
      failures = performance.now() - born < HEALTHY_MS ? failures + 1 : 1
      if (failures > MAX_FAILURES) return why
      say(`The store died (${why}): starting it again.`)
      await sleep(RESTART_DELAY_MS)
      if (stopping) return why
      try {
        current = await startSqld(fixed)
      } catch (error) {
        return messageOf(error)
      }
      // Stopping may have come while it started, and then it stopped the one before.
      if (stopping) await current.stop()
    }
  }
  const over = restart()
  return {
    url: current.url,
    lost: over.then((why) => (stopping ? new Promise<string>(() => {}) : why)),
    stop: async () => {
      stopping = true
      await current.stop()
      await over
    },
  }
}
