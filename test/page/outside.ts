/**
 * What a browser makes of a page, but for the places that were edited: two pages that differ only there give the same
 * text. parse5 is the judge.
 */
import { parse, type DefaultTreeAdapterTypes as T } from 'parse5'

/** Every fill of a law is made of this text, or of elements with this attribute. */
export const SENTINEL = 'QZQ'
export const SENTINEL_ATTRIBUTE = 'data-z'

export interface Mask {
  /** `u` of elements whose children do not count. */
  readonly emptied?: ReadonlySet<string>
  /** `u` of elements that do not count. */
  readonly removed?: ReadonlySet<string>
  /** Attributes that do not count. */
  readonly attributes?: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

/**
 * The tree as text, without fills, without what the mask names, and without white space: where white space goes around
 * tables depends on text that comes later.
 */
export function outside(html: string, mask: Mask): string {
  const { emptied = NONE, removed = NONE, attributes = NONE } = mask
  const lines: string[] = []
  let text = ''
  const flush = (): void => {
    const bare = text.replaceAll(SENTINEL, '').replace(/\s+/g, '')
    if (bare !== '') lines.push(`"${bare}"`)
    text = ''
  }
  const walk = (node: T.ChildNode | T.Document | T.DocumentFragment): void => {
    if (node.nodeName === '#text') text += (node as T.TextNode).value
    if (node.nodeName === '#comment') {
      flush()
      lines.push(`<!--${(node as T.CommentNode).data}-->`)
    }
    if ('tagName' in node) element(node)
    else if ('childNodes' in node) for (const child of node.childNodes) walk(child)
  }
  const element = (node: T.Element): void => {
    const unique = node.attrs.find((attribute) => attribute.name === 'u')?.value ?? ''
    if (removed.has(unique) || node.attrs.some((attribute) => attribute.name === SENTINEL_ATTRIBUTE)) return
    flush()
    const list = node.attrs.filter((attribute) => !attributes.has(attribute.name))
    lines.push(
      `<${node.namespaceURI.slice(-4)} ${node.tagName} ${list.map((one) => `${one.name}=${one.value}`).sort()}>`,
    )
    const inside: (T.ChildNode | T.DocumentFragment)[] = [...node.childNodes]
    if ('content' in node) inside.push((node as T.Template).content)
    if (!emptied.has(unique)) for (const child of inside) walk(child)
    flush()
    lines.push(`</>`)
  }
  walk(parse(html))
  flush()
  return lines.join('\n')
}
