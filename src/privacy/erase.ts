/** Who is covered when somebody asks for their data or for its end, and the receipt of an erasure. Pure. */
import { cardOf } from '../identity/link.ts'
import type { Tie } from '../identity/model.ts'
import { COOKIE_NAME } from '../profile/cookie.ts'
import { NEAR_COOKIE } from '../signals/near.ts'
import type { Receipt, RowCounts, Scope } from './model.ts'

/** Said in the receipt, whatever the reader's language: it is for a file. */
const KEEPS =
  'The receipt number is a mark of the erased id (the first 64 bits of its SHA-256). It is kept for 14 months so that nothing late brings the id back. The answers given about consent are kept for 25 months without any id, and the browser keeps a plain refusal.'

/**
 * How far the rights of the browser that asks reach. `ties`: all of the person whom it is tied to. Who signed in is that
 * customer, so everything of theirs is told and deleted, what they did in stores with their card included. Who only
 * opened a newsletter's link may have been sent it by somebody else.
 */
export function scopeOf(visitor: string, ties: readonly Tie[]): Scope {
  const own = scopeOfBrowser(visitor, ties)
  const { tie } = own
  if (tie === undefined) return own
  if (tie.source === 'newsletter') return { ...own, covers: 'newsletter' }
  const all = [...new Set([visitor, ...ties.map((each) => each.visitor), cardOf(tie.person)])].sort()
  return { covers: 'person', visitor, tie, tells: all, erases: all, buries: all }
}

/**
 * This browser alone, as for consent that was withdrawn in it. What a person did with their card is kept only while some
 * browser of theirs still agrees, so with the last one it goes too.
 */
export function scopeOfBrowser(visitor: string, ties: readonly Tie[]): Scope {
  const tie = ties.find((each) => each.visitor === visitor)
  const isLast = !ties.some((each) => each.source !== 'card' && each.visitor !== visitor)
  const own = [visitor]
  return {
    covers: 'browser',
    visitor,
    tie,
    tells: own,
    erases: tie !== undefined && isLast ? [visitor, cardOf(tie.person)] : own,
    buries: own,
  }
}

/** `mark`: the visitor id's tombstone. */
export const receiptOf = (
  { covers, buries }: Pick<Scope, 'covers' | 'buries'>,
  mark: string,
  erasedAt: number,
  rows: RowCounts,
): Receipt => ({
  receipt: mark,
  erasedAt: new Date(erasedAt).toISOString(),
  covers,
  ids: buries.length,
  rows,
  cookies: [COOKIE_NAME, NEAR_COOKIE],
  keeps: KEEPS,
})
