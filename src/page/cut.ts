/**
 * The cutter: text and marks go in, elements that campaigns may edit come out, each with what was proven about it. It
 * reads chunk by chunk and decides everything about an element by the element's own end, so that the page compiled
 * ahead and the page streamed through come to the same verdicts. Pure.
 */
import { closeTag } from './close.ts'
import { RAW } from './elements.ts'
import { addDoctype, addText, openTag } from './open.ts'
import { type ContentKind, Scanner, type Tag } from './scan.ts'
import { attributeRanges } from './scan-tag.ts'
import { isTableMode, type Node, needsOfNode, Tree } from './tree.ts'

/** Its start tag may be changed. */
export const CAN_ATTRIBUTES = 1 << 0
export const CAN_BEFORE = 1 << 1
export const CAN_PREPEND = 1 << 2
/** Its content may be exchanged. */
export const CAN_INNER = 1 << 3
/** It may be taken out. */
export const CAN_REMOVE = 1 << 4
/** Something may stand in its place. */
export const CAN_REPLACE = 1 << 5
export const CAN_APPEND = 1 << 6
export const CAN_AFTER = 1 << 7
/** Its bytes mean the same elsewhere on the page: nothing inside is implied or stray. */
export const CAN_TRAVEL = 1 << 8

/** What is known of one element on a page; offsets are bytes from the page's beginning. */
export interface Facts {
  readonly start: number
  readonly nameEnd: number
  readonly tagEnd: number
  /** Where its end tag begins and ends; -1 until it is proven. A void element ends with its tag. */
  endStart: number
  endEnd: number
  /** Bits of `CAN_…`. */
  can: number
  /** Needs that cannot be met beside it (before, after, in its place). */
  outer: number
  /** Needs that cannot be met inside it. */
  readonly inner: number
  /** What it needs itself, where it is moved to. */
  needs: number
  /** Flat attribute ranges: see `ATTRIBUTE_INTS`. */
  readonly attributes: ArrayLike<number>
}

export interface CutElement extends Facts {
  /** Selectors that matched it, ascending. */
  readonly slots: readonly number[]
  /** Where its start tag stands. */
  readonly place: Place
  /** The start tag implied nothing. */
  readonly isPlain: boolean
  /** Nothing more will be learnt about it. */
  settled: boolean
}

/** An element longer than this is not edited as a whole: the streaming renderer would have to hold it back. */
export const MAX_HELD_BYTES = 256 * 1024
/** Marks on one page; elements beyond are left alone. */
export const MAX_MARKS = 2_000

interface Mark {
  readonly offset: number
  readonly slot: number
  readonly id: number
}

export interface CutSink {
  /** An element's start tag was read. Void elements are settled by then, others later, or never before the end. */
  opened(element: CutElement): void
  settled(element: CutElement): void
}

export class Cutter {
  readonly #sink: CutSink
  readonly #tree: Tree<CutElement>
  readonly #scanner: Scanner
  readonly #marks: Mark[] = []
  readonly #marked = new Map<number, CutElement>()
  readonly #ends: { readonly offset: number; readonly element: CutElement }[] = []
  #fed = 0
  /** Where the start tag of a `pre` ended: a newline right there is not part of the text. */
  #newlineAt = -1

  constructor(sink: CutSink) {
    this.#sink = sink
    this.#tree = new Tree<CutElement>((element) => this.#settle(element))
    const tree = this.#tree
    this.#scanner = new Scanner({
      startTag: (tag) => this.#start(tag),
      endTag: (tag) => this.#end(tag),
      text: (text, start) => addText(tree, start === this.#newlineAt ? text.replace(/^\r?\n|^\r/, '') : text),
      doctype: (text) => addDoctype(tree, text),
      cdata: () => tree.top.space !== 'html',
      nul: () => {
        if (!tree.lost) tree.lose()
      },
    })
  }

  /** Offset up to which no element can begin any more. */
  get settled(): number {
    return this.#scanner.settled
  }

  text(text: string): void {
    this.#fed += text.length
    this.#scanner.push(text)
  }

  /** The next tag is the start of an element that selector `slot` matches; `id` names it for its end. */
  startMark(slot: number, id: number): void {
    this.#marks.push({ offset: this.#fed, slot, id })
  }

  /** The next tag is the end tag of element `id`, by the marker's own reckoning. */
  endMark(id: number): void {
    const element = this.#marked.get(id)
    if (element !== undefined) this.#ends.push({ offset: this.#fed, element })
  }

  /** No more text comes: what is open stays unproven. */
  finish(): void {
    if (!this.#tree.lost) this.#tree.lose()
    this.#phantoms(Number.POSITIVE_INFINITY)
  }

  #settle(element: CutElement): void {
    element.settled = true
    this.#sink.settled(element)
  }

  #start(tag: Tag): ContentKind {
    const tree = this.#tree
    this.#phantoms(tag.start)
    if (this.#marks[0]?.offset !== tag.start) {
      const content = openTag(tree, tag)
      this.#noteNewline(tag)
      return content
    }
    const place = this.#place(tag)
    const content = openTag(tree, tag)
    this.#open(tag, place)
    this.#noteNewline(tag)
    return content
  }

  #noteNewline(tag: Tag): void {
    if (tag.name === 'pre' || tag.name === 'listing') this.#newlineAt = tag.end
  }

  /** The place in front of the tag, before the tag does anything. */
  #place(tag: Tag): Place {
    const { context, dangling, looseness } = this.#tree
    return {
      context,
      dangling,
      looseness,
      clean: this.#scanner.clean,
      newline: this.#newlineAt === tag.start,
    }
  }

  #open(tag: Tag, place: Place): void {
    const tree = this.#tree
    const node = tree.lost ? null : tree.made
    const { slots, ids } = this.#take(tag.start)
    const isOpen = node?.open === true
    const element: CutElement = {
      start: tag.start,
      nameEnd: tag.nameEnd,
      tagEnd: tag.end,
      endStart: isOpen ? -1 : tag.end,
      endEnd: isOpen ? -1 : tag.end,
      can: 0,
      outer: place.context,
      inner: isOpen ? tree.context : 0,
      needs: 0,
      attributes: attributeRanges(tag.text, tag.nameEnd - tag.start, tag.start),
      slots,
      place,
      isPlain: tree.looseness === place.looseness,
      settled: false,
    }
    if (node !== null) this.#prove(element, node)
    // Where the tree is lost, scanner and marker still agree that this is a start tag.
    else if (tree.lost && !PLACED.has(tag.name)) element.can = CAN_ATTRIBUTES
    if (node !== null && isOpen) {
      node.record = element
      for (const id of ids) this.#marked.set(id, element)
    }
    this.#sink.opened(element)
    if (!isOpen) this.#settle(element)
  }

  /** What the start tag proves; that is all there is to know of an element without content. */
  #prove(element: CutElement, node: Node<CutElement>): void {
    const tree = this.#tree
    if (hasFreeAttributes(node)) element.can |= CAN_ATTRIBUTES
    if (node.tainted) return
    if (!isFrame(node) && element.isPlain && element.place.clean && !element.place.dangling)
      element.can |= CAN_BEFORE
    if (node.open) {
      // A template's first tag decides how the others are read.
      const isClosed = tree.dangling || node.bits & RAW || node.name === 'html' || node.name === 'template'
      if (!isClosed) element.can |= CAN_PREPEND
      return
    }
    element.outer = tree.context
    element.needs = needsOfNode(node)
    element.can |= canLeave(element) | CAN_TRAVEL
    if (!tree.dangling) element.can |= CAN_AFTER
  }

  #end(tag: Tag): void {
    const tree = this.#tree
    this.#phantoms(tag.start)
    const top = tree.top
    // Most end tags are nobody's slot; asking is not free.
    const isMarked = this.#ends.length > 0
    const isClean = isMarked && this.#scanner.clean && !tree.dangling
    closeTag(tree, tag)
    const node = tree.closed
    const element = node?.record ?? null
    const isAgreed = isMarked && this.#ends.some((end) => end.offset === tag.start && end.element === element)
    if (isMarked) this.#ends.length = 0
    if (node === null || element === null) return
    node.record = null
    if (isAgreed && tree.restored(node)) {
      element.endStart = tag.start
      element.endEnd = tag.end
      this.#proveEnd(element, node, isClean && node === top)
    }
    this.#settle(element)
  }

  /** What the element's own end tag proves. */
  #proveEnd(element: CutElement, node: Node<CutElement>, canAppend: boolean): void {
    const tree = this.#tree
    const isFramed = isFrame(node)
    if (canAppend && !(node.bits & RAW)) element.can |= CAN_APPEND
    if (!isFramed) {
      element.outer = tree.context
      element.needs = needsOfNode(node)
      if (!tree.dangling) element.can |= CAN_AFTER
    }
    // What the streaming renderer could not hold back is not exchanged as a whole by either.
    if (element.endEnd - element.start > MAX_HELD_BYTES) return
    // The end tag of a form leaves open what was reopened in it, so there must be nothing to reopen.
    const isForm = node.name === 'form' && tree.dangling
    const isHead = isFramed && node.name === 'head'
    if (!(node.bits & RAW) && !isForm && !isHead) element.can |= CAN_INNER
    if (isFramed) return
    element.can |= canLeave(element)
    if (node.looseness === tree.looseness) element.can |= CAN_TRAVEL
  }

  /** Takes the marks of the tag that begins at `offset`. */
  #take(offset: number): { readonly slots: number[]; readonly ids: number[] } {
    const slots: number[] = []
    const ids: number[] = []
    while (this.#marks[0]?.offset === offset) {
      const mark = this.#marks.shift() as Mark
      if (!slots.includes(mark.slot)) slots.push(mark.slot)
      ids.push(mark.id)
    }
    return { slots: slots.sort((a, b) => a - b), ids }
  }

  /** Marks where no tag begins: marker and scanner read the page differently, and nothing can be proven. */
  #phantoms(before: number): void {
    while (this.#marks.length > 0 && (this.#marks[0] as Mark).offset < before) {
      const { offset } = this.#marks[0] as Mark
      const { slots } = this.#take(offset)
      const element = phantom(offset, slots)
      this.#sink.opened(element)
      this.#settle(element)
    }
  }
}

/** The place in front of a tag, before the tag did anything. */
interface Place {
  readonly context: number
  readonly dangling: boolean
  readonly looseness: number
  /** No token begun in the text before could swallow what is put here. */
  readonly clean: boolean
  /** Right after `<pre>`, where a newline would be dropped. */
  readonly newline: boolean
}

const NOWHERE: Place = { context: 0, dangling: false, looseness: 0, clean: false, newline: false }

const phantom = (offset: number, slots: number[]): CutElement => ({
  start: offset,
  nameEnd: offset,
  tagEnd: offset,
  endStart: -1,
  endEnd: -1,
  can: 0,
  outer: 0,
  inner: 0,
  needs: 0,
  attributes: [],
  slots,
  place: NOWHERE,
  isPlain: false,
  settled: false,
})

/**
 * May the element go without anything around it closing or joining differently? Its start tag must have implied
 * nothing, and the text before it must not wait for what comes next.
 */
function canLeave(element: CutElement): number {
  const { place, isPlain } = element
  if (!isPlain || !place.clean || place.newline) return 0
  return place.dangling ? CAN_REMOVE : CAN_REMOVE | CAN_REPLACE
}

/** The three elements that every page has, written or not. */
const isFrame = (node: Node<CutElement>): boolean =>
  node.space === 'html' && (node.name === 'html' || node.name === 'head' || node.name === 'body')

/** Elements that their attributes may put elsewhere; where the tree is lost, nobody knows whether they do. */
const PLACED: ReadonlySet<string> = new Set(['input', 'font', 'annotation-xml'])

/** Attributes that decide where an element goes: those of `font` in svg, of a hidden input in a table. */
function hasFreeAttributes(node: Node<CutElement>): boolean {
  if (node.space !== 'html') return node.name !== 'font' && node.name !== 'annotation-xml'
  return node.name !== 'input' || !isTableMode(node.mode)
}
