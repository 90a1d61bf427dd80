/**
 * One edit, compiled: from its author's words to finished bytes for one visitor. Every sink escapes by its own rule;
 * a value that is not safe where it should go gives no fill, never a broken page. Pure.
 */
import {
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
      return (_attributes, slot) => ({ slot, action: 'removeAttribute', name })
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
  const bytesOf = encode(text)
  return (attributes, slot) => {
    const bytes = bytesOf(attributes)
    return bytes === null ? null : { slot, action, bytes, needs }
  }
}

function setAttribute(name: string, { read, isFixed }: Text): Render {
  const bytesOf = encode({
    isFixed,
    read(attributes) {
      const value = read(attributes)
      const safe = value === null ? null : valueFor(name, value)
      return safe === null ? null : escapeAttribute(safe)
    },
  })
  return (attributes, slot) => {
    const bytes = bytesOf(attributes)
    return bytes === null ? null : { slot, action: 'setAttribute', name, bytes }
  }
}

/** The value as this attribute may have it, or null. */
export function valueFor(name: string, value: string): string | null {
  if (!isUrlAttribute(name)) return value
  return isUrlList(name) ? safeUrlList(value) : safeUrl(value)
}

function classes(action: 'addClass' | 'removeClass', { read }: Text): Render {
  return (attributes, slot) => {
    const names = [...new Set(read(attributes)?.split(/\s+/).filter(isSafeClass))].slice(0, MAX_CLASSES)
    return names.length === 0 ? null : { slot, action, names }
  }
}

/**
 * Bytes of a text. What reads nothing of the visitor is rendered once; of the rest the last text is remembered, since
 * most visitors of a page see the same few words and encoding costs more than comparing.
 */
function encode({ read, isFixed }: Text): (attributes: Attributes) => Uint8Array | null {
  let lastText: string | null = null
  let lastBytes: Uint8Array | null = null
  return (attributes) => {
    if (isFixed && lastBytes !== null) return lastBytes
    const text = read(attributes)
    if (text === null) return null
    if (lastBytes === null || text !== lastText) {
      lastText = text
      lastBytes = encoder.encode(text)
    }
    return lastBytes
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
