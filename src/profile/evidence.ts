/**
 * The door of evidence: anything from outside becomes an `Evidence` within its bounds, or a list of every fault in it.
 * Pure; `now` in epoch milliseconds.
 */
import { type Fault, pointer } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { DAY_MS } from '../kit/time.ts'
import { cleanText } from '../signals/text.ts'
import { HABIT_CELLS } from './habit.ts'
import { EVIDENCE_KINDS, type Evidence, type EvidenceKind, type HabitCell } from './model.ts'
import { brandKey, CURRENCY, categoryKey, EVENT_ID, SKU, STORE_ID } from './text.ts'
import { parseDeclaration } from './traits.ts'

/** Older events are refused, and events are forgotten at the same age: so a forgotten one can never count again. */
export const EVIDENCE_MAX_AGE_MS = 90 * DAY_MS
/** How far a visitor's clock may be ahead of ours; doors of better clocks allow less. */
const EVIDENCE_MAX_AHEAD_MS = DAY_MS
export const SKU_IS = 'An SKU has 1 to 64 letters, digits, blanks and _.:/+#&(),*=~-'
const QUERY_MAX_CHARS = 200
export const VALUE_MAX = 10_000_000
export const QUANTITY_MAX = 10_000

/** What a kind means nothing without. */
const NEEDS: Readonly<Partial<Record<EvidenceKind, readonly (keyof Evidence)[]>>> = {
  follow: ['brand'],
  unfollow: ['brand'],
  store_visit: ['store'],
  store_purchase: ['store'],
}

/** Is it neither too old to be told from a forgotten one, nor from the future? Asked again when it is counted. */
export const isTimely = (at: number, now: number): boolean =>
  at >= now - EVIDENCE_MAX_AGE_MS && at <= now + EVIDENCE_MAX_AHEAD_MS

/**
 * Reads one event: `{id, kind, at, category?, brand?, sku?, query?, value?, currency?, quantity?, store?, trait?,
 * cell?}`. For `declare`, `trait` names the trait and `value` is what is declared. Fields of other meaning are ignored.
 */
export function parseEvidence(input: unknown, now: number): Result<Evidence, readonly Fault[]> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return err([{ path: '', code: 'type', message: 'An event is an object.' }])
  }
  const fields = input as Readonly<Record<string, unknown>>
  const faults: Fault[] = []
  const fault = (field: string, code: string, message: string): undefined => {
    faults.push({ path: pointer(field), code, message })
  }
  const read = <T>(
    field: string,
    message: string,
    parse: (value: unknown) => T | undefined,
  ): T | undefined =>
    fields[field] === undefined ? undefined : (parse(fields[field]) ?? fault(field, 'value', message))

  const kind = EVIDENCE_KINDS.find((each) => each === fields.kind)
  if (kind === undefined) fault('kind', 'kind', `A kind is one of ${EVIDENCE_KINDS.join(', ')}.`)
  if (!isMatch(fields.id, EVENT_ID)) fault('id', 'id', 'An id has 1 to 64 letters, digits and _.:-')
  const at = timeOf(fields.at, now)
  if (at === undefined)
    fault('at', 'time', 'Write a time in epoch milliseconds, 90 days ago at most and not ahead of now.')

  const found: Partial<Record<keyof Evidence, unknown>> = {
    category: read('category', 'A category has letters or digits.', categoryKey),
    brand: read('brand', 'A brand is a text.', brandKey),
    sku: read('sku', SKU_IS, (sku) => matching(sku, SKU)?.trim() || undefined),
    query: read('query', 'A query is a text.', (query) => cleanText(query, QUERY_MAX_CHARS)),
    currency: read('currency', 'A currency is three capital letters.', (text) => matching(text, CURRENCY)),
    quantity: read('quantity', `A quantity is whole, 1 to ${QUANTITY_MAX}.`, (count) =>
      Number.isInteger(count) && isWithin(count, 1, QUANTITY_MAX) ? count : undefined,
    ),
    store: read('store', 'A store id has 1 to 64 letters, digits, _ and -.', (id) => matching(id, STORE_ID)),
    cell: read('cell', 'A cell is weekday.daypart, such as fri.evening.', (cell) =>
      HABIT_CELLS.includes(cell as HabitCell) ? cell : undefined,
    ),
  }
  if (kind === 'declare') {
    const declared = parseDeclaration(fields.trait, fields.value)
    if (declared.ok) found.trait = declared.value
    else faults.push(...declared.error)
  } else {
    found.value = read('value', `A value is a number from 0 to ${VALUE_MAX}.`, (value) =>
      isWithin(value, 0, VALUE_MAX) ? value : undefined,
    )
    if (found.value !== undefined && found.currency === undefined && fields.currency === undefined)
      fault('currency', 'missing', 'Name the currency of a value.')
  }
  for (const field of (kind === undefined ? undefined : NEEDS[kind]) ?? []) {
    if (fields[field] === undefined) fault(field, 'missing', `A ${kind} event names its ${field}.`)
  }
  if (faults.length > 0) return err(faults)
  const present = Object.entries(found).filter(([, value]) => value !== undefined)
  return ok({ id: fields.id, kind, at, ...Object.fromEntries(present) } as unknown as Evidence)
}

function timeOf(at: unknown, now: number): number | undefined {
  return typeof at === 'number' && Number.isSafeInteger(at) && isTimely(at, now) ? at : undefined
}

const isMatch = (value: unknown, pattern: RegExp): value is string =>
  typeof value === 'string' && pattern.test(value)

const matching = (value: unknown, pattern: RegExp): string | undefined =>
  isMatch(value, pattern) ? value : undefined

const isWithin = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && value >= min && value <= max
