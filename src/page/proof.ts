/**
 * What is known of one element on a page, and what may be done to it. Two things are taken for granted: scripts run, so
 * that `noscript` is text; and no frameset comes after content on a page without a body tag. Pure.
 */
import { isTableMode, type Node } from './node.ts'

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
/** What it loads, if anything, may be changed: it is none of those that bring in code or documents. */
export const CAN_LOAD = 1 << 9

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
  /** The start tag implied and decided nothing. */
  readonly isPlain: boolean
  /** Nothing more will be learnt about it. */
  settled: boolean
}

/** An element longer than this is not edited as a whole: the streaming renderer would have to hold it back. */
export const MAX_HELD_BYTES = 256 * 1024
/** Marks on one page; elements beyond are left alone. */
export const MAX_MARKS = 2_000

/** The place in front of a tag, before the tag did anything. */
export interface Place {
  readonly context: number
  readonly dangling: boolean
  /** Of the tree, its deciders counted in. */
  readonly looseness: number
  /** No token begun in the text before could swallow what is put here. */
  readonly clean: boolean
  /** Right after `<pre>`, where a newline would be dropped. */
  readonly newline: boolean
}

const NOWHERE: Place = { context: 0, dangling: false, looseness: 0, clean: false, newline: false }

export const phantom = (offset: number, slots: number[]): CutElement => ({
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
export function canLeave(element: CutElement): number {
  const { place, isPlain } = element
  if (!isPlain || !place.clean || place.newline) return 0
  return place.dangling ? CAN_REMOVE : CAN_REMOVE | CAN_REPLACE
}

/** Parts of a drawing or formula are something else outside of it, all but its root. */
export const canTravel = (node: Node<CutElement>): boolean =>
  node.space === 'html' || node.name === node.space

/** The three elements that every page has, written or not. */
export const isFrame = (node: Node<CutElement>): boolean =>
  node.space === 'html' && (node.name === 'html' || node.name === 'head' || node.name === 'body')

/** Elements that their attributes may put elsewhere; where the tree is lost, nobody knows whether they do. */
export const PLACED: ReadonlySet<string> = new Set(['input', 'font', 'annotation-xml'])

/** Elements whose URL is code, a document or a style sheet, or changes what all others mean. */
const LOADERS: ReadonlySet<string> = new Set(
  'script iframe frame fencedframe portal object embed applet base link'.split(' '),
)

/**
 * Bits for an element whose start tag may be changed. Judged by the tag itself, however its selector was written: an
 * edit of `#app` must not find out that `#app` is a script.
 */
export const attributesOf = (name: string, tag: string): number =>
  LOADERS.has(name) || (name === 'meta' && /http-equiv/i.test(tag))
    ? CAN_ATTRIBUTES
    : CAN_ATTRIBUTES | CAN_LOAD

/** Attributes that decide where an element goes: those of `font` in svg, of a hidden input in a table. */
export function hasFreeAttributes(node: Node<CutElement>): boolean {
  if (node.space !== 'html') return node.name !== 'font' && node.name !== 'annotation-xml'
  return node.name !== 'input' || !isTableMode(node.mode)
}
