/**
 * The cutter: text and marks go in, elements that campaigns may edit come out, each with what was proven about it. It
 * reads chunk by chunk and decides everything about an element by the element's own end, so that the page compiled
 * ahead and the page streamed through come to the same verdicts. Pure.
 */
import { closeTag } from './close.ts'
import { RAW } from './elements.ts'
import { type Node, needsOfNode } from './node.ts'
import { openTag } from './open.ts'
import {
  attributesOf,
  CAN_AFTER,
  CAN_APPEND,
  CAN_BEFORE,
  CAN_INNER,
  CAN_PREPEND,
  CAN_TRAVEL,
  type CutElement,
  canLeave,
  canTravel,
  hasFreeAttributes,
  isFrame,
  MAX_HELD_BYTES,
  PLACED,
  type Place,
  phantom,
} from './proof.ts'
import { type ContentKind, Scanner, type Tag } from './scan.ts'
import { attributeRanges } from './scan-tag.ts'
import { addDoctype, addText } from './text.ts'
import { Tree } from './tree.ts'

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
    const { context, dangling, looseness, deciders } = this.#tree
    return {
      context,
      dangling,
      looseness: looseness + deciders,
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
      isPlain: tree.looseness + tree.deciders === place.looseness,
      settled: false,
    }
    if (node !== null) this.#prove(element, node, tag)
    // Where the tree is lost, scanner and marker still agree that this is a start tag.
    else if (tree.lost && !PLACED.has(tag.name)) element.can = attributesOf(tag.name, tag.text)
    if (node !== null && isOpen) {
      node.record = element
      for (const id of ids) this.#marked.set(id, element)
    }
    this.#sink.opened(element)
    if (!isOpen) this.#settle(element)
  }

  /** What the start tag proves; that is all there is to know of an element without content. */
  #prove(element: CutElement, node: Node<CutElement>, tag: Tag): void {
    const tree = this.#tree
    if (hasFreeAttributes(node)) element.can |= attributesOf(tag.name, tag.text)
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
    element.can |= canLeave(element)
    if (canTravel(node)) element.can |= CAN_TRAVEL
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
    if (node.looseness === tree.looseness && canTravel(node)) element.can |= CAN_TRAVEL
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
