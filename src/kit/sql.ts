/**
 * The one way to the store: libSQL's HTTP protocol, from workerd and from Node alike. Every fault of the outside world
 * leaves here as a SelvedgeError, and none of them repeats the values that were bound.
 */
import { SelvedgeError } from './errors.ts'
import {
  type Answer,
  DatabaseError,
  executeAnswer,
  executeBody,
  isSaid,
  type Mode,
  PIPELINE_PATH,
  transactionAnswers,
  transactionBody,
} from './hrana.ts'
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
  readonly ask: <R>(question: Statement) => Promise<readonly R[]>
  /** Several writes in one round trip, all or none of them, holding the write lock from the start. */
  readonly write: (work: () => readonly Statement[]) => Promise<readonly Answer[]>
  /** Several reads in one round trip, of one state of the store. */
  readonly read: (work: () => readonly Statement[]) => Promise<readonly Answer[]>
}

/** Statements that were refused for what they say; trying again would not help. */
const REJECTED = /^(SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG|READONLY|AUTH)|SQL_|ARGS_)/
/**
 * Answers of a server, or of what stands in front of it, that a moment later may be different: of a token that is being
 * changed, of a server that is busy.
 */
const PASSING: ReadonlySet<number> = new Set([401, 403, 408, 429])
const SERVER_FAULT = 500
/** Error pages may be long. */
const MAX_SAID_CHARS = 500

/** Opens the store. Nothing is sent before the first question, and nothing is held between two. */
export function openDatabase({ url, authToken, timeoutMs, fetch: send = fetch }: DatabaseOptions): Database {
  const endpoint = new URL(PIPELINE_PATH, url.replace(/^libsql:/, 'https:'))
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (authToken !== undefined && authToken !== '') headers.Authorization = `Bearer ${authToken}`
  const post = async (body: string): Promise<unknown> => {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await send(new Request(endpoint, { method: 'POST', headers, body, signal }))
    if (!response.ok) throw refusalOf(response.status, await response.text())
    return response.json()
  }
  const transact = (mode: Mode) => async (work: () => readonly Statement[]) => {
    const statements = work()
    if (statements.length === 0) return []
    const body = await transactionBody(mode, statements)
    return guarded(async () => transactionAnswers(await post(body)), timeoutMs)
  }
  return {
    async ask<R>(question: Statement) {
      const body = executeBody(question)
      const { rows } = await guarded(async () => executeAnswer(await post(body)), timeoutMs)
      return rows as readonly R[]
    },
    write: transact('write'),
    read: transact('read'),
  }
}

/** A server, or what stands in front of it, answered with an error. */
class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number

  constructor(status: number, text: string) {
    super(`HTTP ${status} ${text}`.trim())
    this.status = status
  }
}

/** Servers say in JSON what their database says; others say what they like. */
function refusalOf(status: number, text: string): Error {
  try {
    const said: unknown = JSON.parse(text)
    if (isSaid(said)) return new DatabaseError(said)
  } catch {
    // Not JSON, so not the database.
  }
  return new HttpError(status, text.slice(0, MAX_SAID_CHARS))
}

async function guarded<T>(work: () => Promise<T>, timeoutMs: number): Promise<T> {
  try {
    return await work()
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
  if (cause instanceof DatabaseError) return REJECTED.test(cause.code ?? '')
  if (!(cause instanceof HttpError)) return false
  const { status } = cause
  return status < SERVER_FAULT && !PASSING.has(status)
}

/** The database's own words, or the status of the server before it. */
function wordOf(cause: unknown): string | undefined {
  if (cause instanceof DatabaseError) return `${cause.code}: ${cause.message}`
  return cause instanceof HttpError ? `HTTP ${cause.status}` : undefined
}

function* chain(error: unknown): Generator<Error> {
  let link = error
  while (link instanceof Error) {
    yield link
    link = link.cause
  }
}
