/** End tags in tables (HTML Living Standard, 13.2.6.4.9 to 13.2.6.4.15). Pure. */
import { closeInBody } from './close-body.ts'
import { isTablish } from './node.ts'
import { closeCell, foster } from './open-table.ts'
import { AGAIN, DONE, type Tree } from './tree.ts'

const GROUPS = new Set(['tbody', 'thead', 'tfoot'])
const TABLE_WORDS = new Set('body caption col colgroup html tbody td tfoot th thead tr'.split(' '))

export function closeInTable<R>(tree: Tree<R>, name: string): boolean {
  const { mode } = tree.top
  const isOwn =
    name === 'table' || (name === 'tr' && mode === 'row') || (GROUPS.has(name) && mode !== 'table')
  if (isOwn) {
    const index = tree.inTableScope(name)
    if (index < 0) return tree.ignore()
    tree.popTo(index, true)
    return DONE
  }
  if (TABLE_WORDS.has(name)) return tree.ignore()
  if (isTablish(tree.top)) foster(tree)
  return closeInBody(tree, name)
}

export function closeInCell<R>(tree: Tree<R>, name: string): boolean {
  const isCaption = tree.top.mode === 'caption'
  if (isCaption ? name === 'caption' : name === 'td' || name === 'th') {
    const index = tree.inTableScope(name)
    if (index < 0) return tree.ignore()
    tree.implyEnds()
    tree.popTo(index, true)
    tree.clearToMarker()
    return DONE
  }
  const endsTable = name === 'table' || (!isCaption && (GROUPS.has(name) || name === 'tr'))
  if (!endsTable) return TABLE_WORDS.has(name) ? tree.ignore() : closeInBody(tree, name)
  if (tree.inTableScope(name) < 0) return tree.ignore()
  const index = isCaption ? tree.inTableScope('caption') : tree.inTableScope('td', 'th')
  if (index < 0) return tree.lose()
  closeCell(tree, index)
  return AGAIN
}

export function closeInColumns<R>(tree: Tree<R>, name: string): boolean {
  if (tree.top.name !== 'colgroup') return tree.lose()
  if (name === 'col') return tree.ignore()
  if (name === 'colgroup') return tree.closeTop()
  tree.popTo(tree.stack.length - 1, false)
  return AGAIN
}
