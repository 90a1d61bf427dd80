/** Selvedge as it would be deployed: the whole Worker, a real store, a release published through its own API. */
import { join } from 'node:path'
import { SEAL_KEYS } from '../help/keys.ts'
import { startTestStore } from '../help/sqld.ts'
import type { Context } from './context.ts'
import { benchRelease } from './page.ts'
import { type Running, startWorker } from './workerd.ts'

export const TOKEN = 'bench-token-0123456789'

export interface Selvedge extends Running {
  readonly stop: () => void
}

/** Starts it before `origin` with the bench's release live. */
export async function startSelvedge(
  { folder }: Pick<Context, 'folder'>,
  options: {
    readonly name: string
    readonly origin: string
    /** URL of somebody else's store; one of its own unless told. */
    readonly store?: string
    readonly campaigns?: number
    /** False: without the campaigns that change the page. */
    readonly edits?: boolean
    readonly text?: Readonly<Record<string, string>>
    readonly v8Flags?: readonly string[]
  },
): Promise<Selvedge> {
  const store = options.store === undefined ? await startTestStore() : null
  const text = {
    ORIGIN: options.origin,
    DB_URL: store?.url ?? options.store ?? '',
    SEAL_KEYS,
    API_TOKEN: `bench:${TOKEN}`,
    // A store on the same two cores as the load may take its time on the very first request.
    BUDGET_MS: '250',
    ...options.text,
  }
  const entry = join(import.meta.dirname, '../../src/worker.ts')
  const running = await startWorker(
    { name: options.name, entry, text, v8Flags: options.v8Flags ?? [] },
    folder,
  )
  const answer = await fetch(`${running.url}/_selvedge/api/releases`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(benchRelease(options.campaigns, options.edits)),
  })
  if (answer.status !== 201) throw new Error(`not published: ${answer.status} ${await answer.text()}`)
  return {
    ...running,
    stop: () => {
      running.stop()
      void store?.stop()
    },
  }
}
