/**
 * A Liquid template as a small tree, and the tree as one closure. `liquidjs` reads the language and owns its filters
 * and comparisons; running its tree of generators for a list of eight products took over 100 µs of every request, the
 * same tree as closures a few. A law test holds both to the same text. Pure; bounds stand in `Run`.
 */

/** An expression: a value read from one run. */
export type Read = (run: Run) => unknown

export interface Branch {
  readonly test: Read
  readonly body: readonly Node[]
}

export type Node =
  | { readonly kind: 'static'; readonly text: string }
  | { readonly kind: 'output'; readonly read: Read }
  | { readonly kind: 'assign'; readonly name: string; readonly read: Read }
  /** The first branch that holds, or every one for `case`, which may match twice; else `otherwise`. */
  | {
      readonly kind: 'choice'
      readonly branches: readonly Branch[]
      readonly otherwise: readonly Node[]
      readonly every: boolean
    }
  | {
      readonly kind: 'loop'
      /** Index of its frame in `Run.frames`: how many loops stand around it. */
      readonly depth: number
      readonly items: (run: Run) => readonly unknown[]
      /** What `offset`, `limit` and `reversed` leave of them; `otherwise` stands for a list that was empty before. */
      readonly select: (run: Run, items: readonly unknown[]) => readonly unknown[]
      readonly body: readonly Node[]
      readonly otherwise: readonly Node[]
    }
  /** The value of a URL attribute that holds expressions: judged whole, once it is rendered. */
  | { readonly kind: 'url'; readonly parts: readonly Node[]; readonly isList: boolean }

/** One item of a running loop. */
export interface Frame {
  item: unknown
  index: number
  length: number
}

/**
 * Work that one rendering may do: nodes visited, and lists looked through. A list of 100 products with ten outputs each
 * takes 1,100.
 */
const MAX_STEPS = 20_000
/** Length that one rendering may have, in UTF-16 code units. */
const MAX_CHARS = 256 * 1024

/** Thrown inside a rendering that does too much, or whose value is unsafe; compiled edits turn it into no edit. */
class RenderRefusal extends Error {}

/** What one rendering reads, and how much it has done. */
export class Run {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly data: Readonly<Record<string, unknown>>
  readonly frames: Frame[] = []
  assigned: Record<string, unknown> | undefined
  /** Made by filters that need one, see `expression.ts`. */
  context: unknown
  #steps = 0
  #chars = 0

  constructor(attributes: Readonly<Record<string, unknown>>, data: Readonly<Record<string, unknown>>) {
    this.attributes = attributes
    this.data = data
  }

  step(count = 1): void {
    this.#steps += count
    if (this.#steps > MAX_STEPS) throw new RenderRefusal('too many steps')
  }

  grow(chars: number): void {
    this.#chars += chars
    if (this.#chars > MAX_CHARS) throw new RenderRefusal('too long')
  }
}

/** How values and fixed text become output, and whether the value of a URL attribute may stand. */
export interface Sink {
  readonly value: (text: string) => string
  readonly fixed: (text: string) => string
  readonly isUrl: (text: string, isList: boolean) => boolean
}

type Write = (run: Run) => string

/** Compiles a tree for one sink. The result throws `RenderRefusal`, or whatever a filter throws on odd values. */
export function compileNodes(nodes: readonly Node[], sink: Sink): Write {
  const writes = nodes.map((node) => compileNode(node, sink))
  const [first, second] = writes
  if (first === undefined) return () => ''
  if (second === undefined) return first
  return (run) => {
    let text = ''
    for (const write of writes) text += write(run)
    return text
  }
}

function compileNode(node: Node, sink: Sink): Write {
  switch (node.kind) {
    case 'static':
      return compileStatic(sink.fixed(node.text))
    case 'output':
      return compileOutput(node.read, sink)
    case 'assign':
      return (run) => {
        run.step()
        run.assigned ??= Object.create(null) as Record<string, unknown>
        run.assigned[node.name] = node.read(run)
        return ''
      }
    case 'choice':
      return compileChoice(node, sink)
    case 'loop':
      return compileLoop(node, sink)
    case 'url': {
      const parts = compileNodes(node.parts, sink)
      return (run) => {
        const text = parts(run)
        if (!sink.isUrl(text, node.isList)) throw new RenderRefusal('unsafe URL')
        return text
      }
    }
  }
}

function compileStatic(text: string): Write {
  return (run) => {
    run.grow(text.length)
    return text
  }
}

function compileOutput(read: Read, { value }: Sink): Write {
  return (run) => {
    run.step()
    const text = value(textOf(read(run)))
    run.grow(text.length)
    return text
  }
}

function compileChoice(node: Extract<Node, { kind: 'choice' }>, sink: Sink): Write {
  const branches = node.branches.map(({ test, body }) => ({ test, write: compileNodes(body, sink) }))
  const otherwise = compileNodes(node.otherwise, sink)
  return (run) => {
    run.step()
    let text: string | undefined
    for (const { test, write } of branches) {
      if (!test(run)) continue
      text = (text ?? '') + write(run)
      if (!node.every) break
    }
    return text ?? otherwise(run)
  }
}

function compileLoop(node: Extract<Node, { kind: 'loop' }>, sink: Sink): Write {
  const body = compileNodes(node.body, sink)
  const otherwise = compileNodes(node.otherwise, sink)
  return (run) => {
    const all = node.items(run)
    if (all.length === 0) return otherwise(run)
    const items = node.select(run, all)
    const frame: Frame = { item: undefined, index: 0, length: items.length }
    run.frames[node.depth] = frame
    let text = ''
    for (const item of items) {
      run.step()
      frame.item = item
      text += body(run)
      frame.index++
    }
    return text
  }
}

/** Liquid's text of a value: nothing for nil, lists run together. An object has no text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? value.map(textOf).join('') : ''
}
