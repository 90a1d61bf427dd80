/**
 * HOT PATH. Template and fills in, page out: no parsing, one allocation. Without fills it is the page itself, not even
 * copied. Pure. What several fills on one place come to is written in `weave.ts`.
 */

import { concatBytes } from '../kit/bytes.ts'
import type { Fill, Outcome, Stitched } from './model.ts'
import { stitchMoves } from './move.ts'
import type { Facts } from './proof.ts'
import { readFacts, slotFrom, type Template } from './template.ts'
import { type Output, outcomesOf, Weaver } from './weave.ts'

const NOTHING: readonly Outcome[] = []

/** Finishes a page. `fills` stand by priority, the first is the highest. */
export function stitch(template: Template, fills: readonly Fill[]): Stitched {
  if (fills.length === 0) return { bytes: template.page, outcomes: NOTHING }
  if (fills.some((fill) => fill.action === 'move')) return stitchMoves(template, fills)
  const ranks = new Uint8Array(fills.length)
  const bytes = weaveRange(template, fills, editsOf(template, fills), ranks, 0, template.page.length)
  return { bytes, outcomes: outcomesOf(ranks) }
}

/**
 * One number for each fill on each element, element × fills + fill, ascending: the order of the page, then of priority.
 */
export function editsOf(template: Template, fills: readonly Fill[]): number[] {
  const edits: number[] = []
  for (let id = 0; id < fills.length; id++) {
    const { slot } = fills[id] as Fill
    if (slot < 0 || slot >= template.slots) continue
    const to = slotFrom(template, slot + 1)
    for (let at = slotFrom(template, slot); at < to; at++) {
      edits.push((template.table[at] as number) * fills.length + id)
    }
  }
  return edits.sort((a, b) => a - b)
}

/** Weaves the edits into bytes `from` to `to` of the page; all of them must lie in there. */
export function weaveRange(
  template: Template,
  fills: readonly Fill[],
  edits: readonly number[],
  ranks: Uint8Array,
  from: number,
  to: number,
): Uint8Array<ArrayBuffer> {
  const { page } = template
  const pieces: Uint8Array[] = []
  const put = (bytes: Uint8Array): void => {
    pieces.push(bytes)
  }
  const read = (start: number, end: number): Uint8Array => page.subarray(start, end)
  const output: Output = { page, put, read, copy: (start, end) => put(page.subarray(start, end)) }
  const weaver = new Weaver(fills, output, ranks, from)
  drive(template, weaver, fills.length, edits)
  weaver.copyTo(to)
  return concatBytes(pieces)
}

/** Hands the touched elements to the weaver, beginnings and ends in the order of the page. */
function drive(template: Template, weaver: Weaver, count: number, edits: readonly number[]): void {
  const open: { readonly facts: Facts; readonly ids: readonly number[] }[] = []
  const closeUpTo = (offset: number): void => {
    for (let last = open.at(-1); last !== undefined && last.facts.endStart < offset; last = open.at(-1)) {
      weaver.close(last.facts, last.ids)
      open.pop()
    }
  }
  for (let i = 0; i < edits.length; ) {
    const index = Math.floor((edits[i] as number) / count)
    const ids: number[] = []
    for (; i < edits.length && Math.floor((edits[i] as number) / count) === index; i++) {
      ids.push((edits[i] as number) % count)
    }
    const facts = readFacts(template, index)
    closeUpTo(facts.start)
    weaver.open(facts, ids)
    if (facts.endStart < 0) weaver.close(facts, ids)
    else if (facts.endEnd !== facts.tagEnd) open.push({ facts, ids })
  }
  closeUpTo(Number.POSITIVE_INFINITY)
}
