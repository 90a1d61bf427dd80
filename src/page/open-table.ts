/** Start tags in tables (HTML Living Standard, 13.2.6.4.9 to 13.2.6.4.15). Pure. */
import { MARKER, TABLE_PART, traits, VOID } from './elements.ts'
import { isTablish, type Node } from './node.ts'
import { openInBody } from './open-body.ts'
import { insertHeadish } from './open-head.ts'
import type { Tag } from './scan.ts'
import { AGAIN, DONE, type Tree } from './tree.ts'

/** Content that has no place in a table goes in front of it: no element of the table owns what is inside. */
export function foster<R>(tree: Tree<R>): void {
  tree.looseness++
  const isRoot = (node: Node<R>): boolean =>
    node.space === 'html' && (node.name === 'table' || node.name === 'template')
  const index = tree.stack.findLastIndex(isRoot)
  if (index >= 0) tree.taintFrom(index)
}

/** Closes a cell or caption that something else ends. */
export function closeCell<R>(tree: Tree<R>, index: number): void {
  tree.implyEnds()
  tree.popTo(index, false)
  tree.clearToMarker()
}

export function openInTable<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  const name = tag.name
  if (bits & TABLE_PART) return openTablePart(tree, tag, bits)
  if (name === 'table') {
    const index = tree.inTableScope('table')
    if (index < 0) return tree.ignore()
    tree.popTo(index, false)
    return AGAIN
  }
  if (name === 'style' || name === 'script' || name === 'template') return insertHeadish(tree, tag, bits)
  if (name === 'form') return openForm(tree, tag, bits)
  if (name === 'input' && isHidden(tag)) {
    tree.looseness++
    tree.insert(name, bits, 'html', false)
    return DONE
  }
  if (isTablish(tree.top)) foster(tree)
  openInBody(tree, tag, bits)
  // What stands between rows is moved; it has no place of its own to be edited in.
  if (tree.made !== null) tree.made.tainted = true
  return DONE
}

/** Inserted and closed at once; only the pointer stays, and taints whatever closes before it is cleared. */
function openForm<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  if (tree.form !== null || tree.templates > 0) return tree.ignore()
  tree.form = tree.insert(tag.name, bits, 'html', false)
  return tree.ignore()
}

/** Near enough: an input taken for hidden, or not, is not edited in a table either way. */
const isHidden = (tag: Tag): boolean =>
  /[\t\n\f\r /"']type[\t\n\f\r ]*=[\t\n\f\r ]*["']?hidden/i.test(tag.text)

function openTablePart<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  const name = tag.name
  const isCell = name === 'td' || name === 'th'
  switch (tree.top.mode) {
    case 'row':
      if (!clearTo(tree, 'tr')) return tree.lose()
      return isCell ? insertPart(tree, name, bits) : leave(tree)
    case 'group':
      if (!clearTo(tree, 'tbody', 'thead', 'tfoot')) return tree.lose()
      if (name === 'tr') return insertPart(tree, name, bits)
      return isCell ? imply(tree, 'tr') : leave(tree)
    default:
      if (!clearTo(tree, 'table')) return tree.lose()
      if (name === 'col') return imply(tree, 'colgroup')
      return isCell || name === 'tr' ? imply(tree, 'tbody') : insertPart(tree, name, bits)
  }
}

/** "Clear the stack back to a table (body, row) context"; false where that is a template. */
function clearTo<R>(tree: Tree<R>, ...names: readonly string[]): boolean {
  for (;;) {
    const { space, name } = tree.top
    if (space === 'html' && names.includes(name)) return true
    if (space === 'html' && (name === 'html' || name === 'template')) return false
    tree.popTo(tree.stack.length - 1, false)
  }
}

function insertPart<R>(tree: Tree<R>, name: string, bits: number): boolean {
  tree.insert(name, bits, 'html', (bits & VOID) === 0)
  if (bits & MARKER) tree.pushMarker(bits)
  return DONE
}

function leave<R>(tree: Tree<R>): boolean {
  tree.popTo(tree.stack.length - 1, false)
  return AGAIN
}

/** The standard puts the missing parent in. */
function imply<R>(tree: Tree<R>, parent: string): boolean {
  tree.looseness++
  tree.insert(parent, traits(parent))
  tree.made = null
  return AGAIN
}

export function openInCell<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  if (!(bits & TABLE_PART)) return openInBody(tree, tag, bits)
  const index = tree.top.mode === 'caption' ? tree.inTableScope('caption') : tree.inTableScope('td', 'th')
  if (index < 0) return tree.ignore()
  closeCell(tree, index)
  return AGAIN
}

export function openInColumns<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  if (tag.name === 'col') return insertPart(tree, tag.name, bits)
  if (tag.name === 'template') return insertHeadish(tree, tag, bits)
  return tree.top.name === 'colgroup' ? leave(tree) : tree.lose()
}
