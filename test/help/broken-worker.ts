/** The Worker with a part that throws, named by `BREAK`: what nobody expects has to end well too. */
import { createApp, failOpen } from '../../src/app.ts'
import { createIsolate, type Isolate } from '../../src/deps/isolate.ts'
import type { Env } from '../../src/env.ts'
import { ok } from '../../src/kit/result.ts'

const boom = (): never => {
  throw new Error('boom')
}

const BROKEN: Readonly<Record<string, (isolate: Isolate) => Isolate>> = {
  classify: (isolate) => ({ ...isolate, classify: boom }),
  ready: (isolate) => ({ ...isolate, releases: { ...isolate.releases, ready: boom } }),
  release: (isolate) => ({ ...isolate, releases: { ...isolate.releases, current: boom } }),
  keyring: (isolate) => ({ ...isolate, keyring: null as never }),
  memory: (isolate) => ({ ...isolate, memory: null as never }),
  counters: (isolate) => ({ ...isolate, classify: boom, counters: { ...isolate.counters, add: boom } }),
}

export default {
  async fetch(
    request: Request,
    env: Env & { readonly BREAK: string },
    context: ExecutionContext,
  ): Promise<Response> {
    const made = await createIsolate(env)
    try {
      if (!made.ok) return new Response('misconfigured', { status: 500 })
      return await createApp(ok((BROKEN[env.BREAK] ?? boom)(made.value))).fetch(request, env, context)
    } catch {
      return failOpen(request, env)
    }
  },
} satisfies ExportedHandler<Env & { readonly BREAK: string }>
