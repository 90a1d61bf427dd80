/**
 * Raw workerd processes: one Worker each, no simulator around it, so that process accounting charges a variant for
 * nothing but itself.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'
import workerd from 'workerd'
import { compatibilityDate } from '../../src/cli/bundle.ts'

const START_TIMEOUT_MS = 20_000
/** Linux counts process time in hundredths of a second. */
const TICK_US = 10_000

export interface WorkerSpec {
  readonly name: string
  /** Path of the entry module. */
  readonly entry: string
  readonly text?: Readonly<Record<string, string>>
  readonly data?: Readonly<Record<string, Uint8Array>>
  readonly flags?: readonly string[]
  /** For the engine, such as a bound of its heap. */
  readonly v8Flags?: readonly string[]
  /** Where bare imports are looked up beside the entry's own folders. */
  readonly nodePaths?: readonly string[]
}

export interface Running {
  readonly name: string
  readonly url: string
  /** Processor time used so far, microseconds, user and system. */
  readonly cpuUs: () => number
  /** Resident memory, megabytes. */
  readonly rssMb: () => number
  readonly startupMs: number
  readonly stop: () => void
}

/** Bundles a Worker as it would be deployed: one minified ES module. */
export async function bundleWorker(spec: WorkerSpec, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `${spec.name}.js`)
  await build({
    entryPoints: [spec.entry],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    minify: true,
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*'],
    nodePaths: [...(spec.nodePaths ?? [])],
    logLevel: 'error',
  })
  return outfile
}

/** Starts a Worker and waits for its first answer. `cf` comes in by the header `CF-Blob`, as at the edge. */
export async function startWorker(spec: WorkerSpec, folder: string): Promise<Running> {
  const script = await bundleWorker(spec, folder)
  const port = await freePort()
  const config = join(folder, `${spec.name}.capnp`)
  writeFileSync(config, capnp(spec, script, folder, port))
  const started = performance.now()
  const child = spawn(workerd.default, ['serve', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const url = `http://127.0.0.1:${port}`
  await answering(url, child)
  const startupMs = performance.now() - started
  const { pid } = child
  if (pid === undefined) throw new Error(`workerd for ${spec.name} has no process`)
  return {
    name: spec.name,
    url,
    startupMs,
    cpuUs: () => cpuOf(pid),
    rssMb: () => rssOf(pid),
    stop: () => child.kill('SIGKILL'),
  }
}

function capnp(spec: WorkerSpec, script: string, folder: string, port: number): string {
  const bindings = [
    ...Object.entries(spec.text ?? {}).map(
      ([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`,
    ),
    ...Object.entries(spec.data ?? {}).map(([name, value]) => {
      writeFileSync(join(folder, `${spec.name}.${name}.bin`), value)
      return `(name = "${name}", data = embed "${spec.name}.${name}.bin")`
    }),
  ]
  const flags = (spec.flags ?? []).map((flag) => `"${flag}"`).join(', ')
  const v8Flags = (spec.v8Flags ?? []).map((flag) => `"${flag}"`).join(', ')
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = [${v8Flags}],
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "${script.split('/').pop()}")],
      compatibilityDate = "${compatibilityDate()}",
      compatibilityFlags = [${flags}],
      bindings = [${bindings.join(', ')}],
      globalOutbound = "network",
      cacheApiOutbound = "cache",
    )),
    (name = "cache", worker = (
      serviceWorkerScript = "addEventListener('fetch', e => e.respondWith(e.request.arrayBuffer().then(() => new Response(null, {status: e.request.method === 'PUT' ? 204 : 504}))))",
      compatibilityDate = "${compatibilityDate()}",
    )),
    (name = "network", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (cfBlobHeader = "CF-Blob"), service = "main")],
);
`
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      )
    })
  })
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`workerd ended with ${child.exitCode}`)
    try {
      await (await fetch(`${url}/_selvedge/health`, { headers: { 'User-Agent': 'bench' } })).arrayBuffer()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  throw new Error(`no answer from ${url}`)
}

/** utime and stime of proc(5) `stat`, which follow the command in parentheses. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_US
}

function rssOf(pid: number): number {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1] ?? 0) / 1024
}
