/**
 * Batches on their way to a door: sent again as long as it says that it will take them, cut in two where it says that
 * they are too large. What it refuses comes back row by row.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../kit/fault.ts'
import { MINUTE_MS } from '../kit/time.ts'
import { stranger } from './operator.ts'
import { messageOf, Trouble } from './trouble.ts'

export interface Door {
  readonly method: 'POST' | 'PUT'
  readonly url: string
  readonly token: string
  /** Member of the body that holds the rows. */
  readonly list: string
  /** A call replaces all that there was: nothing may be cut in two, nor be sent without what was refused of it. */
  readonly isWhole?: boolean | undefined
}

export interface Outcome {
  readonly accepted: number
  /** How many of them the store had before. */
  readonly known: number
  /** Good, and not kept: of nobody who agreed to it. */
  readonly skipped: number
  /** Index in the batch → why it was refused. */
  readonly refused: ReadonlyMap<number, string>
  /** Index in the batch → what should be seen to. */
  readonly warned: ReadonlyMap<number, string>
}

export interface Answer {
  readonly accepted?: number
  readonly known?: number
  readonly skipped?: number
  readonly faults?: readonly Fault[]
  readonly warnings?: readonly Fault[]
  readonly title?: string
  readonly detail?: string
}

export interface SenderOptions {
  readonly wait?: (ms: number) => Promise<unknown>
  readonly random?: () => number
}

const TRIES = 8
const FIRST_WAIT_MS = 500
const WAIT_MAX_MS = MINUTE_MS
const TIMEOUT_MS = 30_000
/** Answers that another try may change. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])
/** Nothing is wrong with such rows: we know nobody whom they are about, or not any more. */
const NOBODY: ReadonlySet<string> = new Set(['unknown', 'erased'])
/** Such rows are taken; something about them is not known. */
const REMARKS: ReadonlySet<string> = new Set(['unknown_cost'])

/** Sends one batch to its end. Throws `Trouble` where the door takes none at all. */
export async function sendBatch(
  door: Door,
  rows: readonly unknown[],
  options: SenderOptions = {},
): Promise<Outcome> {
  const response = await persist(door, JSON.stringify({ [door.list]: rows }), options)
  if (response.status === 413 && rows.length > 1 && door.isWhole !== true) {
    const half = Math.ceil(rows.length / 2)
    const first = await sendBatch(door, rows.slice(0, half), options)
    return join(first, await sendBatch(door, rows.slice(half), options), (index) => index + half)
  }
  const { faults = [], title, detail, accepted = response.status < 400 ? rows.length : 0 } = response.answer
  const outcome = outcomeOf({ ...response.answer, accepted }, door.list)
  if (response.status < 400) return outcome
  const settled = new Set(faults.map(({ path }) => rowAt(path, door.list)))
  if (settled.size === 0 || settled.has(undefined)) {
    const why = [title ?? response.status, detail, ...faults.map(({ message }) => message)]
    throw new Trouble(`${door.url} refused: ${why.filter(Boolean).join(': ')}`)
  }
  if (door.isWhole === true) return outcome
  // A door that takes all or nothing may take the others.
  const others = rows.flatMap((_, index) => (settled.has(index) ? [] : [index]))
  if (others.length === 0) return outcome
  const sent = await sendBatch(
    door,
    others.map((index) => rows[index]),
    options,
  )
  return join(outcome, sent, (index) => others[index] as number)
}

/** An answer, row by row. */
export const outcomeOf = (
  { accepted = 0, known = 0, skipped = 0, faults = [], warnings = [] }: Answer,
  list: string,
): Outcome => {
  const remarks = [...warnings, ...faults.filter(({ code }) => REMARKS.has(code))]
  const refusals = faults.filter(({ code }) => !REMARKS.has(code) && !NOBODY.has(code))
  const nobody = faults.filter(({ code }) => NOBODY.has(code)).length
  return {
    accepted,
    known,
    skipped: skipped + nobody,
    refused: byRow(refusals, list),
    warned: byRow(remarks, list),
  }
}

function join(a: Outcome, b: Outcome, placeOf: (index: number) => number): Outcome {
  const after = (map: ReadonlyMap<number, string>): [number, string][] =>
    [...map].map(([index, reason]) => [placeOf(index), reason])
  return {
    accepted: a.accepted + b.accepted,
    known: a.known + b.known,
    skipped: a.skipped + b.skipped,
    refused: new Map([...a.refused, ...after(b.refused)]),
    warned: new Map([...a.warned, ...after(b.warned)]),
  }
}

/** Index of the row that a pointer leads into. */
function rowAt(path: string, list: string): number | undefined {
  const [, name, index] = path.split('/')
  return name === list && /^\d+$/.test(index ?? '') ? Number(index) : undefined
}

function byRow(faults: readonly Fault[], list: string): ReadonlyMap<number, string> {
  const rows = new Map<number, string>()
  for (const { path, message } of faults) {
    const row = rowAt(path, list)
    if (row === undefined) continue
    const where = path.split('/').slice(3).join('/')
    const reason = where === '' ? message : `${where}: ${message}`
    const known = rows.get(row)
    rows.set(row, known === undefined ? reason : `${known} ${reason}`)
  }
  return rows
}

/** Null for what is no JSON; an answer that broke off is thrown. */
async function jsonOf(response: Response): Promise<Answer | null> {
  try {
    return (await response.json()) as Answer
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Somebody else's page is no answer, and would be none the next time. */
function told(answer: Answer | null, response: Response): Answer {
  if (typeof answer === 'object' && answer !== null) return answer
  throw stranger(response, response.url)
}

/** Tries until there is an answer that another try would not change. */
async function persist(door: Door, body: string, { wait = sleep, random = Math.random }: SenderOptions) {
  let last = ''
  for (let tries = 0; tries < TRIES; tries++) {
    const backoff = Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** tries * (0.5 + random()))
    let asked = 0
    try {
      const response = await fetch(door.url, {
        method: door.method,
        headers: { Authorization: `Bearer ${door.token}`, 'Content-Type': 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        body,
      })
      const answer = await jsonOf(response)
      if (!PASSING.has(response.status)) return { status: response.status, answer: told(answer, response) }
      last = answer?.title ?? String(response.status)
      asked = Number(response.headers.get('Retry-After') ?? 0) * 1_000 || 0
    } catch (error) {
      if (error instanceof Trouble) throw error
      last = messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error)
    }
    await wait(Math.min(WAIT_MAX_MS, Math.max(asked, backoff)))
  }
  throw new Trouble(
    `${door.url} took nothing in ${TRIES} tries: ${last}. Import the file again later: nothing counts twice.`,
  )
}
