/**
 * Liquid expressions as closures. Reading a path is done here, by own properties only; filters and comparisons are
 * `liquidjs`'s own functions, called directly. Pure.
 */
import {
  Context,
  defaultOperators,
  type Liquid,
  type Token,
  TypeGuards,
  toValue,
  toValueSync,
  type Value,
} from 'liquidjs'
import type { Read, Run } from './template.ts'

/** Names that a loop around the expression has bound, with the loop's depth. Innermost last. */
export interface LoopName {
  readonly name: string
  readonly depth: number
}

/** What is known where an expression stands, and what it and those before it have come to. */
export interface Scope {
  readonly loops: readonly LoopName[]
  /** Names that were assigned or looped with so far. */
  readonly binds: Set<string>
  /** Paths read from outside: dotted, up to the first computed step. */
  readonly reads: Set<string>
}

/** What the package's declarations keep private or do not tell. */
interface PathToken extends Token {
  readonly variable?: Token
  readonly props: readonly Token[]
}
interface FilterNode {
  readonly name: string
  readonly args: readonly (Token | readonly [string, Token])[]
  readonly handler: (...args: readonly unknown[]) => unknown
  readonly token: unknown
}
type Operator = (...args: readonly unknown[]) => unknown

/** Words that new objects in one rendering may take, counted by the library's filters. */
const MEMORY_LIMIT = 200_000
/** Items of a list that may be compared for the work of one step. */
const ITEMS_A_STEP = 16
/** Items of a range such as `(1..9)`. */
const MAX_RANGE = 1_000

/** Compiles a value with its filters. */
export function compileValue(value: Value, engine: Liquid, scope: Scope): Read {
  let read = compilePostfix(value.initial.postfix, engine, scope)
  for (const filter of value.filters as unknown as readonly FilterNode[]) {
    read = compileFilter(read, filter, engine, scope)
  }
  return read
}

/** Is it true in Liquid, where only nil and false are not? */
export function isTrue(value: unknown): boolean {
  const plain = toValue(value) as unknown
  return plain !== false && plain !== undefined && plain !== null
}

/** Compiles one token: a path, a literal or a range. */
export function compileToken(token: Token, engine: Liquid, scope: Scope): Read {
  if ('content' in token) {
    const { content } = token
    return () => content
  }
  if (TypeGuards.isPropertyAccessToken(token))
    return compilePath(token as unknown as PathToken, engine, scope)
  if (TypeGuards.isRangeToken(token)) {
    const low = compileToken(token.lhs, engine, scope)
    const high = compileToken(token.rhs, engine, scope)
    return (run) => rangeOf(Number(toValue(low(run))), Number(toValue(high(run))))
  }
  throw new Error('this expression is not supported')
}

function rangeOf(low: number, high: number): readonly number[] {
  if (!(high - low < MAX_RANGE)) throw new Error(`a range has at most ${MAX_RANGE} items`)
  return Array.from({ length: Math.max(0, Math.floor(high - low + 1)) }, (_, index) => low + index)
}

/** Operands and operators in postfix order become one tree of closures. */
function compilePostfix(postfix: readonly Token[], engine: Liquid, scope: Scope): Read {
  const stack: Read[] = []
  for (const token of postfix) {
    if (!TypeGuards.isOperatorToken(token)) {
      stack.push(compileToken(token, engine, scope))
      continue
    }
    const right = stack.pop() as Read
    if (token.operator === 'not') stack.push((run) => !isTrue(right(run)))
    else stack.push(compileOperator(token.operator, stack.pop() as Read, right, engine))
  }
  return stack[0] ?? (() => undefined)
}

function compileOperator(name: string, left: Read, right: Read, engine: Liquid): Read {
  if (name === 'and') return (run) => isTrue(left(run)) && isTrue(right(run))
  if (name === 'or') return (run) => isTrue(left(run)) || isTrue(right(run))
  const compare = compileComparison(name, engine)
  return (run) => compare(run, left(run), right(run))
}

/** Compiles an operator on two values at hand. */
export function compileComparison(
  name: string,
  engine: Liquid,
): (run: Run, one: unknown, other: unknown) => unknown {
  const operator = (defaultOperators as Record<string, Operator>)[name]
  if (operator === undefined) throw new Error(`there is no operator "${name}"`)
  const context = { opts: engine.options }
  return (run, one, other) => {
    // Lists are compared item by item.
    if (Array.isArray(one)) run.step(one.length / ITEMS_A_STEP)
    return toValueSync(operator(one, other, context) as never)
  }
}

function compileFilter(input: Read, filter: FilterNode, engine: Liquid, scope: Scope): Read {
  const args = filter.args.map((arg): Read => {
    if (!Array.isArray(arg)) return compileToken(arg as Token, engine, scope)
    const [key, token] = arg as readonly [string, Token]
    const read = compileToken(token, engine, scope)
    return (run) => [key, read(run)]
  })
  const { handler, token } = filter
  return (run) => {
    const receiver = { context: contextOf(run, engine), token, liquid: engine }
    return toValueSync(handler.apply(receiver, [input(run), ...args.map((arg) => arg(run))]) as never)
  }
}

/** Filters look for their limits and options in the library's context; one serves a whole rendering. */
function contextOf(run: Run, engine: Liquid): unknown {
  run.context ??= new Context({}, engine.options, { sync: true, memoryLimit: MEMORY_LIMIT })
  return run.context
}

function compilePath(token: PathToken, engine: Liquid, scope: Scope): Read {
  if (token.variable !== undefined) {
    return follow(compileToken(token.variable, engine, scope), compileKeys(token.props, engine, scope))
  }
  const [root, ...rest] = token.props
  const name = rootName(root)
  if (name === undefined) throw new Error('a variable begins with its name')
  noteRead(name, rest, scope)
  return follow(compileRoot(name, scope), compileKeys(rest, engine, scope))
}

/** The library's own analysis counts lines for every variable from the start: a long template took seconds. */
function noteRead(name: string, rest: readonly Token[], { loops, binds, reads }: Scope): void {
  if (binds.has(name) || (name === 'forloop' && loops.length > 0)) return
  const steps = rest.map((prop) => ('content' in prop ? prop.content : undefined))
  const end = steps.findIndex((step) => typeof step !== 'string')
  reads.add([name, ...steps.slice(0, end < 0 ? undefined : end)].join('.'))
}

/** A root that is computed would read what nobody can tell before. */
function rootName(root: Token | undefined): string | undefined {
  if (root === undefined || !('content' in root)) return undefined
  return typeof root.content === 'string' ? root.content : undefined
}

const compileKeys = (props: readonly Token[], engine: Liquid, scope: Scope): readonly Read[] =>
  props.map((prop) => compileToken(prop, engine, scope))

function follow(read: Read, keys: readonly Read[]): Read {
  const [first, second] = keys
  if (first === undefined) return read
  if (second === undefined) return (run) => property(read(run), toValue(first(run)))
  return (run) => {
    let value = read(run)
    for (const key of keys) value = property(value, toValue(key(run)))
    return value
  }
}

function compileRoot(name: string, { loops }: Scope): Read {
  const bound = loops.findLast((loop) => loop.name === name)
  if (bound !== undefined) return ({ frames }) => frames[bound.depth]?.item
  const around = loops.at(-1)
  if (name === 'forloop' && around !== undefined) return (run) => forloop(run, around.depth)
  return ({ assigned, data, attributes }) => {
    if (assigned !== undefined && name in assigned) return assigned[name]
    if (name === 'data') return data
    return Object.hasOwn(attributes, name) ? attributes[name] : undefined
  }
}

function forloop({ frames }: Run, depth: number): Readonly<Record<string, unknown>> | undefined {
  const frame = frames[depth]
  if (frame === undefined) return undefined
  const { index, length } = frame
  return {
    index0: index,
    index: index + 1,
    rindex0: length - index - 1,
    rindex: length - index,
    first: index === 0,
    last: index === length - 1,
    length,
  }
}

/** A property as Liquid has it: own ones, negative indexes, and `size`, `first` and `last`. */
export function property(target: unknown, key: unknown): unknown {
  const value = toValue(target) as unknown
  if (value === null || value === undefined) return value
  if (Array.isArray(value)) {
    if (typeof key === 'number') return value[key < 0 ? value.length + key : key]
    if (key === 'size') return value.length
    if (key === 'first') return value[0]
    if (key === 'last') return value.at(-1)
  }
  if (typeof value === 'string') return key === 'size' ? value.length : undefined
  if (typeof value !== 'object') return undefined
  if (Object.hasOwn(value, key as string)) return (value as Record<string, unknown>)[key as string]
  return key === 'size' ? Object.keys(value).length : undefined
}

/** What a loop runs over: a list, the pairs of an object, or one string. */
export function itemsOf(value: unknown): readonly unknown[] {
  const plain = toValue(value) as unknown
  if (Array.isArray(plain)) return plain
  if (typeof plain === 'string') return plain === '' ? [] : [plain]
  return typeof plain === 'object' && plain !== null ? Object.entries(plain) : []
}
