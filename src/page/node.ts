/** An open element, as the tree keeps it. Pure. */
import { SPECIAL } from './elements.ts'
import { absorbed, ownNeeds } from './needs.ts'

export type Namespace = 'html' | 'svg' | 'math'
/** Insertion mode (13.2.4.1) as the innermost element that has one dictates it. */
export type Mode =
  | 'body'
  | 'head'
  | 'table'
  | 'group'
  | 'row'
  | 'cell'
  | 'caption'
  | 'columns'
  | 'select'
  | 'template'
export type Phase = 'before_head' | 'in_head' | 'after_head' | 'body'

export interface Node<R> {
  readonly name: string
  readonly bits: number
  readonly space: Namespace
  readonly mode: Mode
  /** What may not be put inside, by ancestors alone: see `needs.ts`. */
  context: number
  /** Needs of what was inside so far. */
  needs: number
  /** Of a template: how its content is read. The first tag that belongs to a body or a table decides. */
  content: 'open' | 'body' | 'table'
  /** Is it a scope barrier (13.2.4.2)? */
  readonly barrier: boolean
  /** Inside a select, svg or math: hardly any markup can be put there. */
  readonly enclosed: boolean
  readonly depth: number
  /** State around the element when it was opened; it must be the same when it closes. */
  readonly listLength: number
  readonly form: Node<R> | null
  readonly looseness: number
  open: boolean
  tainted: boolean
  /** What the cutter keeps for an element that a selector matched. */
  record: R | null
}

/** Elements that dictate an insertion mode. */
export const MODES: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  ['body', 'body'],
  ['head', 'head'],
  ['table', 'table'],
  ['tbody', 'group'],
  ['thead', 'group'],
  ['tfoot', 'group'],
  ['tr', 'row'],
  ['td', 'cell'],
  ['th', 'cell'],
  ['caption', 'caption'],
  ['colgroup', 'columns'],
  ['select', 'select'],
  ['template', 'template'],
])

/** What an element as a whole needs of the place it stands in. */
export const needsOfNode = <R>(node: Node<R>): number =>
  ownNeeds(node.name, node.bits) | (node.needs & ~absorbed(node.name, node.bits))

export const isButton = (name: string): boolean => name === 'button'
export const isTableMode = (mode: Mode): boolean => mode === 'table' || mode === 'group' || mode === 'row'
/** Elements whose direct content is moved out in front of the table (13.2.6.1, "foster parent"). */
export const isTablish = <R>(node: Node<R>): boolean =>
  node.space === 'html' && isTableMode(node.mode) && MODES.has(node.name)
export const isSpecial = <R>(node: Node<R>): boolean =>
  node.space === 'html' ? (node.bits & SPECIAL) !== 0 : node.barrier
