/**
 * GrowthBook's edge app with the same six edits. The origin is answered from memory, so that it is charged for its
 * own work only; with `ORIGIN` bound it proxies for real (the first-byte comparison).
 */
import { handleRequest } from '@growthbook/edge-cloudflare'

interface GrowthBookEnv {
  readonly PAGE: ArrayBuffer
  readonly ORIGIN?: string
  readonly PAYLOAD: string
}

const CONFIG = {
  GROWTHBOOK_API_HOST: 'http://127.0.0.1:9',
  GROWTHBOOK_CLIENT_KEY: 'k',
  RUN_VISUAL_EDITOR_EXPERIMENTS: 'edge',
  PERSIST_UUID: 'true',
  DISABLE_INJECTIONS: 'true',
}

const network = globalThis.fetch

export default {
  fetch(request: Request, env: GrowthBookEnv): Promise<Response> {
    const origin = env.ORIGIN ?? 'http://origin.test'
    globalThis.fetch = ((input: RequestInfo) => {
      const url = String(input instanceof Request ? input.url : input)
      if (!url.startsWith(origin)) return Promise.resolve(new Response('{}', { status: 200 }))
      if (env.ORIGIN !== undefined) return network(url, { headers: { Accept: 'text/html' } })
      return Promise.resolve(new Response(env.PAGE, { headers: { 'Content-Type': 'text/html' } }))
    }) as typeof fetch
    const kv = { get: async (): Promise<string> => env.PAYLOAD, put: async (): Promise<void> => {} }
    return handleRequest(request, { ...CONFIG, PROXY_TARGET: origin, KV_GB_PAYLOAD: kv } as never)
  },
}
