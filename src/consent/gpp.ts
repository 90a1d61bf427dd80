/**
 * IAB Global Privacy Platform: the `__gpp` string and the `__gpp_sid` list of sections in force ("Consent String
 * Specification", sections "Header" and "Discrete sections"; "Section Information" for the ids).
 *
 * A TCF section speaks where it is in force. An opt-out of a US section is an act of the person, and is honoured
 * wherever they are; "did not opt out" is not consent, so US sections deny or are silent, and never grant.
 * A section in force that cannot be read could hold a refusal: the whole is malformed.
 */
import { bitsAt, isBitText, OUT_OF_RANGE } from './bits.ts'
import { type Answer, SILENT, strictest, UNREADABLE } from './model.ts'
import { readCanadianTcf, readTcf } from './tcf.ts'
import { hasUsReader, readUsSection } from './us.ts'

const GPP_TYPE = 3
const GPP_VERSION = 1
const TCF_EU = 2
const TCF_CANADA = 5
/** More than twice the ids in use; a header that names more is not one. */
const MAX_SECTIONS = 64

/** Sections in force, or null where the CMP did not say. */
type InForce = ReadonlySet<number> | null

/** What a GPP string says; `sid` is the value of `__gpp_sid` such as `7` or `2_7`, absent where not set. */
export function readGpp(text: string, sid: string | undefined): Answer {
  const [header, ...sections] = text.split('~') as [string, ...string[]]
  const ids = parseHeader(header)
  const inForce = sid === undefined ? null : parseSid(sid)
  if (ids === null || inForce === undefined || ids.length !== sections.length) return UNREADABLE
  let answer: Answer = SILENT
  for (const [index, id] of ids.entries()) {
    answer = strictest(answer, readSection(id, sections[index] as string, inForce))
  }
  return answer
}

function readSection(id: number, text: string, inForce: InForce): Answer {
  if (hasUsReader(id)) return readUsSection(id, text)
  const applies = inForce === null || inForce.has(id)
  if (id === TCF_EU) return applies ? readTcf(text) : SILENT
  if (id === TCF_CANADA) return applies ? readCanadianTcf(text) : SILENT
  return inForce?.has(id) ? UNREADABLE : SILENT
}

/** Type 6, Version 6, then a Fibonacci-coded range of section ids: count 12, and an offset for each entry. */
function parseHeader(header: string): readonly number[] | null {
  if (!isBitText(header) || bitsAt(header, 0, 6) !== GPP_TYPE || bitsAt(header, 6, 6) !== GPP_VERSION)
    return null
  const entries = bitsAt(header, 12, 12)
  const ids: number[] = []
  let at = 24
  let last = 0
  for (let entry = 0; entry < entries; entry++) {
    const isGroup = bitsAt(header, at, 1)
    const first = fibonacciAt(header, at + 1)
    const length = isGroup === 1 && first !== null ? fibonacciAt(header, first.end) : first
    if (isGroup === OUT_OF_RANGE || first === null || length === null) return null
    const from = last + first.value
    last = isGroup === 1 ? from + length.value : from
    if (last - from + ids.length >= MAX_SECTIONS) return null
    for (let id = from; id <= last; id++) ids.push(id)
    at = length.end
  }
  return entries === OUT_OF_RANGE ? null : ids
}

/** A Fibonacci code: sum of the Fibonacci numbers (1, 2, 3, 5 …) at the bits set, ended by two ones in a row. */
function fibonacciAt(text: string, at: number): { readonly value: number; readonly end: number } | null {
  let value = 0
  let before = 0
  let term = 1
  let nextTerm = 2
  for (let end = at; term < Number.MAX_SAFE_INTEGER; end++) {
    const bit = bitsAt(text, end, 1)
    if (bit === OUT_OF_RANGE) return null
    if (bit === 1 && before === 1) return { value, end: end + 1 }
    if (bit === 1) value += term
    before = bit
    const sum = term + nextTerm
    term = nextTerm
    nextTerm = sum
  }
  return null
}

/** `-1`: no section applies; `0`: not settled yet, so none does. Undefined where it is no list of ids. */
function parseSid(sid: string): InForce | undefined {
  if (!/^(?:-1|\d{1,3}(?:[_,]\d{1,3}){0,63})$/.test(sid)) return undefined
  return new Set(sid.split(/[_,]/).map(Number))
}
