/**
 * A Template is one ArrayBuffer: a table of integers (elements, their attributes, which selector matches which), then
 * the page's own bytes. It goes into a cache and comes out again without being parsed. Pure.
 *
 * Layout, 32-bit little-endian integers: header (see `HEAD`), slot index (slots + 1 offsets into the references),
 * references (element numbers), elements (`ELEMENT_INTS` each, in the order of the page), attributes, page bytes.
 */
import type { CutElement, Facts } from './proof.ts'
import { ATTRIBUTE_INTS } from './scan-tag.ts'

export interface Template {
  readonly buffer: ArrayBuffer
  /** The integers in front of the page. */
  readonly table: Int32Array
  /** As the storefront sent it; a view, not a copy. */
  readonly page: Uint8Array<ArrayBuffer>
  readonly slots: number
  readonly elements: number
  /** Index of the first reference, element and attribute in `table`. */
  readonly references: number
  readonly records: number
  readonly attributes: number
  /** Bytes it takes in memory. */
  readonly byteLength: number
}

/** 'SELV', and a number that changes with the layout or with what the proofs mean. */
const MAGIC = 0x564c4553
const VERSION = 2
/** magic, version, bytes in all, slots, references, elements, attribute integers, checksum of what follows. */
const HEAD = 8
const ELEMENT_INTS = 10
const INT_BYTES = 4
/** Seed and prime of FNV-1a, 32 bits. */
const FNV_SEED = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** Packs a page and what was cut from it; `slots` is the number of selectors. */
export function writeTemplate(page: Uint8Array, slots: number, elements: readonly CutElement[]): Template {
  const bySlot: number[][] = Array.from({ length: slots }, () => [])
  for (const [i, element] of elements.entries()) for (const slot of element.slots) bySlot[slot]?.push(i)
  const references = bySlot.flat()
  const attributes = elements.flatMap((element) => Array.from(element.attributes))
  const ints = HEAD + slots + 1 + references.length + elements.length * ELEMENT_INTS + attributes.length
  const buffer = new ArrayBuffer(ints * INT_BYTES + page.length)
  const table = new Int32Array(buffer, 0, ints)
  table.set([MAGIC, VERSION, buffer.byteLength, slots, references.length, elements.length, attributes.length])
  let at = HEAD
  let sum = 0
  for (const list of bySlot) {
    table[at++] = sum
    sum += list.length
  }
  table[at++] = sum
  table.set(references, at)
  at += references.length
  let attributeAt = 0
  for (const one of elements) {
    const { start, nameEnd, tagEnd, endStart, endEnd, can, outer, inner, needs } = one
    table.set([start, nameEnd, tagEnd, endStart, endEnd, can, outer, inner, needs, attributeAt], at)
    at += ELEMENT_INTS
    attributeAt += one.attributes.length
  }
  table.set(attributes, at)
  table[HEAD - 1] = checksum(table)
  new Uint8Array(buffer, ints * INT_BYTES).set(page)
  return view(buffer, table)
}

/** A template out of a cache; null where the bytes are not one, or not whole. */
export function readTemplate(buffer: ArrayBuffer): Template | null {
  if (buffer.byteLength < HEAD * INT_BYTES) return null
  const head = new Int32Array(buffer, 0, HEAD)
  if (head[0] !== MAGIC || head[1] !== VERSION || head[2] !== buffer.byteLength) return null
  const [slots, references, elements, attributes] = head.subarray(3) as unknown as [
    number,
    number,
    number,
    number,
  ]
  if (slots < 0 || references < 0 || elements < 0 || attributes < 0) return null
  const ints = HEAD + slots + 1 + references + elements * ELEMENT_INTS + attributes
  if (ints * INT_BYTES > buffer.byteLength) return null
  const table = new Int32Array(buffer, 0, ints)
  if (table[HEAD - 1] !== checksum(table)) return null
  const template = view(buffer, table)
  return fitsPage(template) ? template : null
}

function view(buffer: ArrayBuffer, table: Int32Array): Template {
  const slots = table[3] as number
  const elements = table[5] as number
  const references = HEAD + slots + 1
  const records = references + (table[4] as number)
  const attributes = records + elements * ELEMENT_INTS
  const page = new Uint8Array(buffer, table.length * INT_BYTES)
  return {
    buffer,
    table,
    page,
    slots,
    elements,
    references,
    records,
    attributes,
    byteLength: buffer.byteLength,
  }
}

/** Element numbers that a selector matched, as a range of `table`: from, to. */
export const slotFrom = (template: Template, slot: number): number =>
  template.references + (template.table[HEAD + slot] as number)

/** Does a selector match anything on the page? */
export const hasSlot = (template: Template, slot: number): boolean =>
  slot < template.slots && slotFrom(template, slot + 1) > slotFrom(template, slot)

/** Everything known of element `index`. */
export function readFacts(template: Template, index: number): Facts {
  const { table } = template
  const at = template.records + index * ELEMENT_INTS
  const isLast = index + 1 === template.elements
  const from = template.attributes + (table[at + 9] as number)
  const to = isLast ? table.length : template.attributes + (table[at + ELEMENT_INTS + 9] as number)
  return {
    start: table[at] as number,
    nameEnd: table[at + 1] as number,
    tagEnd: table[at + 2] as number,
    endStart: table[at + 3] as number,
    endEnd: table[at + 4] as number,
    can: table[at + 5] as number,
    outer: table[at + 6] as number,
    inner: table[at + 7] as number,
    needs: table[at + 8] as number,
    attributes: table.subarray(from, to),
  }
}

function checksum(table: Int32Array): number {
  let hash = FNV_SEED
  for (let i = 2; i < table.length; i++) {
    if (i !== HEAD - 1) hash = Math.imul(hash ^ (table[i] as number), FNV_PRIME)
  }
  return hash | 0
}

/** The checksum covers the table only; that every tag is where the table says ties the page to it. */
function fitsPage(template: Template): boolean {
  const { page, table, slots, elements } = template
  for (let slot = 0; slot <= slots; slot++) {
    const from = table[HEAD + slot] as number
    if (from < 0 || from > (table[4] as number)) return false
  }
  for (let i = 0; i < elements; i++) {
    const { start, tagEnd, endStart, endEnd, attributes } = readFacts(template, i)
    const isPhantom = tagEnd === start
    if (!isPhantom && (page[start] !== 0x3c || page[tagEnd - 1] !== 0x3e)) return false
    if (endStart >= 0 && (endStart < tagEnd || page[endEnd - 1] !== 0x3e)) return false
    if (attributes.length % ATTRIBUTE_INTS !== 0) return false
  }
  return true
}
