/** Attribute edits as splices into a start tag; the tag was parsed when the page was cut. Pure. */
import type { Facts } from './cut.ts'
import type { Fill } from './model.ts'
import { ATTRIBUTE_INTS } from './scan-tag.ts'

export type AttributeFill = Extract<
  Fill,
  { readonly action: 'setAttribute' | 'removeAttribute' | 'addClass' | 'removeClass' }
>

/** Bytes `from` to `to` of the page are exchanged for these. */
export interface Splice {
  readonly from: number
  readonly to: number
  readonly bytes: readonly Uint8Array[]
}

export const isAttributeFill = (fill: Fill): fill is AttributeFill =>
  fill.action === 'setAttribute' ||
  fill.action === 'removeAttribute' ||
  fill.action === 'addClass' ||
  fill.action === 'removeClass'

type Read = (from: number, to: number) => Uint8Array

const SPACE = new Uint8Array([0x20])
const QUOTE = new Uint8Array([0x22])
const encoder = new TextEncoder()

/** `fills` by priority. `taken`: those that found their attribute, or all their classes, settled by one before. */
export function spliceAttributes(
  facts: Facts,
  fills: readonly AttributeFill[],
  read: Read,
): { readonly splices: readonly Splice[]; readonly taken: readonly AttributeFill[] } {
  const values = new Map<string, Uint8Array | null>()
  const classes = new Map<string, boolean>()
  const taken: AttributeFill[] = []
  for (const fill of fills) {
    const isFirst = 'names' in fill ? settle(classes, fill) : claim(values, fill)
    if (!isFirst) taken.push(fill)
  }
  if (classes.size > 0) {
    const merged = mergeClasses(classValue(facts, values.get('class'), read), classes)
    if (merged !== undefined) values.set('class', merged)
  }
  const splices: Splice[] = []
  for (const [attribute, value] of values) splice(splices, facts, attribute, value, read)
  return { splices: splices.sort((a, b) => a.from - b.from), taken }
}

type Named = Extract<AttributeFill, { readonly action: 'setAttribute' | 'removeAttribute' }>
type Classed = Extract<AttributeFill, { readonly action: 'addClass' | 'removeClass' }>

function claim(values: Map<string, Uint8Array | null>, fill: Named): boolean {
  const key = fill.name.toLowerCase()
  if (values.has(key)) return false
  values.set(key, fill.action === 'setAttribute' ? fill.bytes : null)
  return true
}

/** False: every class it names was settled the other way before. */
function settle(classes: Map<string, boolean>, fill: Classed): boolean {
  const isAdded = fill.action === 'addClass'
  let isFirst = fill.names.length === 0
  for (const one of fill.names) {
    if (!classes.has(one)) classes.set(one, isAdded)
    if (classes.get(one) === isAdded) isFirst = true
  }
  return isFirst
}

/** The class attribute before classes are merged, as one code unit a byte; undefined where there is none. */
function classValue(facts: Facts, set: Uint8Array | null | undefined, read: Read): string | undefined {
  if (set === null) return undefined
  if (set !== undefined) return binary(set)
  const at = find(facts, 'class', 0, read)
  if (at < 0) return undefined
  const from = facts.attributes[at + 2] as number
  return from < 0 ? '' : binary(read(from, facts.attributes[at + 3] as number))
}

/** The merged value, escaped for double quotes; undefined where nothing changes. */
function mergeClasses(
  value: string | undefined,
  classes: ReadonlyMap<string, boolean>,
): Uint8Array | undefined {
  const tokens = (value ?? '').split(/[\t\n\f\r ]+/).filter((token) => token !== '')
  let isChanged = false
  for (const [plain, isAdded] of classes) {
    const token = binary(
      encoder.encode(plain.toWellFormed().replaceAll('&', '&amp;').replaceAll('"', '&quot;')),
    )
    const raw = binary(encoder.encode(plain.toWellFormed()))
    const isThere = tokens.includes(token) || tokens.includes(raw)
    if (isThere === isAdded) continue
    isChanged = true
    if (isAdded) tokens.push(token)
    else tokens.splice(0, tokens.length, ...tokens.filter((one) => one !== token && one !== raw))
  }
  if (!isChanged) return undefined
  return Uint8Array.from(tokens.join(' ').replaceAll('"', '&quot;'), (unit) => unit.charCodeAt(0))
}

const binary = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** `value` null takes the attribute away, every repetition of it: the next one would come into force. */
function splice(
  splices: Splice[],
  facts: Facts,
  attribute: string,
  value: Uint8Array | null,
  read: Read,
): void {
  let at = find(facts, attribute, 0, read)
  if (value !== null) {
    const pair = [encoder.encode(`${at < 0 ? ' ' : ''}${attribute}="`), value, QUOTE]
    const from = at < 0 ? facts.nameEnd : (facts.attributes[at] as number)
    splices.push({ from, to: at < 0 ? from : (facts.attributes[at + 4] as number), bytes: pair })
    return
  }
  for (; at >= 0; at = find(facts, attribute, at + ATTRIBUTE_INTS, read)) {
    // A space stays, so that a slash before it does not come to stand before the `>`.
    splices.push({
      from: facts.attributes[at] as number,
      to: facts.attributes[at + 4] as number,
      bytes: [SPACE],
    })
  }
}

/** Index of an attribute's record from `from` on, -1 where there is none. */
function find(facts: Facts, attribute: string, from: number, read: Read): number {
  const { attributes } = facts
  for (let at = from; at < attributes.length; at += ATTRIBUTE_INTS) {
    const start = attributes[at] as number
    const end = attributes[at + 1] as number
    if (end - start === attribute.length && isNamed(read(start, end), attribute)) return at
  }
  return -1
}

/** Compares without regard to ASCII case; `attribute` is in lower case. */
function isNamed(bytes: Uint8Array, attribute: string): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== attribute.charCodeAt(i)) return false
  }
  return true
}
