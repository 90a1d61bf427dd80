/**
 * The words that libSQL servers speak: Hrana 2 over HTTP, in JSON. One request carries a statement or a transaction and
 * the end of its stream, so that nothing stays open between two requests. Pure.
 *
 * https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_2_SPEC.md
 */
import { breathe } from './breathe.ts'
import type { Statement } from './query.ts'

/** Where requests go, seen from the server's URL. */
export const PIPELINE_PATH = 'v2/pipeline'

/** What one statement came to. */
export interface Answer {
  readonly rows: readonly Row[]
  readonly rowsAffected: number
}
export type Row = Readonly<Record<string, Value>>
export type Value = string | number | null

/** A value on the wire. Integers travel as text: JSON's numbers would lose the large ones. */
interface Wire {
  readonly type: string
  readonly value?: unknown
}
/** The database's own words about a failure. */
export interface Said {
  readonly message: string
  readonly code?: string | null
}
interface StatementResult {
  readonly cols: readonly { readonly name: string }[]
  readonly rows: readonly (readonly Wire[])[]
  readonly affected_row_count: number
}
/** One entry for each step, null where there is nothing to say: a step that was not taken has neither. */
interface BatchResult {
  readonly step_results: readonly (StatementResult | null)[]
  readonly step_errors: readonly (Said | null)[]
}
type StreamResult<T> =
  | { readonly type: 'ok'; readonly response: { readonly result: T } }
  | { readonly type: 'error'; readonly error: Said }

export const isSaid = (value: unknown): value is Said =>
  typeof (value as Partial<Said> | null)?.message === 'string'

/** A statement was refused, or failed. What is said of it names columns and never values. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly code: string | undefined

  constructor({ message, code }: Said) {
    super(message)
    this.code = code ?? undefined
  }
}

/** What is written out in about a millisecond. */
const CHARS_AT_ONCE = 100_000

/** A writer takes the lock at once: one that began as a reader could lose it half-way. */
const BEGIN = { read: 'BEGIN TRANSACTION READONLY', write: 'BEGIN IMMEDIATE' } as const
export type Mode = keyof typeof BEGIN

/** The body that asks one statement. */
export const executeBody = (statement: Statement): string =>
  pipeline(JSON.stringify({ type: 'execute', stmt: bound(statement) }))

/**
 * The body of a transaction: each step is taken only where the one before it was, and the last one undoes all. A large one
 * is written out in pieces.
 */
export async function transactionBody(mode: Mode, statements: readonly Statement[]): Promise<string> {
  const inside = [unasked(BEGIN[mode]), ...statements.map(bound), unasked('COMMIT')]
  const steps = inside.map((stmt, index) =>
    index === 0 ? { stmt } : { stmt, condition: succeeded(index - 1) },
  )
  const undo = { stmt: unasked('ROLLBACK'), condition: { type: 'not', cond: succeeded(inside.length - 1) } }
  const texts: string[] = []
  let chars = 0
  for (const step of [...steps, undo]) {
    if (chars > CHARS_AT_ONCE) {
      await breathe()
      chars = 0
    }
    const text = JSON.stringify(step)
    chars += text.length
    texts.push(text)
  }
  return pipeline(`{"type":"batch","batch":{"steps":[${texts.join()}]}}`)
}

const pipeline = (request: string): string => `{"requests":[${request},{"type":"close"}]}`
const succeeded = (step: number) => ({ type: 'ok', step })
const unasked = (sql: string) => ({ sql, want_rows: false })

function bound(statement: Statement) {
  const { sql, params } = statement.toSQL()
  return { sql, args: params.map(wired), want_rows: true }
}

function wired(value: unknown): Wire {
  if (value === null) return { type: 'null' }
  if (typeof value === 'string') return { type: 'text', value }
  if (typeof value === 'boolean') return { type: 'integer', value: value ? '1' : '0' }
  if (typeof value === 'number' && Number.isFinite(value)) return { type: 'float', value }
  throw new RangeError(`text, finite numbers, booleans and null can be bound, and not this ${typeof value}`)
}

/** What came of `executeBody`. Throws a `DatabaseError`, or another error where the answer makes no sense. */
export const executeAnswer = (body: unknown): Answer => answerOf(resultOf<StatementResult>(body))

/** What came of `transactionBody`, statement by statement. Throws likewise: all of it was done, or none. */
export function transactionAnswers(body: unknown): readonly Answer[] {
  const { step_results, step_errors } = resultOf<BatchResult>(body)
  // What failed first is why the others were not taken; where nothing was left to undo, undoing fails as well.
  const failed = step_errors.find((said) => said !== null)
  if (failed !== undefined) throw new DatabaseError(failed)
  return step_results.slice(1, -2).map(answerOf)
}

function resultOf<T>(body: unknown): T {
  const [first] = (body as { readonly results: readonly StreamResult<T>[] }).results
  if (first?.type === 'ok') return first.response.result
  if (first?.type === 'error') throw new DatabaseError(first.error)
  throw new TypeError('the store answered something else')
}

function answerOf(result: StatementResult | null): Answer {
  if (result === null) throw new TypeError('a statement was not run')
  const names = result.cols.map(({ name }) => name)
  return { rows: result.rows.map((row) => rowOf(names, row)), rowsAffected: result.affected_row_count }
}

function rowOf(names: readonly string[], values: readonly Wire[]): Row {
  const row: Record<string, Value> = {}
  for (const [index, name] of names.entries()) row[name] = valueIn(values[index] as Wire)
  return row
}

function valueIn({ type, value }: Wire): Value {
  if (type === 'null') return null
  if (type === 'text' && typeof value === 'string') return value
  if (type === 'float' && typeof value === 'number') return value
  if (type === 'integer' && Number.isSafeInteger(Number(value))) return Number(value)
  throw new TypeError(`the store gave a value of type ${type} that cannot be read`)
}
