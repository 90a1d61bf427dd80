/** Start tags inside selects and templates (HTML Living Standard, 13.2.6.4.16, 13.2.6.4.22). Pure. */
import { FORMATTING, HEADING, HEADISH, IMPLIED, MARKER, RAW, RCDATA, TABLE_PART, VOID } from './elements.ts'
import type { Node } from './node.ts'
import { openInBody } from './open-body.ts'
import { insertHeadish } from './open-head.ts'
import type { Tag } from './scan.ts'
import { DONE, type Tree } from './tree.ts'

const STRANGE = RAW | RCDATA | TABLE_PART | IMPLIED | HEADING | HEADISH | MARKER
const STRANGERS = new Set(
  'select input keygen table svg math form html body head frameset button hr image frame a nobr'.split(' '),
)
const OPTIONS = new Set(['select', 'option', 'optgroup'])

/**
 * Browsers disagree on markup inside a select (it used to be dropped, and is now kept). What both read the same way is
 * followed; tags that only one of them keeps must be balanced, or the tree is lost.
 */
export function openInSelect<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  const name = tag.name
  if (name === 'script' || name === 'template') return insertHeadish(tree, tag, bits)
  if (name === 'option' || name === 'optgroup') return openOption(tree, name, bits)
  if (STRANGERS.has(name) || (bits & STRANGE && !(bits & FORMATTING))) return tree.lose()
  tree.looseness++
  tree.insert(name, bits, 'html', (bits & VOID) === 0).tainted = true
  return DONE
}

function openOption<R>(tree: Tree<R>, name: string, bits: number): boolean {
  if (tree.top.name === 'option') tree.popTo(tree.stack.length - 1, false)
  if (name === 'optgroup' && tree.top.name === 'optgroup') tree.popTo(tree.stack.length - 1, false)
  if (!OPTIONS.has(tree.top.name)) return tree.lose()
  tree.insert(name, bits)
  return DONE
}

/**
 * Content of a template is read like a body, unless it begins with a part of a table: that is followed only far enough
 * to know where it ends.
 */
export function openInTemplate<R>(tree: Tree<R>, tag: Tag, bits: number): boolean {
  const { name } = tag
  const template = tree.template as Node<R>
  if (template.content === 'open' && !(bits & HEADISH)) {
    template.content = bits & TABLE_PART ? 'table' : 'body'
    tree.deciders++
  }
  if (!(bits & TABLE_PART) || template.content === 'body') return openInBody(tree, tag, bits)
  if (tree.top.name !== 'template' || name === 'col' || name === 'colgroup') return tree.lose()
  tree.insert(name, bits)
  if (bits & MARKER) tree.pushMarker(bits)
  return DONE
}
