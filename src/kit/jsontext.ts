/**
 * Reads JSON text for where things stand in it. `JSON.parse` says neither where a member is nor that a key came twice,
 * and it may be given a document so deep that whoever walks it overflows the stack; an author's file needs better.
 */
import { type Fault, pointer } from './fault.ts'

/** Deeper than any sensible file, far shallower than any stack. */
export const MAX_JSON_DEPTH = 64
/** Keys that came twice are named up to here: a hostile text has thousands of them, and finding a line takes time. */
const MAX_TWICE = 32

/** One-based, columns in UTF-16 code units, as editors count. */
export interface Place {
  readonly line: number
  readonly column: number
}

/**
 * JSON Pointer → offset of the member's key, or of the item of a list. Filled for an author's own file only: each item
 * of a list under a long key has that whole key in its pointer, so a short text can make very many long ones.
 */
export type Offsets = Map<string, number>

/** Line and column of an offset. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** Where a pointer stands, or the nearest of its ancestors that does: a missing member is reported on its object. */
export function locate(offsets: Offsets, path: string): number {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const offset = offsets.get(at)
    if (offset !== undefined) return offset
    if (!at.includes('/')) return 0
  }
}

/**
 * Walks a whole text, in time that grows with its length: it may be anybody's. Gives the first syntax error, keys that
 * came twice, and nesting beyond the limit; where there is none, `JSON.parse` will do. Never throws.
 */
export function scanJson(text: string, offsets?: Offsets): readonly Fault[] {
  const faults: Fault[] = []
  try {
    scanDocument({ text, at: 0, faults, offsets })
  } catch (cause) {
    if (cause !== ENOUGH) throw cause
  }
  return faults
}

interface Cursor {
  readonly text: string
  readonly faults: Fault[]
  readonly offsets: Offsets | undefined
  at: number
}

/** Leaves the recursion once a fault was told behind which nothing can be read; never seen outside this file. */
const ENOUGH = new Error('enough')

const SPACE = /[ \t\n\r]*/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

function scanDocument(cursor: Cursor): void {
  skip(cursor)
  scanValue(cursor, '', 0)
  if (cursor.at < cursor.text.length) fail(cursor, 'more text follows the document', '')
}

function scanValue(cursor: Cursor, path: string, depth: number): void {
  if (cursor.offsets?.has(path) === false) cursor.offsets.set(path, cursor.at)
  const char = cursor.text[cursor.at]
  if (depth > MAX_JSON_DEPTH) {
    tell(cursor, 'too_deep', `nest at most ${MAX_JSON_DEPTH} levels`, path)
    throw ENOUGH
  }
  if (char === '{') scanMembers(cursor, path, depth)
  else if (char === '[') scanItems(cursor, path, depth)
  else if (char === '"') takeString(cursor, path)
  else if (take(cursor, SCALAR) === null) fail(cursor, 'expected a value', path)
  skip(cursor)
}

function scanMembers(cursor: Cursor, path: string, depth: number): void {
  open(cursor)
  if (closes(cursor, '}')) return
  const seen = new Set<string>()
  do {
    skip(cursor)
    const at = cursor.at
    if (cursor.text[at] !== '"') fail(cursor, 'expected a key in double quotes', path)
    const key = takeString(cursor, path)
    const member = path + pointer(key)
    if (seen.has(key) && cursor.faults.length < MAX_TWICE)
      tell(cursor, 'duplicate_key', `the key ${JSON.stringify(key)} comes twice in one object`, member, at)
    seen.add(key)
    cursor.offsets?.set(member, at)
    skip(cursor)
    expect(cursor, ':', path)
    scanValue(cursor, member, depth + 1)
  } while (follows(cursor, '}', path))
}

function scanItems(cursor: Cursor, path: string, depth: number): void {
  open(cursor)
  if (closes(cursor, ']')) return
  let index = 0
  do {
    skip(cursor)
    scanValue(cursor, `${path}/${index++}`, depth + 1)
  } while (follows(cursor, ']', path))
}

/** Steps over the opening bracket. */
function open(cursor: Cursor): void {
  cursor.at++
  skip(cursor)
}

function closes(cursor: Cursor, bracket: string): boolean {
  if (cursor.text[cursor.at] !== bracket) return false
  cursor.at++
  return true
}

/** After an item: a comma means that another follows, the bracket that none does. */
function follows(cursor: Cursor, bracket: string, path: string): boolean {
  if (closes(cursor, bracket)) return false
  if (!closes(cursor, ',')) fail(cursor, `expected "," or "${bracket}"`, path)
  return true
}

function expect(cursor: Cursor, char: string, path: string): void {
  if (!closes(cursor, char)) fail(cursor, `expected "${char}"`, path)
  skip(cursor)
}

/** A string's value. `JSON.parse` judges its escapes and control characters, so that both agree on what JSON is. */
function takeString(cursor: Cursor, path: string): string {
  let end = cursor.at + 1
  while (end < cursor.text.length && cursor.text[end] !== '"') end += cursor.text[end] === '\\' ? 2 : 1
  try {
    const value = JSON.parse(cursor.text.slice(cursor.at, end + 1)) as string
    cursor.at = end + 1
    return value
  } catch {
    return fail(cursor, 'this string is not closed, or not escaped', path)
  }
}

function skip(cursor: Cursor): void {
  take(cursor, SPACE)
}

function take(cursor: Cursor, pattern: RegExp): string | null {
  pattern.lastIndex = cursor.at
  const match = pattern.exec(cursor.text)
  if (match === null) return null
  cursor.at = pattern.lastIndex
  return match[0]
}

function fail(cursor: Cursor, message: string, path: string): never {
  const seen = cursor.text[cursor.at]
  const found = seen === undefined ? 'the text ends' : `found ${JSON.stringify(seen)}`
  tell(cursor, 'json', `not JSON: ${message}, ${found}`, path)
  throw ENOUGH
}

function tell(cursor: Cursor, code: string, message: string, path: string, offset = cursor.at): void {
  const { line, column } = placeOf(cursor.text, offset)
  cursor.faults.push({ path, code, message: `${message} (line ${line}, column ${column})` })
}
