/** The whole product on this machine: store, migrations, storefront, Worker, release, one after another. */
import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { bundleWorker, WRANGLER_CONFIG } from './bundle.ts'
import { openRunFolder } from './children.ts'
import { writeClock } from './clock.ts'
import { startCrons } from './crons.ts'
import { keepStore } from './keeper.ts'
import { migrateStore } from './migrate.ts'
import { assertFree, freePort } from './ports.ts'
import {
  DEMO_NOTE,
  type Door,
  listStores,
  liveRelease,
  publishOrKeep,
  reportSupply,
  waitUntilHealthy,
  waitUntilLoaded,
} from './release.ts'
import { loadRuntime } from './runtime.ts'
import { bearerOf, keptSecrets } from './secrets.ts'
import { DEMO_RELEASE, demoStores, demoSupply, startDemo } from './storefront.ts'
import { messageOf, Trouble } from './trouble.ts'
import { startWeather } from './weather.ts'
import { startWorker, type WorkerOptions } from './worker.ts'

export interface StackOptions {
  /** The shop, without a path; null for the demo storefront. */
  readonly origin: URL | null
  readonly port: number
  /** Folder of everything that is kept. */
  readonly data: string
  /** A release file to publish; null for none. */
  readonly campaigns: string | null
  /** Publish the demo's release, unless somebody has published their own. */
  readonly demo: boolean
}

export interface Stack {
  readonly url: string
  readonly origin: string
  readonly storeUrl: string
  readonly token: string
  /** Number of the release that is live, if one is. */
  readonly release: number | null
  /** It was published, or found to be live already, because this start was told to. */
  readonly isPublished: boolean
  /** Settles when it cannot go on, with why. */
  readonly lost: Promise<string>
  /** Starts a second Worker over the same store, whose clock can be set (see clock.ts); gives its URL. */
  readonly openClocked: () => Promise<string>
}

/** Things to undo, last one first. Each is tried, whatever the others did. */
export interface Teardown {
  readonly add: (undo: () => void | Promise<void>) => void
  readonly run: () => Promise<void>
}

export function createTeardown(): Teardown {
  const undos: (() => void | Promise<void>)[] = []
  return {
    add: (undo) => {
      undos.push(undo)
    },
    run: async () => {
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
        try {
          await undo()
        } catch (error) {
          console.error(`Stopping: ${messageOf(error)}`)
        }
      }
    },
  }
}

/**
 * Starts everything and returns when it answers. What was started is in `teardown`, also where this throws; `signal`
 * ends the start early.
 */
export async function openStack(
  options: StackOptions,
  teardown: Teardown,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Stack> {
  await assertFree(options.port)
  const folder = openDataFolder(options.data)
  await loadRuntime()
  const stored = openDataFolder(join(folder, 'store'))
  const run = openRunFolder(join(folder, 'run'))
  teardown.add(run.close)
  const secrets = keptSecrets(join(folder, 'secrets.json'))
  const door: Door = { url: `http://localhost:${options.port}`, token: bearerOf(secrets) }

  const bundling = bundleWorker(join(folder, 'bundle'), { signal })
  // It is awaited below; until then its failure must not count as unhandled.
  bundling.catch(() => {})
  const store = await keepStore({ folder: stored, pidFile: run.pidFile('sqld') }, say)
  teardown.add(store.stop)
  await migrateStore({ url: store.url })
  signal.throwIfAborted()

  const weather = await startWeather(0)
  teardown.add(weather.close)
  const origin = options.origin?.href ?? (await openDemo(door, teardown))
  const script = await bundling
  signal.throwIfAborted()
  const settings = {
    script,
    config: WRANGLER_CONFIG,
    bindings: {
      ORIGIN: origin,
      DB_URL: store.url,
      DB_TOKEN: '',
      SEAL_KEYS: secrets.sealKeys,
      API_TOKEN: secrets.apiToken,
      IDENTITY_KEY: secrets.identityKey,
      WEATHER_URL: weather.url,
      WEATHER_ARCHIVE_URL: weather.url,
    },
    log: say,
  }
  const start = async (port: number, name: string, more: Partial<WorkerOptions> = {}): Promise<void> => {
    // Each has its own folder: workerd is started through a script that lies in it.
    const own = join(folder, 'run', name)
    mkdirSync(own, { recursive: true })
    const worker = await startWorker({ ...settings, port, folder: own, pidFile: run.pidFile(name), ...more })
    teardown.add(worker.stop)
  }
  await start(options.port, 'workerd')
  await waitUntilHealthy(door, signal)
  teardown.add(startCrons(door.url, say))
  if (options.origin === null) {
    await listStores(door, await demoStores())
    await reportSupply(door, await demoSupply())
  }
  const wanted = await publish(options, door, say)
  const release = wanted ?? (await liveRelease(door))?.number ?? null
  if (release !== null) await waitUntilLoaded(door, signal)
  return {
    url: door.url,
    origin,
    storeUrl: store.url,
    token: door.token,
    release,
    isPublished: wanted !== null,
    lost: store.lost,
    openClocked: async () => {
      const port = await freePort()
      await start(port, 'clocked', {
        entry: writeClock(script),
        unlimited: true,
        // Its nights and watches are nobody's news; what goes wrong shows in its answers.
        log: () => {},
      })
      return `http://localhost:${port}`
    },
  }
}

function openDataFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch (error) {
    throw new Trouble(
      `The data folder ${folder} cannot be written: pick another with --data DIR (${messageOf(error)}).`,
    )
  }
}

async function openDemo(door: Door, teardown: Teardown): Promise<string> {
  const storefront = await startDemo(await freePort(), door)
  teardown.add(() => storefront.close())
  return storefront.url
}

async function publish(
  options: StackOptions,
  door: Door,
  say: (line: string) => void,
): Promise<number | null> {
  if (options.campaigns !== null) return publishOrKeep(door, options.campaigns, 'npm start', say)
  if (!options.demo || options.origin !== null) return null
  const live = await liveRelease(door)
  if (live === null || live.note === DEMO_NOTE) return publishOrKeep(door, DEMO_RELEASE, DEMO_NOTE, say)
  say('A release of your own is live, so the demo’s was not published over it.')
  return null
}
