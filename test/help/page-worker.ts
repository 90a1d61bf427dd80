/**
 * A Worker that does nothing but load pages, and tells where it had them from: `X-Source` carries kind and state.
 * `X-Test-Later: MS` sets its clock ahead.
 */
import { startDeadline } from '../../src/kit/deadline.ts'
import { createPageMemory } from '../../src/page/cache.ts'
import { plainFailure } from '../../src/page/failure.ts'
import { compileTemplate } from '../../src/page/mark.ts'
import { createPages } from '../../src/page/origin.ts'
import type { PageSource } from '../../src/page/source.ts'
import { stitch } from '../../src/page/stitch.ts'

interface Env {
  readonly ORIGIN: string
  readonly ORIGIN_TIMEOUT_MS: string
}

const PAGE_MAX_BYTES = 1_000_000
const BUDGET_MS = 1_000
const SET = { selectors: ['h1', 'p'], key: 'test' }
const memory = createPageMemory(8_000_000)

export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    const url = new URL(request.url)
    const later = Number(request.headers.get('X-Test-Later'))
    const now = (): number => Date.now() + later
    const pages = createPages({
      fetch: (...question) => fetch(...question),
      cache: await caches.open('pages'),
      memory,
      now,
      waitUntil: (work) => context.waitUntil(work),
      compile: (bytes, set) => compileTemplate(bytes, set, crypto.randomUUID().replaceAll('-', '')),
      settings: {
        origin: new URL(env.ORIGIN),
        originTimeoutMs: Number(env.ORIGIN_TIMEOUT_MS),
        dropQuery: ['utm_*'],
        pageMaxBytes: PAGE_MAX_BYTES,
        defaultTtlSeconds: 0,
      },
    })
    if (request.headers.has('X-Test-Pass')) return pages.pass(request, url, { 'Selvedge-Decision': 'hero=a' })
    return answer(request, await pages.load(request, url, SET, startDeadline(BUDGET_MS, now)))
  },
} satisfies ExportedHandler<Env>

function answer(request: Request, source: PageSource): Response {
  switch (source.kind) {
    case 'template': {
      const body = request.method === 'HEAD' ? null : stitch(source.template, []).bytes
      return told(
        new Response(body, { headers: new Headers(source.head.headers as [string, string][]) }),
        source.state,
      )
    }
    case 'stream':
      return told(source.response, `stream ${source.why ?? 'fill'}`)
    case 'bypass':
      return told(source.response, `bypass ${source.why}`)
    case 'failed':
      return told(plainFailure(source.status, source.why), `failed ${source.why}`)
  }
}

function told(response: Response, source: string): Response {
  const answer = new Response(response.body, response)
  answer.headers.set('X-Source', source)
  return answer
}
