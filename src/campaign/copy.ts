/**
 * The words that a campaign may say: the fixed parts of its templates, without markup, and which attributes could be
 * printed among them. For the guard; nothing here is ever shown. Pure.
 */
import { decodeBasic } from '../kit/html.ts'
import { attributePath, templateOf, textsIn } from './datause.ts'
import { isTemplate, parseLiquid } from './liquid.ts'
import type { Edit } from './model.ts'

const TAGS = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g
const QUOTED = /'([^']*)'|"([^"]*)"/g
/** Attributes of markup that are read aloud or shown. */
const SPOKEN = /\s(?:alt|title|aria-label|placeholder|label|content)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi
const MARKUP = /<[^>]*>/g

/** Fixed text of an edit's value, texts inside its expressions included; '' where it says nothing. */
export function wordsOf(edit: Edit): string {
  const source = templateOf(edit)
  if (source === undefined || edit.action === 'addClass' || edit.action === 'removeClass') return ''
  if (edit.action === 'setAttribute' && !isSpoken(edit.name)) return ''
  const literals = (source.match(TAGS) ?? []).flatMap(quotedIn)
  const fixed = source.replace(TAGS, ' ')
  const spoken = [...fixed.matchAll(SPOKEN)].map(([, double, single]) => double ?? single ?? '')
  return decodeBasic([fixed.replace(MARKUP, ' '), ...spoken, ...literals].join(' . '))
}

const isSpoken = (name: string): boolean =>
  /^(?:alt|title|aria-.*|placeholder|label|content|value)$/i.test(name)

const quotedIn = (expression: string): readonly string[] =>
  [...expression.matchAll(QUOTED)].map(([, single, double]) => single ?? double ?? '')

/** Texts of a campaign's own data, which its templates may say. */
export const wordsOfData = (data: Readonly<Record<string, unknown>>): string => textsIn(data).join(' . ')

/** Tags whose expressions only choose between words. */
const CHOOSES = /^\{%-?\s*(?:if|elsif|unless|else|end\w+|case|when|comment)\b/

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
