/**
 * JSX as markup: what the pages for shoppers are written in. An element becomes text at once, and its values become
 * markup by `html.ts` like any other data. Nothing of a browser's is in it (state, events, streams), which is most of
 * what a library weighs. Pure.
 */
import type { JSX as Library } from 'hono/jsx/jsx-runtime'
import { escapeAttribute, escapeText } from './html.ts'

/** Markup, as told from text that has yet to become it. */
export class Markup {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  toString(): string {
    return this.#text
  }
}

/** What may stand between tags. Text is escaped; null, undefined, true and false are nothing. */
export type Child = Markup | string | number | boolean | null | undefined | readonly Child[]

export type Props = Readonly<Record<string, unknown>> & { readonly children?: Child }

/** Written by hand into the source, never made of data; escaped it would be another text (HTML, section 13.1.2.6). */
const RAW = 'script'
/** Elements without an end tag (HTML, section 13.1.2). */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/

/** One element: of a name, or of a function that gives one. What the compiler makes of `<a href="/">…</a>`. */
export function jsx(element: string | ((props: never) => Markup), props: Props): Markup {
  if (typeof element === 'function') return element(props as never)
  const { children, ...attributes } = props
  const tag = `<${element}${Object.entries(attributes).map(attribute).join('')}>`
  if (VOID.test(element)) return new Markup(tag)
  return new Markup(`${tag}${element === RAW ? (children ?? '') : markupOf(children)}</${element}>`)
}

export { jsx as jsxDEV, jsx as jsxs }

export const Fragment = ({ children }: Props): Markup => new Markup(markupOf(children))

/** An attribute that is true has an empty value, one that is false does not stand. */
function attribute([name, value]: readonly [string, unknown]): string {
  if (value === false || value === null || value === undefined) return ''
  return ` ${name}="${value === true ? '' : escapeAttribute(String(value))}"`
}

function markupOf(child: Child): string {
  if (typeof child === 'string' || typeof child === 'number') return escapeText(`${child}`)
  if (child instanceof Markup) return `${child}`
  return Array.isArray(child) ? child.map(markupOf).join('') : ''
}

/** For the compiler: what elements there are, and what attributes they take, is the library's to say. */
export declare namespace JSX {
  type Element = Markup
  type IntrinsicElements = Library.IntrinsicElements
  interface ElementChildrenAttribute {
    children: Child
  }
}
