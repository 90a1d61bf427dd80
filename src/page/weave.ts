/**
 * Weaves fills into a page, element by element, in the order of the page. Both renderers drive the same weaver: `stitch`
 * with a whole template, `stitchStream` while the page flows by. Pure.
 *
 * What stands where, when several fills meet on one element (earlier fill = higher priority):
 * - content: the first of inner, replace and remove that may be done is done, the others are `taken`;
 * - before, after, prepend and append all stand; of several, the higher priority is nearer to the element's own tag;
 * - prepend and append stand around an inner; before and after stay where a replaced or removed element was;
 * - an attribute is set or removed by the first fill that names it; classes are added to and removed from the result;
 * - what lies inside replaced content is `covered`.
 */

import type { Fill, Outcome } from './model.ts'
import { needsOf } from './needs.ts'
import {
  CAN_AFTER,
  CAN_APPEND,
  CAN_ATTRIBUTES,
  CAN_BEFORE,
  CAN_INNER,
  CAN_LOAD,
  CAN_PREPEND,
  CAN_REMOVE,
  CAN_REPLACE,
  type Facts,
} from './proof.ts'
import { type AttributeFill, isAttributeFill, type Splice, spliceAttributes, spliceKept } from './splice.ts'

export interface Output {
  /** Bytes that a fill brings. */
  put(bytes: Uint8Array): void
  /** Bytes of the page. */
  copy(from: number, to: number): void
  /** A look at bytes of the page that were not copied yet. */
  read(from: number, to: number): Uint8Array
  /** The page, where it is a kept one. */
  readonly page?: Uint8Array
}

/** From the least to the best that became of a fill. */
const OUTCOMES: readonly Outcome[] = ['no_slot', 'unfit', 'context', 'covered', 'taken', 'applied']
const UNFIT = 1
const CONTEXT = 2
const COVERED = 3
const TAKEN = 4
const APPLIED = 5

type Inserted = 'before' | 'after' | 'prepend' | 'append'

export class Weaver {
  readonly #fills: readonly Fill[]
  readonly #output: Output
  readonly #ranks: Uint8Array
  /** First byte of the page that was neither copied nor left out. */
  #at: number

  /** `ranks` lets several weavers keep one account; `from` is where this one begins. */
  constructor(
    fills: readonly Fill[],
    output: Output,
    ranks: Uint8Array = new Uint8Array(fills.length),
    from = 0,
  ) {
    this.#fills = fills
    this.#output = output
    this.#ranks = ranks
    this.#at = from
  }

  get outcomes(): Outcome[] {
    return outcomesOf(this.#ranks)
  }

  copyTo(offset: number): void {
    if (offset <= this.#at) return
    this.#output.copy(this.#at, offset)
    this.#at = offset
  }

  /** Is the place inside something that was replaced? */
  covers(offset: number): boolean {
    return offset < this.#at
  }

  /** Does any of these fills wait for the element's end? */
  waits(ids: readonly number[]): boolean {
    return ids.some((id) => isContent(this.#fills[id] as Fill))
  }

  /** The element begins; `ids` are its fills, by priority. Its content may be decided on now. */
  open(facts: Facts, ids: readonly number[]): void {
    const isNone = facts.tagEnd === facts.start
    if (isNone || this.covers(facts.start)) {
      for (const id of ids) this.#note(id, isNone ? UNFIT : COVERED)
      return
    }
    const winner = this.#content(facts, ids)
    const content = winner < 0 ? undefined : (this.#fills[winner] as Fill)
    this.#insert('before', facts, ids)
    if (content !== undefined && content.action !== 'inner') {
      this.#leaveOut(facts, ids, content)
      return
    }
    this.#attributes(facts, ids)
    this.#insert('prepend', facts, ids)
    if (content?.action === 'inner') {
      this.copyTo(facts.tagEnd)
      this.#put(content.bytes)
      this.#at = facts.endStart
    }
    if (!isVoid(facts)) return
    this.#insert('append', facts, ids)
    this.#insert('after', facts, ids)
  }

  /** The element ends, or never did: then `endStart` is -1. */
  close(facts: Facts, ids: readonly number[]): void {
    if (isVoid(facts)) return
    if (facts.endStart >= 0 && this.covers(facts.endStart)) return
    this.#insert('append', facts, ids)
    this.#insert('after', facts, ids)
  }

  /** First content fill that may be done, -1 where there is none. */
  #content(facts: Facts, ids: readonly number[]): number {
    let winner = -1
    for (const id of ids) {
      const fill = this.#fills[id] as Fill
      if (!isContent(fill)) continue
      if (winner >= 0) this.#note(id, TAKEN)
      else if (this.#mayChange(id, fill, facts)) winner = id
    }
    return winner
  }

  #mayChange(id: number, fill: Fill, facts: Facts): boolean {
    switch (fill.action) {
      case 'inner':
        return this.#fits(id, fill, facts.can & CAN_INNER, facts.inner)
      case 'replace':
        return this.#fits(id, fill, facts.can & CAN_REPLACE, facts.outer)
      case 'remove':
        return this.#note(id, facts.can & CAN_REMOVE ? APPLIED : UNFIT)
      default:
        // A move needs the whole page; `stitch` has turned it into plain fills before it comes here.
        return this.#note(id, UNFIT)
    }
  }

  #leaveOut(facts: Facts, ids: readonly number[], content: Fill): void {
    this.copyTo(facts.start)
    if (content.action === 'replace') this.#put(content.bytes)
    this.#at = facts.endEnd
    for (const id of ids) {
      const { action } = this.#fills[id] as Fill
      if (action === 'before' || action === 'after') continue
      if (!isContent(this.#fills[id] as Fill)) this.#note(id, COVERED)
    }
    this.#insert('after', facts, ids)
  }

  /** All fills of one kind, in the order in which they stand on the page. */
  #insert(action: Inserted, facts: Facts, ids: readonly number[]): void {
    const isReversed = action === 'before' || action === 'append'
    const { length } = ids
    for (let i = 0; i < length; i++) {
      const id = ids[isReversed ? length - 1 - i : i] as number
      const fill = this.#fills[id] as Fill
      if (fill.action !== action) continue
      const context = action === 'before' || action === 'after' ? facts.outer : facts.inner
      if (!this.#fits(id, fill, facts.can & CAN[action], context)) continue
      this.copyTo(placeOf(action, facts))
      this.#put(fill.bytes)
    }
  }

  #attributes(facts: Facts, ids: readonly number[]): void {
    let edits: AttributeFill[] | undefined
    for (const id of ids) {
      const fill = this.#fills[id] as Fill
      if (!isAttributeFill(fill)) continue
      if (!(facts.can & ('loads' in fill && fill.loads ? CAN_LOAD : CAN_ATTRIBUTES))) this.#note(id, UNFIT)
      else if (edits === undefined) edits = [fill]
      else edits.push(fill)
    }
    if (edits === undefined) return
    const { page, read } = this.#output
    const { splices, taken } =
      page === undefined ? spliceAttributes(facts, edits, read) : spliceKept(page, facts, edits, read)
    let at = 0
    for (const id of ids) {
      if (isAttributeFill(this.#fills[id] as Fill)) this.#note(id, taken[at++] ? TAKEN : APPLIED)
    }
    for (const splice of splices) this.#splice(splice)
  }

  #splice(splice: Splice): void {
    this.copyTo(splice.from)
    for (const bytes of splice.bytes) this.#put(bytes)
    this.#at = splice.to
  }

  #put(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#output.put(bytes)
  }

  #fits(
    id: number,
    fill: Fill & { bytes: Uint8Array; needs: number },
    can: number,
    context: number,
  ): boolean {
    if (can === 0) return this.#note(id, UNFIT)
    return this.#note(id, needsOf(fill.needs, fill.bytes.length) & context ? CONTEXT : APPLIED)
  }

  /** Keeps the best that became of a fill; says whether this time it was applied. */
  #note(id: number, rank: number): boolean {
    if ((this.#ranks[id] as number) < rank) this.#ranks[id] = rank
    return rank === APPLIED
  }
}

export function outcomesOf(ranks: Uint8Array): Outcome[] {
  const outcomes: Outcome[] = []
  for (let id = 0; id < ranks.length; id++) outcomes.push(OUTCOMES[ranks[id] as number] as Outcome)
  return outcomes
}

const CAN: Readonly<Record<Inserted, number>> = {
  before: CAN_BEFORE,
  after: CAN_AFTER,
  prepend: CAN_PREPEND,
  append: CAN_APPEND,
}

function placeOf(action: Inserted, facts: Facts): number {
  switch (action) {
    case 'before':
      return facts.start
    case 'prepend':
      return facts.tagEnd
    case 'append':
      return facts.endStart
    case 'after':
      return facts.endEnd
  }
}

const isVoid = (facts: Facts): boolean => facts.endEnd === facts.tagEnd

const isContent = (fill: Fill): boolean =>
  fill.action === 'inner' || fill.action === 'replace' || fill.action === 'remove' || fill.action === 'move'
