/** The Worker: hands each request, each batch of the queue, each watch and each night to its isolate. */
import { createApp, failOpen } from './app.ts'
import { createIsolate, type Isolate } from './deps/isolate.ts'
import { newsPorts, openStore } from './deps/platform.ts'
import { carryOut } from './deps/rights.ts'
import { nightlyPorts, watchPorts } from './deps/schedule.ts'
import type { Env } from './env.ts'
import { createDeadLetters } from './events/store.ts'
import { drain, type NewsMessage } from './flow/drain.ts'
import { drainForgetting, type Forgetting, type ForgettingMessage, isForgetting } from './flow/forgetting.ts'
import { bury } from './flow/letters.ts'
import type { VisitorNews } from './flow/news.ts'
import { runNightly, type StepReport } from './flow/nightly.ts'
import { runWatch, type WatchReport } from './flow/watch.ts'
import type { Fault } from './kit/fault.ts'
import type { Result } from './kit/result.ts'

/** Ends the name of the queue of what was given up; see wrangler.toml. */
const DEAD_QUEUE = '-dead'

/** As wrangler.toml has it; every other cron is the night's. */
const WATCH_CRON = '*/15 * * * *'

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

  async scheduled({ cron }, env): Promise<void> {
    const isolate = await working(env)
    const reports = await (cron === WATCH_CRON ? watch(isolate) : night(isolate))
    const failed = reports.find(({ failure }) => failure !== undefined)
    if (failed !== undefined) throw failed.failure
  },

  async queue(batch, env): Promise<void> {
    const failure = await consume(batch, await working(env))
    if (failure !== undefined) console.error('selvedge: queue', failure)
  },
} satisfies ExportedHandler<Env, VisitorNews | Forgetting>

/** For a batch or a cron there is no page to fail open to: of a broken configuration the platform is told by an error. */
async function working(env: Env): Promise<Isolate> {
  const { isolate } = await make(env)
  if (!isolate.ok) throw new Error('the configuration has faults: see /_selvedge/health')
  return isolate.value
}

async function watch(isolate: Isolate): Promise<readonly WatchReport[]> {
  const told: Promise<unknown>[] = []
  const reports = await runWatch(watchPorts(isolate, (work) => told.push(work)))
  await Promise.all(told)
  for (const { failure, ...report } of reports) console.log('selvedge: watch', JSON.stringify(report))
  return reports
}

async function night(isolate: Isolate): Promise<readonly StepReport[]> {
  const reports = await runNightly(nightlyPorts(isolate))
  console.log('selvedge: nightly', JSON.stringify(reports.map(({ failure, ...report }) => report)))
  return reports
}

/** Messages are settled one by one, so that none waits for another; gives what failed first. */
async function consume(batch: MessageBatch<VisitorNews | Forgetting>, isolate: Isolate): Promise<unknown> {
  const db = openStore(isolate.settings)
  const forget = (body: Forgetting): Promise<unknown> => carryOut(isolate, body)
  if (batch.queue.endsWith(DEAD_QUEUE)) {
    return bury(batch.messages, { letters: createDeadLetters(db), forget, now: Date.now })
  }
  const { forgetting = [], news = [] } = Object.groupBy(batch.messages, ({ body }) =>
    isForgetting(body) ? 'forgetting' : 'news',
  )
  await drainForgetting(forgetting as ForgettingMessage[], forget)
  return news.length === 0 ? undefined : drain(news as NewsMessage[], newsPorts(db), Date.now())
}
