/** Start tags before, in and after the head (HTML Living Standard, 13.2.6.4.2 to 13.2.6.4.6). Pure. */
import { HEADISH, traits, VOID } from './elements.ts'
import type { Tag } from './scan.ts'
import { AGAIN, DONE, type Tree } from './tree.ts'

/** A start tag outside of the body. */
export function openOutside<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  if (tag.name === 'html') return openHtml(tree)
  if (tree.phase === 'before_head') {
    if (tag.name !== 'head') tree.looseness++
    tree.insert('head', traits('head'))
    tree.phase = 'in_head'
    if (tag.name === 'head') return DONE
  }
  if (bits & HEADISH && !(tree.phase === 'after_head' && tag.name === 'noscript')) {
    return insertHeadish(tree, tag, bits)
  }
  if (tag.name === 'head') return tree.ignore()
  leaveHead(tree)
  if (tag.name === 'frameset') return tree.lose()
  if (tag.name !== 'body') {
    openBody(tree)
    return AGAIN
  }
  tree.insert('body', bits)
  tree.phase = 'body'
  return DONE
}

/** The element is there already; its first tag may be its own, if nothing came before. */
function openHtml<R>(tree: Tree<R>): boolean {
  const isFirst = tree.phase === 'before_head' && tree.looseness === 0
  tree.ignore()
  if (isFirst) tree.made = tree.top
  return DONE
}

/** The head ends without its end tag. */
function leaveHead<R>(tree: Tree<R>): void {
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

/** Metadata and scripts stand where they are written, in head and body alike. */
export function insertHeadish<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  tree.insert(tag.name, bits, 'html', (bits & VOID) === 0)
  if (tag.name === 'template') {
    tree.templates++
    tree.pushMarker(bits)
  }
  return DONE
}
