/** What text and doctypes do to the open elements. Pure. */
import { TEXT } from './needs.ts'
import { isTablish } from './node.ts'
import { openBody } from './open-head.ts'
import { foster } from './open-table.ts'
import type { Tree } from './tree.ts'

const NOT_BLANK = /[^\t\n\f\r ]/

/** Text between tags. White space opens no body, and is at home in a table. */
export function addText<R>(tree: Tree<R>, text: string): void {
  if (tree.lost || text === '') return
  const isBlank = !NOT_BLANK.test(text)
  if (tree.isOutside) {
    if (isBlank) return
    openBody(tree)
  }
  if (!isBlank) tree.resumeBody()
  const top = tree.top
  if (top.space !== 'html') {
    if (top.barrier) tree.reopen()
    return
  }
  if (top.mode === 'columns' && top.name === 'colgroup') {
    if (isBlank) return
    tree.popTo(tree.stack.length - 1, false)
  }
  if (isTablish(tree.top)) {
    if (isBlank) return
    foster(tree)
  }
  if (top.mode !== 'select') tree.reopen()
  if (!isBlank) tree.top.needs |= TEXT
}

/** Only the plain doctype of today says for sure that the page is not read in quirks mode. */
export function addDoctype<R>(tree: Tree<R>, text: string): void {
  if (tree.lost || tree.doctype || tree.phase !== 'before_head' || tree.looseness > 0) return
  tree.doctype = true
  tree.standards = /^[\t\n\f\r ]*html[\t\n\f\r ]*$/i.test(text)
}
