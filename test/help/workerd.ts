/**
 * A Worker in a real workerd, bundled as it would be deployed, for tests that need real sockets between visitor, Worker
 * and origin.
 */
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { compatibilityDate } from '../../src/cli/bundle.ts'

export interface RunningWorker {
  readonly url: URL
  /** What the runtime and the Worker have logged. */
  readonly logs: readonly string[]
  /** A request over the wire. Redirects are not followed. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
  readonly stop: () => Promise<void>
}

/** Bundles the module at `entry` and serves it on a free local port. `bindings` become plain values of its `env`. */
export async function runWorker({
  entry,
  bindings = {},
}: {
  readonly entry: string
  readonly bindings?: Readonly<Record<string, string>>
}): Promise<RunningWorker> {
  const bundle = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    logLevel: 'error',
  })
  const logs: string[] = []
  const options = {
    modules: true as const,
    script: bundle.outputFiles[0]?.text ?? '',
    compatibilityDate: compatibilityDate(),
    bindings: { ...bindings },
    cf: false as const,
    handleStructuredLogs: ({ message }: { readonly message: string }) => {
      logs.push(message)
    },
  }
  const miniflare = new Miniflare(convertV4MiniflareOptions(options))
  const url = await miniflare.ready
  return {
    url,
    logs,
    fetch: (path, init) => fetch(new URL(path, url), { redirect: 'manual', ...init }),
    stop: () => miniflare.dispose(),
  }
}
