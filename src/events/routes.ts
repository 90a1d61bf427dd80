/**
 * The doors of events: one for the shop's own pages, one for the shop's servers. 2xx means that what was accepted is in
 * the store; what a visitor does not want kept is not kept, and that is no fault.
 */
import { type Context, Hono } from 'hono'
import { type BearerPorts, bearerCookies, readBearer } from '../flow/bearer.ts'
import { type IngestPorts, ingestShopper } from '../flow/ingest.ts'
import { ingestServer, type ServerIngestPorts } from '../flow/ingest-server.ts'
import * as doors from '../kit/doors.ts'
import type { Fault } from '../kit/fault.ts'
import { problem } from '../kit/problem.ts'
import { isSameSite } from '../kit/samesite.ts'
import type { ParsedEvents, ShopEvent } from './model.ts'
import { parseServerEvents, parseShopEvents } from './parse.ts'

export interface EventDeps {
  readonly visitor: BearerPorts
  /** Opened once a request: clients of the store cannot be shared between them. */
  readonly ports: () => IngestPorts
  readonly now: () => number
  /** Told what was thrown and is nobody's input: a bug. */
  readonly report: (cause: unknown) => void
  /** False where this caller has asked too often. */
  readonly limit?: (key: string) => Promise<boolean>
}

export interface EventApiDeps {
  /** Opened once a request. */
  readonly ports: () => ServerIngestPorts
  readonly now: () => number
}

export const EVENTS_MAX_BYTES = 64 * 1024

/** `POST /events`, below the root of the visitors' doors. Holds nothing of any request. */
export function eventRoutes(deps: EventDeps): Hono {
  const app = new Hono()
  app.onError((cause) => doors.failed(cause, deps.report))
  return app.post('/events', doors.limited('events', deps), (c) => fromShopper(c, deps))
}

/** `POST /`: what servers tell. Whoever mounts it checks the caller's bearer token. */
export const eventApiRoutes = (deps: EventApiDeps | undefined): Hono =>
  new Hono().post('/', (c) =>
    deps === undefined ? doors.notConfigured('IDENTITY_KEY') : fromServer(c, deps),
  )

async function fromShopper(c: Context, deps: EventDeps): Promise<Response> {
  const request = c.req.raw
  const url = new URL(request.url)
  if (!isSameSite(request.headers, url)) return doors.foreign()
  const body = await doors.readJson(request, EVENTS_MAX_BYTES)
  if (!body.ok) return body.error
  const now = deps.now()
  const parsed = parseShopEvents(body.value, now)
  if (!parsed.ok) return refused(parsed.error)
  const { events, faults } = parsed.value
  if (isAllBad(parsed.value)) return doors.invalid(faults)
  const bearer = await readBearer(request, url, now, deps.visitor)
  const { snapshot, accepted, skipped, why } = await ingestShopper(deps.ports(), bearer, events)
  const cookies = await bearerCookies(
    { ...bearer, isVoid: bearer.isVoid || why === 'erased' },
    snapshot,
    url,
    now,
    deps.visitor,
  )
  return answer({ accepted, skipped, ...(why === undefined ? {} : { why }), faults }, cookies)
}

async function fromServer(c: Context, deps: EventApiDeps): Promise<Response> {
  const body = await doors.readJson(c.req.raw, EVENTS_MAX_BYTES)
  if (!body.ok) return body.error
  const parsed = parseServerEvents(body.value, deps.now())
  if (!parsed.ok) return refused(parsed.error)
  if (isAllBad(parsed.value)) return doors.invalid(parsed.value.faults)
  const { accepted, skipped, faults } = await ingestServer(deps.ports(), parsed.value.events)
  const all = [...parsed.value.faults, ...faults]
  return accepted + skipped === 0 && all.length > 0
    ? doors.invalid(all)
    : answer({ accepted, skipped, faults: all })
}

const isAllBad = ({ events, faults }: ParsedEvents<ShopEvent>): boolean =>
  events.length === 0 && faults.length > 0

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
