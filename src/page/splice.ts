/** Attribute edits as splices into a start tag; the tag was parsed when the page was cut. Pure. */

import type { Fill } from './model.ts'
import type { Facts } from './proof.ts'
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

export interface Spliced {
  readonly splices: readonly Splice[]
  /** For each fill, whether its attribute, or all its classes, had been settled by one before. */
  readonly taken: readonly boolean[]
}

/** What some fills came to on one tag. */
interface Remembered {
  readonly makings: readonly unknown[]
  readonly spliced: Spliced
}

/** By page, then by where the tag starts, the last ones last: it goes with the page, and keeps none alive. */
const remembered = new WeakMap<Uint8Array, Map<number, Remembered[]>>()

/** As many arms as a campaign on one tag is likely to have. */
const WAYS_MAX = 4

/** What tells one fill from another: rendering gives the same object for the same words. */
const makingOf = (fill: AttributeFill): unknown =>
  fill.action === 'setAttribute' ? fill.bytes : fill.action === 'removeAttribute' ? fill.name : fill.names

/**
 * As `spliceAttributes`, for a page that is kept: its start tags are spliced in the same few ways for all visitors, and
 * those are remembered.
 */
export function spliceKept(
  page: Uint8Array,
  facts: Facts,
  fills: readonly AttributeFill[],
  read: Read,
): Spliced {
  const ways = waysOf(page, facts.start)
  const known = ways.find(({ makings }) => isSame(makings, fills))
  if (known !== undefined) return known.spliced
  const spliced = spliceAttributes(facts, fills, read)
  if (ways.length >= WAYS_MAX) ways.shift()
  ways.push({ makings: fills.flatMap(tellings), spliced })
  return spliced
}

function waysOf(page: Uint8Array, tag: number): Remembered[] {
  let tags = remembered.get(page)
  if (tags === undefined) {
    tags = new Map()
    remembered.set(page, tags)
  }
  let ways = tags.get(tag)
  if (ways === undefined) {
    ways = []
    tags.set(tag, ways)
  }
  return ways
}

/** Three words a fill: its making alone would take `addClass` for `removeClass`, and one attribute for another. */
const tellings = (fill: AttributeFill): unknown[] => [
  makingOf(fill),
  fill.action,
  'name' in fill ? fill.name : undefined,
]

function isSame(makings: readonly unknown[], fills: readonly AttributeFill[]): boolean {
  if (makings.length !== fills.length * 3) return false
  return fills.every(
    (fill, at) =>
      makings[at * 3] === makingOf(fill) &&
      makings[at * 3 + 1] === fill.action &&
      makings[at * 3 + 2] === ('name' in fill ? fill.name : undefined),
  )
}

const SPACE = new Uint8Array([0x20])
const QUOTE = new Uint8Array([0x22])
const encoder = new TextEncoder()

/** `fills` by priority. */
export function spliceAttributes(facts: Facts, fills: readonly AttributeFill[], read: Read): Spliced {
  const values = new Map<string, Uint8Array | null>()
  const classes = new Map<string, boolean>()
  const taken = fills.map((fill) => !(isClassed(fill) ? settle(classes, fill) : claim(values, fill)))
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

const isClassed = (fill: AttributeFill): fill is Classed =>
  fill.action === 'addClass' || fill.action === 'removeClass'

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
  let tokens = (value ?? '').split(/[\t\n\f\r ]+/).filter((token) => token !== '')
  let isChanged = false
  for (const [plain, isAdded] of classes) {
    const raw = PLAIN.test(plain) ? plain : binary(encoder.encode(plain.toWellFormed()))
    const token = PLAIN.test(plain) ? plain : raw.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    const isThere = tokens.includes(token) || (raw !== token && tokens.includes(raw))
    if (isThere === isAdded) continue
    isChanged = true
    if (isAdded) tokens.push(token)
    else tokens = tokens.filter((one) => one !== token && one !== raw)
  }
  return isChanged ? fromBinary(tokens.join(' ').replaceAll('"', '&quot;')) : undefined
}

/** Class names that are their own bytes and need no escape. */
const PLAIN = /^[!#-%'-~]*$/

/** One code unit a byte. */
function binary(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number)
  return text
}

function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
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
    // Attribute names are ASCII: whoever published the edit made sure.
    const pair = [fromBinary(`${at < 0 ? ' ' : ''}${attribute}="`), value, QUOTE]
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
