/**
 * A file of rows, read as a stream however large it is: CSV by commas, semicolons, tabs or bars, NDJSON, or one JSON
 * array. A row that cannot be read is told with its line and costs no other row, whatever it left open.
 */
import { createReadStream } from 'node:fs'
import { type Info, parse } from 'csv-parse/sync'
import { isUnmended } from './rejects.ts'
import { Trouble } from './trouble.ts'

/** One row: its first line, 1 for the file's first, and its fields under the names of the file. */
export interface Row {
  readonly line: number
  readonly fields: Readonly<Record<string, unknown>>
  /** As it stood in the file: cells, or the text where there are none. */
  readonly cells: readonly string[]
}

/** What stands at a line and is no row. */
export interface Unread {
  readonly line: number
  readonly reason: string
  readonly cells: readonly string[]
}

export interface RowFile {
  /** Names of the columns; those of JSON are each row's own. */
  readonly columns: readonly string[] | null
  /** What stands between cells; null for JSON. */
  readonly delimiter: string | null
  readonly rows: AsyncIterable<Row | Unread>
}

interface Line {
  readonly number: number
  readonly text: string
}

const DELIMITERS = [',', ';', '\t', '|']
/** Lines that are parsed at once; only where one of them is bad are they looked at one by one. */
const BLOCK_LINES = 1_000
/** A quoted field goes on for so many lines at most; a quote that was forgotten is found out then. */
const RECORD_MAX_LINES = 50
const LINE_MAX_CHARS = 262_144
/** Names of files whose first line may be anything, a bad row too. */
const LINES_OF_JSON = /\.(?:ndjson|jsonl)$/i
/** An object over several lines, or what the doors take and give: no rows, though its last line may look like one. */
const ONE_OBJECT = /^\{(?:[^\S\n]*\n|\s*"(?:products|stock|stores|events)"\s*:\s*\[)/
/** What Excel is told by before the header; the header tells it as well. */
const SEPARATOR = /^sep=.$/i
const NOT_UTF8 = '\ufffd'

/** Opens a file and reads as far as its header. */
export async function openRows(path: string): Promise<RowFile> {
  const chunks = chunksOf(path)
  const head = await chunks.next()
  const start = head.done === true ? '' : head.value.trimStart()
  if (start === '') throw new Trouble(`${path} is empty.`)
  // Where UTF-16 is read as UTF-8, every other character of a table is none.
  if (start.slice(0, 64).includes('\0')) throw new Trouble(`${path} is not UTF-8: save it as "CSV UTF-8".`)
  const all = prepend(head.value as string, chunks)
  if (start.startsWith('[')) return { columns: null, delimiter: null, rows: jsonArray(all) }
  if (ONE_OBJECT.test(start) && !LINES_OF_JSON.test(path))
    throw new Trouble(`${path} is one JSON object: write its rows alone, as [{…}, {…}] or one a line.`)
  const lines = linesOf(all, path)
  if (start.startsWith('{') || LINES_OF_JSON.test(path))
    return { columns: null, delimiter: null, rows: ndjson(lines) }
  const first = await nextLine(lines)
  const header = SEPARATOR.test(first) ? await nextLine(lines) : first
  if (header.includes('\r'))
    throw new Trouble(`${path} ends its lines as Macs once did: save it as "CSV UTF-8".`)
  const delimiter = delimiterOf(header)
  const columns = (tryRecords(header, delimiter)?.[0] ?? []).map((column) => column.trim())
  if (columns.length < 2) throw new Trouble(`${path} has no header: its first line names the columns.`)
  return { columns, delimiter, rows: csv(lines, columns, delimiter) }
}

async function* chunksOf(path: string): AsyncGenerator<string> {
  let isFirst = true
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    yield isFirst ? chunk.replace(/^\ufeff/, '') : chunk
    isFirst = false
  }
}

async function* prepend(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

/** Physical lines without their ends. */
async function* linesOf(chunks: AsyncIterable<string>, path: string): AsyncGenerator<Line> {
  let rest = ''
  let number = 0
  for await (const chunk of chunks) {
    const texts = (rest + chunk).split('\n')
    rest = texts.pop() ?? ''
    for (const text of texts) yield { number: ++number, text: text.endsWith('\r') ? text.slice(0, -1) : text }
    if (rest.length > LINE_MAX_CHARS)
      throw new Trouble(`Line ${number + 1} of ${path} is too long to be a row.`)
  }
  if (rest !== '') yield { number: number + 1, text: rest }
}

/** The first line that says something. */
async function nextLine(lines: AsyncGenerator<Line>): Promise<string> {
  for (;;) {
    const { done, value } = await lines.next()
    if (done === true || value.text.trim() !== '') return done === true ? '' : value.text
  }
}

/** The one that the header has most of, outside of quotes. */
function delimiterOf(header: string): string {
  const plain = header.replace(/"[^"]*"/g, '')
  const counts = DELIMITERS.map((each) => plain.split(each).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] as string
}

const options = (delimiter: string) => ({
  delimiter,
  record_delimiter: '\n',
  relax_column_count: true,
  skip_empty_lines: true,
})

/** Records of a text that has nothing wrong, or null. */
function tryRecords(text: string, delimiter: string): string[][] | null {
  try {
    return parse(text, options(delimiter)) as unknown as string[][]
  } catch {
    return null
  }
}

async function* csv(lines: AsyncIterable<Line>, columns: readonly string[], delimiter: string) {
  let block: Line[] = []
  for await (const line of lines) {
    block.push(line)
    if (block.length < BLOCK_LINES) continue
    const open = yield* csvBlock(block, columns, delimiter, false)
    block = [...open]
  }
  yield* csvBlock(block, columns, delimiter, true)
}

/** The rows of some lines; gives back the last ones, where a quoted field may go on beyond them. */
function* csvBlock(
  block: readonly Line[],
  columns: readonly string[],
  delimiter: string,
  isLast: boolean,
): Generator<Row | Unread, readonly Line[]> {
  const records = tryBlock(block, delimiter)
  if (records !== null) {
    for (const { at, cells } of records) yield rowOf((block[at] as Line).number, cells, columns)
    return []
  }
  for (let at = 0; at < block.length; ) {
    const { number, text } = block[at] as Line
    const { cells, lines } = recordAt(block, at, columns, delimiter)
    if (cells !== null) {
      if (cells.length > 0) yield rowOf(number, cells, columns)
      at += lines
    } else if (lines > 0 && !isLast && block.length - at < RECORD_MAX_LINES) return block.slice(at)
    else {
      yield { line: number, reason: 'its quotes do not match', cells: [text] }
      at++
    }
  }
  return []
}

interface Placed {
  /** Index of its first line. */
  readonly at: number
  readonly cells: string[]
}

function tryBlock(block: readonly Line[], delimiter: string): readonly Placed[] | null {
  try {
    const text = block.map((line) => line.text).join('\n')
    const parsed = parse(text, { ...options(delimiter), info: true })
    return (parsed as unknown as { info: Info; record: string[] }[]).map(({ info, record }) => {
      // The parser counts the lines up to the record's last, so its own are taken off again.
      const own = record.join('').split('\n').length
      return { at: info.lines - own, cells: record }
    })
  } catch {
    return null
  }
}

/** The record that begins at a line: its cells and lines; without cells `lines` says whether a quote was left open. */
function recordAt(
  block: readonly Line[],
  start: number,
  columns: readonly string[],
  delimiter: string,
): { readonly cells: readonly string[] | null; readonly lines: number } {
  let text = ''
  const end = Math.min(block.length, start + RECORD_MAX_LINES)
  for (let at = start; at < end; at++) {
    text += at === start ? (block[at] as Line).text : `\n${(block[at] as Line).text}`
    // Quotes of a whole record are even, which is cheap to say.
    if ((text.split('"').length - 1) % 2 === 1) continue
    const records = tryRecords(text, delimiter)
    const cells = records?.[0] ?? []
    // A row over several lines that does not fit is a forgotten quote, which met another.
    const isOne = records !== null && (at === start || cells.length === columns.length)
    return isOne ? { cells, lines: at - start + 1 } : { cells: null, lines: 0 }
  }
  return { cells: null, lines: 1 }
}

function rowOf(line: number, cells: readonly string[], columns: readonly string[]): Row | Unread {
  if (cells.some((cell) => cell.includes(NOT_UTF8))) {
    return { line, reason: 'this is not UTF-8: save the file as "CSV UTF-8"', cells }
  }
  if (cells.length !== columns.length) {
    return { line, reason: `${cells.length} fields where the header has ${columns.length}`, cells }
  }
  if (isUnmended(cells, columns)) {
    return {
      line,
      reason: 'this could not be read, and stands in one cell as it was',
      cells: cells.slice(0, 1),
    }
  }
  const fields = new Map<string, string>()
  for (const [at, column] of columns.entries()) {
    if (!fields.has(column)) fields.set(column, (cells[at] as string).trim())
  }
  return { line, cells, fields: Object.fromEntries(fields) }
}

async function* ndjson(lines: AsyncIterable<Line>): AsyncIterable<Row | Unread> {
  for await (const { number, text } of lines) if (text.trim() !== '') yield jsonRow(number, text)
}

const ENDS: Readonly<Record<string, string>> = { '{': '}', '[': ']' }

/**
 * The elements of one array, each cut out by its own brackets or by the commas beside it; the array itself is never
 * held.
 */
async function* jsonArray(chunks: AsyncIterable<string>): AsyncGenerator<Row | Unread> {
  // What the element began with, and how many of those are open.
  let [opened, depth, line, from] = ['', 0, 1, 1]
  let [isText, isEscaped, isWithin] = [false, false, false]
  let element = ''
  for await (const chunk of chunks) {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const char = chunk[at] as string
      if (char === '\n') {
        line++
        // A text ends with its line, so a quote that was forgotten costs its element only.
        isText = false
      } else if (isEscaped) isEscaped = false
      else if (isText) {
        if (char === '\\') isEscaped = true
        else if (char === '"') isText = false
      } else if (char === '"') isText = true
      else if (depth > 0) {
        if (char === opened) depth++
        else if (char === ENDS[opened] && --depth === 0) {
          yield jsonRow(from, element + chunk.slice(start, at + 1))
          ;[element, start] = ['', at + 1]
        }
      } else if ('{[,]'.includes(char)) {
        yield* plainRow(line, element + chunk.slice(start, at))
        const isElement = char === '{' || (char === '[' && isWithin)
        ;[element, start] = ['', isElement ? at : at + 1]
        if (isElement) [opened, depth, from] = [char, 1, line]
        else if (char !== ',') isWithin = char === '['
      }
    }
    element += chunk.slice(start)
    if (element.length > LINE_MAX_CHARS)
      throw new Trouble(`The row of line ${from} has no end: mend its brackets.`)
  }
  if (depth > 0) yield { line: from, reason: 'the file ends within this row', cells: [element.trim()] }
  else yield* plainRow(line, element)
}

/** What stands between rows and has no brackets, if anything does; `line` is where it ends. */
function* plainRow(line: number, text: string): Generator<Row | Unread> {
  const said = text.trimStart()
  if (said !== '') yield jsonRow(line - said.split('\n').length + 1, said)
}

function jsonRow(line: number, text: string): Row | Unread {
  const cells = [text.trim()]
  if (text.includes(NOT_UTF8)) return { line, reason: 'this is not UTF-8', cells }
  try {
    const fields: unknown = JSON.parse(text)
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) {
      return { line, cells, fields: fields as Record<string, unknown> }
    }
    return { line, reason: 'a row is an object', cells }
  } catch (error) {
    return { line, reason: `this is no JSON: ${(error as Error).message}`, cells }
  }
}
