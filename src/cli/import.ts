/**
 * `import FILE`: what a shop's systems export, through the same doors that its servers use. Rows that are no good cost
 * no other row but those of their own order, and importing a file twice counts it once.
 *
 * Exit codes: 0 all rows were taken, 1 some were not, 2 asked for wrongly.
 */
import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { hash64 } from '../kit/hash.ts'
import type { Result } from '../kit/result.ts'
import { idsApart } from './apart.ts'
import { type Fields, guessKind, KINDS, type Kind, mapColumns, missingFields, readFields } from './fields.ts'
import { orderFault } from './lines.ts'
import { type Defaults, LOADS, type Load } from './loads.ts'
import { API, DEFAULT_URL, findToken } from './operator.ts'
import { createRejects, type Rejects } from './rejects.ts'
import { openRows, type Row, type RowFile, type Unread } from './rows.ts'
import { say, warn } from './say.ts'
import { type Door, type Outcome, outcomeOf, sendBatch } from './sender.ts'
import { idsOfBad } from './spoilt.ts'
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
/** Products, or their stock, that contradictions are looked for in. */
const SAID_MAX = 500_000

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
  const kind = await kindOf(path, file.columns, options.kind)
  const load = LOADS[kind]
  const read = createReader(kind, file, options.currency)
  const orders = load.joins ? await findOrders(path, kind, read) : NONE
  const send = options['dry-run'] ? checking(load) : sending(load, options.url, options.token)
  const rejects = createRejects(path, file)
  const job = new Import({
    kind,
    load,
    read,
    orders,
    path,
    send,
    rejects,
    defaults: { currency: options.currency, at: Math.floor(found.mtimeMs) },
  })
  if (file.columns !== null) job.tellIgnored(file.columns)
  for await (const row of file.rows) await job.take(row)
  await job.end()
  say(job.summary(options['dry-run']))
  return job.bad === 0 ? 0 : 1
}

async function kindOf(
  path: string,
  columns: readonly string[] | null,
  told: string | undefined,
): Promise<Kind> {
  if (told !== undefined && !(KINDS as readonly string[]).includes(told)) {
    throw new Trouble(`There is no kind "${told}": ${KINDS.join(', ')}.`, 2)
  }
  const kind = (told as Kind | undefined) ?? guessKind(path, columns ?? []) ?? (await guessByRows(path))
  if (kind === undefined) throw new Trouble(`What is in ${path}? Say --kind ${KINDS.join('|')}.`, 2)
  // JSON rows each have their own columns, so each is asked for itself.
  if (columns === null) return kind
  const missing = missingFields(kind, mapColumns(kind, columns).values())
  if (missing.length === 0) return kind
  throw new Trouble(
    `${path} has no column for ${missing.join(', ')} of ${kind}; it has ${columns.join(', ')}.`,
    2,
  )
}

/** The kind of the first row of JSON that can be of one only; a row of cells has no other columns than its file. */
async function guessByRows(path: string): Promise<Kind | undefined> {
  const { columns, rows } = await openRows(path)
  if (columns !== null) return undefined
  for await (const row of rows) {
    const kind = 'fields' in row ? guessKind('', Object.keys(row.fields)) : undefined
    if (kind !== undefined) return kind
  }
  return undefined
}

type Read = (row: Row) => Result<Fields, readonly string[]>

/** Rows under our names. */
function createReader(kind: Kind, { columns, delimiter }: RowFile, currency: string | undefined): Read {
  let known = { key: '', columns: mapColumns(kind, columns ?? []) }
  return ({ fields }) => {
    // JSON rows each have their own columns, and mostly the same.
    if (columns === null) {
      const own = Object.keys(fields)
      const key = own.join('\n')
      if (known.key !== key) known = { key, columns: mapColumns(kind, own) }
    }
    return readFields(fields, { kind, columns: known.columns, delimiter, currency })
  }
}

/** Orders that are not sent as their lines come along, by their ids. */
interface Orders {
  /** Their lines do not stand together. */
  readonly apart: ReadonlySet<string>
  /** A line of theirs is bad: which. */
  readonly spoilt: ReadonlyMap<string, number>
}

const NONE: Orders = { apart: new Set(), spoilt: new Map() }
/** Their ids are kept until the file's end. */
const SPOILT_MAX = 100_000

/** A file is looked through once before anything of it is sent. */
async function findOrders(path: string, kind: Kind, read: Read): Promise<Orders> {
  const spoilt = new Map<string, number>()
  const file = await openRows(path)
  async function* ids(): AsyncGenerator<string | undefined> {
    for await (const row of file.rows) {
      const fields = 'reason' in row ? null : read(row)
      if (fields?.ok) yield fields.value.id as string | undefined
      else for (const id of idsOfBad(row, kind, file)) if (!spoilt.has(id)) spoilt.set(id, row.line)
      if (spoilt.size > SPOILT_MAX) {
        throw new Trouble(
          `Too many orders in ${path} have a line that cannot be read, such as line ${row.line}: nothing was sent.`,
        )
      }
    }
  }
  const apart = await idsApart(ids())
  if (apart === null) {
    throw new Trouble(
      `The lines of too many orders in ${path} stand apart: sort it by order, and nothing is lost.`,
    )
  }
  return { apart, spoilt }
}

const checking =
  (load: Load): Send =>
  async (items) => {
    // Through JSON, as it would travel.
    const body = JSON.parse(JSON.stringify({ [load.list]: items })) as Fields
    const outcome = outcomeOf({ faults: await load.check(body, Date.now()) }, load.list)
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
  readonly read: Read
  readonly orders: Orders
  readonly path: string
  readonly send: Send
  readonly rejects: Rejects
  readonly defaults: Defaults
}

/** Rows that are one item. */
interface Joined {
  readonly id: unknown
  readonly rows: Row[]
  readonly fields: Fields[]
}

/** Rows on their way into batches, and what became of them. */
class Import {
  readonly rejects: Rejects
  readonly #options: ImportOptions
  /** Lines of one order, as far as they have come. */
  #joined: Joined | undefined
  /** Orders whose lines stand apart, until the end. */
  readonly #held = new Map<unknown, Joined>()
  /** What was said of each product or stock, and where. */
  readonly #said = new Map<string, { readonly line: number; readonly said: string }>()
  #batch: Parcel[] = []
  #chars = 0
  #counts = { rows: 0, accepted: 0, known: 0, skipped: 0 }
  #told = { rejects: 0, remarks: 0 }
  #bad = 0
  #progressAt = 0

  constructor(options: ImportOptions) {
    this.#options = options
    this.rejects = options.rejects
  }

  /** Rows that were not taken for what is wrong with them. */
  get bad(): number {
    return this.#bad
  }

  tellIgnored(columns: readonly string[]): void {
    const mapped = mapColumns(this.#options.kind, columns)
    const ignored = columns.filter(
      (column) => !mapped.has(column) && column !== 'line' && column !== 'reason',
    )
    if (ignored.length > 0) warn(`Columns that ${this.#options.kind} have no use for: ${ignored.join(', ')}`)
  }

  async take(row: Row | Unread): Promise<void> {
    this.#counts.rows++
    if ('reason' in row) return this.#reject([row], row.reason)
    const { load, orders } = this.#options
    const { apart, spoilt } = orders
    const read = this.#options.read(row)
    if (!read.ok) return this.#reject([row], read.error.join('; '))
    const { id } = read.value
    const bad = id === undefined ? undefined : spoilt.get(String(id))
    if (bad !== undefined)
      return this.#reject([row], `line ${bad} is bad and looks to be of the same order, which is sent whole`)
    const order = apart.has(String(id)) ? this.#held.get(id) : this.#joined
    if (id !== undefined && order?.id === id) {
      order.rows.push(row)
      order.fields.push(read.value)
      return
    }
    const begun = { id: load.joins ? id : undefined, rows: [row], fields: [read.value] }
    if (apart.has(String(id))) {
      this.#held.set(id, begun)
      return
    }
    await this.#pack()
    this.#joined = begun
  }

  async end(): Promise<void> {
    await this.#pack()
    for (const order of this.#held.values()) {
      this.#joined = order
      await this.#pack()
    }
    await this.#flush()
    if (this.#progressAt > 0) process.stderr.write('\n')
  }

  summary(isDry: boolean): string {
    const { rows, accepted, known, skipped } = this.#counts
    const { path, load } = this.#options
    if (load.isWhole && this.#bad > 0) {
      return `${path}: ${this.#bad} of ${rows} rows are bad, so nothing was sent: it replaces all the ${load.list} that there are. Mend it and import it again.`
    }
    const parts = [
      `${counted(rows, 'rows')} of ${this.#options.kind}`,
      `${counted(accepted - known, load.noun)} ${isDry ? 'would be sent' : 'accepted'}`,
      ...(known > 0 ? [`${known} known already`] : []),
      ...(skipped > 0 ? [`${skipped} not kept, being of nobody who agreed to it`] : []),
      ...(this.rejects.count() > 0
        ? [`${counted(this.rejects.count(), 'rows')} rejected: see ${this.rejects.file}`]
        : []),
    ]
    return `${this.#options.path}: ${parts.join(', ')}.`
  }

  async #pack(): Promise<void> {
    if (this.#joined === undefined) return
    const { rows, fields } = this.#joined
    this.#joined = undefined
    const { kind, load, defaults } = this.#options
    const missing = missingFields(kind, Object.keys(Object.assign({}, ...fields)))
    if (missing.length > 0) return this.#reject(rows, `${missing.join(', ')} is missing`)
    const fault = load.joins ? orderFault(fields) : undefined
    if (fault !== undefined) return this.#reject(rows, fault)
    const item = load.itemOf(fields, defaults)
    const text = JSON.stringify(item)
    const chars = text.length
    this.#tellContradicted(load.subjectOf?.(item), text, rows[0]?.line)
    if (load.isWhole && this.#batch.length >= load.maxRows) {
      throw new Trouble(
        `${this.#options.path} has more than the ${load.maxRows} ${load.list} that there may be.`,
      )
    }
    if (this.#batch.length >= load.maxRows || this.#chars + chars > BATCH_MAX_CHARS) await this.#flush()
    this.#batch.push({ rows, item, chars })
    this.#chars += chars
  }

  /** Where two rows say different things of one product, or of its stock at one place, the last one counts. */
  #tellContradicted(subject: string | undefined, text: string, line = 0): void {
    if (subject === undefined) return
    const said = hash64(text)
    const before = this.#said.get(subject)
    if (before !== undefined && before.said !== said) {
      this.#tell(
        'remarks',
        line,
        `taken, but line ${before.line} says something else of the same: the last one counts`,
      )
    }
    if (before !== undefined || this.#said.size < SAID_MAX) this.#said.set(subject, { line, said })
  }

  async #flush(): Promise<void> {
    const batch = this.#batch
    if (batch.length === 0 || (this.#options.load.isWhole && this.#bad > 0)) return
    this.#batch = []
    this.#chars = 0
    const { accepted, known, skipped, refused, warned } = await this.#options.send(
      batch.map(({ item }) => item),
    )
    this.#counts.accepted += accepted
    this.#counts.known += known
    this.#counts.skipped += skipped
    const pointer = new RegExp(`/${this.#options.load.list}/(\\d+)`)
    const lineOf = (_: string, index: string): string => `line ${batch[Number(index)]?.rows[0]?.line}`
    for (const [index, reason] of refused) {
      this.#reject(batch[index]?.rows ?? [], reason.replace(pointer, lineOf))
    }
    for (const [index, reason] of warned) {
      this.#tell('remarks', batch[index]?.rows[0]?.line, `taken, but ${reason}`)
    }
    this.#progress()
  }

  #reject(rows: readonly (Row | Unread)[], reason: string): void {
    this.#bad += rows.length
    // Whoever imported the mended rejects of a whole list would be left with those alone.
    if (!this.#options.load.isWhole) for (const row of rows) this.rejects.add(row, reason)
    this.#tell('rejects', rows[0]?.line, reason)
  }

  #tell(about: 'rejects' | 'remarks', line: number | undefined, reason: string): void {
    const told = ++this.#told[about]
    if (told <= TOLD_MAX) warn(`${this.#options.path}:${line ?? 0}: ${reason}`)
    else if (told === TOLD_MAX + 1) warn(`… and more ${about}.`)
  }

  #progress(): void {
    if (!process.stderr.isTTY || performance.now() - this.#progressAt < PROGRESS_MS) return
    this.#progressAt = performance.now()
    process.stderr.write(`\r${this.#counts.rows} rows read, ${this.#counts.accepted} accepted`)
  }
}

/** `1 row`, `2 rows`. */
const counted = (count: number, nouns: string): string =>
  `${count} ${count === 1 ? nouns.slice(0, -1) : nouns}`
