/**
 * Where the expressions of an HTML template stand. The fixed text of the template is read as an HTML tokenizer would,
 * through the branches and loops, so that it is known before publishing that
 *  - every expression stands in text or in a quoted attribute value that may take data, and nowhere else;
 *  - every branch and every loop body closes what it opens, so that any rendering is balanced if the whole is;
 *  - no element or attribute of it is a script.
 * The answer is the same tree with the values of URL attributes gathered, to be judged when they are rendered. Pure.
 */
import { isUrlAttribute, isUrlList } from '../kit/html.ts'
import { attributeProblem, elementProblem, isVoid } from './markup-rules.ts'
import type { Branch, Node } from './template.ts'

export interface Markup {
  readonly nodes: readonly Node[]
  /** Sentences for the author; the nodes are of no use where there are any. */
  readonly problems: readonly string[]
}

/** Reads the context of every node. */
export function inspectMarkup(nodes: readonly Node[]): Markup {
  const reader = new Reader()
  const inspected = reader.read(nodes)
  reader.end()
  return { nodes: inspected, problems: [...new Set(reader.problems)] }
}

/**
 * Fixed markup that stands for every rendering: all branches one after the other and loops run twice, or with none of
 * them. Elements keep their ancestors in both, so what is well nested in the first is so in any choice of branches.
 */
export function sample(nodes: readonly Node[], withBranches: boolean): string {
  return nodes.map((node) => sampleOf(node, withBranches)).join('')
}
const SAMPLE_VALUE = 'x'

function sampleOf(node: Node, withBranches: boolean): string {
  const run = (inner: readonly Node[]): string => sample(inner, withBranches)
  switch (node.kind) {
    case 'static':
      return node.text
    case 'output':
      return SAMPLE_VALUE
    case 'assign':
      return ''
    case 'url':
      return run(node.parts)
    case 'choice':
      return withBranches ? node.branches.map(({ body }) => run(body)).join('') + run(node.otherwise) : ''
    case 'loop':
      return withBranches ? run(node.body).repeat(2) + run(node.otherwise) : ''
  }
}

/** `name` and `tag`: inside a tag, while its name or an attribute's name is read and after. */
type Place = 'text' | 'name' | 'tag' | 'equals' | 'value' | 'unquoted' | 'comment' | 'raw'

/** Elements whose content is text up to their own end tag. */
const RAW = new Set(['style', 'textarea', 'title', 'iframe'])
/** Of these, where that text is shown, so that escaped values may stand in it. */
const RAW_WITH_DATA = new Set(['textarea', 'title'])
const FOREIGN = new Set(['svg', 'math'])

interface OpenTag {
  name: string
  isEnd: boolean
  isSelfClosing: boolean
  readonly attributes: { name: string; value: string; hasData: boolean }[]
}

class Reader {
  readonly problems: string[] = []
  #place: Place = 'text'
  #quote = ''
  #tag: OpenTag = { name: '', isEnd: false, isSelfClosing: false, attributes: [] }
  /** Open elements, outermost first, and how many of them the branch being read found open. */
  readonly #open: string[] = []
  #floor = 0
  #out: Node[] = []
  /** What was written before the URL value that is being read, if one is. */
  #outside: Node[] | undefined

  read(nodes: readonly Node[]): Node[] {
    const outer = this.#out
    const mine: Node[] = []
    this.#out = mine
    for (const node of nodes) this.#node(node)
    this.#out = outer
    return mine
  }

  end(): void {
    if (this.#place !== 'text') this.#report('a tag, a comment or an attribute value is not closed')
    for (const name of this.#open) this.#report(`<${name}> is not closed`)
  }

  #report(problem: string): void {
    this.problems.push(problem)
  }

  #node(node: Node): void {
    switch (node.kind) {
      case 'static':
        this.#static(node.text)
        return
      case 'output':
        this.#output(node)
        return
      case 'assign':
        this.#out.push(node)
        return
      case 'choice': {
        const branches = node.branches.map(({ test, body }): Branch => ({ test, body: this.#branch(body) }))
        this.#out.push({ ...node, branches, otherwise: this.#branch(node.otherwise) })
        return
      }
      case 'loop':
        this.#out.push({ ...node, body: this.#branch(node.body), otherwise: this.#branch(node.otherwise) })
        return
      case 'url':
        throw new Error('markup is read once')
    }
  }

  #output(node: Extract<Node, { kind: 'output' }>): void {
    this.#out.push(node)
    switch (this.#place) {
      case 'text':
        return
      case 'value': {
        const attribute = this.#tag.attributes.at(-1)
        if (attribute !== undefined) attribute.hasData = true
        return
      }
      case 'raw':
        if (!RAW_WITH_DATA.has(this.#open.at(-1) ?? '')) {
          this.#report(`an expression may not stand inside <${this.#open.at(-1)}>`)
        }
        return
      case 'comment':
        this.#report('an expression may not stand in a comment')
        return
      case 'unquoted':
      case 'equals':
        this.#report('put quotes around an attribute value that holds an expression')
        return
      case 'name':
      case 'tag':
        this.#report('an expression may not stand inside a tag, only in text and in quoted attribute values')
        return
    }
  }

  /** A branch or loop body: it may hold text, whole elements, or a part of an attribute value. */
  #branch(body: readonly Node[]): readonly Node[] {
    const { length } = this.problems
    if (this.#place !== 'text' && this.#place !== 'value') {
      if (body.length > 0) {
        this.#report('a branch or loop may stand in text or in a quoted attribute value; write the tag twice')
      }
      return []
    }
    const before = { place: this.#place, quote: this.#quote, floor: this.#floor, outside: this.#outside }
    const depth = this.#open.length
    const tag = this.#tag
    const attributes = tag.attributes.length
    this.#floor = depth
    const nodes = this.read(body)
    const isSame =
      this.#place === before.place &&
      this.#open.length === depth &&
      (before.place === 'text' || (this.#tag === tag && tag.attributes.length === attributes))
    if (!isSame && this.problems.length === length) {
      this.#report('every branch and loop body has to close what it opens, and nothing else')
    }
    this.#open.length = Math.min(this.#open.length, depth)
    this.#place = before.place
    this.#quote = before.quote
    this.#floor = before.floor
    this.#outside = before.outside
    this.#tag = tag
    return nodes
  }

  #static(text: string): void {
    let written = 0
    for (let at = 0; at < text.length; ) {
      const wasInUrl = this.#isInUrl()
      at = this.#step(text, at)
      if (wasInUrl === this.#isInUrl()) continue
      // The value's own markup ends before the closing quote, which `at` stands behind.
      const cut = wasInUrl ? at - 1 : at
      this.#write(text.slice(written, cut))
      if (wasInUrl) this.#closeUrl()
      else this.#openUrl()
      written = cut
    }
    this.#write(text.slice(written))
  }

  #write(text: string): void {
    if (text !== '') this.#out.push({ kind: 'static', text })
  }

  #isInUrl(): boolean {
    return (
      this.#place === 'value' && !this.#tag.isEnd && isUrlAttribute(this.#tag.attributes.at(-1)?.name ?? '')
    )
  }

  #openUrl(): void {
    this.#outside = this.#out
    this.#out = []
  }

  #closeUrl(): void {
    const parts = this.#out
    const attribute = this.#tag.attributes.at(-1)
    this.#out = this.#outside ?? []
    this.#outside = undefined
    if (attribute?.hasData) this.#out.push({ kind: 'url', parts, isList: isUrlList(attribute.name) })
    else this.#out.push(...parts)
  }

  /** Reads from `at` and returns where it stopped: at least one character on. */
  #step(text: string, at: number): number {
    switch (this.#place) {
      case 'text':
        return this.#text(text, at)
      case 'name':
        return this.#name(text, at)
      case 'tag':
        return this.#inTag(text, at)
      case 'equals':
        return this.#beforeValue(text, at)
      case 'value':
        return this.#value(text, at)
      case 'unquoted':
        return this.#unquoted(text, at)
      case 'comment':
        return this.#comment(text, at)
      case 'raw':
        return this.#raw(text, at)
    }
  }

  #text(text: string, at: number): number {
    const open = text.indexOf('<', at)
    if (open < 0) return text.length
    if (text.startsWith('<!--', open)) {
      if (/^-?>/.test(text.slice(open + 4))) this.#report('a comment may not be empty')
      this.#place = 'comment'
      return open + 4
    }
    const next = text[open + 1]
    if (next === '!' || next === '?') this.#report(`"<${next}" may only begin a comment`)
    const isEnd = next === '/'
    const first = text[isEnd ? open + 2 : open + 1]
    // At the very end of the text an expression may follow, so this would be the start of a tag.
    if (first !== undefined && !/[a-z]/i.test(first)) {
      if (isEnd) this.#report('"</" must be followed by the name of an element')
      return open + 1
    }
    this.#tag = { name: '', isEnd, isSelfClosing: false, attributes: [] }
    this.#place = 'name'
    return open + (isEnd ? 2 : 1)
  }

  #name(text: string, at: number): number {
    const char = text[at] as string
    if (/[\s/>]/.test(char)) {
      this.#tag.name = this.#tag.name.toLowerCase()
      this.#place = 'tag'
      return this.#inTag(text, at)
    }
    this.#tag.name += char
    return at + 1
  }

  #inTag(text: string, at: number): number {
    const char = text[at] as string
    if (char === '>') return this.#closeTag(at)
    this.#tag.isSelfClosing = char === '/'
    if (/[\s/]/.test(char)) return at + 1
    const name = /[^\s/>=]+/y
    name.lastIndex = at
    const found = name.exec(text)?.[0] ?? '='
    if (/["'<=]/.test(found)) this.#report('an attribute has no name, or a quote is missing before it')
    const after = /\s*=?/y
    after.lastIndex = at + found.length
    const sign = after.exec(text)?.[0] ?? ''
    this.#tag.attributes.push({ name: found.toLowerCase(), value: '', hasData: false })
    if (sign.endsWith('=')) this.#place = 'equals'
    return at + found.length + sign.length
  }

  #beforeValue(text: string, at: number): number {
    const char = text[at] as string
    if (/\s/.test(char)) return at + 1
    if (char === '"' || char === "'") {
      this.#quote = char
      this.#place = 'value'
      return at + 1
    }
    this.#place = 'unquoted'
    return this.#unquoted(text, at)
  }

  #value(text: string, at: number): number {
    const close = text.indexOf(this.#quote, at)
    this.#append(text.slice(at, close < 0 ? undefined : close))
    if (close < 0) return text.length
    this.#place = 'tag'
    return close + 1
  }

  #unquoted(text: string, at: number): number {
    const end = text.slice(at).search(/[\s>]/)
    this.#append(text.slice(at, end < 0 ? undefined : at + end))
    if (end < 0) return text.length
    this.#place = 'tag'
    return end === 0 ? this.#inTag(text, at) : at + end
  }

  #append(value: string): void {
    const attribute = this.#tag.attributes.at(-1)
    if (attribute !== undefined) attribute.value += value
  }

  #comment(text: string, at: number): number {
    const close = /--!?>/g
    close.lastIndex = at
    if (close.exec(text) === null) return text.length
    this.#place = 'text'
    return close.lastIndex
  }

  #raw(text: string, at: number): number {
    const name = this.#open.at(-1) ?? ''
    const close = new RegExp(`</${name}(?=[\\s/>])`, 'gi')
    close.lastIndex = at
    if (close.exec(text) === null) return text.length
    this.#tag = { name, isEnd: true, isSelfClosing: false, attributes: [] }
    this.#place = 'tag'
    return close.lastIndex
  }

  #closeTag(at: number): number {
    const { name, isEnd, attributes } = this.#tag
    this.#place = 'text'
    if (isEnd) this.#closeElement(name)
    else this.#openElement(name)
    const seen = new Set<string>()
    for (const attribute of attributes) {
      const problem = seen.has(attribute.name)
        ? `<${name}> has "${attribute.name}" twice`
        : attributeProblem(name, attribute)
      if (problem !== undefined) this.#report(problem)
      seen.add(attribute.name)
    }
    return at + 1
  }

  #openElement(name: string): void {
    const isForeign = this.#open.some((open) => FOREIGN.has(open))
    const problem = elementProblem(name, isForeign)
    if (problem !== undefined) this.#report(problem)
    if (isVoid(name) || (this.#tag.isSelfClosing && (isForeign || FOREIGN.has(name)))) return
    this.#open.push(name)
    if (RAW.has(name) && !isForeign) this.#place = 'raw'
  }

  #closeElement(name: string): void {
    if (this.#open.length > this.#floor && this.#open.at(-1) === name) this.#open.pop()
    else this.#report(`</${name}> closes nothing that was opened here`)
  }
}
