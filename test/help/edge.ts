/**
 * The whole Worker in a workerd of its own, with real sockets on both sides and nothing in between: what it answers is
 * seen to the byte. `place` becomes `request.cf`, as the edge would say it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as workerd from 'workerd'
import { compatibilityDate } from '../../src/cli/bundle.ts'
import { bundleWorker, freePort } from '../bench/workerd.ts'
import { SEAL_KEYS } from './keys.ts'

export const TOKEN = 'test-token-0123456789'
export const CDN_SECRET = 'test-cdn-secret-0123456789'
// A CommonJS module, whose default export stands one level deeper in Node than in Vitest.
const { default: packed } = workerd as unknown as { default: string | { default: string } }
const BINARY = typeof packed === 'string' ? packed : packed.default
/** Whatever port a Worker listens on, this is the shop to its visitors. */
export const HOST = 'shop.example'
const WORKER = join(import.meta.dirname, '../../src/worker.ts')

export type Place = Readonly<Record<string, string>>
/** Consent is presumed here. */
export const AUSTIN: Place = {
  country: 'US',
  region: 'Texas',
  regionCode: 'TX',
  city: 'Austin',
  continent: 'NA',
  timezone: 'America/Chicago',
}
/** Consent is asked for here. */
export const LISBON: Place = {
  country: 'PT',
  region: 'Lisbon',
  city: 'Lisbon',
  continent: 'EU',
  timezone: 'Europe/Lisbon',
  isEUCountry: '1',
}

export interface Wish {
  readonly place?: Place
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
}

export interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly setCookies: readonly string[]
  readonly bytes: Buffer
  readonly text: string
  /** False where the answer broke off. */
  readonly isWhole: boolean
}

export interface Edge {
  readonly url: string
  /** What the Worker has logged. */
  readonly log: () => string
  /** Rejects where there was no answer at all. */
  readonly get: (path: string, wish?: Wish) => Promise<Got>
  /** A call of an operator. */
  readonly api: (path: string, wish?: Wish) => Promise<Got>
  /** Makes a release live, for this isolate at once. */
  readonly publish: (release: unknown) => Promise<number>
  readonly preview: (wishes: unknown) => Promise<string>
  /** Waits until the isolate has its release: its first visitors may be served before. */
  readonly warm: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Of one test file: bundles are made once for all its workers. */
const folder = mkdtempSync(join(tmpdir(), 'selvedge-edge-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const bundles = new Map<string, Promise<string>>()

/**
 * Starts a Worker. Nothing is asked of it: the first request of a test is the isolate's first. `cache`: host and port of
 * what its Cache API keeps entries in; without one it has nothing and keeps nothing.
 */
export async function startEdge(
  bindings: Readonly<Record<string, string>>,
  entry: string = WORKER,
  cache?: string,
): Promise<Edge> {
  const bundled = bundles.get(entry) ?? bundleWorker({ name: `worker-${bundles.size}`, entry }, folder)
  bundles.set(entry, bundled)
  const port = await freePort()
  const config = join(folder, `${port}.capnp`)
  // Without the beacon, unless a test asks for it: then all that differs between arms is what campaigns say.
  const all = {
    BEACON: 'false',
    SEAL_KEYS,
    API_TOKEN: `tester:${TOKEN}`,
    CDN_SECRET,
    BUDGET_MS: '1000',
    ...bindings,
  }
  writeFileSync(config, capnp(await bundled, all, port, cache))
  const child = spawn(BINARY, ['serve', config], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  }
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  await listening(port, child, () => log)
  const url = `http://127.0.0.1:${port}`
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const get = (path: string, wish: Wish = {}): Promise<Got> => ask(`${url}${path}`, agent, wish)
  const api = (path: string, wish: Wish = {}): Promise<Got> => {
    const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', ...wish.headers }
    return get(`/_selvedge/api${path}`, { ...wish, headers })
  }
  const post = async (path: string, value: unknown): Promise<Record<string, unknown>> => {
    const send = (): Promise<Got> => api(path, { method: 'POST', body: JSON.stringify(value) })
    let got = await send()
    // A store that is busy with what visitors did says so; the answer asks to send it again.
    for (let tries = 0; tries < 5 && got.status === 503; tries++) got = await send()
    if (got.status >= 300) throw new Error(`${path}: ${got.status} ${got.text}`)
    return JSON.parse(got.text) as Record<string, unknown>
  }
  return {
    url,
    log: () => log,
    get,
    api,
    publish: async (release) => (await post('/releases', release)).number as number,
    warm: async () => {
      while ((await get('/')).headers['selvedge-bypass'] === 'no_release') await sleep(20)
    },
    preview: async (wishes) => (await post('/previews', wishes)).token as string,
    stop: async () => {
      agent.destroy()
      process.off('exit', kill)
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (kill()) await ended
    },
  }
}

/** Has nothing and keeps nothing. */
const NO_CACHE = `worker = (
      serviceWorkerScript = "addEventListener('fetch', e => e.respondWith(new Response(null, {status: e.request.method === 'PUT' ? 204 : 504})))",
      compatibilityDate = "${compatibilityDate()}",
    )`

function capnp(
  script: string,
  bindings: Readonly<Record<string, string>>,
  port: number,
  cache: string | undefined,
): string {
  const texts = Object.entries(bindings).map(
    ([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "${basename(script)}")],
      compatibilityDate = "${compatibilityDate()}",
      bindings = [${texts.join(', ')}],
      globalOutbound = "network",
      cacheApiOutbound = "cache",
    )),
    (name = "cache", ${cache === undefined ? NO_CACHE : `external = (address = "${cache}", http = ())`}),
    (name = "network", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (cfBlobHeader = "CF-Blob"), service = "main")],
);
`
}

async function listening(port: number, child: ChildProcess, log: () => string): Promise<void> {
  while (child.exitCode === null) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('close', () => socket.destroy()).once('connect', () => socket.end())
    })
    if (isOpen) return
    await sleep(5)
  }
  throw new Error(`workerd ended with ${child.exitCode}: ${log()}`)
}

/** As a browser's navigation, to the shop's public host. */
const NAVIGATION = {
  Host: HOST,
  Accept: 'text/html',
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
}

function ask(url: string, agent: Agent, { place, method = 'GET', headers, body }: Wish): Promise<Got> {
  return new Promise((resolve, reject) => {
    const cf = place === undefined ? {} : { 'CF-Blob': asciiJson(place) }
    const asked = request(
      url,
      { agent, method, headers: { ...NAVIGATION, ...cf, ...headers } as never },
      (answer) => {
        const parts: Buffer[] = []
        const done = (): void => {
          const bytes = Buffer.concat(parts)
          resolve({
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(answer.headers).map(([name, value]) => [
                name,
                Array.isArray(value) ? value.join(', ') : value,
              ]),
            ),
            setCookies: answer.headers['set-cookie'] ?? [],
            bytes,
            text: bytes.toString(),
            isWhole: answer.complete,
          })
        }
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', done)
        answer.on('end', done)
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

/** JSON that can stand in a header. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** A release of these campaigns, each with one variant `a` unless it has its own. */
export const releaseOf = (...campaigns: readonly Record<string, unknown>[]): unknown => ({
  holdout: 0,
  campaigns,
})

/** A campaign on every page that shows its one variant to everybody. */
export function campaign(
  id: string,
  edits: readonly unknown[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return { id, pages: ['/*'], variants: [{ id: 'a', weight: 1, edits }], ...more }
}

/** The page as it would be without the beacon's tag. */
export const withoutBeacon = (html: string): string =>
  html.replace(/<script src="\/\/[^"/]+\/_selvedge\/beacon\.js[^>]*><\/script>/, '')

/** The `name=value` pairs of `Set-Cookie` lines, as a browser would send them back. */
export const cookiesOf = ({ setCookies }: Got): string =>
  setCookies.map((line) => line.split(';')[0]).join('; ')
