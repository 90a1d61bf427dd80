/** Optimizely's edge delivery with the same six edits, over a page from memory (or a real origin, where bound). */
import { applyExperiments } from '@optimizely/edge-delivery'

interface OptimizelyEnv {
  readonly PAGE: ArrayBuffer
  readonly ORIGIN?: string
  readonly MANIFEST: string
}

const network = globalThis.fetch
/** It dials its vendor's logging host otherwise. */
globalThis.fetch = (() => Promise.resolve(new Response('{}'))) as typeof fetch
let manifest: unknown

export default {
  async fetch(request: Request, env: OptimizelyEnv, context: ExecutionContext): Promise<Response> {
    manifest ??= JSON.parse(env.MANIFEST)
    const path = new URL(request.url).pathname
    const control =
      env.ORIGIN === undefined
        ? new Response(env.PAGE, { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
        : await network(new URL(path, env.ORIGIN), { headers: { Accept: 'text/html' } })
    const asked = new Request(`https://shop.example.com${path}`, { headers: request.headers })
    return applyExperiments(asked, context, {
      environment: 'prod',
      snippetId: 'S1',
      accountId: 1,
      DATA: structuredClone(manifest),
      isSnippetless: true,
      control,
    } as never)
  },
}
