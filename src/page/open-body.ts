/** Start tags in the body (HTML Living Standard, 13.2.6.4.7). Pure. */
import { adopt } from './adopt.ts'
import {
  CLOSES_P,
  FORMATTING,
  HEADING,
  HEADISH,
  MARKER,
  NO_REOPEN,
  SPECIAL,
  TABLE_PART,
  VOID,
} from './elements.ts'
import { isButton, type Node } from './node.ts'
import { insertHeadish } from './open-head.ts'
import type { Tag } from './scan.ts'
import { DONE, type Tree } from './tree.ts'

export function openInBody<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  const name = tag.name
  if (bits & HEADISH) return insertHeadish(tree, tag, bits)
  if (bits & TABLE_PART || name === 'head' || name === 'frame') return tree.ignore()
  if (name === 'html' || name === 'body') {
    // Their attributes go to the element that is there already, whatever is open.
    if (tree.templates === 0) tree.taintFrom(0)
    return tree.ignore()
  }
  if (name === 'frameset') return tree.lose()
  return bits & CLOSES_P ? openBlock(tree, tag, bits) : openPhrasing(tree, tag, bits)
}

function openBlock<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  const name = tag.name
  if (name === 'form' && tree.form !== null && tree.templates === 0) return tree.ignore()
  if (name === 'li') closeItem(tree, ['li'])
  else if (name === 'dd' || name === 'dt') closeItem(tree, ['dd', 'dt'])
  // In quirks mode a table may stand inside a paragraph; without a plain doctype the mode is not known here.
  if (name === 'table' && !tree.standards && tree.inScope('p', isButton) >= 0) return tree.lose()
  tree.closeParagraph()
  if (bits & HEADING && tree.top.space === 'html' && tree.top.bits & HEADING) {
    tree.popTo(tree.stack.length - 1, false)
  }
  if (name === 'xmp') tree.reopen()
  if (tree.lost) return DONE
  const node = tree.insert(name, bits, 'html', (bits & VOID) === 0)
  if (name === 'form' && tree.templates === 0) tree.form = node
  return name === 'plaintext' ? tree.lose() : DONE
}

/** A list item closes the one before it, however deep in harmless elements it is. */
function closeItem<R>(tree: Tree<R>, names: readonly string[]): void {
  for (let i = tree.stack.length - 1; i > 0; i--) {
    const node = tree.stack[i] as Node<R>
    if (node.space === 'html' && names.includes(node.name)) {
      tree.implyEnds(node.name)
      tree.popTo(i, false)
      return
    }
    const isHarmless = node.name === 'address' || node.name === 'div' || node.name === 'p'
    if (node.space === 'html' ? node.bits & SPECIAL && !isHarmless : node.barrier) return
  }
}

function openPhrasing<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  const name = tag.name
  makeRoom(tree, name)
  if (!(bits & NO_REOPEN)) tree.reopen()
  if (name === 'nobr' && tree.inScope('nobr') >= 0) {
    tree.looseness++
    adopt(tree, 'nobr')
    tree.reopen()
  }
  if (tree.lost) return DONE
  if (name === 'svg' || name === 'math') {
    tree.insert(name, bits, name, !tag.selfClosing)
    return DONE
  }
  const { length } = tree.list
  const node = tree.insert(name, bits, 'html', (bits & VOID) === 0)
  if (bits & MARKER) tree.pushMarker(bits)
  if (!(bits & FORMATTING)) return DONE
  tree.activate(node, tag.text.slice(tag.nameEnd - tag.start, -1))
  // A fourth equal one pushes the first off the list: what closes first is not what was opened last.
  if (tree.list.length !== length + 1) node.tainted = true
  return DONE
}

/** Closes what cannot hold the element. */
function makeRoom<R>(tree: Tree<R>, name: string): void {
  if (name === 'button') {
    const index = tree.inScope('button')
    if (index < 0) return
    tree.implyEnds()
    tree.popTo(index, false)
  } else if (name === 'a') {
    if (tree.activeIndex('a') >= 0) closeAnchor(tree)
  } else if (name === 'option' || name === 'optgroup') {
    const { top } = tree
    if (top.name === 'option' && top.space === 'html') tree.popTo(tree.stack.length - 1, false)
  } else if (name === 'rb' || name === 'rtc' || name === 'rp' || name === 'rt') {
    if (tree.inScope('ruby') >= 0) tree.implyEnds(name === 'rp' || name === 'rt' ? 'rtc' : '')
  }
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
