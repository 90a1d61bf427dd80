/**
 * What a start tag does to the open elements (HTML Living Standard, 13.2.6.4, "start tag" clauses, insertion mode by
 * insertion mode). Rules that real pages do not need are not followed: the tree is lost instead. Pure.
 */

import { adopt } from './close.ts'
import {
  BREAKOUT,
  CLOSES_P,
  FORMATTING,
  HEADING,
  HEADISH,
  IMPLIED,
  MARKER,
  NO_REOPEN,
  RAW,
  RCDATA,
  SPECIAL,
  TABLE_PART,
  traits,
  VOID,
} from './elements.ts'
import { TEXT } from './needs.ts'
import type { ContentKind, Tag } from './scan.ts'
import { isButton, isTableMode, isTablish, type Node, type Tree } from './tree.ts'

/** Follows one start tag; `tree.made` is then its element, or null. Answers how its content is to be read. */
export function openTag<R>(tree: Tree<R>, tag: Tag): ContentKind {
  tree.made = null
  const bits = traits(tag.name)
  if (tree.lost) return contentKind(tag.name, bits)
  tree.closed = null
  tree.resumeBody()
  const kind = openAny(tree, tag, bits)
  // An anchor ended by the next one was not closed by its author.
  if (tree.closed !== null) tree.drop(tree.closed)
  return kind
}

function openAny<R>(tree: Tree<R>, tag: Tag, bits: number): ContentKind {
  if (isForeign(tree, tag, bits)) return openForeign(tree, tag)
  open(tree, tag, bits)
  const made = tree.made as Node<R> | null
  if (tree.lost) return contentKind(tag.name, bits)
  return made === null ? 'markup' : contentKind(tag.name, bits)
}

const contentKind = (name: string, bits: number): ContentKind =>
  name === 'plaintext' ? 'plain' : bits & (RAW | RCDATA) ? 'raw' : 'markup'

function open<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  const top = tree.top
  if (tree.phase !== 'body' && (top.name === 'html' || top.name === 'head') && !openOutside(tree, tag, bits))
    return
  switch (tree.top.mode) {
    case 'table':
    case 'group':
    case 'row':
      openInTable(tree, tag, bits)
      return
    case 'cell':
    case 'caption':
      openInCell(tree, tag, bits)
      return
    case 'columns':
      openInColumns(tree, tag, bits)
      return
    case 'select':
      openInSelect(tree, tag, bits)
      return
    case 'template':
      openInTemplate(tree, tag, bits)
      return
    default:
      openInBody(tree, tag, bits)
      return
  }
}

const ignore = <R>(tree: Tree<R>): void => {
  tree.looseness++
  tree.made = null
}

/** Before and after the head: true when the body was opened and the tag belongs to it. */
function openOutside<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  if (tag.name === 'html') {
    const isFirst = tree.phase === 'before_head' && tree.looseness === 0 && tree.stack.length === 1
    if (isFirst) {
      tree.made = tree.top
      tree.looseness++
    } else ignore(tree)
    return false
  }
  if (tree.phase === 'before_head') {
    if (tag.name !== 'head') tree.looseness++
    tree.insert('head', traits('head'))
    tree.phase = 'in_head'
    if (tag.name === 'head') return false
  }
  if (bits & HEADISH && !(tree.phase === 'after_head' && tag.name === 'noscript')) {
    insertHeadish(tree, tag, bits)
    return false
  }
  if (tag.name === 'head') {
    ignore(tree)
    return false
  }
  leaveHead(tree)
  if (tag.name === 'frameset') {
    tree.lose()
    return false
  }
  if (tag.name !== 'body') {
    openBody(tree)
    return true
  }
  tree.insert('body', bits)
  tree.phase = 'body'
  return false
}

/** The head ends without its end tag. */
export function leaveHead<R>(tree: Tree<R>): void {
  if (tree.phase === 'in_head') tree.popTo(1, false)
  tree.phase = 'after_head'
}

/** The body begins without its start tag, and the head before it, where there is none. */
export function openBody<R>(tree: Tree<R>): void {
  if (tree.phase === 'before_head') {
    tree.insert('head', traits('head'))
    tree.phase = 'in_head'
  }
  leaveHead(tree)
  tree.insert('body', traits('body'))
  tree.phase = 'body'
  tree.looseness++
  tree.made = null
}

function insertHeadish<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  tree.insert(tag.name, bits, 'html', (bits & VOID) === 0)
  if (tag.name !== 'template') return
  tree.templates++
  tree.pushMarker(bits)
}

function openInBody<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  const name = tag.name
  if (bits & HEADISH) {
    insertHeadish(tree, tag, bits)
    return
  }
  if (bits & TABLE_PART || name === 'head' || name === 'frame') {
    ignore(tree)
    return
  }
  if (name === 'html' || name === 'body') {
    // Their attributes go to the element that is there already, whatever is open.
    if (tree.templates === 0) tree.taintFrom(0)
    ignore(tree)
    return
  }
  if (name === 'frameset') {
    tree.lose()
    return
  }
  if (bits & CLOSES_P) {
    openBlock(tree, tag, bits)
    return
  }
  openPhrasing(tree, tag, bits)
}

function openBlock<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  const name = tag.name
  if (name === 'form' && tree.form !== null && tree.templates === 0) {
    ignore(tree)
    return
  }
  if (name === 'li') closeItem(tree, ['li'])
  else if (name === 'dd' || name === 'dt') closeItem(tree, ['dd', 'dt'])
  // In quirks mode a table may stand inside a paragraph; without a plain doctype the mode is not known here.
  if (name === 'table' && !tree.standards && tree.inScope('p', isButton) >= 0) {
    tree.lose()
    return
  }
  tree.closeParagraph()
  if (bits & HEADING && tree.top.space === 'html' && tree.top.bits & HEADING) {
    tree.popTo(tree.stack.length - 1, false)
  }
  if (name === 'xmp') tree.reopen()
  if (tree.lost) return
  const node = tree.insert(name, bits, 'html', (bits & VOID) === 0)
  if (name === 'form' && tree.templates === 0) tree.form = node
  if (name === 'plaintext') tree.lose()
}

/** A list item closes the one before it, however deep in harmless elements it is (13.2.6.4.7, start tag "li"). */
function closeItem<R>(tree: Tree<R>, names: readonly string[]): void {
  for (let i = tree.stack.length - 1; i >= 0; i--) {
    const node = tree.stack[i] as Node<R>
    if (node.space === 'html' && names.includes(node.name)) {
      tree.implyEnds(node.name)
      tree.popTo(i, false)
      return
    }
    const harmless = node.name === 'address' || node.name === 'div' || node.name === 'p'
    if ((node.space === 'html' ? node.bits & SPECIAL && !harmless : node.barrier) || i === 0) return
  }
}

function openPhrasing<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  const name = tag.name
  if (name === 'button') {
    const index = tree.inScope('button')
    if (index >= 0) {
      tree.implyEnds()
      tree.popTo(index, false)
    }
  } else if (name === 'a' && tree.activeIndex('a') >= 0) closeAnchor(tree)
  else if (name === 'option' || name === 'optgroup') {
    if (tree.top.name === 'option' && tree.top.space === 'html') tree.popTo(tree.stack.length - 1, false)
  } else if (name === 'rb' || name === 'rtc' || name === 'rp' || name === 'rt') {
    if (tree.inScope('ruby') >= 0) tree.implyEnds(name === 'rp' || name === 'rt' ? 'rtc' : '')
  }
  if (!(bits & NO_REOPEN)) tree.reopen()
  if (name === 'nobr' && tree.inScope('nobr') >= 0) {
    tree.looseness++
    adopt(tree, 'nobr')
    tree.reopen()
  }
  if (tree.lost) return
  if (name === 'svg' || name === 'math') {
    tree.insert(name, bits, name === 'svg' ? 'svg' : 'math', !tag.selfClosing)
    return
  }
  const listLength = tree.list.length
  const node = tree.insert(name, bits, 'html', (bits & VOID) === 0)
  if (bits & FORMATTING) tree.activate(node, tag.text.slice(tag.nameEnd - tag.start, -1))
  else if (bits & MARKER) tree.pushMarker(bits)
  if (bits & FORMATTING && tree.list.length !== listLength + 1) node.tainted = true
}

/** An anchor does not nest: the open one ends here, wherever it was opened. */
function closeAnchor<R>(tree: Tree<R>): void {
  tree.looseness++
  const before = tree.activeNode(tree.activeIndex('a'))
  adopt(tree, 'a')
  if (tree.lost) return
  const index = tree.activeIndex('a')
  if (index >= 0 && tree.activeNode(index) === before) tree.deactivate(index)
  const at = tree.stack.indexOf(before)
  if (at >= 0) tree.extract(at)
}

/** Content that has no place in a table goes in front of it: no element of the table owns what is inside. */
export function foster<R>(tree: Tree<R>): void {
  tree.looseness++
  for (let i = tree.stack.length - 1; i >= 0; i--) {
    const node = tree.stack[i] as Node<R>
    if (node.space === 'html' && (node.name === 'table' || node.name === 'template')) {
      tree.taintFrom(i)
      return
    }
  }
}

/** "Clear the stack back to a table (body, row) context" (13.2.6.4.9). */
export function clearTo<R>(tree: Tree<R>, ...names: readonly string[]): void {
  for (let top = tree.top; ; top = tree.top) {
    const stops = top.name === 'html' || top.name === 'template' || names.includes(top.name)
    if (top.space === 'html' && stops) return
    tree.popTo(tree.stack.length - 1, false)
  }
}

const GROUPS = ['tbody', 'thead', 'tfoot'] as const

function openInTable<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  const name = tag.name
  if (bits & TABLE_PART) {
    openTablePart(tree, tag, bits)
    return
  }
  if (name === 'table') {
    const index = tree.inTableScope('table')
    if (index < 0) {
      ignore(tree)
      return
    }
    tree.popTo(index, false)
    open(tree, tag, bits)
    return
  }
  if (name === 'style' || name === 'script' || name === 'template') {
    insertHeadish(tree, tag, bits)
    return
  }
  if (name === 'form') {
    tree.looseness++
    if (tree.form !== null || tree.templates > 0) {
      ignore(tree)
      return
    }
    // Inserted and closed at once; only the pointer stays, and taints whatever closes before it is cleared.
    tree.form = tree.insert(name, bits, 'html', false)
    tree.made = null
    return
  }
  if (name === 'input' && isHidden(tag)) {
    tree.looseness++
    tree.insert(name, bits, 'html', false)
    return
  }
  if (isTablish(tree.top)) foster(tree)
  openInBody(tree, tag, bits)
  // What stands between rows is moved; it has no place of its own to be edited in.
  if (tree.made !== null) (tree.made as Node<R>).tainted = true
}

/** Cannot be told apart by a browser's eye without decoding references; then it is no hidden input. */
const isHidden = (tag: Tag): boolean =>
  /[\t\n\f\r /"']type[\t\n\f\r ]*=[\t\n\f\r ]*["']?hidden/i.test(tag.text)

function openTablePart<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  const name = tag.name
  const mode = tree.top.mode
  const isCell = name === 'td' || name === 'th'
  if (mode === 'row') {
    clearTo(tree, 'tr')
    if (!isCell) {
      if (tree.top.name !== 'tr') {
        tree.lose()
        return
      }
      tree.popTo(tree.stack.length - 1, false)
      open(tree, tag, bits)
      return
    }
  } else if (mode === 'group') {
    clearTo(tree, ...GROUPS)
    if (tree.top.name === 'template' || tree.top.name === 'html') {
      tree.lose()
      return
    }
    if (isCell) {
      openVia(tree, 'tr', tag, bits)
      return
    }
    if (name !== 'tr') {
      tree.popTo(tree.stack.length - 1, false)
      open(tree, tag, bits)
      return
    }
  } else {
    clearTo(tree, 'table')
    if (tree.top.name !== 'table') {
      tree.lose()
      return
    }
    if (name === 'col') {
      openVia(tree, 'colgroup', tag, bits)
      return
    }
    if (isCell || name === 'tr') {
      openVia(tree, 'tbody', tag, bits)
      return
    }
  }
  tree.insert(name, bits, 'html', (bits & VOID) === 0)
  if (bits & MARKER) tree.pushMarker(bits)
}

/** The standard puts the missing parent in. */
function openVia<R>(tree: Tree<R>, parent: string, tag: Tag, bits: number): void {
  tree.looseness++
  tree.insert(parent, traits(parent))
  tree.made = null
  open(tree, tag, bits)
}

function openInCell<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  if (!(bits & TABLE_PART)) {
    openInBody(tree, tag, bits)
    return
  }
  const index = tree.top.mode === 'caption' ? tree.inTableScope('caption') : tree.inTableScope('td', 'th')
  if (index < 0) {
    ignore(tree)
    return
  }
  closeCell(tree, index)
  open(tree, tag, bits)
}

/** Closes a cell or caption that something else ends. */
export function closeCell<R>(tree: Tree<R>, index: number): void {
  tree.implyEnds()
  tree.popTo(index, false)
  tree.clearToMarker()
}

function openInColumns<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  if (tag.name === 'col') {
    tree.insert(tag.name, bits, 'html', false)
    return
  }
  if (tag.name === 'template') {
    insertHeadish(tree, tag, bits)
    return
  }
  if (tree.top.name !== 'colgroup') {
    tree.lose()
    return
  }
  tree.popTo(tree.stack.length - 1, false)
  open(tree, tag, bits)
}

/**
 * Browsers disagree on markup inside a select (it used to be dropped, and is now kept). What both read the same way is
 * followed; tags that only one of them keeps must be balanced, or the tree is lost.
 */
function openInSelect<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  const name = tag.name
  const top = tree.top
  if (name === 'script' || name === 'template') {
    insertHeadish(tree, tag, bits)
    return
  }
  if (name === 'option' || name === 'optgroup') {
    if (top.name === 'option') tree.popTo(tree.stack.length - 1, false)
    if (name === 'optgroup' && tree.top.name === 'optgroup') tree.popTo(tree.stack.length - 1, false)
    if (!['select', 'option', 'optgroup'].includes(tree.top.name)) {
      tree.lose()
      return
    }
    tree.insert(name, bits)
    return
  }
  const isStrange =
    bits & (RAW | RCDATA | TABLE_PART | FORMATTING | IMPLIED | HEADING | HEADISH | MARKER) ||
    [
      'select',
      'input',
      'keygen',
      'table',
      'svg',
      'math',
      'form',
      'html',
      'body',
      'head',
      'frameset',
      'button',
      'hr',
      'image',
      'frame',
    ].includes(name)
  if (isStrange && !(bits & FORMATTING && name !== 'a' && name !== 'nobr')) {
    tree.lose()
    return
  }
  tree.looseness++
  tree.insert(name, bits, 'html', (bits & VOID) === 0)
  if (tree.made !== null) (tree.made as Node<R>).tainted = true
}

/**
 * Content of a template is read like a body, unless it begins with a part of a table: that is followed only far enough
 * to know where it ends (13.2.6.4.22).
 */
function openInTemplate<R>(tree: Tree<R>, tag: Tag, bits: number): void {
  const template = tree.template
  if (template === undefined || tag.name === 'frameset') {
    tree.lose()
    return
  }
  if (template.content === 'open' && !(bits & HEADISH)) {
    template.content = bits & TABLE_PART ? 'table' : 'body'
    tree.looseness++
  }
  if (!(bits & TABLE_PART) || template.content === 'body') {
    openInBody(tree, tag, bits)
    return
  }
  if (tree.top.name !== 'template' || tag.name === 'col' || tag.name === 'colgroup') {
    tree.lose()
    return
  }
  tree.insert(tag.name, bits)
  if (bits & MARKER) tree.pushMarker(bits)
}

/** Is the tag read by the rules for foreign content (13.2.6, "tree construction dispatcher")? */
function isForeign<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  const top = tree.top
  if (top.space === 'html') return false
  if (top.space === 'svg') {
    if (top.barrier) return false
  } else if (top.name === 'annotation-xml') {
    // Its encoding attribute decides; nobody writes it in a shop.
    tree.lose()
    return true
  } else if (top.barrier && tag.name !== 'mglyph' && tag.name !== 'malignmark') return false
  const isFont = tag.name === 'font' && /[\t\n\f\r /"'](?:color|face|size)[\t\n\f\r /=>]/i.test(tag.text)
  if (!(bits & BREAKOUT) && !isFont) return true
  for (let node = tree.top; node.space !== 'html' && !node.barrier; node = tree.top) {
    tree.popTo(tree.stack.length - 1, false)
  }
  return false
}

function openForeign<R>(tree: Tree<R>, tag: Tag): ContentKind {
  if (tree.lost) return 'markup'
  const space = tree.top.space
  tree.insert(tag.name, traits(tag.name), space, !tag.selfClosing)
  return 'markup'
}

const NOT_BLANK = /[^\t\n\f\r ]/

/** Text between tags. White space opens no body, and is at home in a table. */
export function addText<R>(tree: Tree<R>, text: string): void {
  if (tree.lost || text === '') return
  const blank = !NOT_BLANK.test(text)
  if (!blank) tree.resumeBody()
  const isOutside = tree.phase !== 'body' && (tree.top.name === 'html' || tree.top.name === 'head')
  if (isOutside) {
    if (blank) return
    openBody(tree)
  }
  const top = tree.top
  if (top.space !== 'html') {
    if (top.barrier) tree.reopen()
    return
  }
  if (top.mode === 'columns' && top.name === 'colgroup') {
    if (blank) return
    tree.popTo(tree.stack.length - 1, false)
  }
  if (isTableMode(tree.top.mode) && isTablish(tree.top)) {
    if (blank) return
    foster(tree)
  }
  if (top.mode !== 'select') tree.reopen()
  if (!blank) tree.top.needs |= TEXT
}

/** Only the plain doctype of today says for sure that the page is not read in quirks mode. */
export function addDoctype<R>(tree: Tree<R>, text: string): void {
  if (tree.lost || tree.doctype || tree.phase !== 'before_head' || tree.looseness > 0) return
  tree.doctype = true
  tree.standards = /^[\t\n\f\r ]*html[\t\n\f\r ]*$/i.test(text)
}
