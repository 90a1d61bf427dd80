/** The adoption agency algorithm (HTML Living Standard, 13.2.6.4.7), by its effect on the open elements. Pure. */
import { isSpecial, isTableMode, type Node } from './node.ts'
import type { Tree } from './tree.ts'

/** Nested blocks that the algorithm carries over before it stops (it runs eight times at most). */
const MAX_ADOPTED_BLOCKS = 7

/**
 * Ends a formatting element: it goes, blocks inside it stay open, phrasing elements inside it are closed. Everything
 * that the algorithm moves is tainted. False: there is no such active element, and the end tag is like any other.
 */
export function adopt<R>(tree: Tree<R>, name: string): boolean {
  const index = tree.activeIndex(name)
  if (index < 0) return false
  const at = tree.stack.indexOf(tree.activeNode(index))
  if (at >= 0 && tree.stack.some((node, i) => i > at && node.barrier)) {
    // Out of scope: the tag is ignored, the element stays active.
    tree.looseness++
    return true
  }
  if (at < 0) tree.looseness++
  else if (at === tree.stack.length - 1) tree.popTo(at, true)
  else if (!split(tree, at)) return true
  tree.deactivate(index)
  return true
}

/** Ends an element that holds others; false where the tree is lost over it. */
function split<R>(tree: Tree<R>, at: number): boolean {
  const lastBlock = tree.stack.findLastIndex((node, i) => i > at && isSpecial(node))
  if (lastBlock < 0) tree.popTo(at, false)
  else if (!canAdopt(tree, at, lastBlock)) return tree.lose()
  else {
    tree.popAbove(lastBlock)
    tree.extract(at)
  }
  return true
}

/** Only blocks between the element and the innermost block, not too many, and no table around. */
function canAdopt<R>(tree: Tree<R>, at: number, lastBlock: number): boolean {
  if (lastBlock - at > MAX_ADOPTED_BLOCKS || isTableMode((tree.stack[at] as Node<R>).mode)) return false
  return tree.stack.slice(at + 1, lastBlock + 1).every(isSpecial)
}
