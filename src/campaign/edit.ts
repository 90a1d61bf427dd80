/**
 * One edit, compiled: from its author's words to finished bytes for one visitor. Every sink escapes by its own rule;
 * a value that is not safe where it should go gives no fill, never a broken page. Pure.
 */
import {
  choosesLoad,
  escapeAttribute,
  escapeText,
  isSafeClass,
  isSafeUrlMarkup,
  isUrlAttribute,
  isUrlList,
  safeUrl,
  safeUrlList,
} from '../kit/html.ts'
import { analyzeFragment, joinNeeds } from '../page/fragment.ts'
import type { Fill } from '../page/model.ts'
import { isTemplate, parseLiquid } from './liquid.ts'
import { inspectMarkup, sample } from './markup.ts'
import type { Attributes, CompiledEdit, Edit } from './model.ts'
import { compileNodes, type Node, Run, type Sink } from './template.ts'

type Data = Readonly<Record<string, unknown>>
type Render = CompiledEdit['render']
/** A template, ready to give its text for these attributes, or null where there is no safe one. */
interface Text {
  readonly read: (attributes: Attributes) => string | null
  /** It reads nothing of the visitor. */
  readonly isFixed: boolean
}
type ContentAction = Extract<Fill, { needs: number }>['action']

const encoder = new TextEncoder()
const REFUSED: Render = () => null

const anyUrl = (): boolean => true
const MARKUP_SINK: Sink = { value: escapeAttribute, fixed: (text) => text, isUrl: isSafeUrlMarkup }
const TEXT_SINK: Sink = { value: escapeText, fixed: escapeText, isUrl: anyUrl }
/** The whole is escaped, parsed or split afterwards. */
const PLAIN_SINK: Sink = { value: (text) => text, fixed: (text) => text, isUrl: anyUrl }

/** Classes that one edit may set. */
export const MAX_CLASSES = 32

/** Compiles on the first rendering: of a large release one isolate serves a few pages, and starts at once. */
export function compileEdit(edit: Edit, data: Data): CompiledEdit {
  let render: Render | undefined
  return {
    edit,
    render(attributes, slot, target) {
      try {
        render ??= prepare(edit, data)
        return render(attributes, slot, target)
      } catch {
        return null
      }
    },
  }
}

function prepare(edit: Edit, data: Data): Render {
  switch (edit.action) {
    case 'text':
      return content(textIn(edit.value, data, TEXT_SINK), 'inner', 0)
    case 'html':
      return markup(edit.value, data, 'inner')
    case 'replace':
    case 'before':
    case 'after':
    case 'prepend':
    case 'append':
      return markup(edit.value, data, edit.action)
    case 'remove':
      return (_attributes, slot) => ({ slot, action: 'remove' })
    case 'setAttribute':
      return setAttribute(edit.name.toLowerCase(), textIn(edit.value, data, PLAIN_SINK))
    case 'removeAttribute': {
      const name = edit.name.toLowerCase()
      const loads = choosesLoad(name)
      return (_attributes, slot) => ({ slot, action: 'removeAttribute', name, loads })
    }
    case 'addClass':
    case 'removeClass':
      return classes(edit.action, textIn(edit.value, data, PLAIN_SINK))
    case 'move':
      return (_attributes, slot, target) => ({ slot, action: 'move', target, position: edit.position })
  }
}

function markup(source: string, data: Data, action: ContentAction): Render {
  const parsed = sourceOf(source)
  if (parsed === null) return REFUSED
  const { nodes, problems } = inspectMarkup(parsed.nodes)
  if (problems.length > 0) return REFUSED
  const full = analyzeFragment(sample(nodes, true))
  const bare = analyzeFragment(sample(nodes, false))
  if (!full.ok || !bare.ok) return REFUSED
  return content(compile({ ...parsed, nodes }, data, MARKUP_SINK), action, joinNeeds(full.needs, bare.needs))
}

function content(text: Text, action: ContentAction, needs: number): Render {
  const bytesOf = finished(text, (words) => encoder.encode(words))
  return (attributes, slot) => {
    const bytes = bytesOf(attributes)
    return bytes === null ? null : { slot, action, bytes, needs }
  }
}

function setAttribute(name: string, text: Text): Render {
  const loads = choosesLoad(name)
  const bytesOf = finished(text, (words) => {
    const safe = valueFor(name, words)
    return safe === null ? null : encoder.encode(escapeAttribute(safe))
  })
  return (attributes, slot) => {
    const bytes = bytesOf(attributes)
    return bytes === null ? null : { slot, action: 'setAttribute', name, bytes, loads }
  }
}

/** The value as this attribute may have it, or null. */
export function valueFor(name: string, value: string): string | null {
  if (!isUrlAttribute(name)) return value
  return isUrlList(name) ? safeUrlList(value) : safeUrl(value)
}

function classes(action: 'addClass' | 'removeClass', text: Text): Render {
  const namesOf = finished(text, (words) => {
    const names = [...new Set(words.split(/\s+/).filter(isSafeClass))].slice(0, MAX_CLASSES)
    return names.length === 0 ? null : names
  })
  return (attributes, slot) => {
    const names = namesOf(attributes)
    return names === null ? null : { slot, action, names }
  }
}

/** Texts of one edit whose finished form is remembered. */
const MAX_TEXTS = 32
const MAX_TEXT_CHARS = 2_048

/**
 * What a text comes to at the end. Most visitors of a page see the same few words, so the last ones are remembered:
 * the very same value comes back, which stitching takes for a sign that its own work is done too. `finish` is pure.
 */
function finished<T>(text: Text, finish: (words: string) => T | null): (attributes: Attributes) => T | null {
  const known = new Map<string, T | null>()
  let fixed: T | null | undefined
  return (attributes) => {
    if (fixed !== undefined) return fixed
    const words = text.read(attributes)
    if (words === null) return null
    if (text.isFixed) {
      fixed = finish(words)
      return fixed
    }
    const found = known.get(words)
    if (found !== undefined) return found
    if (known.size >= MAX_TEXTS) known.clear()
    const made = finish(words)
    if (words.length <= MAX_TEXT_CHARS) known.set(words, made)
    return made
  }
}

interface Source {
  readonly nodes: readonly Node[]
  readonly isFixed: boolean
}

/** A source's tree: one fixed node where there is nothing to evaluate, null where it is not Liquid. */
function sourceOf(source: string): Source | null {
  if (!isTemplate(source)) return { nodes: [{ kind: 'static', text: source }], isFixed: true }
  const parsed = parseLiquid(source)
  if (!parsed.ok) return null
  const { nodes, reads } = parsed.value
  return { nodes, isFixed: reads.every((path) => path === 'data' || path.startsWith('data.')) }
}

function textIn(source: string, data: Data, sink: Sink): Text {
  const parsed = sourceOf(source)
  return parsed === null ? { read: () => null, isFixed: true } : compile(parsed, data, sink)
}

function compile({ nodes, isFixed }: Source, data: Data, sink: Sink): Text {
  const write = compileNodes(nodes, sink)
  return { isFixed, read: (attributes) => write(new Run(attributes, data)) }
}
