/** The Worker: hands each request, each batch of the queue and each night to its isolate. */
import { createApp, failOpen } from './app.ts'
import { createIsolate, type Isolate, nightlyPorts, openStore, rightsPorts } from './deps.ts'
import type { Env } from './env.ts'
import { drain, type EvidenceMessage } from './flow/drain.ts'
import { drainForgetting, type Forgetting, type ForgettingMessage } from './flow/letgo.ts'
import { runNightly } from './flow/nightly.ts'
import { forgetVisitor } from './flow/rights.ts'
import type { Fault } from './kit/fault.ts'
import type { Result } from './kit/result.ts'
import type { VisitorEvidence } from './profile/model.ts'
import { createProfileStore } from './profile/store.ts'

/** What configuration alone makes; it holds nothing of any request. */
interface Made {
  readonly isolate: Result<Isolate, readonly Fault[]>
  readonly app: ReturnType<typeof createApp>
}

let made: Made | undefined

async function make(env: Env): Promise<Made> {
  if (made !== undefined) return made
  const isolate = await createIsolate(env)
  made ??= { isolate, app: createApp(isolate) }
  return made
}

export default {
  async fetch(request, env, context): Promise<Response> {
    // Should we fail in a way that even the app does not catch, the platform asks the origin by itself.
    context.passThroughOnException()
    try {
      const { app } = made ?? (await make(env))
      return await app.fetch(request, env, context)
    } catch (cause) {
      console.error('selvedge:', cause)
      return failOpen(request, env)
    }
  },

  async scheduled(_controller, env): Promise<void> {
    const { isolate } = await make(env)
    if (!isolate.ok) throw new Error('the configuration has faults: see /_selvedge/health')
    const reports = await runNightly(nightlyPorts(isolate.value))
    console.log(
      'selvedge: nightly',
      JSON.stringify(reports.map(({ step, rows, done }) => ({ step, rows, done }))),
    )
    const failed = reports.find(({ failure }) => failure !== undefined)
    if (failed !== undefined) throw failed.failure
  },

  async queue(batch, env): Promise<void> {
    const { isolate } = await make(env)
    if (!isolate.ok) throw new Error('the configuration has faults: see /_selvedge/health')
    const { settings } = isolate.value
    const { forgetting = [], evidence = [] } = Object.groupBy(batch.messages, ({ body }) =>
      'forget' in body ? 'forgetting' : 'evidence',
    )
    await drainForgetting(forgetting as ForgettingMessage[], (visitor) =>
      forgetVisitor(rightsPorts(isolate.value), visitor),
    )
    if (evidence.length > 0)
      await drain(evidence as EvidenceMessage[], createProfileStore(openStore(settings)), Date.now())
  },
} satisfies ExportedHandler<Env, VisitorEvidence | Forgetting>
