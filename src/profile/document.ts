/**
 * Facts ⇄ the JSON text that the store keeps: the fields of `Facts` without those that are empty, and the format's
 * version. A text of another version is not read, and so never overwritten, by this program.
 */
import { EMPTY_FACTS } from './contribution.ts'
import type { Facts } from './facts.ts'

const VERSION = 1
/** More than the heaviest facts within their bounds take. */
const DOCUMENT_MAX_CHARS = 65_536

type Fields = Readonly<Record<string, unknown>>

export function formatFacts(facts: Facts): string {
  const kept = Object.entries(facts).filter(([, value]) => value !== 0 && !isEmptyList(value))
  return JSON.stringify({ v: VERSION, ...Object.fromEntries(kept) })
}

/** The facts, or null for a text that `formatFacts` of this version did not write. Never throws. */
export function parseFacts(text: string): Facts | null {
  const fields = text.length > DOCUMENT_MAX_CHARS ? null : parseFields(text)
  if (fields === null || fields.v !== VERSION) return null
  const facts: Fields = { ...EMPTY_FACTS, ...fields, v: undefined }
  for (const [name, empty] of Object.entries(EMPTY_FACTS)) {
    const isRight = Array.isArray(empty) ? isRows(facts[name], SHAPES[name]) : isWhole(facts[name])
    if (!isRight) return null
  }
  const { v: _, ...rest } = facts
  return rest as unknown as Facts
}

type Check = (value: unknown) => boolean
const isWhole: Check = (value) => Number.isSafeInteger(value)
const isText: Check = (value) => typeof value === 'string'
const isAnything: Check = () => true

/** What stands in each place of a row; a list of plain values has rows of one. */
const SHAPES: Readonly<Record<string, readonly Check[] | Check>> = {
  days: isWhole,
  affinity: [isWhole, isText, isWhole],
  habit: [isWhole, isWhole, isWhole],
  stores: [isWhole, isText],
  follows: [isText, isWhole, isWhole, isText],
  traits: [isText, isAnything, isWhole, isText],
  recent: [isText, isText, isWhole, isText],
  totals: [isText, isWhole],
  orderTimes: isWhole,
}

function isRows(value: unknown, shape: readonly Check[] | Check | undefined): boolean {
  if (!Array.isArray(value) || shape === undefined) return false
  if (typeof shape === 'function') return value.every(shape)
  return value.every(
    (row: unknown) =>
      Array.isArray(row) && row.length === shape.length && shape.every((check, place) => check(row[place])),
  )
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

function parseFields(text: string): Fields | null {
  try {
    const fields: unknown = JSON.parse(text)
    return typeof fields === 'object' && fields !== null ? (fields as Fields) : null
  } catch {
    return null
  }
}
