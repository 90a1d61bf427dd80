/**
 * The stack of open elements and the list of active formatting elements, kept as a browser keeps them (HTML Living
 * Standard, 13.2.4), without building a tree. From it one can tell, while the page flows by, whether an element was
 * closed by its own end tag and left nothing behind: only then may its content be exchanged without moving anything
 * else. Where the rules get too strange to follow, the tree is `lost`: from there on nothing is proven. Pure.
 */
import { IMPLIED, MARKER, MATH_BARRIER, RCDATA, SCOPE, SVG_BARRIER, traits } from './elements.ts'
import { ALL, ANCHOR, ARK, contextInside, FORM, MARKUP, NOBR, ownNeeds, RUBY, TEXT } from './needs.ts'
import {
  isButton,
  isTableMode,
  isTablish,
  MODES,
  type Namespace,
  type Node,
  needsOfNode,
  type Phase,
} from './node.ts'
import { sameAttributes } from './scan-tag.ts'

interface Active<R> {
  node: Node<R>
  readonly name: string
  readonly attributes: string
}

/** A rule dealt with its tag, */
export const DONE = false
/** or changed the place, and the rules of the new place must deal with it ("reprocess the token"). */
export const AGAIN = true

/** Browsers stop nesting at 512 elements; nothing is proven beyond. */
const MAX_DEPTH = 500
/** Equal formatting elements that may be active at once (13.2.4.3, "Noah's Ark clause"). */
const ARK_SIZE = 3

export class Tree<R> {
  readonly stack: Node<R>[] = []
  /** Active formatting elements; `null` is a marker. */
  readonly list: (Active<R> | null)[] = []
  phase: Phase = 'before_head'
  form: Node<R> | null = null
  templates = 0
  /** `</body>` was read, and nothing after it yet that would go into the body all the same. */
  bodyEnded = false
  /** Known to be in no-quirks mode: then a table closes a paragraph. */
  standards = false
  doctype = false
  lost = false
  /** Counts whatever a strict author would not have written: implied and stray tags, misnesting. */
  looseness = 0
  /** Counts tags that decided how the rest of their template is read. Nothing is wrong with them, but they must stay first. */
  deciders = 0
  /** The element that the last tag made, whether it stays open or not; null when the tag was ignored. */
  made: Node<R> | null = null
  /** The element that the last end tag closed as its own. */
  closed: Node<R> | null = null
  readonly #drop: (record: R) => void

  /** `drop` hears of every recorded element that ends otherwise than by its own end tag. */
  constructor(drop: (record: R) => void) {
    this.#drop = drop
    this.stack.push(this.#node('html', traits('html'), 'html', undefined))
  }

  get top(): Node<R> {
    return this.stack[this.stack.length - 1] as Node<R>
  }

  /** Is this before or after the head, where any text or element opens the body? */
  get isOutside(): boolean {
    return this.phase !== 'body' && (this.top.name === 'html' || this.top.name === 'head')
  }

  /** The innermost open template. */
  get template(): Node<R> | undefined {
    return this.stack.findLast((node) => node.name === 'template' && node.space === 'html')
  }

  /** Are there formatting elements that the next text would reopen? Then text changes what follows it. */
  get dangling(): boolean {
    const last = this.list[this.list.length - 1]
    return last !== undefined && last !== null && !last.node.open
  }

  /** Needs that cannot be met at the present place. */
  get context(): number {
    const top = this.top
    let context = top.context
    if (top.enclosed) context |= MARKUP | RUBY
    if (top.name === 'template' && top.content === 'open') context |= TEXT
    if (isTableMode(top.mode) && !isTablish(top)) context = ALL
    if (this.form !== null && this.templates === 0) context |= FORM
    const count = new Map<string, number>()
    for (let i = this.list.length - 1; i >= 0; i--) {
      const active = this.list[i]
      if (active === null || active === undefined) break
      const times = (count.get(active.name) ?? 0) + 1
      count.set(active.name, times)
      if (active.name === 'a') context |= ANCHOR
      else if (active.name === 'nobr') context |= NOBR
      if (times >= ARK_SIZE) context |= ARK
    }
    return context
  }

  #node(name: string, bits: number, space: Namespace, parent: Node<R> | undefined): Node<R> {
    const isHtml = space === 'html'
    const mode = (isHtml ? MODES.get(name) : undefined) ?? parent?.mode ?? 'body'
    const enclosed = (parent?.enclosed ?? false) || !isHtml || mode === 'select'
    const inside = contextInside(parent?.context ?? 0, isHtml ? name : '', isHtml ? bits : 0)
    return {
      name,
      bits,
      space,
      mode,
      context: isHtml && (bits & RCDATA) === 0 ? inside : inside | MARKUP,
      needs: 0,
      content: 'open',
      barrier: (bits & (isHtml ? SCOPE : space === 'svg' ? SVG_BARRIER : MATH_BARRIER)) !== 0,
      enclosed,
      depth: this.stack.length,
      listLength: this.list.length,
      form: this.form,
      looseness: this.looseness,
      open: true,
      tainted: this.templates > 0 && this.template?.content === 'table',
      record: null,
    }
  }

  /** Opens an element here; `isOpen` false: it has no content (void, or self-closing in foreign content). */
  insert(name: string, bits: number, space: Namespace = 'html', isOpen = true): Node<R> {
    const parent = this.top
    const node = this.#node(name, bits, space, parent)
    this.made = node
    if (!isOpen) {
      node.open = false
      parent.needs |= ownNeeds(name, bits)
      return node
    }
    this.stack.push(node)
    if (this.stack.length > MAX_DEPTH) this.lose()
    return node
  }

  /** Closes everything above `index`; what was open there was not closed by its author. */
  popAbove(index: number): void {
    while (this.stack.length > index + 1) {
      this.looseness++
      this.#pop(false)
    }
  }

  /** Closes the element at `index` and all above; `own`: by its own end tag. */
  popTo(index: number, own: boolean): void {
    this.popAbove(index)
    if (!own) this.looseness++
    this.#pop(own)
  }

  /** The top element ends by its own end tag. */
  closeTop(): typeof DONE {
    this.#pop(true)
    return DONE
  }

  #pop(own: boolean): void {
    const node = this.stack.pop() as Node<R>
    node.open = false
    if (node.name === 'template' && node.space === 'html') this.templates--
    const parent = this.stack[this.stack.length - 1]
    if (parent !== undefined) parent.needs |= needsOfNode(node)
    if (own) this.closed = node
    else this.drop(node)
  }

  drop(node: Node<R>): void {
    if (node.record !== null) this.#drop(node.record)
    node.record = null
  }

  /** Takes one element out of the middle of the stack; those above stay open. */
  extract(index: number): void {
    const [node] = this.stack.splice(index, 1)
    if (node === undefined) return
    node.open = false
    this.looseness++
    this.drop(node)
    this.taintFrom(index)
    for (let i = index; i < this.stack.length; i++) {
      const above = this.stack[i] as Node<R>
      const parent = this.stack[i - 1] as Node<R>
      if (above.space === 'html') above.context = contextInside(parent.context, above.name, above.bits)
    }
  }

  taintFrom(index: number): void {
    for (let i = index; i < this.stack.length; i++) (this.stack[i] as Node<R>).tainted = true
  }

  /** Gives up: what is open is not proven, and nothing will be. */
  lose(): typeof DONE {
    this.lost = true
    this.looseness++
    for (const node of this.stack) {
      node.tainted = true
      this.drop(node)
    }
    return DONE
  }

  /** The tag has no effect where it stands. */
  ignore(): typeof DONE {
    this.looseness++
    this.made = null
    return DONE
  }

  /** Whatever is no white space after `</body>` leads back into the body. */
  resumeBody(): void {
    if (!this.bodyEnded) return
    this.bodyEnded = false
    this.looseness++
  }

  /** Did the element that just closed leave everything around it as it found it? */
  restored(node: Node<R>): boolean {
    // The body is not taken off the stack by its end tag.
    const depth = node.name === 'body' && node.space === 'html' ? node.depth + 1 : node.depth
    const same = this.list.length === node.listLength && this.form === node.form
    return !this.lost && !node.tainted && this.stack.length === depth && same
  }

  /** Index of the innermost open element of that name in scope (13.2.4.2), -1 where there is none. */
  inScope(name: string, isBarrier?: (name: string) => boolean): number {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const node = this.stack[i] as Node<R>
      if (node.space === 'html' && node.name === name) return i
      if (node.barrier || (node.space === 'html' && isBarrier?.(node.name))) return -1
    }
    return -1
  }

  /** Table scope: only html, table and template end the search. */
  inTableScope(...names: readonly string[]): number {
    for (let i = this.stack.length - 1; i >= 0; i--) {
      const node = this.stack[i] as Node<R>
      if (node.space !== 'html') continue
      if (names.includes(node.name)) return i
      if (node.name === 'html' || node.name === 'table' || node.name === 'template') return -1
    }
    return -1
  }

  /** "Generate implied end tags" (13.2.6.3), except for `except`. */
  implyEnds(except = ''): void {
    for (
      let top = this.top;
      top.space === 'html' && top.bits & IMPLIED && top.name !== except;
      top = this.top
    ) {
      this.popTo(this.stack.length - 1, false)
    }
  }

  closeParagraph(): void {
    const index = this.inScope('p', isButton)
    if (index >= 0) this.popTo(index, false)
  }

  /** "Reconstruct the active formatting elements" (13.2.4.3). */
  reopen(): void {
    if (!this.dangling) return
    this.looseness++
    let i = this.list.length - 1
    while (i > 0 && this.list[i - 1] !== null && !this.list[i - 1]?.node.open) i--
    for (; i < this.list.length && !this.lost; i++) {
      const active = this.list[i] as Active<R>
      active.node = this.insert(active.name, traits(active.name))
    }
  }

  /** Puts a formatting element that was just inserted onto the list. */
  activate(node: Node<R>, attributes: string): void {
    let equal = 0
    let first = -1
    for (let i = this.list.length - 1; i >= 0 && this.list[i] !== null; i--) {
      const active = this.list[i] as Active<R>
      if (active.name !== node.name) continue
      const same = sameAttributes(active.attributes, attributes)
      if (same === undefined) {
        this.lose()
        return
      }
      if (same) {
        equal++
        first = i
      }
    }
    if (equal >= ARK_SIZE) this.deactivate(first)
    this.list.push({ node, name: node.name, attributes })
  }

  /** Takes an entry off the list; whatever was opened after it saw it there. */
  deactivate(index: number): void {
    this.list.splice(index, 1)
    for (const node of this.stack) if (node.listLength > index) node.tainted = true
  }

  clearToMarker(): void {
    while (this.list.length > 0 && this.list.pop() !== null) {
      // Up to and with the marker.
    }
  }

  /** Index of the last active formatting element of that name after the last marker. */
  activeIndex(name: string): number {
    for (let i = this.list.length - 1; i >= 0; i--) {
      const active = this.list[i]
      if (active === null || active === undefined) return -1
      if (active.name === name) return i
    }
    return -1
  }

  activeNode(index: number): Node<R> {
    return (this.list[index] as Active<R>).node
  }

  pushMarker(bits: number): void {
    if (bits & MARKER) this.list.push(null)
  }
}
