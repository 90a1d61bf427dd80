/**
 * The Worker in workerd on this machine, with the bindings that wrangler.toml gives it in production: only what must
 * be local is set here.
 */
import { chmodSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Miniflare, V4WorkerOptionsShape } from 'miniflare'
import { SIGNALS } from './children.ts'
import { LOOPBACK } from './ports.ts'
import { findWorkerd, loadRuntime, TOLD_WORKERD } from './runtime.ts'
import { messageOf, Trouble } from './trouble.ts'

export interface WorkerOptions {
  /** Path of the bundled script. */
  readonly script: string
  /** A module that stands in front of it. */
  readonly entry?: string
  /** A crowd behind one address is no attack. */
  readonly unlimited?: boolean
  readonly port: number
  /** Path of wrangler.toml. */
  readonly config: string
  /** Variables and secrets that stand in for those of the configuration. */
  readonly bindings: Readonly<Record<string, string>>
  /** A folder for a helper script, and the file that gets workerd's process id. */
  readonly folder: string
  readonly pidFile: string
  /** Takes what the Worker logs, a line at a time. */
  readonly log: (line: string) => void
}

export interface Worker {
  readonly stop: () => Promise<void>
}

/**
 * What the edge would say of every visitor. A fixed place, so that nothing is fetched and every run is the same; it is
 * in a country whose law asks for no consent beforehand, so that the demo personalises at the first visit.
 */
const PLACE = {
  country: 'US',
  region: 'Texas',
  regionCode: 'TX',
  city: 'Austin',
  continent: 'NA',
  postalCode: '78701',
  latitude: '30.27130',
  longitude: '-97.74260',
  timezone: 'America/Chicago',
  colo: 'DFW',
  asn: 64496,
  asOrganization: 'Selvedge local stack',
  httpProtocol: 'HTTP/1.1',
}

const DIED = 'The Worker died: it was started again, and what its queue held in memory is lost.'

/** Starts workerd and waits until it listens. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { convertV4MiniflareOptions, Miniflare, NoOpLog } = await loadRuntime()
  const { unstable_getMiniflareWorkerOptions: readConfig } = await import('wrangler')
  const { workerOptions } = readConfig(options.config, '')
  const configured = workerOptions as V4WorkerOptionsShape
  const recorded = recordProcess(options)
  const log = holdLog(options.log)
  const dropHandlers = watchHandlers()
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...configured,
      name: 'selvedge',
      // Paths must lie below a root, and the data folder may be anywhere.
      rootPath: dirname(options.script),
      modulesRoot: dirname(options.script),
      modules: [options.entry ?? [], options.script]
        .flat()
        .map((path) => ({ type: 'ESModule' as const, path })),
      bindings: { ...configured.bindings, ...options.bindings },
      ...(options.unlimited === true ? { ratelimits: {} } : {}),
      host: LOOPBACK,
      port: options.port,
      cf: PLACE,
      cacheAPI: true,
      // For crons.ts; reachable from this machine only.
      unsafeTriggerHandlers: true,
      logRequests: false,
      log: new NoOpLog(),
      handleStructuredLogs: ({ message }) => log.line(message),
      telemetry: { enabled: false },
    }),
  )
  try {
    dropHandlers()
    await miniflare.ready
    dropHandlers()
    recorded()
    log.release()
  } catch (error) {
    await stop(miniflare)
    throw new Trouble(`The Worker does not start: ${log.complaint() ?? messageOf(error)}`)
  }
  return { stop: () => stop(miniflare) }
}

/** Holds lines back until the Worker runs: where it does not, one of them says why. */
function holdLog(print: (line: string) => void) {
  let held: string[] | null = []
  return {
    line: (line: string): void => {
      if (held === null) print(line)
      else held.push(line)
    },
    release: (): void => {
      for (const line of held ?? []) print(line)
      held = null
    },
    complaint: (): string | undefined =>
      (held?.find((line) => /error|uncaught|fail/i.test(line)) ?? held?.[0])?.split('\n', 1)[0],
  }
}

async function stop(miniflare: Miniflare): Promise<void> {
  try {
    await miniflare.dispose()
  } catch {
    // What never became ready says so once more when it is disposed of.
  }
}

/**
 * Miniflare ends the whole process at the first signal, which would leave the other children. Gives a function that
 * takes away the handlers that were added since.
 */
function watchHandlers(): () => void {
  const before = new Map(SIGNALS.map((signal) => [signal, new Set(process.listeners(signal))]))
  return () => {
    for (const signal of SIGNALS) {
      for (const listener of process.listeners(signal)) {
        if (!before.get(signal)?.has(listener)) process.removeListener(signal, listener)
      }
    }
  }
}

/**
 * Has workerd started through a script that notes its process id, also when it is started again after a crash, which it
 * tells like a line of the log; and keeps the terminal's Ctrl-C from it, which would look like a crash. To be told once it
 * runs: only the first Worker of a process is started again by its own script.
 */
function recordProcess(options: WorkerOptions): () => void {
  const before = process.env.MINIFLARE_WORKERD_PATH
  const script = join(options.folder, 'workerd.sh')
  const pidFile = quoted(options.pidFile)
  writeFileSync(
    script,
    `#!/bin/sh
trap '' INT HUP
[ -e ${pidFile} ] && echo ${quoted(DIED)} >&2
echo $$ > ${pidFile}
exec ${quoted(findWorkerd())} "$@"
`,
  )
  chmodSync(script, 0o700)
  process.env.MINIFLARE_WORKERD_PATH = script
  return () => {
    if (before !== TOLD_WORKERD) process.env.MINIFLARE_WORKERD_PATH = before
  }
}

/** For sh. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
