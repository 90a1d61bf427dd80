/**
 * What the markup of a variant may hold. An author is trusted to write for the shop, not to be careful: these are the
 * elements and attributes through which a pasted snippet, or a value of the request, would become code. Pure.
 */
import { decodeBasic, isSafeUrlMarkup, isUrlAttribute, isUrlList, takesData } from '../kit/html.ts'
import { traits, VOID } from '../page/elements.ts'

/** They run code, embed documents of other engines, change how the whole page is read, or parse by rules of their own. */
const FORBIDDEN_ELEMENTS = new Set(
  (
    'script object embed applet base plaintext xmp noembed noframes frame frameset html head body ' +
    'foreignobject annotation-xml'
  ).split(' '),
)
/** Their URL is a document or a style sheet, so a value of the request may not choose it. */
const TRUSTED_URL_ELEMENTS = new Set(['iframe', 'link', 'use', 'image', 'feimage', 'track'])
/** Inside svg and math these follow other rules than in HTML; what one parser reads as text the other may not. */
const NOT_IN_FOREIGN = new Set('style title textarea iframe noscript select'.split(' '))

/** One attribute of a start tag, as written. */
export interface WrittenAttribute {
  /** Lower case. */
  readonly name: string
  /** Fixed markup of the value; what expressions add is not in it. */
  readonly value: string
  readonly hasData: boolean
}

/** Says what is wrong with an element, or undefined. */
export function elementProblem(element: string, isForeign: boolean): string | undefined {
  if (FORBIDDEN_ELEMENTS.has(element)) return `<${element}> may not stand in an edit`
  if (isForeign && NOT_IN_FOREIGN.has(element) && element !== 'title') {
    return `<${element}> may not stand inside <svg> or <math>`
  }
  return undefined
}

/** Says what is wrong with an attribute, or undefined. */
export function attributeProblem(element: string, attribute: WrittenAttribute): string | undefined {
  const { name, value, hasData } = attribute
  if (name.startsWith('on'))
    return `"${name}" is a script; use an element of the page and its own script instead`
  if (name === 'srcdoc' || name === 'http-equiv' || name === 'nonce')
    return `"${name}" may not be set by an edit`
  if (name === 'attributename' && /^\s*(?:on|href|xlink)/i.test(decodeBasic(value))) {
    return `an animation may not change "${value}"`
  }
  if (hasData) return dataProblem(element, name)
  if (isUrlAttribute(name) && !isSafeUrlMarkup(value, isUrlList(name))) return unsafeUrl(name)
  return undefined
}

function dataProblem(element: string, name: string): string | undefined {
  if (!takesData(name)) return `an expression may not stand in the attribute "${name}"`
  if (isUrlAttribute(name) && TRUSTED_URL_ELEMENTS.has(element)) {
    return `an expression may not choose what <${element}> loads`
  }
  return undefined
}

export const unsafeUrl = (name: string): string =>
  `the URL in "${name}" is not safe: use http, https, mailto, tel or a relative URL`

/** Has this element no end tag? Only in HTML is `image` another word for `img`; in a picture it is one that ends. */
export const isVoid = (element: string): boolean => (traits(element) & VOID) !== 0 && element !== 'image'
