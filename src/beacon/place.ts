/**
 * Where a campaign's slot begins on this page: the same point in every arm, whatever an arm made of the slot.
 *
 * That point is the start of the first element, in the order of the page, that any variant of the campaign would edit.
 * No variant changes anything above it, so it does not depend on the arm. Where an arm may have taken that element
 * away, exchanged it, moved it, or put something before it, the Worker has left a comment in front, and the place is
 * where whatever comes next begins.
 */
import type { Place } from './model.ts'

export interface Spot {
  /** Is observed for the place. */
  readonly element: Element
  /** The place is where the element ends: nothing came after it. */
  readonly isEnd?: boolean
  /** What is clicked, if anything can be: the slot itself, though it may open later, or what stands in its place. */
  readonly piece?: Element | null
}

/** The first comment of each text. */
type Marks = Readonly<Record<string, Node>>

/** Of the whole page at once: long ones hold thousands of comments that are not ours. */
export function marksOf(): Marks {
  const marks: Record<string, Node> = {}
  const comments = document.createNodeIterator(document, COMMENTS)
  for (let node = comments.nextNode(); node; node = comments.nextNode())
    marks[node.nodeValue as string] ??= node
  return marks
}

/** The place on the page, `page` where it is the page as a whole (its head or body), undefined where it has none. */
export function spotOf({ campaign, selectors }: Place, marks: Marks): Spot | 'page' | undefined {
  const match = document.querySelector(selectors)
  const mark = marks[`selvedge:${campaign}`]
  const isMark = mark && !(match && match.compareDocumentPosition(mark) & FOLLOWING)
  const own = isMark ? null : match
  const start = own ?? mark
  if (!start) return undefined
  // What has no box, such as a comment or something hidden, begins where the next thing does that has one.
  for (let node = start; document.body.contains(node.parentNode); node = node.parentNode as Node) {
    for (let next: Node | null = node; next; next = next.nextSibling) {
      if (hasBox(next)) return { element: next, piece: own ?? next }
    }
    for (let last = node.previousSibling; last; last = last.previousSibling) {
      if (hasBox(last)) return { element: last, isEnd: true, piece: own }
    }
  }
  return 'page'
}

/** `NodeFilter.SHOW_COMMENT` and `Node.DOCUMENT_POSITION_FOLLOWING`. */
const COMMENTS = 128
const FOLLOWING = 4

const hasBox = (node: Node): node is Element => node instanceof Element && node.getClientRects().length > 0
