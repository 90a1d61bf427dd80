/** What has to be known of a page's head before anything of ours is put into it. Pure. */
import { decodeBasic } from '../kit/html.ts'
import { ATTRIBUTE_INTS } from './scan-tag.ts'
import { readFacts, slotFrom, type Template } from './template.ts'

/** They are cut on every page that has campaigns, whatever those edit. */
export const HEAD_SELECTOR = 'head'
export const POLICY_SELECTOR = 'meta[http-equiv="content-security-policy" i]'
export const HEAD_SELECTORS: readonly string[] = [HEAD_SELECTOR, POLICY_SELECTOR]

const latin1 = new TextDecoder('latin1')

/** The policies in a kept page's own `<meta>`; `slot` is that of `POLICY_SELECTOR`. */
export function metaPolicies(template: Template, slot: number): readonly string[] {
  const elements = template.table.subarray(slotFrom(template, slot), slotFrom(template, slot + 1))
  return Array.from(elements, (element) => contentOf(template, element))
}

/** Of attributes that are repeated the first counts. */
function contentOf(template: Template, element: number): string {
  const { attributes: ranges } = readFacts(template, element)
  const text = (at: number): string =>
    latin1.decode(template.page.subarray(ranges[at] as number, ranges[at + 1] as number))
  for (let at = 0; at < ranges.length; at += ATTRIBUTE_INTS) {
    if (text(at).toLowerCase() !== 'content') continue
    return (ranges[at + 2] as number) < 0 ? '' : decodeBasic(text(at + 2))
  }
  return ''
}
