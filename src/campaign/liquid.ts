/**
 * Liquid as it may be written here: which tags and filters there are, and from `liquidjs`'s parse to the tree of
 * template.ts. What would unescape a value, read a file, read the clock or evaluate text as an expression does not
 * exist; everything else is the language that storefront people know. Pure.
 */
import {
  AssignTag,
  filters as allFilters,
  CaseTag,
  CommentTag,
  defaultOptions,
  EchoTag,
  ForTag,
  IfTag,
  InlineCommentTag,
  type Liquid,
  LiquidTag,
  Output,
  Parser,
  type Template,
  type Token,
  TypeGuards,
  toValue,
  UnlessTag,
  type Value,
} from 'liquidjs'
import { err, ok, type Result } from '../kit/result.ts'
import { hint } from '../kit/suggest.ts'
import { compileComparison, compileToken, compileValue, isTrue, itemsOf, type Scope } from './expression.ts'
import type { Branch, Node, Read, Run } from './template.ts'

/**
 * `capture` would escape twice; `break` and `continue` could leave an element open; `increment` and `decrement` write
 * into what they read; `cycle` and `tablerow` make output of their own; the rest reads files or switches escaping off.
 */
const TAGS = {
  assign: AssignTag,
  case: CaseTag,
  comment: CommentTag,
  echo: EchoTag,
  for: ForTag,
  if: IfTag,
  liquid: LiquidTag,
  unless: UnlessTag,
  '#': InlineCommentTag,
}

/** No `raw`; no `sample`, nor `*_exp`, whose argument is an expression that nobody can look into beforehand. */
const FILTERS = (
  'abs append array_to_sentence_string at_least at_most capitalize ceil cgi_escape compact concat date default ' +
  'divided_by downcase escape escape_once find find_index first floor group_by has join json jsonify last lstrip map ' +
  'minus modulo normalize_whitespace number_of_words plus prepend reject remove remove_first remove_last replace ' +
  'replace_first replace_last reverse round rstrip size slice slugify sort sort_natural split squish strip strip_html ' +
  'strip_newlines sum times truncate truncatewords uniq upcase uri_escape url_encode where xml_escape'
).split(' ')

/** Longest template the parser looks at. */
const PARSE_LIMIT_CHARS = 64 * 1024
const MAX_LOOP_DEPTH = 3
/** Characters of a date's format: each of its parts is worked out anew for every page. */
const DATE_FORMAT_MAX = 200

type Filter = (this: unknown, value: unknown, ...args: readonly unknown[]) => unknown

/**
 * What the library's parser and filters ask of an engine. Its own class would bring every tag there is, the reading of
 * files and a way to render that nobody takes.
 */
const engine = {
  options: {
    ...defaultOptions,
    ownPropertyOnly: true,
    strictFilters: true,
    relativeReference: false,
    parseLimit: PARSE_LIMIT_CHARS,
    timezoneOffset: 0,
    locale: 'en-US',
  },
  tags: withoutPrototype(TAGS),
  filters: withoutPrototype(filtersHere()),
} as unknown as Liquid

function filtersHere(): Readonly<Record<string, Filter>> {
  const library = allFilters as unknown as Readonly<Record<string, Filter>>
  const same: Filter = (value) => value
  const date = library.date as Filter
  return {
    ...Object.fromEntries(FILTERS.map((name) => [name, library[name] as Filter])),
    // Every value is escaped for where it stands, so these would only escape it twice.
    escape: same,
    escape_once: same,
    xml_escape: same,
    date(value, ...args) {
      if (String(args[0] ?? '').length > DATE_FORMAT_MAX) throw new Error('this format of a date is too long')
      // The library would read the clock; the visitor's own is in `clock`.
      return value === 'now' || value === 'today' ? undefined : date.apply(this, [value, ...args])
    },
  }
}

/** Authors' names are looked up in it. */
function withoutPrototype<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), entries) as Record<string, T>
}

/** A parsed template, before it is known where it will stand. */
export interface Parsed {
  readonly nodes: readonly Node[]
  /** Paths read from outside: attributes and `data.…`, dotted, up to the first computed step. */
  readonly reads: readonly string[]
  /** Names that it assigns or loops with. */
  readonly binds: readonly string[]
}

/** Is there anything to evaluate? A text without it is plain bytes. */
export const isTemplate = (source: string): boolean => source.includes('{{') || source.includes('{%')

/** Parses a template; the error is one sentence for its author. */
export function parseLiquid(source: string): Result<Parsed, string> {
  try {
    const scope: Scope = { loops: [], binds: new Set(), reads: new Set() }
    const nodes = convert(new Parser(engine).parse(source), scope)
    return ok({ nodes, reads: [...scope.reads].sort(), binds: [...scope.binds] })
  } catch (cause) {
    return err(explain(cause))
  }
}

function explain(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  const filter = /undefined filter: (\S+?)(?:,|$)/.exec(message)?.[1]
  if (filter !== undefined) return `there is no filter "${filter}"${hint(filter, FILTERS)} (${message})`
  const tag = /tag "(\S+)" not found/.exec(message)?.[1]
  if (tag !== undefined) return `there is no tag "${tag}"${hint(tag, Object.keys(TAGS))} (${message})`
  return message
}

const convert = (templates: readonly Template[], scope: Scope): readonly Node[] =>
  templates.flatMap((template) => convertOne(template, scope))

function convertOne(template: Template, scope: Scope): readonly Node[] {
  if (TypeGuards.isHTMLToken(template.token)) return [{ kind: 'static', text: template.token.getContent() }]
  if (template instanceof Output) return [{ kind: 'output', read: read(template.value, scope) }]
  if (template instanceof EchoTag) return convertEcho(template, scope)
  if (template instanceof AssignTag) return [convertAssign(template, scope)]
  if (template instanceof IfTag || template instanceof UnlessTag) return [convertIf(template, scope)]
  if (template instanceof CaseTag) return [convertCase(template, scope)]
  if (template instanceof ForTag) return [convertFor(template, scope)]
  if (template instanceof LiquidTag) return convert(parts<BodyParts>(template).templates, scope)
  return []
}

const read = (value: Value, scope: Scope): Read => compileValue(value, engine, scope)

/** The members of the library's tags that its declarations call private. */
const parts = <T>(template: unknown): T => template as T
interface BodyParts {
  readonly templates: readonly Template[]
}
interface BranchParts {
  readonly branches: readonly {
    readonly value: Value
    readonly values: readonly Token[]
    readonly templates: readonly Template[]
  }[]
  readonly elseTemplates?: readonly Template[]
}
interface CaseParts extends BranchParts {
  readonly value: Value
}
interface ForParts extends BodyParts {
  readonly variable: string
  readonly collection: Token
  readonly hash: { readonly hash: Readonly<Record<string, Token | undefined>> }
  readonly elseTemplates: readonly Template[]
}

function convertEcho(template: EchoTag, scope: Scope): readonly Node[] {
  const { value } = parts<{ readonly value?: Value }>(template)
  return value === undefined ? [] : [{ kind: 'output', read: read(value, scope) }]
}

function convertAssign(template: AssignTag, scope: Scope): Node {
  const { key, value } = parts<{ readonly key: string; readonly value: Value }>(template)
  const assigned = read(value, scope)
  scope.binds.add(key)
  return { kind: 'assign', name: key, read: assigned }
}

function convertIf(template: IfTag | UnlessTag, scope: Scope): Node {
  const { branches, elseTemplates } = parts<BranchParts>(template)
  const converted = branches.map(({ value, templates }, index): Branch => {
    const test = read(value, scope)
    const negated = template instanceof UnlessTag && index === 0
    return { test: (run) => isTrue(test(run)) !== negated, body: convert(templates, scope) }
  })
  return { kind: 'choice', branches: converted, otherwise: convert(elseTemplates ?? [], scope), every: false }
}

function convertCase(template: CaseTag, scope: Scope): Node {
  const { value, branches, elseTemplates } = parts<CaseParts>(template)
  const target = read(value, scope)
  const equals = compileComparison('==', engine)
  const converted = branches.map(({ values, templates }): Branch => {
    const wanted = values.map((token) => compileToken(token, engine, scope))
    const test = (run: Run) => {
      const actual = toValue(target(run)) as unknown
      return wanted.some((want) => equals(run, actual, want(run)))
    }
    return { test, body: convert(templates, scope) }
  })
  return { kind: 'choice', branches: converted, otherwise: convert(elseTemplates ?? [], scope), every: true }
}

function convertFor(template: ForTag, scope: Scope): Node {
  const { variable, collection, hash, templates, elseTemplates } = parts<ForParts>(template)
  const depth = scope.loops.length
  if (depth >= MAX_LOOP_DEPTH) throw new Error(`nest loops at most ${MAX_LOOP_DEPTH} deep`)
  const items = compileItems(collection, scope)
  const select = compileSelection(hash.hash, scope)
  scope.binds.add(variable)
  const inner: Scope = { ...scope, loops: [...scope.loops, { name: variable, depth }] }
  const body = convert(templates, inner)
  return { kind: 'loop', depth, items, select, body, otherwise: convert(elseTemplates, scope) }
}

function compileItems(collection: Token, scope: Scope): (run: Run) => readonly unknown[] {
  const items = compileToken(collection, engine, scope)
  return (run) => itemsOf(items(run))
}

/** `offset`, `limit` and `reversed` in this order, whatever the order written, as the library has it. */
function compileSelection(
  modifiers: Readonly<Record<string, Token | undefined>>,
  scope: Scope,
): (run: Run, items: readonly unknown[]) => readonly unknown[] {
  const names = Object.keys(modifiers)
  const unknown = names.find((name) => !MODIFIERS.includes(name))
  if (unknown !== undefined) throw new Error(`a loop has no "${unknown}"${hint(unknown, MODIFIERS)}`)
  if (names.length === 0) return (_run, items) => items
  const offset = modifiers.offset && compileToken(modifiers.offset, engine, scope)
  const limit = modifiers.limit && compileToken(modifiers.limit, engine, scope)
  const isReversed = 'reversed' in modifiers
  return (run, items) => {
    let list = items
    if (offset !== undefined) list = list.slice(toValue(offset(run)) as number)
    if (limit !== undefined) list = list.slice(0, toValue(limit(run)) as number)
    return isReversed ? list.toReversed() : list
  }
}
const MODIFIERS = ['offset', 'limit', 'reversed']
