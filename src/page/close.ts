/**
 * What an end tag does to the open elements (HTML Living Standard, 13.2.6.4, "end tag" clauses). Rules that real pages
 * do not need are not followed: the tree is lost instead. Pure.
 */
import { closeInBody } from './close-body.ts'
import { closeInCell, closeInColumns, closeInTable } from './close-table.ts'
import { traits } from './elements.ts'
import type { Node } from './node.ts'
import { openBody } from './open-head.ts'
import type { Tag } from './scan.ts'
import { AGAIN, DONE, type Tree } from './tree.ts'

/** Follows one end tag; `tree.closed` is then the element that it closed as its own, or null. */
export function closeTag<R>(tree: Tree<R>, tag: Tag): void {
  tree.closed = null
  tree.made = null
  if (tree.lost) return
  tree.resumeBody()
  if (tree.top.space !== 'html' && !closeForeign(tree, tag.name)) return
  while (close(tree, tag.name)) {
    // Until the rules of some place have dealt with the tag.
  }
}

const TEXTS = new Set('script style xmp iframe noembed noframes noscript title textarea'.split(' '))

function close<R>(tree: Tree<R>, name: string): boolean {
  const { top } = tree
  if (name === 'template') return closeTemplate(tree)
  // Raw text is closed by its own end tag wherever it stands.
  if (top.name === name && top.space === 'html' && TEXTS.has(name)) return tree.closeTop()
  if (tree.isOutside) return closeOutside(tree, name)
  switch (top.mode) {
    case 'table':
    case 'group':
    case 'row':
      return closeInTable(tree, name)
    case 'cell':
    case 'caption':
      return closeInCell(tree, name)
    case 'columns':
      return closeInColumns(tree, name)
    case 'select':
      return closeInSelect(tree, name)
    case 'template':
      return tree.template?.content === 'open' ? tree.ignore() : closeInBody(tree, name)
    case 'body':
    case 'head':
      return closeInBody(tree, name)
  }
}

/** Before and after the head. */
function closeOutside<R>(tree: Tree<R>, name: string): boolean {
  if (name === 'head' && tree.phase !== 'after_head') {
    if (tree.phase === 'before_head') {
      tree.insert('head', traits('head'))
      tree.ignore()
    }
    tree.phase = 'after_head'
    return tree.closeTop()
  }
  if (name !== 'body' && name !== 'html' && name !== 'br') return tree.ignore()
  openBody(tree)
  return AGAIN
}

function closeTemplate<R>(tree: Tree<R>): boolean {
  const { template } = tree
  if (template === undefined) return tree.ignore()
  tree.popTo(tree.stack.indexOf(template), true)
  tree.clearToMarker()
  // Cells left open inside leave their marker behind, if parsers agree at all that they were cells.
  return tree.list.length === template.listLength ? DONE : tree.lose()
}

const OPTIONS = new Set(['select', 'option', 'optgroup'])

/** See `openInSelect`: only what every browser reads alike. */
function closeInSelect<R>(tree: Tree<R>, name: string): boolean {
  const { top, stack } = tree
  const last = stack.length - 1
  if (top.name === name) return tree.closeTop()
  if (name === 'optgroup' && top.name === 'option' && stack[last - 1]?.name === 'optgroup') {
    tree.popTo(last - 1, true)
    return DONE
  }
  if (!OPTIONS.has(name) || !OPTIONS.has(top.name)) return tree.lose()
  if (name !== 'select') return tree.ignore()
  tree.popTo(
    stack.findLastIndex((node) => node.name === 'select'),
    true,
  )
  return DONE
}

/** End tags inside svg and math (13.2.6.5). True: the tag is none of theirs. */
function closeForeign<R>(tree: Tree<R>, name: string): boolean {
  if (name === 'p' || name === 'br') return tree.lose()
  for (let i = tree.stack.length - 1; i > 0; i--) {
    const node = tree.stack[i] as Node<R>
    if (node.space === 'html') return AGAIN
    if (node.name === name) {
      tree.popTo(i, true)
      return DONE
    }
  }
  return DONE
}
