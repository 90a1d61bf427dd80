/** What the doors of the API share: windows on lists, small bodies, and the problems (RFC 9457) that any door may answer. */
import type { Context, MiddlewareHandler } from 'hono'
import * as v from 'valibot'
import { readJsonText } from './body.ts'
import { SelvedgeError } from './errors.ts'
import type { Fault } from './fault.ts'
import { scanJson } from './jsontext.ts'
import { problem } from './problem.ts'
import { err, ok, type Result } from './result.ts'
import { faultsOf } from './shape.ts'

/** A window on a list that runs from new to old: `before` is exclusive. */
export interface Window {
  readonly limit: number
  readonly before?: number
}

const MAX_SMALL_BODY_BYTES = 16 * 1024
const DEFAULT_PAGE = 20
const MAX_PAGE = 100
const RETRY_STORE_SECONDS = '5'
/** The window of the rate limit. */
const RETRY_LIMIT_SECONDS = '60'
const NUMBER = /^[1-9]\d{0,8}$/

/** A positive whole number as it stands in a path or a query, or null. */
export const numberOf = (text: string | undefined): number | null =>
  text !== undefined && NUMBER.test(text) ? Number(text) : null

/** The `limit` and `before` of a query, or the answer to give instead. */
export function windowOf(c: Context): Result<Window, Response> {
  const limit = numberOf(c.req.query('limit') ?? String(DEFAULT_PAGE))
  if (limit === null || limit > MAX_PAGE) return err(badQuery(`limit is a number from 1 to ${MAX_PAGE}`))
  const text = c.req.query('before')
  if (text === undefined) return ok({ limit })
  const before = numberOf(text)
  return before === null ? err(badQuery('before is the next of the page before')) : ok({ limit, before })
}

/** The `before` of the next page, or null where this one is the last. */
export function nextOf<T>(items: readonly T[], window: Window, keyOf: (item: T) => number): number | null {
  const last = items.at(-1)
  return last === undefined || items.length < window.limit ? null : keyOf(last)
}

/** The JSON of a body of up to 16 KB, or the answer to give instead. */
export const readSmallJson = (request: Request): Promise<Result<unknown, Response>> =>
  readJson(request, MAX_SMALL_BODY_BYTES)

/** The same, as its schema has it. */
export async function readShaped<S extends v.GenericSchema>(
  request: Request,
  schema: S,
): Promise<Result<v.InferOutput<S>, Response>> {
  const body = await readSmallJson(request)
  return body.ok ? shaped(body.value, schema) : body
}

/** What was sent, as its schema has it, or the answer to give instead. */
export function shaped<S extends v.GenericSchema>(
  input: unknown,
  schema: S,
): Result<v.InferOutput<S>, Response> {
  const parsed = v.safeParse(schema, input)
  return parsed.success ? ok(parsed.output) : err(invalid(faultsOf(parsed.issues)))
}

/** The JSON of a body of up to `maxBytes`, or the answer to give instead. */
export async function readJson(request: Request, maxBytes: number): Promise<Result<unknown, Response>> {
  const text = await readJsonText(request, maxBytes)
  if (!text.ok) return text
  const faults = scanJson(text.value)
  return faults.length === 0 ? ok(JSON.parse(text.value)) : err(invalid(faults))
}

/**
 * The same of a machine's data: much of it, and nobody's own writing, so it is parsed at once, and looked at more closely
 * only where that fails. Of a key that comes twice the last stands.
 */
export async function readData(request: Request, maxBytes: number): Promise<Result<unknown, Response>> {
  const text = await readJsonText(request, maxBytes)
  if (!text.ok) return text
  try {
    return ok(JSON.parse(text.value))
  } catch {
    return err(invalid(scanJson(text.value)))
  }
}

export const invalid = (faults: readonly Fault[]): Response =>
  problem(422, 'invalid', 'This has faults', { faults })
export const notFound = (detail: string): Response =>
  problem(404, 'not_found', 'There is no such thing', { detail })
export const badQuery = (detail: string): Response =>
  problem(400, 'bad_query', 'The query is malformed', { detail })

export function tooManyRequests(): Response {
  return problem(429, 'too_many_requests', 'Too many requests', {
    headers: { 'Retry-After': RETRY_LIMIT_SECONDS },
  })
}

/** The door knows its path but not this method (RFC 9110, section 15.5.6). */
export function methodNotAllowed(methods: readonly string[]): Response {
  const allow = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
  const headers = { Allow: allow.join(', ') }
  return problem(405, 'method_not_allowed', 'This door does not know the method', { headers })
}

/**
 * What was thrown: the store being away is the world's fault and passes; the rest is a bug, and the answer says so little.
 * `isOperators`: whoever runs the store is told what it said.
 */
export function failed(cause: unknown, report: (cause: unknown) => void, isOperators = false): Response {
  const isStore = cause instanceof SelvedgeError
  const said = isOperators && isStore ? [cause.message] : []
  if (isStore && cause.code !== 'store_rejected') {
    return problem(503, cause.code, 'The store failed', {
      detail: [...said, 'send it again: what was done already is not done twice'].join('; '),
      headers: { 'Retry-After': RETRY_STORE_SECONDS },
    })
  }
  report(cause)
  return problem(500, 'internal', 'This failed on our side', { detail: said[0] })
}

/** A visitors' door that another site knocked at, or nobody's page. */
export const foreign = (): Response =>
  problem(403, 'cross_site', 'This door is for pages of this shop only', {
    detail: 'a browser says so in Sec-Fetch-Site, Origin or Referer',
  })

/** The operator has not set what this door needs. */
export const notConfigured = (variable: string): Response =>
  problem(501, 'not_configured', 'This door is not in use here', { detail: `set ${variable} to use it` })

export interface Limits {
  /** False where this caller has asked too often; absent where nothing limits them. */
  readonly limit?: (key: string) => Promise<boolean>
  /** Told what was thrown and is nobody's input: a bug. */
  readonly report: (cause: unknown) => void
}

/** Has this caller not asked too often? A limiter that fails limits nobody. */
export async function isWithin(key: string, { limit, report }: Limits): Promise<boolean> {
  try {
    return (await limit?.(key)) ?? true
  } catch (cause) {
    report(cause)
    return true
  }
}

/** Middleware: 429 for a caller who asks too often, whatever else they send. */
export function limited(door: string, limits: Limits): MiddlewareHandler {
  return async function limited(c, next) {
    const caller = c.req.header('CF-Connecting-IP') ?? 'local'
    if (!(await isWithin(`${door}:${caller}`, limits))) return tooManyRequests()
    await next()
  }
}
