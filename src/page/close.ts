/**
 * What an end tag does to the open elements (HTML Living Standard, 13.2.6.4, "end tag" clauses), with the adoption
 * agency algorithm (13.2.6.4.7) as far as its effect on the stack can be told without moving nodes. Pure.
 */
import { BLOCK_END, FORMATTING, HEADING, MARKER, traits } from './elements.ts'
import { closeCell, foster, openBody } from './open.ts'
import type { Tag } from './scan.ts'
import { isButton, isSpecial, isTableMode, isTablish, type Node, type Tree } from './tree.ts'

/** Nested blocks that the adoption agency carries over before it stops (it runs eight times at most). */
const MAX_ADOPTED_BLOCKS = 7

/** Follows one end tag; `tree.closed` is then the element that it closed as its own, or null. */
export function closeTag<R>(tree: Tree<R>, tag: Tag): void {
  tree.closed = null
  tree.made = null
  if (tree.lost) return
  tree.resumeBody()
  if (tree.top.space !== 'html') {
    closeForeign(tree, tag)
    return
  }
  close(tree, tag.name)
}

function close<R>(tree: Tree<R>, name: string): void {
  const top = tree.top
  if (name === 'template') {
    closeTemplate(tree)
    return
  }
  // Raw text is closed by its own end tag wherever it stands.
  if (top.name === name && isText(top)) {
    tree.popTo(tree.stack.length - 1, true)
    return
  }
  if (tree.phase !== 'body' && (top.name === 'html' || top.name === 'head') && !closeOutside(tree, name))
    return
  switch (tree.top.mode) {
    case 'table':
    case 'group':
    case 'row':
      closeInTable(tree, name)
      return
    case 'cell':
    case 'caption':
      closeInCell(tree, name)
      return
    case 'columns':
      closeInColumns(tree, name)
      return
    case 'select':
      closeInSelect(tree, name)
      return
    case 'template':
      if (tree.template?.content === 'open') ignore(tree)
      else closeInBody(tree, name)
      return
    default:
      closeInBody(tree, name)
      return
  }
}

const TEXTS = new Set('script style xmp iframe noembed noframes noscript title textarea'.split(' '))
const isText = <R>(node: Node<R>): boolean => node.space === 'html' && TEXTS.has(node.name)

const ignore = <R>(tree: Tree<R>): void => {
  tree.looseness++
}

/** Before and after the head: true when the body was opened and the tag belongs to it. */
function closeOutside<R>(tree: Tree<R>, name: string): boolean {
  if (name === 'head' && tree.phase !== 'after_head') {
    if (tree.phase === 'before_head') {
      tree.looseness++
      tree.insert('head', traits('head'))
      tree.made = null
    }
    tree.popTo(1, true)
    tree.phase = 'after_head'
    return false
  }
  if (name !== 'body' && name !== 'html' && name !== 'br') {
    ignore(tree)
    return false
  }
  openBody(tree)
  return true
}

function closeTemplate<R>(tree: Tree<R>): void {
  if (tree.templates === 0) {
    ignore(tree)
    return
  }
  for (let i = tree.stack.length - 1; i >= 0; i--) {
    const node = tree.stack[i] as Node<R>
    if (node.space !== 'html' || node.name !== 'template') continue
    tree.popTo(i, true)
    tree.clearToMarker()
    // Cells left open inside leave their marker behind, if parsers agree at all that they were cells.
    if (tree.list.length !== node.listLength) tree.lose()
    return
  }
}

function closeInBody<R>(tree: Tree<R>, name: string): void {
  const bits = traits(name)
  if (name === 'body' || name === 'html') {
    closeBody(tree, name)
    return
  }
  if (name === 'form') {
    closeForm(tree)
    return
  }
  if (name === 'p') {
    closeP(tree)
    return
  }
  if (name === 'li' || name === 'dd' || name === 'dt') {
    const index = tree.inScope(name, name === 'li' ? isList : undefined)
    closeScoped(tree, index, name)
    return
  }
  if (bits & HEADING) {
    closeHeading(tree, name)
    return
  }
  if (bits & FORMATTING) {
    closeFormatting(tree, name)
    return
  }
  if (bits & BLOCK_END) {
    closeScoped(tree, tree.inScope(name), '')
    return
  }
  if (bits & MARKER && (name === 'applet' || name === 'marquee' || name === 'object')) {
    const index = tree.inScope(name)
    closeScoped(tree, index, '')
    if (index >= 0) tree.clearToMarker()
    return
  }
  if (name === 'br') {
    tree.looseness++
    tree.reopen()
    return
  }
  closeAny(tree, name)
}

const isList = (name: string): boolean => name === 'ol' || name === 'ul'

/** Generate implied end tags, then pop up to the element. */
function closeScoped<R>(tree: Tree<R>, index: number, except: string): void {
  if (index < 0) {
    ignore(tree)
    return
  }
  tree.implyEnds(except)
  tree.popTo(index, true)
}

/** The body stays open: what comes after its end tag still belongs to it. Only its slot ends here. */
function closeBody<R>(tree: Tree<R>, name: string): void {
  const body = tree.stack[1]
  if (body?.name !== 'body' || tree.inScope('body') < 0) {
    ignore(tree)
    return
  }
  if (tree.stack.length > 2) {
    tree.looseness++
    tree.taintFrom(2)
  }
  if (name === 'body') tree.closed = body
  tree.bodyEnded = true
}

function closeForm<R>(tree: Tree<R>): void {
  if (tree.templates > 0) {
    closeScoped(tree, tree.inScope('form'), '')
    return
  }
  const node = tree.form
  tree.form = null
  if (node === null) {
    ignore(tree)
    return
  }
  const index = tree.stack.indexOf(node)
  if (index < 0 || tree.inScope('form') < index) {
    ignore(tree)
    return
  }
  tree.implyEnds()
  if (tree.top === node) {
    tree.popTo(index, true)
    return
  }
  tree.extract(index)
}

function closeP<R>(tree: Tree<R>): void {
  const index = tree.inScope('p', isButton)
  // Without an open one, an empty paragraph is put here; it changes nothing around it.
  if (index < 0) {
    ignore(tree)
    return
  }
  tree.implyEnds('p')
  tree.popTo(index, true)
}

function closeHeading<R>(tree: Tree<R>, name: string): void {
  let index = -1
  for (let i = tree.stack.length - 1; i >= 0 && index < 0; i--) {
    const node = tree.stack[i] as Node<R>
    if (node.space === 'html' && node.bits & HEADING) index = i
    else if (node.barrier) break
  }
  if (index < 0) {
    ignore(tree)
    return
  }
  tree.implyEnds()
  tree.popTo(index, (tree.stack[index] as Node<R>).name === name)
}

function closeFormatting<R>(tree: Tree<R>, name: string): void {
  if (!adopt(tree, name)) closeAny(tree, name)
}

/**
 * The adoption agency, by its effect on the stack: the formatting element goes, blocks inside it stay open, phrasing
 * elements inside it are closed. Everything it moves is tainted. False: there is no such active element.
 */
export function adopt<R>(tree: Tree<R>, name: string): boolean {
  const top = tree.top
  const index = tree.activeIndex(name)
  if (index < 0) return false
  const node = tree.activeNode(index)
  const at = tree.stack.indexOf(node)
  if (at < 0) {
    tree.looseness++
    tree.deactivate(index)
    return true
  }
  for (let i = at + 1; i < tree.stack.length; i++) {
    if ((tree.stack[i] as Node<R>).barrier) {
      ignore(tree)
      return true
    }
  }
  if (node === top) {
    tree.popTo(at, true)
    tree.deactivate(index)
    return true
  }
  const lastBlock = tree.stack.findLastIndex((one, i) => i > at && isSpecial(one))
  if (lastBlock < 0) {
    tree.popTo(at, false)
    tree.deactivate(index)
    return true
  }
  if (!canAdopt(tree, at, lastBlock)) tree.lose()
  else {
    tree.popAbove(lastBlock)
    tree.extract(at)
    tree.deactivate(index)
  }
  return true
}

/** Only blocks between the element and the innermost block, not too many, and no table around. */
function canAdopt<R>(tree: Tree<R>, at: number, lastBlock: number): boolean {
  if (lastBlock - at > MAX_ADOPTED_BLOCKS || isTableMode((tree.stack[at] as Node<R>).mode)) return false
  for (let i = at + 1; i <= lastBlock; i++) if (!isSpecial(tree.stack[i] as Node<R>)) return false
  return true
}

/** "Any other end tag": the innermost element of that name, unless a special one stands in between. */
function closeAny<R>(tree: Tree<R>, name: string): void {
  for (let i = tree.stack.length - 1; i >= 0; i--) {
    const node = tree.stack[i] as Node<R>
    if (node.space === 'html' && node.name === name) {
      tree.implyEnds(name)
      tree.popTo(i, true)
      return
    }
    // Parsers of different age disagree on whether `search` is special.
    if (node.name === 'search' && node.space === 'html') {
      tree.lose()
      return
    }
    if (isSpecial(node)) {
      ignore(tree)
      return
    }
  }
}

const GROUPS = new Set(['tbody', 'thead', 'tfoot'])
const TABLE_WORDS = new Set('body caption col colgroup html tbody td tfoot th thead tr'.split(' '))

function closeInTable<R>(tree: Tree<R>, name: string): void {
  const mode = tree.top.mode
  if (name === 'table') {
    const index = tree.inTableScope('table')
    index < 0 ? ignore(tree) : tree.popTo(index, true)
    return
  }
  if (name === 'tr' && mode === 'row') {
    const index = tree.inTableScope('tr')
    index < 0 ? ignore(tree) : tree.popTo(index, true)
    return
  }
  if (GROUPS.has(name) && mode !== 'table') {
    const index = tree.inTableScope(name)
    index < 0 ? ignore(tree) : tree.popTo(index, true)
    return
  }
  if (TABLE_WORDS.has(name)) {
    ignore(tree)
    return
  }
  if (isTablish(tree.top)) foster(tree)
  closeInBody(tree, name)
}

function closeInCell<R>(tree: Tree<R>, name: string): void {
  const isCaption = tree.top.mode === 'caption'
  if (isCaption ? name === 'caption' : name === 'td' || name === 'th') {
    const index = tree.inTableScope(name)
    if (index < 0) {
      ignore(tree)
      return
    }
    tree.implyEnds()
    tree.popTo(index, true)
    tree.clearToMarker()
    return
  }
  const endsTable = name === 'table' || (!isCaption && (GROUPS.has(name) || name === 'tr'))
  if (!endsTable) {
    TABLE_WORDS.has(name) ? ignore(tree) : closeInBody(tree, name)
    return
  }
  if (tree.inTableScope(name) < 0) {
    ignore(tree)
    return
  }
  const index = isCaption ? tree.inTableScope('caption') : tree.inTableScope('td', 'th')
  if (index < 0) {
    tree.lose()
    return
  }
  closeCell(tree, index)
  close(tree, name)
}

function closeInColumns<R>(tree: Tree<R>, name: string): void {
  if (tree.top.name !== 'colgroup') {
    tree.lose()
    return
  }
  if (name === 'col') {
    ignore(tree)
    return
  }
  if (name === 'colgroup') {
    tree.popTo(tree.stack.length - 1, true)
    return
  }
  tree.popTo(tree.stack.length - 1, false)
  close(tree, name)
}

/** See `openInSelect`: only what every browser reads alike. */
function closeInSelect<R>(tree: Tree<R>, name: string): void {
  const top = tree.top
  const last = tree.stack.length - 1
  if (top.name === name) {
    tree.popTo(last, true)
    return
  }
  if (name === 'optgroup' && top.name === 'option' && tree.stack[last - 1]?.name === 'optgroup') {
    tree.popTo(last - 1, true)
    return
  }
  if (name === 'select') {
    const index = tree.stack.findLastIndex((node) => node.name === 'select' && node.space === 'html')
    const strange = tree.stack.some(
      (node, i) => i > index && node.name !== 'option' && node.name !== 'optgroup',
    )
    strange ? tree.lose() : tree.popTo(index, true)
    return
  }
  if (name === 'option' || name === 'optgroup') {
    ;['select', 'option', 'optgroup'].includes(top.name) ? ignore(tree) : tree.lose()
    return
  }
  tree.lose()
}

/** End tags inside svg and math (13.2.6.5). */
function closeForeign<R>(tree: Tree<R>, tag: Tag): void {
  if (tag.name === 'p' || tag.name === 'br') {
    tree.lose()
    return
  }
  for (let i = tree.stack.length - 1; i > 0; i--) {
    const node = tree.stack[i] as Node<R>
    if (node.space === 'html') {
      close(tree, tag.name)
      return
    }
    if (node.name === tag.name) {
      tree.popTo(i, true)
      return
    }
  }
}
