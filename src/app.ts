/**
 * What one isolate answers: our own doors under `/_selvedge`, everything else is the storefront. The doors are Hono's;
 * a request of the storefront goes past it, since a router that has one way to send it to is time that every page view
 * would pay. A broken configuration still serves the storefront; it says what is wrong on the health door only.
 */
import { getPath } from 'hono/utils/url'
import { apiRoutes } from './api/routes.ts'
import { consentRoutes } from './consent/routes.ts'
import { bearerPorts, commonDeps, identifyPorts, ingestPorts } from './deps/doors.ts'
import type { Isolate } from './deps/isolate.ts'
import { operatorDeps } from './deps/operators.ts'
import { personalizePorts } from './deps/page.ts'
import { consentPorts, privacyDeps } from './deps/rights.ts'
import type { Env } from './env.ts'
import { beaconResponse } from './events/beacon.ts'
import { clearResponse } from './events/clear.ts'
import { eventRoutes } from './events/routes.ts'
import { personalize } from './flow/personalize.ts'
import { respondUntouched } from './flow/respond.ts'
import { identityRoutes } from './identity/routes.tsx'
import { whoseToken } from './kit/auth.ts'
import { limited } from './kit/doors.ts'
import type { Fault } from './kit/fault.ts'
import { Hono } from './kit/hono.ts'
import { problem } from './kit/problem.ts'
import type { Result } from './kit/result.ts'
import { createPageMemory } from './page/cache.ts'
import { createPages, type Pages } from './page/origin.ts'
import { GPC_PATH, gpcResponse } from './privacy/gpc.ts'
import { OWN_ROOT } from './privacy/paths.ts'
import { privacyRoutes } from './privacy/routes.tsx'
import { nearRoutes } from './signals/routes.ts'

/** What answers an isolate's requests. */
export interface App {
  readonly fetch: (request: Request, env: Env, context: ExecutionContext) => Response | Promise<Response>
}

/** What a storefront behind a broken configuration is served with. */
const BARE_ORIGIN_TIMEOUT_MS = 15_000

/** Doors and storefront for one isolate; `made` is what its configuration came to. */
export function createApp(made: Result<Isolate, readonly Fault[]>): App {
  return made.ok ? workingApp(made.value) : brokenApp(made.error)
}

function workingApp(isolate: Isolate): App {
  const doors = allDoors(isolate)
  return {
    fetch(request, env, context) {
      // Decoded as the doors read it: another spelling of a door is no page of the shop.
      const path = getPath(request)
      if (isOurs(path) || path === GPC_PATH) return doors.fetch(request, env, context)
      return storefront(request, isolate, context)
    },
  }
}

const isOurs = (path: string): boolean => path === OWN_ROOT || path.startsWith(`${OWN_ROOT}/`)

/** HEAD has the headers of GET, and nothing to read. */
const toMethod = ({ method }: Request, response: Response): Response =>
  method === 'HEAD' ? new Response(null, response) : response

async function storefront(request: Request, isolate: Isolate, context: ExecutionContext): Promise<Response> {
  const ports = personalizePorts(isolate, context)
  try {
    return toMethod(request, await personalize(request, ports))
  } catch (cause) {
    isolate.counters.add('error')
    console.error('selvedge:', cause)
    return toMethod(request, await untouched(request, ports.pages))
  }
}

function allDoors(isolate: Isolate): Hono<{ Bindings: Env }> {
  const { settings, tokens, releases, counters } = isolate
  const doors = new Hono<{ Bindings: Env }>()
  // Limited before its token is looked at, or tokens could be guessed here.
  doors.get(`${OWN_ROOT}/health`, limited('health', commonDeps(isolate)), async (c) => {
    const token = c.req.header('Authorization')?.replace(/^Bearer /i, '') ?? ''
    const isOperator = token !== '' && (await whoseToken(token, tokens)) !== null
    const release = releases.current()?.number ?? null
    const body = { status: 'ok', personalization: settings.enabled ? releases.why() : 'disabled', release }
    return c.json(isOperator ? { ...body, counters: counters.read() } : body, 200, {
      'Cache-Control': 'no-store',
    })
  })
  doors.route(`${OWN_ROOT}/api`, apiRoutes(operatorDeps(isolate)))
  doors.route(OWN_ROOT, shopperDoors(isolate))
  doors.get(GPC_PATH, gpcResponse)
  doors.notFound(() => problem(404, 'not_found', 'There is no such door'))
  return doors
}

/** Doors for visitors: they are known by their own cookie, and by nothing else. */
function shopperDoors(isolate: Isolate) {
  const { personKey, stores, limitVisitor } = isolate
  const common = commonDeps(isolate)
  const visitor = bearerPorts(isolate)
  const app = new Hono()
  app.get('/beacon.js', (c) => beaconResponse(c.req.raw))
  app.get('/clear.js', clearResponse)
  const own = limitVisitor === undefined ? {} : { limitVisitor }
  app.route('/', eventRoutes({ ...common, ...own, visitor, ports: () => ingestPorts(isolate) }))
  app.route('/', consentRoutes({ ...common, ports: () => consentPorts(isolate) }))
  app.route('/', nearRoutes({ ...common, visitor, stores }))
  app.route(
    '/',
    identityRoutes(
      personKey === null ? undefined : { ...common, visitor, ports: () => identifyPorts(isolate, personKey) },
    ),
  )
  app.route('/', privacyRoutes(privacyDeps(isolate)))
  return app
}

/** Names the faults to whoever looks, and serves the storefront as if we were not there. */
function brokenApp(faults: readonly Fault[]): App {
  console.error('selvedge: configuration', faults)
  return {
    async fetch(request, env) {
      const response = isOurs(getPath(request))
        ? problem(503, 'misconfigured', 'The configuration has faults', { faults })
        : await failOpen(request, env)
      return toMethod(request, response)
    },
  }
}

/** The storefront's own answer, by configuration alone: the last resort, which depends on nothing that could have failed. */
export function failOpen(request: Request, env: Env): Promise<Response> {
  const pages = createPages({
    fetch: (asked, init) => fetch(asked, init),
    cache: null,
    memory: createPageMemory(1),
    now: Date.now,
    waitUntil: () => {},
    compile: async () => null,
    settings: {
      origin: URL.parse(env.ORIGIN ?? ''),
      originTimeoutMs: BARE_ORIGIN_TIMEOUT_MS,
      dropQuery: [],
      pageMaxBytes: 1,
      defaultTtlSeconds: 0,
    },
  })
  return untouched(request, pages)
}

/** A request whose body was already read cannot be sent again; those have no page to save either. */
async function untouched(request: Request, pages: Pages): Promise<Response> {
  if (request.bodyUsed) return problem(502, 'failed', 'The request could not be passed on')
  return respondUntouched(await pages.pass(request, new URL(request.url)), 'error')
}
