/** The local stack as a client of the Worker's own doors: is it there, what is live, publish this. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, Trouble } from './trouble.ts'

export interface Door {
  /** Base URL of the Worker. */
  readonly url: string
  readonly token: string
}

/** Marks releases that the local stack published by itself, and may replace by itself. */
export const DEMO_NOTE = 'demo storefront'

const READY_TIMEOUT_MS = 15_000
const LOADED_TIMEOUT_MS = 3_000
const POLL_MS = 50
const TIMEOUT_MS = 15_000
const FAULTS_SHOWN = 20

/** Waits until the Worker says that it is well. */
export async function waitUntilHealthy(door: Door, signal: AbortSignal): Promise<void> {
  const until = performance.now() + READY_TIMEOUT_MS
  let last = 'it does not answer'
  while (performance.now() < until) {
    signal.throwIfAborted()
    try {
      const response = await ask(door, 'GET', '/_selvedge/health')
      if (response.ok) return
      last = `${response.status}: ${(await response.text()).slice(0, 500)}`
    } catch (error) {
      last = messageOf(error)
    }
    await sleep(POLL_MS)
  }
  throw new Trouble(`The Worker is not well: ${last}`)
}

/**
 * Waits until pages are finished by what is live: an isolate reads it behind its first page, which so is nobody's. A shop
 * that does not answer yet is not waited for.
 */
export async function waitUntilLoaded({ url }: Pick<Door, 'url'>, signal: AbortSignal): Promise<void> {
  const until = performance.now() + LOADED_TIMEOUT_MS
  while (performance.now() < until) {
    signal.throwIfAborted()
    try {
      const headers = { Accept: 'text/html', 'User-Agent': 'selvedge-start (bot)' }
      const response = await fetch(`${url}/`, {
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(LOADED_TIMEOUT_MS),
      })
      await response.body?.cancel()
      if (response.headers.get('Selvedge-Bypass') !== 'no_release') return
    } catch {
      return
    }
    await sleep(POLL_MS)
  }
}

export interface LiveRelease {
  readonly number: number
  readonly note: string
}

/** The live release, or null where none is live. */
export async function liveRelease(door: Door): Promise<LiveRelease | null> {
  const response = await ask(door, 'GET', '/_selvedge/api/releases/active')
  if (response.status === 404) return null
  if (!response.ok) throw new Trouble(`The Worker does not say what is live (${response.status}).`)
  const { number, note = '' } = (await response.json()) as { number: number; note?: string }
  return { number, note }
}

/** What the store knows of visitors today, rather than the file, stands in the way of a release. */
class AudienceTrouble extends Trouble {}

const AUDIENCE = /(?:small|unknown)_audience$/

/**
 * Publishes a release file, if today's visitors are enough for its audiences; else what is live stays, and `say` is told
 * in one line. Gives the number of what is live then; null for nothing.
 */
export async function publishOrKeep(
  door: Door,
  file: string,
  note: string,
  say: (line: string) => void,
): Promise<number | null> {
  try {
    return await publishFile(door, file, note)
  } catch (error) {
    if (!(error instanceof AudienceTrouble)) throw error
    const live = await liveRelease(door)
    const stays = live === null ? 'no release is live' : `release ${live.number} stays live`
    say(`${error.message}; ${stays}.`)
    return live?.number ?? null
  }
}

/** Publishes a release file. Gives its number; the same release published again keeps its own. */
async function publishFile(door: Door, file: string, note: string): Promise<number> {
  const response = await ask(
    door,
    'POST',
    `/_selvedge/api/releases?note=${encodeURIComponent(note)}`,
    readFileSync(file, 'utf8'),
  )
  const answer = (await response.json().catch(() => ({}))) as {
    number?: number
    title?: string
    faults?: { path: string; code: string; message: string }[]
  }
  if (response.ok && answer.number !== undefined) return answer.number
  const all = answer.faults ?? []
  const [first] = all
  if (first !== undefined && all.every(({ code }) => AUDIENCE.test(code))) {
    const others = all.length === 1 ? '' : `, and ${all.length - 1} more of its audiences are too small`
    throw new AudienceTrouble(`${file} was not published: ${first.path} ${first.message}${others}`)
  }
  const faults = all.slice(0, FAULTS_SHOWN).map(({ path, message }) => `\n  ${path} ${message}`)
  throw new Trouble(`${file} was not published: ${answer.title ?? response.status}${faults.join('')}`)
}

/** Lists these stores where none are listed yet: an operator's own list stays. */
export async function listStores(door: Door, stores: readonly unknown[]): Promise<void> {
  const listed = await ask(door, 'GET', '/_selvedge/api/stores')
  if (!listed.ok) throw new Trouble(`The Worker does not say what stores there are (${listed.status}).`)
  if (((await listed.json()) as { readonly stores: readonly unknown[] }).stores.length > 0) return
  const response = await ask(door, 'PUT', '/_selvedge/api/stores', JSON.stringify({ stores }))
  if (!response.ok) throw new Trouble(`The stores were not listed (${response.status}).`)
}

/** Lists products, and reports what there is of them as counted now. */
export async function reportSupply(
  door: Door,
  { CATALOG, STOCK }: { readonly CATALOG: readonly unknown[]; readonly STOCK: readonly unknown[] },
): Promise<void> {
  for (const [path, body] of [
    ['catalog', { products: CATALOG }],
    ['stock', { stock: STOCK }],
  ] as const) {
    const response = await ask(door, 'PUT', `/_selvedge/api/${path}`, JSON.stringify(body))
    if (!response.ok) throw new Trouble(`The ${path} was not taken (${response.status}).`)
  }
}

function ask(door: Door, method: string, path: string, body?: string): Promise<Response> {
  return fetch(new URL(path, door.url), {
    method,
    headers: { Authorization: `Bearer ${door.token}`, 'Content-Type': 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body === undefined ? {} : { body }),
  })
}
