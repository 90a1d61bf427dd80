/**
 * The doors of events: one for the shop's own pages, one for the shop's servers, and one for operators who look at what
 * the queue gave up on. 2xx means that what was accepted is in the store; what a visitor does not want kept is not kept,
 * and that is no fault.
 */
import type { Context } from 'hono'
import * as v from 'valibot'
import { type Bearer, type BearerPorts, bearerCookies, readBearer } from '../flow/bearer.ts'
import { type IngestPorts, ingestShopper } from '../flow/ingest.ts'
import { ingestServer, type ServerIngestPorts } from '../flow/ingest-server.ts'
import { REPLAY_MAX, type ReplayPorts, replay } from '../flow/letters.ts'
import type { AuthVariables } from '../kit/auth.ts'
import * as doors from '../kit/doors.ts'
import type { Fault } from '../kit/fault.ts'
import { Hono } from '../kit/hono.ts'
import { problem } from '../kit/problem.ts'
import { isSameSite } from '../kit/samesite.ts'
import { closed } from '../kit/shape.ts'
import type { DeadLetters } from './model.ts'
import { parseServerEvents, parseShopEvents } from './parse.ts'

export interface EventDeps extends doors.Limits {
  readonly visitor: BearerPorts
  /** Opened once a request: clients of the store cannot be shared between them. */
  readonly ports: () => IngestPorts
  readonly now: () => number
  /** The same as `limit`, by visitor. */
  readonly limitVisitor?: (key: string) => Promise<boolean>
}

export interface EventApiDeps {
  /** Opened once a request. */
  readonly ports: () => ServerIngestPorts
  readonly now: () => number
}

/** What the queue gave up on. */
export interface DeadDeps {
  /** Opened once a request. */
  readonly ports: () => ReplayPorts & { readonly letters: Pick<DeadLetters, 'list'> }
}

/** Of one call of a browser, and of a server. */
const EVENTS_MAX_BYTES = 64 * 1024
const SERVER_EVENTS_MAX_BYTES = 1024 * 1024

const IdsSchema = closed({
  ids: v.optional(
    v.pipe(
      v.array(v.pipe(v.string('List ids of letters.'), v.maxLength(64)), 'List ids of letters.'),
      v.maxLength(REPLAY_MAX, `List at most ${REPLAY_MAX}.`),
    ),
  ),
})

/** `POST /events`, below the root of the visitors' doors. Holds nothing of any request. */
export function eventRoutes(deps: EventDeps): Hono {
  const app = new Hono()
  app.onError((cause) => doors.failed(cause, deps.report))
  return app.post('/events', doors.limited('events', deps), (c) => fromShopper(c, deps))
}

/** `POST /`: what servers tell. Whoever mounts it checks the caller's bearer token, and limits its use. */
export const eventApiRoutes = (deps: EventApiDeps | undefined): ApiDoors =>
  new Hono<{ Variables: AuthVariables }>().post('/', (c) =>
    deps === undefined ? doors.notConfigured('IDENTITY_KEY') : fromServer(c, deps),
  )

/** `GET /` and `POST /replay`: what the queue gave up on, and to have it counted after all. */
export const deadRoutes = (deps: DeadDeps | undefined): ApiDoors => {
  const app: ApiDoors = new Hono()
  app.get('/', async (c) => {
    if (deps === undefined) return doors.notConfigured('DB_URL')
    const window = doors.windowOf(c)
    if (!window.ok) return window.error
    const letters = await deps.ports().letters.list(window.value)
    const next = doors.nextOf(letters, window.value, ({ number }) => number)
    return c.json({ letters: letters.map(({ number: _, ...letter }) => letter), next })
  })
  app.post('/replay', async (c) => {
    if (deps === undefined) return doors.notConfigured('DB_URL')
    const body = await doors.readShaped(c.req.raw, IdsSchema)
    return body.ok ? c.json(await replay(deps.ports(), body.value.ids)) : body.error
  })
  return app
}

type ApiDoors = Hono<{ Variables: AuthVariables }>

async function fromShopper(c: Context, deps: EventDeps): Promise<Response> {
  const request = c.req.raw
  const url = new URL(request.url)
  if (!isSameSite(request.headers, url)) return doors.foreign()
  const body = await doors.readData(request, EVENTS_MAX_BYTES)
  if (!body.ok) return body.error
  const now = deps.now()
  const parsed = parseShopEvents(body.value, now)
  if (!parsed.ok) return refused(parsed.error)
  const { events, beacons } = parsed.value
  if (isAllBad([...events, ...beacons], parsed.value.faults)) return doors.invalid(parsed.value.faults)
  const bearer = await readBearer(request, url, now, deps.visitor)
  if (!(await isWithinOwn(bearer, deps))) return doors.tooManyRequests()
  const told = await ingestShopper(deps.ports(), bearer, { events, beacons })
  const { snapshot, accepted, skipped, why } = told
  const faults = [...parsed.value.faults, ...told.faults]
  if (accepted + skipped === 0 && faults.length > 0) return doors.invalid(faults)
  const cookies = await bearerCookies(
    why === 'erased' ? { ...bearer, isVoid: true, isErasedAsTied: bearer.carried?.tied === true } : bearer,
    snapshot,
    url,
    now,
    deps.visitor,
  )
  return answer({ accepted, skipped, ...(why === undefined ? {} : { why }), faults }, cookies)
}

/** Whoever has an address for each of their calls has one id, or none. */
async function isWithinOwn({ snapshot }: Bearer, { limitVisitor, report }: EventDeps): Promise<boolean> {
  if (snapshot === null || limitVisitor === undefined) return true
  return doors.isWithin(`visitor:${snapshot.id}`, { limit: limitVisitor, report })
}

async function fromServer(c: Context, deps: EventApiDeps): Promise<Response> {
  const body = await doors.readData(c.req.raw, SERVER_EVENTS_MAX_BYTES)
  if (!body.ok) return body.error
  const parsed = await parseServerEvents(body.value, deps.now())
  if (!parsed.ok) return refused(parsed.error)
  if (isAllBad(parsed.value.events, parsed.value.faults)) return doors.invalid(parsed.value.faults)
  const { accepted, known, skipped, faults } = await ingestServer(deps.ports(), parsed.value.events)
  const all = [...parsed.value.faults, ...faults]
  return accepted + skipped === 0 && all.length > 0
    ? doors.invalid(all)
    : answer({ accepted, known, skipped, faults: all })
}

const isAllBad = (good: readonly unknown[], faults: readonly Fault[]): boolean =>
  good.length === 0 && faults.length > 0

/** The body as a whole is at fault: too many events are too large a body (RFC 9110, section 15.5.14). */
function refused(faults: readonly Fault[]): Response {
  if (!faults.some(({ code }) => code === 'too_many')) return doors.invalid(faults)
  return problem(413, 'too_large', 'These are too many events for one call', { faults })
}

function answer(body: object, cookies: readonly string[] = []): Response {
  const response = Response.json(body, { status: 202, headers: { 'Cache-Control': 'no-store' } })
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie)
  return response
}
