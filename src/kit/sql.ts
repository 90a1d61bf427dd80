/**
 * The one way to the store: libSQL's HTTP protocol, from workerd and from Node alike. Every fault of the outside world
 * leaves here as a SelvedgeError, and none of them repeats the values that were bound.
 *
 * Open one per request and let it go: a client that outlives its request wedges the isolate.
 */
import {
  BatchCond,
  HttpServerError,
  openHttp,
  ResponseError,
  type RowsResult,
  Stmt,
  type Value,
} from '@libsql/hrana-client'
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

/** What one statement came to. */
export interface Answer {
  readonly rows: readonly Row[]
  readonly rowsAffected: number
}
export type Row = Readonly<Record<string, Value>>

export interface Database {
  /** One read or one write, one round trip. Rows have the names of their columns; what is in them is the caller's word. */
  readonly ask: <R>(question: Statement) => Promise<readonly R[]>
  /** Several writes in one round trip, all or none of them, holding the write lock from the start. */
  readonly write: (work: () => readonly Statement[]) => Promise<readonly Answer[]>
  /** Several reads in one round trip, of one state of the store. */
  readonly read: (work: () => readonly Statement[]) => Promise<readonly Answer[]>
}

/** Statements that were refused for what they say; trying again would not help. */
const REJECTED = /^(SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG|READONLY|AUTH)|SQL_|ARGS_)/
/** Answers of a server, or of what stands in front of it, that a moment later may be different. */
const TOO_MANY_REQUESTS = 429
const REQUEST_TIMEOUT = 408
const SERVER_FAULT = 500

/** A writer takes the lock at once: one that began as a reader could lose it half-way. */
const BEGIN = { read: 'BEGIN TRANSACTION READONLY', write: 'BEGIN IMMEDIATE' } as const

/** Opens the store for one request. Nothing is sent before the first question. */
export function openDatabase(options: DatabaseOptions): Database {
  const { authToken, timeoutMs } = options
  const send = options.fetch ?? ((request: Request) => fetch(request))
  const client = openHttp(
    options.url.replace(/^libsql:/, 'https:'),
    authToken === '' ? undefined : authToken,
    // The client knows no timeout.
    (request: Request) => send(new Request(request, { signal: AbortSignal.timeout(timeoutMs) })),
  )
  const batch = (mode: keyof typeof BEGIN) => async (work: () => readonly Statement[]) => {
    const statements = work().map(bound)
    return statements.length === 0 ? [] : guarded(transact(client, BEGIN[mode], statements), timeoutMs)
  }
  return {
    async ask<R>(question: Statement) {
      const stream = client.openStream()
      const asked = stream.query(bound(question))
      // Its end goes with it, in the same round trip.
      stream.closeGracefully()
      return answerOf(await guarded(asked, timeoutMs)).rows as readonly R[]
    },
    write: batch('write'),
    read: batch('read'),
  }
}

/** One transaction in one round trip: each step is taken only where the one before it was, and the last ones undo all. */
async function transact(
  client: ReturnType<typeof openHttp>,
  begin: string,
  statements: readonly Stmt[],
): Promise<readonly Answer[]> {
  const stream = client.openStream()
  const batch = stream.batch()
  let last = batch.step()
  const others: Promise<unknown>[] = [last.run(begin)]
  const answers = statements.map((statement) => {
    last = batch.step().condition(BatchCond.ok(last))
    return last.query(statement)
  })
  const commit = batch.step().condition(BatchCond.ok(last))
  others.push(commit.run('COMMIT'))
  others.push(
    batch
      .step()
      .condition(BatchCond.not(BatchCond.ok(commit)))
      .run('ROLLBACK')
      .catch(() => {}),
  )
  others.push(batch.execute())
  stream.closeGracefully()
  const [results] = await Promise.all([Promise.all(answers), Promise.all(others)])
  return results.map(answerOf)
}

function answerOf(result: RowsResult | undefined): Answer {
  // Steps that were not taken have no result, and the one that failed before them has thrown.
  if (result === undefined) throw new TypeError('a statement was not run')
  // The client's rows have indices beside their names.
  const rows = result.rows.map((row): Row => ({ ...row }) as unknown as Row)
  return { rows, rowsAffected: result.affectedRowCount }
}

function bound(question: Statement): Stmt {
  const { sql, params } = question.toSQL()
  return new Stmt(sql).bindIndexes(params as Value[])
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
  const said = wordOf(cause)
  const told = said === undefined ? '' : ` (${said})`
  return isRejection(cause)
    ? new SelvedgeError('store_rejected', `the store refused${told}`, { cause })
    : new SelvedgeError('store_unavailable', `the store cannot be used at the moment${told}`, { cause })
}

function isRejection(cause: unknown): boolean {
  if (cause instanceof ResponseError) return REJECTED.test(cause.code ?? '')
  if (!(cause instanceof HttpServerError)) return false
  const { status } = cause
  return status < SERVER_FAULT && status !== TOO_MANY_REQUESTS && status !== REQUEST_TIMEOUT
}

/** The database's own code, or the status of the server before it. */
function wordOf(cause: unknown): string | undefined {
  if (cause instanceof ResponseError) return cause.code
  return cause instanceof HttpServerError ? `HTTP ${cause.status}` : undefined
}

function* chain(error: unknown): Generator<Error> {
  let link = error
  while (link instanceof Error) {
    yield link
    link = link.cause
  }
}
