/** End tags in the body (HTML Living Standard, 13.2.6.4.7). Pure. */
import { adopt } from './adopt.ts'
import { BLOCK_END, FORMATTING, HEADING, traits } from './elements.ts'
import { isButton, isSpecial, type Node } from './node.ts'
import { DONE, type Tree } from './tree.ts'

export function closeInBody<R>(tree: Tree<R>, name: string): boolean {
  const bits = traits(name)
  if (bits & FORMATTING) return adopt(tree, name) ? DONE : closeAny(tree, name)
  if (bits & BLOCK_END) return closeScoped(tree, tree.inScope(name))
  if (bits & HEADING) return closeHeading(tree, name)
  switch (name) {
    case 'body':
    case 'html':
      return closeBody(tree, name)
    case 'p':
      // Without an open one, an empty paragraph is put here; it changes nothing around it.
      return closeScoped(tree, tree.inScope('p', isButton), 'p')
    case 'li':
      return closeScoped(tree, tree.inScope('li', isList), 'li')
    case 'dd':
    case 'dt':
      return closeScoped(tree, tree.inScope(name), name)
    case 'form':
      return closeForm(tree)
    case 'applet':
    case 'marquee':
    case 'object':
      return closeMarked(tree, name)
    case 'br':
      tree.reopen()
      return tree.ignore()
    default:
      return closeAny(tree, name)
  }
}

const isList = (name: string): boolean => name === 'ol' || name === 'ul'

/** Generate implied end tags, then pop up to the element. */
function closeScoped<R>(tree: Tree<R>, index: number, except = ''): boolean {
  if (index < 0) return tree.ignore()
  tree.implyEnds(except)
  tree.popTo(index, true)
  return DONE
}

function closeMarked<R>(tree: Tree<R>, name: string): boolean {
  const index = tree.inScope(name)
  closeScoped(tree, index)
  if (index >= 0) tree.clearToMarker()
  return DONE
}

/** The body stays open: what comes after its end tag still belongs to it. Only its slot ends here. */
function closeBody<R>(tree: Tree<R>, name: string): boolean {
  const body = tree.stack[1]
  if (body?.name !== 'body' || tree.inScope('body') < 0) return tree.ignore()
  if (tree.stack.length > 2) {
    tree.looseness++
    tree.taintFrom(2)
  }
  if (name === 'body') tree.closed = body
  tree.bodyEnded = true
  return DONE
}

function closeForm<R>(tree: Tree<R>): boolean {
  if (tree.templates > 0) return closeScoped(tree, tree.inScope('form'))
  const node = tree.form
  tree.form = null
  if (node === null) return tree.ignore()
  const index = tree.stack.indexOf(node)
  if (index < 0 || tree.inScope('form') < index) return tree.ignore()
  tree.implyEnds()
  if (tree.top === node) return tree.closeTop()
  tree.extract(index)
  return DONE
}

/** Any heading's end tag closes the open heading, whatever its rank. */
function closeHeading<R>(tree: Tree<R>, name: string): boolean {
  const isHeading = (node: Node<R>): boolean => node.space === 'html' && (node.bits & HEADING) !== 0
  const index = tree.stack.findLastIndex((node) => isHeading(node) || node.barrier)
  const node = tree.stack[index]
  if (node === undefined || !isHeading(node)) return tree.ignore()
  tree.implyEnds()
  tree.popTo(index, node.name === name)
  return DONE
}

/** "Any other end tag": the innermost element of that name, unless a special one stands in between. */
function closeAny<R>(tree: Tree<R>, name: string): boolean {
  for (let i = tree.stack.length - 1; i >= 0; i--) {
    const node = tree.stack[i] as Node<R>
    if (node.space === 'html' && node.name === name) {
      tree.implyEnds(name)
      tree.popTo(i, true)
      return DONE
    }
    // Parsers of different age disagree on whether `search` is special.
    if (node.name === 'search' && node.space === 'html') return tree.lose()
    if (isSpecial(node)) return tree.ignore()
  }
  return DONE
}
