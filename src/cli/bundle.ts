/**
 * The Worker as one file, made by the tool and the configuration that deploy it, so that what runs here, what is
 * weighed and what is deployed are the same bytes.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { gzipSync } from 'node:zlib'
import { Trouble } from './trouble.ts'

export const ROOT = join(import.meta.dirname, '../..')
export const WRANGLER_CONFIG = join(ROOT, 'wrangler.toml')
/** What the bundle may weigh, gzipped. */
const BUDGET_BYTES = 250_000
const OUTPUT = 'worker.js'

/** The runtime's date of wrangler.toml, for Workers that are started without it. */
export function compatibilityDate(): string {
  const found = /^compatibility_date = "([\d-]+)"$/m.exec(readFileSync(WRANGLER_CONFIG, 'utf8'))?.[1]
  if (found === undefined) throw new Trouble(`${WRANGLER_CONFIG} has no compatibility_date: put it back.`)
  return found
}

/** Bundles into `folder` and gives the path of the script. Offline; nothing is uploaded or reported. */
export async function bundleWorker(
  folder: string,
  options: { readonly config?: string; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const config = options.config ?? WRANGLER_CONFIG
  const args = ['deploy', '--dry-run', '--config', config, '--env', '', '--outdir', folder]
  const said = await runWrangler(args, folder, options.signal)
  const script = join(folder, OUTPUT)
  try {
    readFileSync(script)
    return script
  } catch {
    throw new Trouble(`The Worker was bundled, but not into ${basename(script)}: ${said}`)
  }
}

/** Runs wrangler to its end. Gives its output; a failure is told by its first error. */
function runWrangler(args: string[], folder: string, signal?: AbortSignal): Promise<string> {
  const binary = join(
    dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
    'bin/wrangler.js',
  )
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [binary, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_HIDE_BANNER: 'true',
        WRANGLER_LOG_PATH: join(folder, 'logs'),
        NO_COLOR: '1',
        CI: '1',
      },
      ...(signal === undefined ? {} : { signal }),
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      // It colours what its bundler says, whatever NO_COLOR says.
      said = stripVTControlCharacters(said)
      if (code === 0) resolve(said)
      else reject(new Trouble(`The Worker does not bundle: ${firstError(said)}`))
    })
  })
}

/** The first error with its place, from `✘ [ERROR] message` and the indented `file:line:column:` below it. */
function firstError(said: string): string {
  const lines = said.split('\n').map((line) => line.trim())
  const at = lines.findIndex((line) => line.includes('[ERROR]') && !/Build failed/.test(line))
  const message = (lines[at] ?? lines.find((line) => line !== '') ?? 'wrangler said nothing').replace(
    /^.*\[ERROR\]\s*/,
    '',
  )
  const place = at < 0 ? undefined : lines.slice(at + 1, at + 6).find((line) => /:\d+:\d+:?$/.test(line))
  return place === undefined ? message : `${message} (${place.replace(/:$/, '')})`
}

/** The command: bundles, prints the weight, and fails over the budget. */
export async function budget(args: string[]): Promise<number> {
  if (args.length > 0) throw new Trouble('budget takes no arguments.', 2)
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-bundle-'))
  try {
    const bytes = readFileSync(await bundleWorker(folder))
    const zipped = gzipSync(bytes, { level: 9 }).length
    console.log(
      `Worker: ${kilobytes(bytes.length)}, gzipped ${kilobytes(zipped)} of ${kilobytes(BUDGET_BYTES)}.`,
    )
    if (zipped <= BUDGET_BYTES) return 0
    throw new Trouble(
      `The Worker is ${kilobytes(zipped - BUDGET_BYTES)} over its budget: see what was added.`,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} KB`
