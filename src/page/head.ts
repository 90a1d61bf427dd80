/** What has to be known of a page's head before anything of ours is put into it. Pure. */
import { decodeBasic } from '../kit/html.ts'
import { ATTRIBUTE_INTS } from './scan-tag.ts'
import { readFacts, slotFrom, type Template } from './template.ts'

/** They are cut on every page that has campaigns, whatever those edit. */
export const HEAD_SELECTOR = 'head'
export const POLICY_SELECTOR = 'meta[http-equiv]'
export const HEAD_SELECTORS: readonly string[] = [HEAD_SELECTOR, POLICY_SELECTOR]

const POLICY = 'content-security-policy'
const latin1 = new TextDecoder('latin1')

/** The policies in a kept page's own `<meta>`; `slot` is that of `POLICY_SELECTOR`. */
export function metaPolicies(template: Template, slot: number): readonly string[] {
  const policies: string[] = []
  for (let at = slotFrom(template, slot); at < slotFrom(template, slot + 1); at++) {
    const attributes = attributesOf(template, template.table[at] as number)
    if (attributes.get('http-equiv')?.trim().toLowerCase() !== POLICY) continue
    policies.push(attributes.get('content') ?? '')
  }
  return policies
}

/** Of attributes that are repeated the first counts. */
function attributesOf(template: Template, element: number): ReadonlyMap<string, string> {
  const { attributes: ranges } = readFacts(template, element)
  const text = (from: number, to: number): string => latin1.decode(template.page.subarray(from, to))
  const attributes = new Map<string, string>()
  for (let i = 0; i < ranges.length; i += ATTRIBUTE_INTS) {
    const name = text(ranges[i] as number, ranges[i + 1] as number).toLowerCase()
    const from = ranges[i + 2] as number
    if (attributes.has(name)) continue
    attributes.set(name, from < 0 ? '' : decodeBasic(text(from, ranges[i + 3] as number)))
  }
  return attributes
}
