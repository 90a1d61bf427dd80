/**
 * The one way to the store: libSQL's HTTP protocol, from workerd and from Node alike. Every fault of the outside world
 * leaves here as a SelvedgeError, and none of them repeats the values that were bound.
 *
 * Open one per request and let it go: a client that outlives its request wedges the isolate.
 */
import { createClient, LibsqlError, type ResultSet } from '@libsql/client/http'
import { SelvedgeError } from './errors.ts'
import type { Statement } from './query.ts'

export interface DatabaseOptions {
  /** `libsql:`, `https:` or `http:`. */
  readonly url: string
  readonly authToken?: string | undefined
  /** Bounds every HTTP round trip, its body included. */
  readonly timeoutMs: number
  /** Stands in for the global `fetch`; it must honour the request's signal. */
  readonly fetch?: (request: Request) => Promise<Response>
}

export interface Database {
  /** One read or one write, one round trip. Rows have the names of their columns; what is in them is the caller's word. */
  readonly ask: <Row>(question: Statement) => Promise<readonly Row[]>
  /** Several writes in one round trip, all or none of them, holding the write lock from the start. */
  readonly write: (work: () => readonly Statement[]) => Promise<readonly ResultSet[]>
  /** Several reads in one round trip, of one state of the store. Rows are as the driver gives them. */
  readonly read: (work: () => readonly Statement[]) => Promise<readonly ResultSet[]>
}

/** Statements that were refused for what they say; trying again would not help. */
const REJECTED = /^(SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG|READONLY|AUTH)|SQL_|ARGS_)/
/** Answers of a server, or of what stands in front of it, that a moment later may be different. */
const TOO_MANY_REQUESTS = 429
const REQUEST_TIMEOUT = 408
const SERVER_FAULT = 500

/** Opens the store for one request. Nothing is sent before the first question. */
export function openDatabase(options: DatabaseOptions): Database {
  const { authToken, timeoutMs } = options
  const send = options.fetch ?? ((request: Request) => fetch(request))
  const client = createClient({
    url: options.url,
    ...(authToken === undefined || authToken === '' ? {} : { authToken }),
    // The client's own timeout has no effect over HTTP.
    fetch: (request: Request) => send(new Request(request, { signal: AbortSignal.timeout(timeoutMs) })),
  })
  const batch = (mode: 'read' | 'write') => (work: () => readonly Statement[]) => {
    const statements = work().map(bound)
    return statements.length === 0 ? Promise.resolve([]) : guarded(client.batch(statements, mode), timeoutMs)
  }
  return {
    async ask<Row>(question: Statement) {
      const { rows } = await guarded(client.execute(bound(question)), timeoutMs)
      // The driver's rows have indices beside their names.
      return rows.map((row) => ({ ...row })) as unknown as readonly Row[]
    },
    write: batch('write'),
    read: batch('read'),
  }
}

function bound(question: Statement) {
  const { sql, params } = question.toSQL()
  return { sql, args: params as (string | number | null)[] }
}

async function guarded<T>(work: PromiseLike<T>, timeoutMs: number): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw storeFault(error, timeoutMs)
  }
}

/** What happened, told without the statement's values. */
export function storeFault(cause: unknown, timeoutMs: number): SelvedgeError {
  if (cause instanceof SelvedgeError) return cause
  for (const link of chain(cause)) {
    if (link.name === 'TimeoutError' || link.name === 'AbortError') {
      return new SelvedgeError('store_timeout', `the store did not answer within ${timeoutMs} ms`, { cause })
    }
  }
  const said = cause instanceof LibsqlError ? ` (${codeOf(cause)})` : ''
  if (cause instanceof LibsqlError && isRejection(cause)) {
    return new SelvedgeError('store_rejected', `the store refused${said}`, { cause })
  }
  return new SelvedgeError('store_unavailable', `the store cannot be used at the moment${said}`, { cause })
}

function isRejection(error: LibsqlError): boolean {
  const status = statusOf(error)
  if (status === undefined) return REJECTED.test(error.code)
  return status < SERVER_FAULT && status !== TOO_MANY_REQUESTS && status !== REQUEST_TIMEOUT
}

const codeOf = (error: LibsqlError): string => {
  const status = statusOf(error)
  return status === undefined ? error.code : `HTTP ${status}`
}

/** The HTTP status where the answer was one, and not the database's. */
const statusOf = (error: LibsqlError): number | undefined =>
  error.code === 'SERVER_ERROR' ? (error.cause as { status?: number } | undefined)?.status : undefined

function* chain(error: unknown): Generator<Error> {
  let link = error
  while (link instanceof Error) {
    yield link
    link = link.cause
  }
}
