/**
 * Which markup may stand where. A fragment has *needs*: places it must not stand in, because its tags would close or
 * move something outside of it. A place has a *context*: the needs it cannot meet. They fit when no bit is shared.
 * Both are worked out ahead of the request, so that the check per request is one AND.
 */
import { CLOSES_P, FORMATTING, HEADING, MARKER, SCOPE, SPECIAL } from './elements.ts'

/** Text, or an element of body content, at the top level: not directly inside table rows or the head. */
export const TEXT = 1 << 0
/** Any tag or comment: not inside title, textarea, select, svg or math. */
export const MARKUP = 1 << 1
/** Closes an open `p`. */
export const BLOCK = 1 << 2
export const ANCHOR = 1 << 3
const BUTTON = 1 << 4
export const FORM = 1 << 5
export const LIST_ITEM = 1 << 6
/** `dd` or `dt`. */
export const TERM = 1 << 7
export const HEAD_LINE = 1 << 8
const OPTION = 1 << 9
export const NOBR = 1 << 10
/** Formatting elements, where three of a name are open already (the "Noah's Ark clause", 13.2.4.3). */
export const ARK = 1 << 11
export const RUBY = 1 << 12
/** `td` or `th` at the top level: only directly inside a row. */
export const CELL = 1 << 13
/** `tr` at the top level: only directly inside a row group. */
export const ROW = 1 << 14
/** `tbody`, `thead`, `tfoot`, `caption`, `colgroup` at the top level: only directly inside a table. */
export const GROUP = 1 << 15
/** `link` or `meta` at the top level: fine in the head, moved out of a table. */
export const LINK = 1 << 16
/** Everything: nothing may stand there. */
export const ALL = (1 << 17) - 1

/** Needs that concern the direct parent only: any element around them meets them. */
const OF_PARENT = TEXT | HEAD_LINE | OPTION | CELL | ROW | GROUP | LINK

const OWN: ReadonlyMap<string, number> = new Map([
  ['a', ANCHOR],
  ['button', BUTTON],
  ['form', FORM],
  ['li', LIST_ITEM],
  ['dd', TERM],
  ['dt', TERM],
  ['option', OPTION],
  ['optgroup', OPTION],
  ['nobr', NOBR],
  ['rb', RUBY],
  ['rp', RUBY],
  ['rt', RUBY],
  ['rtc', RUBY],
])

/** Bits that say of which parent the element is a direct child. */
function placeOf(name: string): number {
  switch (name) {
    case 'td':
    case 'th':
      return CELL
    case 'tr':
      return ROW
    case 'tbody':
    case 'thead':
    case 'tfoot':
    case 'caption':
    case 'colgroup':
    case 'col':
      return GROUP
    case 'link':
    case 'meta':
    case 'base':
      return LINK
    case 'style':
    case 'script':
    case 'template':
      return 0
    default:
      return TEXT
  }
}

/** What the tag of an element alone needs, its content aside. */
export function ownNeeds(name: string, bits: number): number {
  let needs = MARKUP | placeOf(name) | (OWN.get(name) ?? 0)
  if (bits & CLOSES_P) needs |= BLOCK
  if (bits & HEADING) needs |= HEAD_LINE
  if (bits & FORMATTING) needs |= ARK
  return needs
}

/** Is the element one that ends the search for an open list item (13.2.6.4.7, start tag "li")? */
const endsItemSearch = (name: string, bits: number): boolean =>
  (bits & SPECIAL) !== 0 && name !== 'address' && name !== 'div' && name !== 'p'

/** Which needs of its content an element meets itself, so that they are not needs of the whole. */
export function absorbed(name: string, bits: number): number {
  let met = OF_PARENT
  if (bits & SCOPE) met |= BLOCK | BUTTON | RUBY
  if (name === 'button') met |= BLOCK
  if (name === 'ruby') met |= RUBY
  if (bits & MARKER) met |= ANCHOR | NOBR | ARK
  if (endsItemSearch(name, bits)) met |= LIST_ITEM | TERM
  return met
}

/** Context bits that depend on the direct parent, and are not handed down. */
function parentContext(name: string, bits: number): number {
  let context = CELL | ROW | GROUP
  if (name === 'table') context = (context & ~GROUP) | TEXT | LINK
  else if (name === 'tbody' || name === 'thead' || name === 'tfoot') context = (context & ~ROW) | TEXT | LINK
  else if (name === 'tr') context = (context & ~CELL) | TEXT | LINK
  else if (name === 'colgroup') context |= ALL
  else if (name === 'head' || name === 'html') context |= TEXT
  if (bits & HEADING) context |= HEAD_LINE
  if (name === 'option' || name === 'optgroup') context |= OPTION
  return context
}

/**
 * The context inside an element, from the context its parent has inside. Formatting lists and the form pointer are not
 * seen here: they belong to the moment, not to the ancestors.
 */
export function contextInside(parent: number, name: string, bits: number): number {
  let context = parent & (MARKUP | BLOCK | BUTTON | LIST_ITEM | TERM | RUBY)
  if (bits & SCOPE) context &= ~(BLOCK | BUTTON | RUBY)
  if (endsItemSearch(name, bits)) context &= ~(LIST_ITEM | TERM)
  if (name === 'p') context |= BLOCK
  else if (name === 'button') context = (context | BUTTON) & ~BLOCK
  else if (name === 'li') context |= LIST_ITEM
  else if (name === 'dd' || name === 'dt') context |= TERM
  else if (name === 'ruby') context |= RUBY
  return context | parentContext(name, bits)
}

/** Needs of several fragments set side by side. */
export const joinNeeds = (...needs: readonly number[]): number => needs.reduce((all, one) => all | one, 0)

/** A fill without needs is text; an empty one stands anywhere. */
export const needsOf = (needs: number, length: number): number =>
  needs !== 0 ? needs : length === 0 ? 0 : TEXT
