/**
 * Checks a release without any running stack: the same verb that publishing runs first, in a workerd of its own,
 * because only the real HTMLRewriter knows which selectors it compiles.
 */
import type { CheckedCampaign } from '../flow/publish.ts'
import type { Fault } from '../kit/fault.ts'
import type { Result } from '../kit/result.ts'
import { compatibilityDate, ROOT } from './bundle.ts'
import { loadRuntime } from './runtime.ts'
import { Trouble } from './trouble.ts'

export interface CheckSummary {
  readonly checksum: string
  readonly campaigns: readonly CheckedCampaign[]
  readonly warnings: readonly Fault[]
}

/** The Worker around the verb, kept here as text because only `src/worker.ts` may have a default export. */
const WORKER = `
  import { checkRelease } from './src/flow/publish.ts'
  import { checkSelector } from './src/page/mark.ts'
  export default {
    async fetch(request, env) {
      const rules = { checkSelector, redirectHosts: env.REDIRECT_HOSTS }
      return Response.json(await checkRelease(await request.text(), rules))
    },
  }`

/** Every fault of a release file, or what is in it. Starts a workerd and ends it; nothing leaves the machine. */
export async function checkOffline(
  text: string,
  redirectHosts: readonly string[],
): Promise<Result<CheckSummary, readonly Fault[]>> {
  const { convertV4MiniflareOptions, Miniflare, NoOpLog } = await loadRuntime()
  const script = await bundle()
  const options = {
    modules: true as const,
    script,
    compatibilityDate: compatibilityDate(),
    bindings: { REDIRECT_HOSTS: [...redirectHosts] },
    log: new NoOpLog(),
  }
  const workerd = new Miniflare(convertV4MiniflareOptions(options))
  try {
    const response = await workerd.dispatchFetch('http://check.invalid/', { method: 'POST', body: text })
    return (await response.json()) as Result<CheckSummary, readonly Fault[]>
  } finally {
    await workerd.dispose()
  }
}

async function bundle(): Promise<string> {
  const { build } = await import('esbuild')
  const built = await build({
    stdin: { contents: WORKER, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'silent',
  })
  const script = built.outputFiles[0]?.text
  if (script === undefined) throw new Trouble('The checker does not bundle: is this a whole checkout?')
  return script
}
