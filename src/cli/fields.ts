/**
 * Columns of somebody's export as fields of ours: names that shops and tills use, numbers and times as people write
 * them. What could be read in two ways is refused rather than guessed.
 */
import { createHash } from 'node:crypto'
import { err, ok, type Result } from '../kit/result.ts'
import { isDay, momentOf } from '../kit/time.ts'

export type Kind = 'orders' | 'visits' | 'store-purchases' | 'catalog' | 'stock' | 'stores'
/** A row under our names. */
export type Fields = Readonly<Record<string, unknown>>
type FieldType = 'text' | 'number' | 'money' | 'degrees' | 'time' | 'any'

interface Field {
  readonly type: FieldType
  /** Other names for it, in lower case and without blanks, dashes and underscores. */
  readonly names: readonly string[]
}

const field = (type: FieldType, names = ''): Field => ({ type, names: names.split(' ').filter(Boolean) })

const WHO = { visitor: field('text', 'visitorid'), customer: field('text', 'customerid userid clientid') }
const WHEN = field('time', 'date time timestamp datetime createdat orderedat placedat paidat processedat')
const SKU = field('text', 'productid variantsku lineitemsku article articlenumber ean gtin')
const QUANTITY = field('number', 'qty units lineitemquantity available onhand instock stock inventory')
const STORE = field('text', 'storeid location locationid shop branch')
const CURRENCY = field('text', 'currencycode')
const PURCHASE = {
  id: field('text', 'orderid order ordernumber transactionid receipt receiptid reference'),
  at: WHEN,
  ...WHO,
  value: field('money', 'total amount revenue ordertotal totalprice grandtotal'),
  currency: CURRENCY,
  margin: field('money', 'profit grossprofit'),
  cost: field('money', 'costofgoods cogs'),
  unitCost: field('money', 'unitcost costperitem'),
  category: field('text', 'producttype'),
  brand: field('text', 'vendor'),
  sku: SKU,
  quantity: QUANTITY,
  price: field('money', 'unitprice lineitemprice'),
  items: field('any', 'lineitems lines'),
}

/** Fields of each kind, by the names that the doors know. */
const FIELDS: Readonly<Record<Kind, Readonly<Record<string, Field>>>> = {
  orders: PURCHASE,
  visits: { id: field('text', 'visitid eventid'), at: WHEN, ...WHO, store: STORE },
  'store-purchases': { ...PURCHASE, store: STORE },
  catalog: {
    sku: { ...SKU, names: [...SKU.names, 'id'] },
    name: field('text', 'title product productname'),
    category: field('text', 'producttype categoryname collection'),
    price: field('money', 'unitprice saleprice variantprice'),
    cost: field('money', 'costperitem unitcost cogs'),
    currency: CURRENCY,
    url: field('text', 'link producturl'),
    image: field('text', 'imageurl imagelink imagesrc picture'),
  },
  stock: {
    sku: SKU,
    capacity: field('text'),
    place: field('text', 'location locationid store storeid warehouse region'),
    quantity: QUANTITY,
    at: { ...WHEN, names: [...WHEN.names, 'countedat', 'reportedat', 'updatedat'] },
  },
  stores: {
    id: field('text', 'storeid'),
    name: field('text', 'store storename title'),
    latitude: field('degrees', 'lat'),
    longitude: field('degrees', 'lon lng long'),
  },
}

/** Columns without which no row of a kind can be one; of a group, one is enough. */
const REQUIRED: Readonly<Record<Kind, readonly (readonly string[])[]>> = {
  orders: [['at'], ['visitor', 'customer']],
  visits: [['at'], ['visitor', 'customer'], ['store']],
  'store-purchases': [['at'], ['visitor', 'customer'], ['store']],
  catalog: [['sku'], ['name']],
  stock: [['sku', 'capacity'], ['place'], ['quantity']],
  stores: [['id'], ['name'], ['latitude'], ['longitude']],
}

export const KINDS = Object.keys(FIELDS) as readonly Kind[]

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Column → field. The first column of a name has it. */
export function mapColumns(kind: Kind, columns: readonly string[]): ReadonlyMap<string, string> {
  const mapped = new Map<string, string>()
  const taken = new Set<string>()
  for (const [name, { names }] of Object.entries(FIELDS[kind])) {
    const wanted = [name, ...names]
    const found = columns.find((column) => wanted.includes(plain(column)) && !mapped.has(column))
    if (found === undefined || taken.has(name)) continue
    mapped.set(found, name)
    taken.add(name)
  }
  return mapped
}

/** What is missing of a kind among these fields, such as `visitor or customer`. */
export const missingFields = (kind: Kind, fields: Iterable<string>): readonly string[] => {
  const known = new Set(fields)
  return REQUIRED[kind]
    .filter((group) => !group.some((name) => known.has(name)))
    .map((group) => group.join(' or '))
}

/** The kind that a file is, by its name or by its columns; undefined where more than one could be meant. */
export function guessKind(path: string, columns: readonly string[]): Kind | undefined {
  const name = path
    .toLowerCase()
    .replace(/^.*[\\/]/, '')
    .replaceAll('_', '-')
  const named = KINDS.filter((kind) => name.includes(kind))
  if (named.length === 1) return named[0]
  const possible = KINDS.filter(
    (kind) => missingFields(kind, mapColumns(kind, columns).values()).length === 0,
  )
  return possible.length === 1 ? possible[0] : undefined
}

export interface Reading {
  readonly kind: Kind
  readonly columns: ReadonlyMap<string, string>
  /** Separator of the file, which tells what stands before decimals. */
  readonly delimiter: string | null
  /** Of amounts in rows that name none. */
  readonly currency?: string | undefined
}

/** A row's fields under our names, or every reason why they cannot be read. Empty cells are left out. */
export function readFields(
  fields: Readonly<Record<string, unknown>>,
  { kind, columns, delimiter, currency }: Reading,
): Result<Fields, readonly string[]> {
  const read: Record<string, unknown> = {}
  const reasons: string[] = []
  const marked: (readonly [column: string, text: string, mark: string])[] = []
  for (const [column, name] of columns) {
    const value = fields[column]
    if (value === undefined || value === null || value === '') continue
    const found = readValue(value, (FIELDS[kind][name] as Field).type, delimiter)
    if (found === undefined) reasons.push(`${column}: ${complaint(name, kind, value)}`)
    else read[name] = found
    const mark = FIELDS[kind][name]?.type === 'money' ? markOf(String(value)) : undefined
    if (mark !== undefined) marked.push([column, JSON.stringify(value), mark])
  }
  for (const [column, text, mark] of marked) {
    read.currency ??= currency ?? (CODE.test(mark) ? mark : undefined)
    if (read.currency === undefined) reasons.push(`${column}: ${text} ${ANY_CURRENCY}`)
    else if (CODE.test(mark) && mark !== read.currency)
      reasons.push(`${column}: ${text} is not in ${read.currency}`)
  }
  return reasons.length === 0 ? ok(read) : err(reasons)
}

const CODE = /^[A-Z]{3}$/
const ANY_CURRENCY = 'may be of several currencies: name it in a column, or by --currency'
/** Signs of one currency alone; $ and ¥ are signs of many. */
const SIGNS: Readonly<Record<string, string>> = { '€': 'EUR', '£': 'GBP' }

/** The currency that an amount is written with, by its code, or its sign where that stands for more than one. */
function markOf(text: string): string | undefined {
  const marks = text.trim().match(CURRENCY_MARKS) ?? []
  const mark = marks.find((each) => CODE.test(each)) ?? marks[0] ?? ''
  return SIGNS[mark] ?? (mark || undefined)
}

function complaint(name: string, kind: Kind, value: unknown): string {
  const { type } = FIELDS[kind][name] as Field
  const said = JSON.stringify(value).slice(0, 60)
  if (type === 'time') {
    const day = TIME.exec(String(value))?.[1]
    return day !== undefined && !isDay(day)
      ? `${said} is on a day that there is not`
      : `${said} is no time: write 2026-07-01T18:30:00+01:00`
  }
  return isEither(digitsOf(String(value)))
    ? `${said} may be thousands or decimals: write 1234 or 1.2340`
    : `${said} is no number: write 1234.5`
}

function readValue(value: unknown, type: FieldType, delimiter: string | null): unknown {
  if (type === 'any') return value
  if (type === 'time') return parseTime(value)
  if (type === 'text') return typeof value === 'object' ? undefined : String(value)
  if (typeof value === 'number') return value
  // There are no thousands of degrees, so that 38,713 is 38.713 in whatever file.
  return type === 'degrees'
    ? parseNumber(String(value).replace(',', '.'), ',')
    : parseNumber(String(value), delimiter)
}

/**
 * Which sign stands before decimals in a file: where commas separate cells it is the dot, as it is in JSON, and
 * semicolons separate them for its being the comma. Tabs and bars tell nothing.
 */
const decimalSign = (delimiter: string | null): string | undefined =>
  delimiter === ';' ? ',' : delimiter === ',' || delimiter === null ? '.' : undefined

/** A lone sign before three digits, which are decimals or the rest of thousands: 0.125 and 1234.567 are no thousands. */
const isEither = (digits: string): boolean => /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(digits)

const CURRENCY_MARKS = /\p{Sc}|^[A-Z]{3}|[A-Z]{3}$/gu

/** Without blanks, currencies and the thousands of the Swiss. */
const digitsOf = (text: string): string =>
  text
    .trim()
    .replace(CURRENCY_MARKS, '')
    .replace(/[\s\u00a0']/g, '')

/**
 * A number as people write it: `1234.5`, `1.234,50`, `€ 12,50`. A lone dot or comma stands before decimals, unless it
 * may as well stand before thousands: `1,234` in a file of commas, `1.234` in one of semicolons, and both in one of tabs
 * may be either, so they are none.
 */
export function parseNumber(text: string, delimiter: string | null): number | undefined {
  const digits = digitsOf(text)
  if (!/^-?\d[\d.,]*$/.test(digits)) return undefined
  const [comma, dot] = [digits.lastIndexOf(','), digits.lastIndexOf('.')]
  if (comma !== -1 && dot !== -1)
    return toNumber(comma > dot ? digits.replaceAll('.', '').replace(',', '.') : digits.replaceAll(',', ''))
  const sign = comma === -1 ? '.' : ','
  return isEither(digits) && sign !== decimalSign(delimiter) ? undefined : toNumber(digits.replace(',', '.'))
}

const toNumber = (digits: string): number | undefined => {
  const value = Number(digits)
  return Number.isFinite(value) ? value : undefined
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|[+-]\d\d:?\d\d)?)?$/
/** Seconds of today are smaller, milliseconds larger. */
const SECONDS_MAX = 1e11

/** Epoch milliseconds of a time; without an offset it is UTC, a day alone is its noon. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number' || /^\d{9,13}$/.test(String(value))) {
    const number = Number(value)
    return Number.isFinite(number) && number > 0
      ? Math.round(number < SECONDS_MAX ? number * 1_000 : number)
      : undefined
  }
  const match = TIME.exec(String(value))
  if (match === null) return undefined
  const [, day, clock = '12:00', offset = 'Z'] = match
  const time = momentOf(
    `${day}T${clock}${offset === 'UTC' ? 'Z' : offset.replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`,
  )
  return Number.isNaN(time) ? undefined : time
}

const ID = /^[A-Za-z0-9_.:-]{1,64}$/
const HASH_CHARS = 32

/** The row's own id where it can be one; else one made of what it says, so that the same row is the same event. */
export function idOf(kind: Kind, record: Fields): string {
  if (typeof record.id === 'string' && ID.test(record.id) && !record.id.startsWith('selvedge:'))
    return record.id
  const hash = createHash('sha256')
    .update(`${kind}\n${JSON.stringify(record)}`)
    .digest('base64url')
  return `row:${hash.slice(0, HASH_CHARS)}`
}
