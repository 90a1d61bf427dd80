/**
 * `import FILE`: what a shop's systems export, through the same doors that its servers use. Rows that are no good cost
 * no other row, and importing a file twice counts it once.
 *
 * Exit codes: 0 all rows were taken, 1 some were not, 2 asked for wrongly.
 */
import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Fields, guessKind, KINDS, type Kind, mapColumns, missingFields, readFields } from './fields.ts'
import { type Defaults, LOADS, type Load } from './loads.ts'
import { API, DEFAULT_URL, findToken } from './operator.ts'
import { createRejects, type Rejects } from './rejects.ts'
import { openRows, type Row, type RowFile, type Unread } from './rows.ts'
import { type Door, type Outcome, outcomeOf, sendBatch } from './sender.ts'
import { Trouble } from './trouble.ts'

const OPTIONS = {
  kind: { type: 'string' },
  url: { type: 'string', default: DEFAULT_URL },
  token: { type: 'string' },
  currency: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const

/** What one call carries, a little below what the doors take. */
const BATCH_MAX_CHARS = 900_000
/** Told one by one; the file of rejects has all. */
const TOLD_MAX = 10
const PROGRESS_MS = 500

/** What is on its way: an item, and the rows that it was made of. */
interface Parcel {
  readonly rows: readonly Row[]
  readonly item: Fields
  readonly chars: number
}

type Send = (items: readonly Fields[]) => Promise<Outcome>

/** Runs one import. */
export async function importFile(args: string[]): Promise<number> {
  const { values: options, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0) throw new Trouble('import takes one FILE.', 2)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile() !== true) throw new Trouble(`${path} does not exist, or is no file.`, 2)
  const file = await openRows(path)
  const rows = file.rows[Symbol.asyncIterator]()
  const first = await rows.next()
  const columns =
    file.columns ?? (first.done === true || !('fields' in first.value) ? [] : Object.keys(first.value.fields))
  const kind = kindOf(path, columns, options.kind)
  const load = LOADS[kind]
  const send = options['dry-run'] ? checking(load) : sending(load, options.url, options.token)
  const rejects = createRejects(path, file.columns)
  const job = new Import({
    kind,
    load,
    file,
    path,
    send,
    rejects,
    defaults: { currency: options.currency, at: Math.floor(found.mtimeMs) },
  })
  if (file.columns !== null) job.tellIgnored(file.columns)
  for (let row = first; row.done !== true; row = await rows.next()) await job.take(row.value)
  await job.end()
  console.log(job.summary(options['dry-run']))
  return job.rejects.count() === 0 ? 0 : 1
}

function kindOf(path: string, columns: readonly string[], told: string | undefined): Kind {
  if (told !== undefined && !(KINDS as readonly string[]).includes(told)) {
    throw new Trouble(`There is no kind "${told}": ${KINDS.join(', ')}.`, 2)
  }
  const kind = (told as Kind | undefined) ?? guessKind(path, columns)
  if (kind === undefined) throw new Trouble(`What is in ${path}? Say --kind ${KINDS.join('|')}.`, 2)
  const missing = missingFields(kind, mapColumns(kind, columns).values())
  if (missing.length === 0) return kind
  throw new Trouble(
    `${path} has no column for ${missing.join(', ')} of ${kind}; it has ${columns.join(', ')}.`,
    2,
  )
}

const checking =
  (load: Load): Send =>
  async (items) => {
    // Through JSON, as it would travel.
    const body = JSON.parse(JSON.stringify({ [load.list]: items })) as Fields
    const outcome = outcomeOf({ faults: load.check(body, Date.now()) }, load.list)
    return { ...outcome, accepted: items.length - outcome.refused.size }
  }

function sending(load: Load, url: string, token: string | undefined): Send {
  if (!URL.canParse(url)) throw new Trouble(`--url is not a URL: ${url}`, 2)
  const root = new URL(url).origin + API
  const door: Door = {
    method: load.method,
    url: root + load.path,
    token: findToken(token, process.env),
    list: load.list,
    isWhole: load.isWhole,
  }
  return (items) => sendBatch(door, items)
}

interface ImportOptions {
  readonly kind: Kind
  readonly load: Load
  readonly file: RowFile
  readonly path: string
  readonly send: Send
  readonly rejects: Rejects
  readonly defaults: Defaults
}

/** Rows on their way into batches, and what became of them. */
class Import {
  readonly rejects: Rejects
  readonly #options: ImportOptions
  #mapped: { readonly key: string; readonly columns: ReadonlyMap<string, string> } = {
    key: '',
    columns: new Map(),
  }
  /** Lines of one order, as far as they have come. */
  #joined: { readonly id: unknown; readonly rows: Row[]; readonly fields: Fields[] } | undefined
  #batch: Parcel[] = []
  #chars = 0
  #counts = { rows: 0, accepted: 0, skipped: 0 }
  #told = { rejects: 0, remarks: 0 }
  #progressAt = 0

  constructor(options: ImportOptions) {
    this.#options = options
    this.rejects = options.rejects
  }

  tellIgnored(columns: readonly string[]): void {
    const mapped = mapColumns(this.#options.kind, columns)
    const ignored = columns.filter(
      (column) => !mapped.has(column) && column !== 'line' && column !== 'reason',
    )
    if (ignored.length > 0)
      console.error(`Columns that ${this.#options.kind} have no use for: ${ignored.join(', ')}`)
  }

  async take(row: Row | Unread): Promise<void> {
    this.#counts.rows++
    if ('reason' in row) return this.#reject([row], row.reason)
    const read = this.#read(row)
    if (!read.ok) return this.#reject([row], read.error.join('; '))
    const { id } = read.value
    if (id !== undefined && this.#joined?.id === id) {
      this.#joined.rows.push(row)
      this.#joined.fields.push(read.value)
      return
    }
    const missing = missingFields(this.#options.kind, Object.keys(read.value))
    if (missing.length > 0) return this.#reject([row], `${missing.join(', ')} is missing`)
    await this.#pack()
    this.#joined = { id: this.#options.load.joins ? id : undefined, rows: [row], fields: [read.value] }
  }

  async end(): Promise<void> {
    await this.#pack()
    await this.#flush()
    if (this.#progressAt > 0) process.stderr.write('\n')
  }

  summary(isDry: boolean): string {
    const { rows, accepted, skipped } = this.#counts
    const parts = [
      `${rows} rows of ${this.#options.kind}`,
      `${accepted} ${this.#options.load.noun} ${isDry ? 'would be sent' : 'accepted'}`,
      ...(skipped > 0 ? [`${skipped} not kept, being of nobody who agreed to it`] : []),
      ...(this.rejects.count() > 0
        ? [`${this.rejects.count()} rows rejected: see ${this.rejects.file}`]
        : []),
    ]
    return `${this.#options.path}: ${parts.join(', ')}.`
  }

  #read({ fields }: Row) {
    const { kind, file } = this.#options
    const columns = file.columns ?? Object.keys(fields)
    const key = columns.join('\n')
    // JSON rows each have their own columns, and mostly the same.
    if (this.#mapped.key !== key) this.#mapped = { key, columns: mapColumns(kind, columns) }
    return readFields(fields, { kind, columns: this.#mapped.columns, delimiter: file.delimiter })
  }

  async #pack(): Promise<void> {
    if (this.#joined === undefined) return
    const { rows, fields } = this.#joined
    this.#joined = undefined
    const { load, defaults } = this.#options
    const item = load.itemOf(fields, defaults)
    const chars = JSON.stringify(item).length
    if (load.isWhole && this.#batch.length >= load.maxRows) {
      throw new Trouble(
        `${this.#options.path} has more than the ${load.maxRows} ${load.list} that there may be.`,
      )
    }
    if (this.#batch.length >= load.maxRows || this.#chars + chars > BATCH_MAX_CHARS) await this.#flush()
    this.#batch.push({ rows, item, chars })
    this.#chars += chars
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    if (batch.length === 0) return
    this.#batch = []
    this.#chars = 0
    const { accepted, skipped, refused, warned } = await this.#options.send(batch.map(({ item }) => item))
    this.#counts.accepted += accepted
    this.#counts.skipped += skipped
    for (const [index, reason] of refused) this.#reject(batch[index]?.rows ?? [], reason)
    for (const [index, reason] of warned) {
      this.#tell('remarks', batch[index]?.rows[0]?.line, `taken, but ${reason}`)
    }
    this.#progress()
  }

  #reject(rows: readonly (Row | Unread)[], reason: string): void {
    for (const row of rows) this.rejects.add(row, reason)
    this.#tell('rejects', rows[0]?.line, reason)
  }

  #tell(about: 'rejects' | 'remarks', line: number | undefined, reason: string): void {
    const told = ++this.#told[about]
    if (told <= TOLD_MAX) console.error(`${this.#options.path}:${line ?? 0}: ${reason}`)
    else if (told === TOLD_MAX + 1) console.error(`… and more ${about}.`)
  }

  #progress(): void {
    if (!process.stderr.isTTY || performance.now() - this.#progressAt < PROGRESS_MS) return
    this.#progressAt = performance.now()
    process.stderr.write(`\r${this.#counts.rows} rows read, ${this.#counts.accepted} accepted`)
  }
}
