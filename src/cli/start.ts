/** `npm start`: opens the local stack, prints where everything is, and stays until it is told to stop. */
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from './bundle.ts'
import { SIGNALS } from './children.ts'
import { fillDemo } from './fill.ts'
import { createTeardown, openStack, type Stack, type StackOptions } from './stack.ts'
import { Trouble } from './trouble.ts'

const DEFAULT_PORT = 8787
const MAX_PORT = 65_535
const DEFAULT_DATA = join(ROOT, '.selvedge')
const PARENT_POLL_MS = 500

export interface StartOptions extends StackOptions {
  /** Fill a fresh demo store with simulated shoppers. */
  readonly shoppers: boolean
}

/** Reads the command's options; what is wrong with one is a line that names it. */
export function readOptions(args: string[]): StartOptions {
  const { values } = parseArgs({
    args,
    options: {
      origin: { type: 'string' },
      port: { type: 'string', default: String(DEFAULT_PORT) },
      data: { type: 'string', default: DEFAULT_DATA },
      campaigns: { type: 'string' },
      'no-demo': { type: 'boolean', default: false },
      'no-shoppers': { type: 'boolean', default: false },
    },
  })
  const port = Number(values.port)
  if (!/^\d+$/.test(values.port) || port < 1 || port > MAX_PORT) {
    throw new Trouble(`--port ${values.port} is not a port: it is a number from 1 to ${MAX_PORT}.`, 2)
  }
  const campaigns = values.campaigns === undefined ? null : resolve(values.campaigns)
  if (campaigns !== null && statSync(campaigns, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new Trouble(
      `--campaigns ${values.campaigns} does not exist, or is no file: name a release file.`,
      2,
    )
  }
  const origin = values.origin === undefined ? null : parseOrigin(values.origin, port)
  const demo = !values['no-demo']
  // They know the demo's shop and campaigns, and no other.
  const shoppers = demo && origin === null && campaigns === null && !values['no-shoppers']
  return { origin, port, data: resolve(values.data), campaigns, demo, shoppers }
}

function parseOrigin(text: string, port: number): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Trouble(`--origin ${text} is not the URL of a shop: write it like https://shop.example.`, 2)
  }
  if (url.href !== `${url.origin}/`) {
    throw new Trouble(`--origin ${text} names more than a shop: write ${url.origin}, without a path.`, 2)
  }
  if (/^(localhost|127\.|\[::1\])/.test(url.hostname) && Number(url.port || 80) === port) {
    throw new Trouble(`--origin ${text} is where Selvedge itself listens: pick another --port N.`, 2)
  }
  return url
}

/** The command. Ends with 0 when it was told to stop, with 1 when it could not start or go on. */
export async function start(args: string[]): Promise<number> {
  const options = readOptions(args)
  const stopping = new AbortController()
  const told = toldToStop(stopping)
  const teardown = createTeardown()
  const say = (line: string): void => console.error(line)
  try {
    const stack = await openStack(options, teardown, say, stopping.signal)
    await announce(stack, options)
    if (options.shoppers && stack.isPublished) void fillDemo(stack, say, stopping.signal)
    const lost = await Promise.race([told, stack.lost])
    if (lost === undefined) return 0
    throw new Trouble(`The store does not stay up (${lost}): see what is wrong with ${options.data}/store.`)
  } catch (error) {
    if (stopping.signal.aborted) return 0
    throw error
  } finally {
    // Also ends what a failed start has left half-way, such as the bundler.
    stopping.abort()
    await teardown.run()
  }
}

/** Settles at the first signal, or when npm, which started us, is gone. Later signals change nothing: we are at it. */
function toldToStop(stopping: AbortController): Promise<undefined> {
  return new Promise((resolve) => {
    const stop = (): void => {
      stopping.abort()
      resolve(undefined)
    }
    for (const signal of SIGNALS) process.on(signal, stop)
    if (process.env.npm_lifecycle_event === undefined) return
    const parent = process.ppid
    setInterval(() => process.ppid === parent || stop(), PARENT_POLL_MS).unref()
  })
}

async function announce(stack: Stack, options: StackOptions): Promise<void> {
  const rows = [
    ['shop', `${stack.url}/`],
    ['origin', stack.origin],
    ['API', `${stack.url}/_selvedge/api/openapi.json`],
    ['health', `${stack.url}/_selvedge/health`],
    ['token', stack.token],
    ['store', stack.storeUrl],
    ['data', options.data],
  ]
  if (stack.release !== null) rows.push(['release', `${stack.release} is live`])
  for (const [name, value] of rows) console.log(`${name?.padEnd(8)} ${value}`)
  if (options.origin !== null && !(await answers(stack.origin))) {
    console.error(`${stack.origin} does not answer yet: until it does, the shop answers 502.`)
  }
  console.log('Ctrl-C stops everything.')
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) })
    await response.body?.cancel()
    return true
  } catch {
    return false
  }
}
