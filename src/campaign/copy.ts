/**
 * Every text of a campaign that a visitor or the web could see, and which attributes it could print. For the guard;
 * nothing here is ever shown. Pure.
 */
import { decodeBasic } from '../kit/html.ts'
import { isRecord } from './condition.ts'
import { attributePath } from './datause.ts'
import { isTemplate, parseLiquid } from './liquid.ts'
import type { Campaign } from './model.ts'

type Steps = readonly (string | number)[]
type Data = Readonly<Record<string, unknown>>

/** One text, and where it stands in its campaign. */
export interface Shown {
  readonly steps: Steps
  readonly text: string
}

const TAGS = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g
const QUOTED = /'([^']*)'|"([^"]*)"/g
/** What stands between words, or inside of one to hide it: comments, tags, entities that are no letters. */
const HOLES = /<!--[\s\S]*?-->|<(?:"[^"]*"|'[^']*'|[^'"<>])*>|&\w+;/g
const ACCENTED = /&([a-z])(?:acute|grave|circ|tilde|uml|cedil|ring|slash|caron);/gi
const ESCAPED = /(?:%[0-9a-f]{2})+/gi

/**
 * Texts around the words: ids, addresses and selectors. They stand in the page's source or in its headers, though nobody
 * is spoken to by them.
 */
export function namesOf({ id, group, pages, supply, variants }: Campaign): readonly Shown[] {
  const shown: Shown[] = []
  const add = (text: string | undefined, ...steps: Steps): void => {
    if (text !== undefined) shown.push({ steps, text: decoded(text) })
  }
  add(id, 'id')
  add(group, 'group')
  add(supply?.sku, 'supply', 'sku')
  add(supply?.capacity, 'supply', 'capacity')
  for (const [index, page] of pages.entries()) add(page, 'pages', index)
  for (const [v, variant] of variants.entries()) {
    add(variant.id, 'variants', v, 'id')
    add(variant.redirect, 'variants', v, 'redirect')
    for (const [e, edit] of variant.edits.entries()) {
      const { selector, target, name: attribute } = edit as Readonly<Record<string, string | undefined>>
      add(selector?.replace(NOT_NAMED, ' '), 'variants', v, 'edits', e, 'selector')
      add(target?.replace(NOT_NAMED, ' '), 'variants', v, 'edits', e, 'target')
      if (attribute?.startsWith('data-')) add(attribute, 'variants', v, 'edits', e, 'name')
    }
  }
  return shown
}

/** Of a selector, what CSS itself calls so: `:first-child`. */
const NOT_NAMED = /:[\w-]+/g

/**
 * The ways to read a value: as it is written, expressions and the insides of tags included; with tags for blanks; and with
 * tags for nothing at all, as a word is read that they cut in two.
 */
export const waysToRead = (source: string): readonly string[] => [
  decoded(source),
  ...[' ', ''].map((gap) => decoded(source.replace(TAGS, literalOf)).replace(HOLES, gap)),
]

/** What an output says by itself. Of other tags a hole is left. */
const literalOf = (tag: string): string =>
  tag.startsWith('{%')
    ? '<>'
    : `<>${[...tag.matchAll(QUOTED)].map((found) => found.slice(1).join('')).join('')}<>`

const decoded = (text: string): string =>
  decodeBasic(text.replace(ACCENTED, '$1')).replace(ESCAPED, tryDecode)

function tryDecode(bytes: string): string {
  try {
    return decodeURIComponent(bytes)
  } catch {
    return bytes
  }
}

/** Only the expressions of a value. */
export const expressionsOf = (source: string): string => (source.match(TAGS) ?? []).join(' ')

/** Names and texts of a campaign's own data, which its templates may say. */
export const wordsOfData = (data: Data): string => wordsIn(data).join(' . ')

function wordsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(wordsIn)
  return isRecord(value) ? Object.entries(value).flatMap(([key, member]) => [key, ...wordsIn(member)]) : []
}

/** Tags whose expressions only choose between words. */
const CHOOSES = /^\{%-?\s*(?:if|elsif|unless|else|end\w+|case|when|comment)\b/
/** All that a choice may ask of a distance: whole kilometres, or whether it is known. */
const COARSE =
  /(?<=\b(?:if|elsif|unless|and|or)\s+)store\.km\s*(?:[<>=!]+\s*[1-9]\d*(?![\w.])|(?=and\b|or\b|-?%\}))/g
const DISTANCE = /\bstore\s*(?:\.\s*km\b|\[)/
const UNDER_ONE = /store\.km\s*<\s*1(?![\d.])/

/** Does a choice between words depend on less than a kilometre, or on what cannot be told beforehand? */
export const comparesFinely = (source: string): boolean =>
  choicesIn(source).some((tag) => DISTANCE.test(tag.replace(COARSE, '')))

/** Does it depend on being closer than a kilometre, which only a shared position tells? */
export const needsPlace = (source: string): boolean =>
  comparesFinely(source) || choicesIn(source).some((tag) => UNDER_ONE.test(tag))

const choicesIn = (source: string): readonly string[] =>
  (source.match(TAGS) ?? []).filter((tag) => CHOOSES.test(tag))

/**
 * Attribute paths that a template could print, with the filters of each: outputs, and whatever is assigned or looped
 * over, since that can be printed later. `{% if %}` chooses words and prints nothing.
 */
export function printedPaths(source: string): readonly Printed[] {
  if (!isTemplate(source)) return []
  return (source.match(TAGS) ?? []).filter((tag) => !CHOOSES.test(tag)).flatMap(printedBy)
}

export interface Printed {
  readonly path: string
  /** As `round`, in order. */
  readonly filters: readonly string[]
}

function printedBy(tag: string): readonly Printed[] {
  const expression = tag.slice(2, -2).replace(/^-|-$/g, '').trim()
  const isOutput = tag.startsWith('{{')
  const value = isOutput ? expression : valueOfTag(expression)
  const parsed = parseLiquid(`{{ ${value} }}`)
  if (!parsed.ok) return wordsAsPaths(expression)
  const [, ...filters] = value.replace(QUOTED, "''").split('|')
  return parsed.value.reads.flatMap((read) => {
    const path = attributePath(read)
    return path === undefined
      ? []
      : [{ path, filters: isOutput ? filters.map((filter) => filter.trim()) : [] }]
  })
}

/** What a tag gives a name to, or prints: `assign x = …`, `echo …`, `for x in …`. */
const valueOfTag = (expression: string): string =>
  expression
    .replace(/^(?:assign\s+[\w-]+\s*=|echo\b|for\s+[\w-]+\s+in\b)/, '')
    .replace(/\s(?:limit|offset|reversed)\b.*$/, '')

/** For what cannot be read alone (`{% liquid %}`): every name in it that is an attribute. */
const wordsAsPaths = (expression: string): readonly Printed[] =>
  (expression.replace(QUOTED, ' ').match(/[A-Za-z_][\w.-]*/g) ?? []).flatMap((word) => {
    const path = attributePath(word)
    return path === undefined ? [] : [{ path, filters: [] }]
  })
