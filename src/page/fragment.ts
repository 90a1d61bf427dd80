/**
 * Marketer's markup, read before it is published: it must be balanced by itself, so that putting it on a page can move
 * nothing but itself, and it is told where it may not stand. The same scanner and tree rules read pages. Pure.
 */
import { closeTag } from './close.ts'
import { FORMATTING, traits } from './elements.ts'
import { MARKUP, TEXT } from './needs.ts'
import { type Node, needsOfNode } from './node.ts'
import { openTag } from './open.ts'
import { type ContentKind, Scanner, type Tag } from './scan.ts'
import { attributeRanges } from './scan-tag.ts'
import { addText } from './text.ts'
import { Tree } from './tree.ts'

export { joinNeeds } from './needs.ts'

export type Fragment =
  | { readonly ok: true; readonly needs: number }
  | { readonly ok: false; readonly problem: string }

/** Elements that concern the page as a whole, or that parsers rewrite. */
const REFUSED = new Set(
  'html head body frameset frame plaintext base noframes noembed xmp image isindex col'.split(' '),
)

/** Where a fragment that begins with a part of a table is at home. */
const HOMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['td', ['table', 'tbody', 'tr']],
  ['th', ['table', 'tbody', 'tr']],
  ['tr', ['table', 'tbody']],
  ['tbody', ['table']],
  ['thead', ['table']],
  ['tfoot', ['table']],
  ['caption', ['table']],
  ['colgroup', ['table']],
])

/**
 * Reads a fragment of HTML. `needs`: bits of `needs.ts`, what it may not stand inside of; text alone needs `TEXT`.
 * The fragment is taken as it is, one code unit a character; only ASCII matters here.
 */
export function analyzeFragment(html: string): Fragment {
  const reader = new Reader(html)
  const problem = reader.read()
  return problem === undefined ? { ok: true, needs: reader.needs } : { ok: false, problem }
}

class Reader {
  needs = 0
  readonly #html: string
  readonly #tree = new Tree<never>(() => undefined)
  readonly #home: Node<never>
  #problem: string | undefined

  constructor(html: string) {
    this.#html = html
    const tree = this.#tree
    tree.phase = 'body'
    tree.standards = true
    const first = /<([a-z]+)/i.exec(html)?.[1]?.toLowerCase() ?? ''
    for (const name of ['body', ...(HOMES.get(first) ?? [])]) tree.insert(name, traits(name))
    this.#home = tree.top
  }

  read(): string | undefined {
    const tree = this.#tree
    const scanner = new Scanner({
      startTag: (tag) => this.#start(tag),
      endTag: (tag) => this.#end(tag),
      text: (text) => {
        if (text.trim() !== '') this.#atTop(TEXT)
        addText(tree, text)
        this.#check('text is not allowed directly inside a table or its rows')
      },
      doctype: () => this.#fail('a doctype belongs to a page, not to a fragment'),
      cdata: () => tree.top.space !== 'html',
      nul: () => this.#fail('it holds a NUL character'),
    })
    scanner.push(`${this.#html}`)
    if (this.#html.includes('<!')) this.needs |= MARKUP
    if (this.#problem === undefined && scanner.settled < this.#html.length) {
      this.#fail('a tag or comment is not finished')
    }
    if (this.#problem === undefined && !scanner.isData) this.#fail('a comment or text element is not closed')
    if (this.#problem === undefined && !scanner.clean)
      this.#fail('it ends within a character reference or tag')
    if (this.#problem === undefined && tree.top !== this.#home) this.#fail(`<${tree.top.name}> is not closed`)
    return this.#problem
  }

  #start(tag: Tag): ContentKind {
    if (this.#problem !== undefined) return 'markup'
    const tree = this.#tree
    const bits = traits(tag.name)
    const refusal = refuse(tag)
    if (refusal !== undefined) this.#fail(refusal)
    if (bits & FORMATTING && tree.stack.some((node) => node.name === tag.name)) {
      this.#fail(`<${tag.name}> stands inside another <${tag.name}>`)
    }
    const isTop = tree.top === this.#home
    // Rows straight inside a table are what everybody writes; the row group that parsers imply stays inside.
    if (tag.name === 'tr' && tree.top.name === 'table' && !isTop) tree.insert('tbody', traits('tbody'))
    const content = openTag(tree, tag)
    this.#check(`<${tag.name}> cannot stand where it does: it would close or move what is around it`)
    const node = tree.made
    if (isTop && node !== null && !node.open) this.needs |= needsOfNode(node)
    return content
  }

  #end(tag: Tag): void {
    if (this.#problem !== undefined) return
    const tree = this.#tree
    const last = tree.stack.length - 1
    const isImplied =
      tag.name === 'table' && tree.top.name === 'tbody' && tree.stack[last - 1]?.name === 'table'
    if (isImplied && last > this.#home.depth + 1) tree.popTo(last, true)
    closeTag(tree, tag)
    const node = tree.closed
    if (node === null || node.depth <= this.#home.depth)
      this.#fail(`</${tag.name}> closes nothing that was opened here`)
    else this.#check(`</${tag.name}> comes before what is inside it was closed`)
    if (node !== null && tree.top === this.#home) this.needs |= needsOfNode(node)
  }

  #atTop(bits: number): void {
    if (this.#tree.top === this.#home) this.needs |= bits
  }

  /** Whatever is implied, ignored or moved makes the fragment depend on its surroundings. */
  #check(problem: string): void {
    if (this.#tree.lost || this.#tree.looseness > 0) this.#fail(problem)
  }

  #fail(problem: string): void {
    this.#problem ??= problem
  }
}

function refuse(tag: Tag): string | undefined {
  if (REFUSED.has(tag.name)) return `<${tag.name}> is not allowed in a fragment`
  if (tag.name === 'meta' && hasAttribute(tag, 'http-equiv'))
    return '<meta http-equiv> is not allowed in a fragment'
  return undefined
}

function hasAttribute(tag: Tag, name: string): boolean {
  const ranges = attributeRanges(tag.text, tag.nameEnd - tag.start, 0)
  for (let i = 0; i < ranges.length; i += 5) {
    if (tag.text.slice(ranges[i], ranges[i + 1]).toLowerCase() === name) return true
  }
  return false
}
