/** The Worker: hands each request to the app of its isolate. */
import { createApp, failOpen } from './app.ts'
import { createIsolate } from './deps.ts'
import type { Env } from './env.ts'

type App = ReturnType<typeof createApp>

/** Made by the isolate's first request, from configuration alone; it holds nothing of that request. */
let app: App | undefined

export default {
  async fetch(request, env, context): Promise<Response> {
    // Should we fail in a way that even the app does not catch, the platform asks the origin by itself.
    context.passThroughOnException()
    try {
      if (app === undefined) {
        const made = await createIsolate(env)
        // Of several first requests at once the first to come this far is kept, with all that it finds out.
        app ??= createApp(made)
      }
      return await app.fetch(request, env, context)
    } catch (cause) {
      console.error('selvedge:', cause)
      return failOpen(request, env)
    }
  },
} satisfies ExportedHandler<Env>
