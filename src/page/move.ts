/**
 * Moves, the one edit that needs the whole page: a move is a removal at its source and an insertion, at its target, of
 * the source's bytes with their own edits. It is done wholly or not at all. Off the common path. Pure.
 */

import { concatBytes } from '../kit/bytes.ts'
import type { Fill, Outcome, Position, Stitched } from './model.ts'
import {
  CAN_AFTER,
  CAN_APPEND,
  CAN_BEFORE,
  CAN_PREPEND,
  CAN_REMOVE,
  CAN_TRAVEL,
  type Facts,
} from './proof.ts'
import { editsOf, weaveRange } from './stitch.ts'
import { readFacts, slotFrom, type Template } from './template.ts'
import { outcomesOf } from './weave.ts'

type Move = Extract<Fill, { readonly action: 'move' }>

interface Plan {
  readonly id: number
  /** Element numbers, in the order of the page, none inside another. */
  readonly sources: readonly number[]
  readonly target: number
  readonly position: Position
}

const CAN: Readonly<Record<Position, number>> = {
  before: CAN_BEFORE,
  after: CAN_AFTER,
  prepend: CAN_PREPEND,
  append: CAN_APPEND,
}

/** `stitch` where some fills are moves. A move that cannot be done leaves the page as if it had not been asked for. */
export function stitchMoves(template: Template, fills: readonly Fill[]): Stitched {
  const failed = new Map<number, Outcome>()
  for (;;) {
    const plans = planMoves(template, fills, failed)
    const result = weaveMoves(template, fills, plans, failed)
    if (result !== undefined) return result
  }
}

/** Finds source and target of every move; what cannot be is written to `failed`. */
function planMoves(template: Template, fills: readonly Fill[], failed: Map<number, Outcome>): Plan[] {
  const plans: Plan[] = []
  for (const [id, fill] of fills.entries()) {
    if (fill.action !== 'move' || failed.has(id)) continue
    const plan = planMove(template, fill, id)
    if (typeof plan === 'string') failed.set(id, plan)
    else plans.push(plan)
  }
  return plans
}

function planMove(template: Template, fill: Move, id: number): Plan | Outcome {
  const sources = outermost(template, elementsOf(template, fill.slot))
  const targets = elementsOf(template, fill.target)
  if (sources.length === 0 || targets.length === 0) return 'no_slot'
  const facts = sources.map((source) => readFacts(template, source))
  if (!facts.every(({ can }) => can & CAN_REMOVE && can & CAN_TRAVEL)) return 'unfit'
  const needs = facts.reduce((all, one) => all | one.needs, 0)
  let outcome: Outcome = 'unfit'
  for (const target of targets) {
    const place = readFacts(template, target)
    if (!(place.can & CAN[fill.position]) || facts.some((source) => isInside(place, source))) continue
    const isBeside = fill.position === 'before' || fill.position === 'after'
    if ((needs & (isBeside ? place.outer : place.inner)) === 0)
      return { id, sources, target, position: fill.position }
    outcome = 'context'
  }
  return outcome
}

function elementsOf(template: Template, slot: number): number[] {
  if (slot < 0 || slot >= template.slots) return []
  return [...template.table.subarray(slotFrom(template, slot), slotFrom(template, slot + 1))]
}

const isInside = (inner: Facts, outer: Facts): boolean =>
  inner.start >= outer.start && inner.start < outer.endEnd

function outermost(template: Template, elements: readonly number[]): number[] {
  let end = 0
  return elements.filter((element) => {
    const { start, endEnd } = readFacts(template, element)
    if (start < end) return false
    end = Math.max(end, endEnd)
    return true
  })
}

/** Undefined: a move came out by halves; it is in `failed` now, and the page must be woven again. */
function weaveMoves(
  template: Template,
  fills: readonly Fill[],
  plans: readonly Plan[],
  failed: Map<number, Outcome>,
): Stitched | undefined {
  const loom = new Loom(template, fills, plans)
  for (const plan of plans) {
    if (!loom.render(plan)) {
      failed.set(plan.id, 'unfit')
      return undefined
    }
  }
  const bytes = loom.weave(0, template.page.length)
  const outcomes = outcomesOf(loom.ranks)
  for (const plan of plans) {
    const [away, there] = [outcomes[2 * plan.id] as Outcome, outcomes[2 * plan.id + 1] as Outcome]
    if (away === 'applied' && there === 'applied') continue
    failed.set(plan.id, away === 'applied' ? there : away)
    return undefined
  }
  return { bytes, outcomes: fills.map((_, id) => failed.get(id) ?? (outcomes[2 * id] as Outcome)) }
}

/** Every fill stands twice, so that a move's removal and insertion both have its priority. */
class Loom {
  readonly ranks: Uint8Array
  readonly #template: Template
  readonly #fills: Fill[]
  readonly #edits: number[]
  readonly #plans: readonly Plan[]
  readonly #begun = new Set<Plan>()
  readonly #done = new Set<Plan>()

  constructor(template: Template, fills: readonly Fill[], plans: readonly Plan[]) {
    this.#template = template
    this.#plans = plans
    this.#fills = fills.flatMap((fill) => [fill, NOWHERE])
    this.ranks = new Uint8Array(this.#fills.length)
    const count = this.#fills.length
    const still = this.#fills.map((fill) => (fill.action === 'move' ? NOWHERE : fill))
    const edits = editsOf(template, still)
    for (const plan of plans) {
      this.#fills[2 * plan.id] = { slot: -1, action: 'remove' }
      for (const source of plan.sources) edits.push(source * count + 2 * plan.id)
      edits.push(plan.target * count + 2 * plan.id + 1)
    }
    this.#edits = edits.sort((a, b) => a - b)
  }

  /** Renders a move's sources; false where they would hold themselves. */
  render(plan: Plan): boolean {
    if (this.#done.has(plan)) return true
    if (this.#begun.has(plan)) return false
    this.#begun.add(plan)
    const all = plan.sources.map((source) => readFacts(this.#template, source))
    for (const other of this.#plans) {
      const target = readFacts(this.#template, other.target)
      if (other !== plan && all.some((facts) => isInside(target, facts)) && !this.render(other)) return false
    }
    const parts = plan.sources.map((source, i) => this.#source(source, all[i] as Facts))
    this.#fills[2 * plan.id + 1] = insertion(plan, parts, all)
    this.#done.add(plan)
    return true
  }

  weave(from: number, to: number, edits: readonly number[] = this.#edits): Uint8Array<ArrayBuffer> {
    return weaveRange(this.#template, this.#fills, edits, this.ranks, from, to)
  }

  /** A source with the edits inside it and on it, but for those that concern the place it leaves. */
  #source(source: number, facts: Facts): Uint8Array {
    const count = this.#fills.length
    const inside = this.#edits.filter((edit) => {
      const element = Math.floor(edit / count)
      if (element !== source) return isInside(readFacts(this.#template, element), facts)
      const { action } = this.#fills[edit % count] as Fill
      return !LEFT_BEHIND.has(action)
    })
    return this.weave(facts.start, facts.endEnd, inside)
  }
}

function insertion(plan: Plan, parts: readonly Uint8Array[], all: readonly Facts[]): Fill {
  const needs = all.reduce((bits, one) => bits | one.needs, 0)
  return { slot: -1, action: plan.position, bytes: concatBytes(parts), needs }
}

const NOWHERE: Fill = { slot: -1, action: 'remove' }
const LEFT_BEHIND: ReadonlySet<Fill['action']> = new Set(['before', 'after', 'replace', 'remove', 'move'])
