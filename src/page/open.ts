/**
 * What a start tag does to the open elements (HTML Living Standard, 13.2.6, "tree construction dispatcher"). The rules
 * of each insertion mode stand in `open-….ts`; those that real pages do not need are not followed, the tree is lost
 * instead. Pure.
 */
import { BREAKOUT, RAW, RCDATA, traits } from './elements.ts'
import { openInBody } from './open-body.ts'
import { openInSelect, openInTemplate } from './open-enclosed.ts'
import { openOutside } from './open-head.ts'
import { openInCell, openInColumns, openInTable } from './open-table.ts'
import type { ContentKind, Tag } from './scan.ts'
import type { Tree } from './tree.ts'

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
  if (isForeign(tree, tag, bits)) {
    if (!tree.lost) tree.insert(tag.name, bits, tree.top.space, !tag.selfClosing)
    return 'markup'
  }
  while (open(tree, tag, bits)) {
    // Until the rules of some place have dealt with the tag.
  }
  return tree.made === null && !tree.lost ? 'markup' : contentKind(tag.name, bits)
}

const contentKind = (name: string, bits: number): ContentKind =>
  name === 'plaintext' ? 'plain' : bits & (RAW | RCDATA) ? 'raw' : 'markup'

function open<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  if (tree.isOutside) return openOutside(tree, tag, bits)
  switch (tree.top.mode) {
    case 'table':
    case 'group':
    case 'row':
      return openInTable(tree, tag, bits)
    case 'cell':
    case 'caption':
      return openInCell(tree, tag, bits)
    case 'columns':
      return openInColumns(tree, tag, bits)
    case 'select':
      return openInSelect(tree, tag, bits)
    case 'template':
      return openInTemplate(tree, tag, bits)
    case 'body':
    case 'head':
      return openInBody(tree, tag, bits)
  }
}

/** Is the tag read by the rules for foreign content? Some tags leave it first (13.2.6.5). */
function isForeign<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  const top = tree.top
  if (top.space === 'html' || (top.space === 'svg' && top.barrier)) return false
  if (top.space === 'math' && top.name === 'annotation-xml') {
    // Its encoding attribute decides; nobody writes it in a shop.
    tree.lose()
    return true
  }
  if (top.barrier && tag.name !== 'mglyph' && tag.name !== 'malignmark') return false
  const isFont = tag.name === 'font' && /[\t\n\f\r /"'](?:color|face|size)[\t\n\f\r /=>]/i.test(tag.text)
  if (!(bits & BREAKOUT) && !isFont) return true
  while (tree.top.space !== 'html' && !tree.top.barrier) tree.popTo(tree.stack.length - 1, false)
  return false
}
