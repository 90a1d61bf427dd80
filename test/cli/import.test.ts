import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { guessKind, parseNumber, parseTime } from '../../src/cli/fields.ts'
import { importFile } from '../../src/cli/import.ts'
import { openRows } from '../../src/cli/rows.ts'
import { type Door, sendBatch } from '../../src/cli/sender.ts'
import { listen } from '../help/listen.ts'

type Rows = Record<string, unknown>[]
interface Call {
  readonly method: string
  readonly path: string
  readonly token: string
  readonly body: Record<string, Rows>
}
interface Said {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
  /** In place of a body: no JSON. */
  readonly raw?: string
}

const folder = mkdtempSync(join(tmpdir(), 'selvedge-import-'))
const calls: Call[] = []
/** What the door says to a call; 200 and everything accepted unless told. */
let answer: (call: Call) => Said
let url = ''
let errors: string[]
let printed: string[]

const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  request.on('end', () => {
    const { method = '', url: path = '', headers } = request
    const call: Call = {
      method,
      path,
      token: headers.authorization ?? '',
      body: JSON.parse(text) as Call['body'],
    }
    calls.push(call)
    const { status, raw, headers: more = {}, body } = answer(call)
    response
      .writeHead(status, { 'Content-Type': 'application/json', ...more })
      .end(raw ?? JSON.stringify(body ?? {}))
  })
})

const accepted = ({ body }: Call): number => Object.values(body)[0]?.length ?? 0

beforeAll(async () => {
  url = await listen(server)
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  calls.length = 0
  answer = (call) => ({ status: 200, body: { accepted: accepted(call), faults: [] } })
  errors = []
  printed = []
  vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line))
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line))
})
afterEach(() => vi.restoreAllMocks())

function write(name: string, text: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const run = (path: string, ...more: string[]): Promise<number> =>
  importFile([path, '--url', url, '--token', 'till:secret-secret', ...more])

async function rowsOf(text: string | Buffer): Promise<string[]> {
  const rows: string[] = []
  for await (const row of (await openRows(write('rows', text))).rows) {
    rows.push(
      'reason' in row ? `${row.line}! ${row.reason}` : `${row.line} ${Object.values(row.fields).join('/')}`,
    )
  }
  return rows
}

describe('openRows', () => {
  it('reads quotes, line breaks within them, blank lines and CRLF, and counts lines of the file', async () => {
    expect(await rowsOf('\ufeffa;b\r\n1;"x;""y"""\r\n\r\n2;"two\r\nlines"\r\n3;z')).toEqual([
      '2 1/x;"y"',
      '4 2/two\nlines',
      '6 3/z',
    ])
    expect(await rowsOf('a\tb\n1\t2\n')).toEqual(['2 1/2'])
  })

  it('loses no other row to a bad one, whatever it left open', async () => {
    const text = 'a,b\n1,2\n3\n4,5"6\n7,"8"9\n10,"11\n12,"13"\n14,15\n'
    expect(await rowsOf(text)).toEqual([
      '2 1/2',
      '3! 1 fields where the header has 2',
      '4! its quotes do not match',
      '5! its quotes do not match',
      '6! its quotes do not match',
      '7 12/13',
      '8 14/15',
    ])
  })

  it('finds a bad line anywhere in a long file', async () => {
    const lines = Array.from({ length: 2_500 }, (_, n) => `${n},"${n}\n${n}"`)
    lines[1_700] = '1700,"open'
    const rows = await rowsOf(`a,b\n${lines.join('\n')}\n`)
    expect(rows).toHaveLength(2_500)
    expect(rows.filter((row) => row.includes('!'))).toEqual(['3402! its quotes do not match'])
    expect(rows.at(-1)).toBe('4999 2499/2499\n2499')
  })

  it('reads NDJSON line by line, and one array without holding it', async () => {
    expect(await rowsOf('{"a":1}\n{"a":\n[2]\n{"a":"}"}\n')).toEqual([
      '1 1',
      expect.stringMatching(/^2! this is no JSON/),
      '3! a row is an object',
      '4 }',
    ])
    expect(await rowsOf('[{"a":"\\"{"},\n{"a":2,},{"a":3}]')).toEqual([
      '1 "{',
      expect.stringMatching(/^2! this is no JSON/),
      '2 3',
    ])
    expect(await rowsOf('[{"a":1},{"a":')).toEqual(['1 1', '1! the file ends within this row'])
  })

  it('drops no element of an array untold, whatever it is, and takes none out of another', async () => {
    const text = '[1,"x, {y}",null,["a",\n{"b":2}],\n oops\n,{"a":3},{"a":4}},{"a":[5]},]'
    expect(await rowsOf(text)).toEqual([
      '1! a row is an object',
      '1! a row is an object',
      '1! a row is an object',
      '1! a row is an object',
      expect.stringMatching(/^3! this is no JSON/),
      '4 3',
      '4 4',
      expect.stringMatching(/^4! this is no JSON/),
      '4 5',
    ])
    expect(await rowsOf('[]')).toEqual([])
    expect(await rowsOf('[{"a":1},\n"x')).toEqual(['1 1', expect.stringMatching(/^2! this is no JSON/)])
  })

  it('reads an array alike wherever its file is cut', async () => {
    // Files come in pieces of 64 KiB.
    const before = ' '.repeat(65_530)
    for (let shift = 0; shift < 12; shift++) {
      const text = `[${before.slice(shift)}1,{"a":2},["x"]]`
      expect(await rowsOf(text)).toEqual(['1! a row is an object', '1 2', '1! a row is an object'])
    }
  })

  it.each([
    ['{"products":[{"sku":"t","name":"Tea"}],"next":null}'],
    ['{\r\n  "products": [\r\n    {"sku":"t","name":"Tea"},\r\n    {"sku":"u","name":"Tin"}\r\n  ]\r\n}'],
    ['{ "stock" :\n[\n{"sku":"t","place":"online","quantity":1}\n]}'],
    ['{\n"sku":"t",\n"name":"Tea"\n}'],
  ])('takes no line of one object for a row, though the last of a list looks like one: %j', async (text) => {
    await expect(openRows(write('one.json', text))).rejects.toThrow(
      'is one JSON object: write its rows alone, as [{…}, {…}] or one a line.',
    )
  })

  it('passes over the line that tells Excel the separator, and names line ends of old Macs', async () => {
    expect(await rowsOf('sep=;\r\na;b\r\n1;2\r\n')).toEqual(['3 1/2'])
    await expect(rowsOf('a,b\r1,2\r')).rejects.toThrow('ends its lines as Macs once did')
  })

  it('gives the first of two columns of one name, and refuses no file for it', async () => {
    expect(await rowsOf('sku,price,price\nt,2,3\n')).toEqual(['2 t/2'])
  })

  it('refuses what is no UTF-8, whole or in part', async () => {
    await expect(rowsOf(Buffer.from('\ufeffa,b\n1,2', 'utf16le'))).rejects.toThrow('not UTF-8')
    expect(await rowsOf(Buffer.from('a,b\n1,\xe9\n2,3\n', 'latin1'))).toEqual([
      expect.stringMatching(/^2! .*UTF-8/),
      '3 2/3',
    ])
  })
})

describe('parseNumber', () => {
  it.each([
    ['1234.5', ',', 1234.5],
    ['1.234,50', ';', 1234.5],
    ['1,234.50', ',', 1234.5],
    ['€ 12,50', ',', 12.5],
    ['$1,234.50 USD', ',', 1234.5],
    ['12,505', ';', 12.505],
    ['-3', ',', -3],
    ['EUR 7', ',', 7],
    ['1,234', ',', undefined],
    ['1.234', ';', undefined],
    ['1.234', '\t', undefined],
    ['1,234', '\t', undefined],
    ['€ 12,500', '\t', undefined],
    ['-1.234', ';', undefined],
    ['1,234', null, undefined],
    ['1.234', ',', 1.234],
    ['1.234', null, 1.234],
    ['0.125', ';', 0.125],
    ['1,2340', ',', 1.234],
    ['1234.567', ';', 1234.567],
    ['1.234,567', '\t', 1234.567],
    ['1.2.3', ',', undefined],
    ['twelve', ',', undefined],
  ])('reads %s in a file of %s as %s', (text, delimiter, number) => {
    expect(parseNumber(text, delimiter)).toBe(number)
  })
})

describe('parseTime', () => {
  it.each([
    ['2026-07-01T18:30:00+01:00', '2026-07-01T17:30:00.000Z'],
    ['2026-07-01 18:30:00 +0100', '2026-07-01T17:30:00.000Z'],
    ['2026-07-01 18:30', '2026-07-01T18:30:00.000Z'],
    ['2026-07-01', '2026-07-01T12:00:00.000Z'],
    ['1782930600', '2026-07-01T18:30:00.000Z'],
    [1_782_930_600_000, '2026-07-01T18:30:00.000Z'],
    ['01/07/2026', undefined],
    ['2026-13-01', undefined],
    ['2026-09-31T10:00:00Z', undefined],
    ['2026-02-29', undefined],
  ])('reads %s as %s', (text, iso) => {
    const time = parseTime(text)
    expect(time === undefined ? undefined : new Date(time).toISOString()).toBe(iso)
  })
})

describe('guessKind', () => {
  it.each([
    ['exports/store-purchases.csv', [], 'store-purchases'],
    ['feed.csv', ['SKU', 'Title', 'Price'], 'catalog'],
    ['feed.csv', ['sku', 'location', 'on hand'], 'stock'],
    ['feed.csv', ['id', 'date'], undefined],
  ])('takes %s with %j for %s', (path, columns, kind) => {
    expect(guessKind(path, columns)).toBe(kind)
  })
})

describe('sendBatch', () => {
  const waits: number[] = []
  const options = { wait: async (ms: number) => void waits.push(ms), random: () => 0.5 }
  const door = (): Door => ({ method: 'POST', url: `${url}/x`, token: 't', list: 'stock' })
  beforeEach(() => {
    waits.length = 0
  })

  it('waits as long as it is told to, and sends the same again', async () => {
    const said: Said[] = [
      { status: 429, headers: { 'Retry-After': '7' } },
      { status: 503, headers: { 'Retry-After': '0' } },
    ]
    answer = () => said.shift() ?? { status: 200, body: { accepted: 2 } }
    expect(await sendBatch(door(), [{ a: 1 }, { a: 2 }], options)).toMatchObject({ accepted: 2 })
    expect(waits).toEqual([7_000, 1_000])
    expect(new Set(calls.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  })

  it('gives up in the end and says that nothing counts twice', async () => {
    answer = () => ({ status: 503, body: { title: 'The store does not answer' } })
    await expect(sendBatch(door(), [{}], options)).rejects.toThrow(
      /store does not answer.*nothing counts twice/,
    )
    expect(calls).toHaveLength(8)
  })

  it('cuts in two what is too large, and finds the rows of faults again', async () => {
    answer = (call) =>
      accepted(call) > 2
        ? { status: 413 }
        : {
            status: 200,
            body: { accepted: 1, faults: [{ path: '/stock/1/sku', code: 'value', message: 'bad' }] },
          }
    const { accepted: count, refused } = await sendBatch(door(), [1, 2, 3, 4], options)
    expect([count, [...refused]]).toEqual([
      2,
      [
        [1, 'sku: bad'],
        [3, 'sku: bad'],
      ],
    ])
  })

  it('sends the rest again to a door that takes all or nothing', async () => {
    answer = (call) =>
      accepted(call) === 3
        ? { status: 422, body: { title: 'x', faults: [{ path: '/stock/1', code: 'value', message: 'bad' }] } }
        : { status: 200 }
    const { accepted: count, refused } = await sendBatch(door(), [1, 2, 3], options)
    expect([count, [...refused], calls[1]?.body]).toEqual([2, [[1, 'bad']], { stock: [1, 3] }])
  })

  it('refuses no row for being of somebody whom nobody knows, nor an order whose cost is not known', async () => {
    const faults = [
      { path: '/stock/0/customer', code: 'unknown', message: 'nobody' },
      { path: '/stock/1/items/0/sku', code: 'unknown_cost', message: 'cost' },
    ]
    answer = () => ({ status: 202, body: { accepted: 1, skipped: 1, faults } })
    expect(await sendBatch(door(), [1, 2, 3], options)).toEqual({
      accepted: 1,
      known: 0,
      skipped: 2,
      refused: new Map(),
      warned: new Map([[1, 'items/0/sku: cost']]),
    })
    answer = () => ({ status: 422, body: { faults: faults.slice(0, 1) } })
    expect(await sendBatch(door(), [1], options)).toMatchObject({
      accepted: 0,
      skipped: 1,
      refused: new Map(),
    })
  })

  it.each([
    [200, '<html>'],
    [302, ''],
    [404, '<html>'],
    [200, 'null'],
  ])('takes a stranger’s answer of %d and "%s" for none, and does not ask again', async (status, raw) => {
    answer = () => ({ status, raw })
    await expect(sendBatch(door(), [{}], options)).rejects.toThrow(`answered ${status}, and not as Selvedge`)
    expect(calls).toHaveLength(1)
  })

  it('waits for a door behind somebody else’s error page', async () => {
    const said: Said[] = [{ status: 502, raw: '<html>' }]
    answer = () => said.shift() ?? { status: 200, body: { accepted: 1 } }
    expect(await sendBatch(door(), [{}], options)).toMatchObject({ accepted: 1 })
  })

  it('says what is wrong with all of it', async () => {
    answer = () => ({ status: 401, body: { title: 'The token is unknown' } })
    await expect(sendBatch(door(), [{}], options)).rejects.toThrow('The token is unknown')
  })
})

describe('import', () => {
  const ORDERS = [
    'Order ID;Date;Customer ID;Total;Currency;No\u001b[2Jte',
    '1001;2026-07-01T10:00:00Z;c1;12,50;EUR;fine',
    '1002;yesterday;c2;3,00;EUR;',
    ';2026-07-01T11:00:00Z;c3;4,00;EUR;',
    '1004;2026-07-01T12:00:00Z;;5,00;EUR;',
    '1005;2026-07-01T12:00:00Z;c5;5,00;XXX;',
  ].join('\n')

  it('sends what is good, and writes what is not beside the file, with line and reason', async () => {
    answer = ({ body }) => {
      const at = body.events?.findIndex(({ currency }) => currency === 'XXX')
      return {
        status: 202,
        body: {
          accepted: 2,
          faults: [{ path: `/events/${at}/currency`, code: 'c', message: 'This shop counts in EUR.' }],
        },
      }
    }
    const path = write('orders.csv', ORDERS)
    expect(await run(path)).toBe(1)
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatchObject({
      method: 'POST',
      path: '/_selvedge/api/events',
      token: 'Bearer secret-secret',
    })
    const [first, second] = calls[0]?.body.events ?? []
    expect(first).toEqual({
      id: '1001',
      kind: 'purchase',
      at: Date.UTC(2026, 6, 1, 10),
      customer: 'c1',
      value: 12.5,
      currency: 'EUR',
    })
    expect(second?.id).toMatch(/^row:[\w-]{32}$/)
    expect(readFileSync(`${path}.rejects.csv`, 'utf8').split('\n')).toEqual([
      'Order ID;Date;Customer ID;Total;Currency;No\u001b[2Jte;line;reason',
      expect.stringMatching(/^1002;yesterday;c2;3,00;EUR;;3;"Date: ""yesterday"" is no time/),
      expect.stringMatching(/^1004;.*;5;visitor or customer is missing$/),
      expect.stringMatching(/^1005;.*;6;currency: This shop counts in EUR\.$/),
      '',
    ])
    expect(errors[0]).toBe('Columns that orders have no use for: No\\u001b[2Jte')
    expect(errors).toContain(`${path}:5: visitor or customer is missing`)
    expect(printed[0]).toContain('5 rows of orders, 2 events accepted, 3 rows rejected')
  })

  it('refuses what may be thousands or decimals, and refuses it again in the file of rejects', async () => {
    const path = write('orders.csv', 'id;date;customer;total;currency\n1;2026-07-01;c1;1.234;EUR\n')
    const reason = 'total: "1.234" may be thousands or decimals: write 1234 or 1.2340'
    expect(await run(path)).toBe(1)
    expect(await run(`${path}.rejects.csv`)).toBe(1)
    expect(errors).toEqual([`${path}:2: ${reason}`, `${path}.rejects.csv:2: ${reason}`])
    expect(calls).toEqual([])
  })

  it('reads three decimals of degrees, which no thousands have', async () => {
    await run(write('stores.csv', 'id;name;lat;lng\ngraca;Graça;38,713;-9.131\n'))
    expect(calls[0]?.body.stores).toMatchObject([{ latitude: 38.713, longitude: -9.131 }])
  })

  it('gives the same rows the same ids, so that importing twice counts once', async () => {
    const path = write('visits.csv', 'date,customer,store\n2026-07-01,c1,graca\n2026-07-02,c1,graca\n')
    expect([await run(path), await run(path)]).toEqual([0, 0])
    expect(calls[1]?.body).toEqual(calls[0]?.body)
    expect(new Set(calls[0]?.body.events?.map(({ id }) => id)).size).toBe(2)
  })

  it('makes one order of its lines', async () => {
    const lines =
      'id,at,customer,value,lineitem sku,lineitem quantity,lineitem price\n7,2026-07-01,c1,9,tea,2,3\n7,,,,fig,1,3\n8,2026-07-01,c1,3,tea,1,3\n'
    // The second line says nothing of the order but its id: what every row needs is there once.
    expect(await run(write('orders.csv', lines), '--currency', 'EUR')).toBe(0)
    expect(calls[0]?.body.events).toMatchObject([
      {
        id: '7',
        value: 9,
        currency: 'EUR',
        items: [
          { sku: 'tea', quantity: 2, price: 3 },
          { sku: 'fig', quantity: 1, price: 3 },
        ],
      },
      { id: '8', items: [{ sku: 'tea', quantity: 1, price: 3 }] },
    ])
  })

  it('gathers the lines of an order that do not stand together, and sends the order whole', async () => {
    const lines =
      'id,at,customer,lineitem sku,lineitem price\nO1,2026-07-01,c1,tea,10\nO2,2026-07-01,c2,fig,5\nO1,2026-07-01,c1,cup,20\nO3,2026-07-01,c3,tea,1\n'
    expect(await run(write('orders.csv', lines), '--currency', 'EUR')).toBe(0)
    const sent = calls.flatMap(({ body }) => body.events ?? [])
    expect(sent.map(({ id, items }) => [id, (items as Rows).map(({ price }) => price)])).toEqual([
      ['O2', [5]],
      ['O3', [1]],
      ['O1', [10, 20]],
    ])
    expect(printed[0]).toContain('4 rows of orders, 3 events accepted.')
  })

  it('rejects every line of an order that is no order together', async () => {
    const lines = 'id,at,customer,value\nO1,2026-07-01,,10\nO2,2026-07-01,c2,5\nO1,2026-07-01,,20\n'
    const path = write('orders.csv', lines)
    expect(await run(path, '--currency', 'EUR')).toBe(1)
    expect(readFileSync(`${path}.rejects.csv`, 'utf8')).toMatch(
      /,2,visitor or customer is missing\n.*,4,visitor/,
    )
  })

  it('takes a unit cost as often as the line was bought, and not for the cost of the whole order', async () => {
    const lines =
      'order_id,date,visitor,currency,sku,quantity,price,unit cost\nuc1,2026-07-01,v1,EUR,zz-a,4,10,3\nuc2,2026-07-01,v1,EUR,zz-a,1,10,6\nuc2,2026-07-01,v1,EUR,zz-b,,10,6\n'
    expect(await run(write('orders.csv', lines))).toBe(0)
    const sent = calls[0]?.body.events ?? []
    expect(sent.map(({ id, cost }) => [id, cost])).toEqual([
      ['uc1', 12],
      ['uc2', 12],
    ])
    expect(sent[0]).not.toHaveProperty('unitCost')
  })

  it('makes no order of receipts of two stores, nor of lines that contradict each other', async () => {
    const lines =
      'receipt,date,visitor,store,amount,currency\n17,2026-07-01,v1,graca,10,EUR\n17,2026-07-01,v2,baixa,25,EUR\n18,2026-07-01,v3,graca,10,EUR\n18,2026-07-01,v3,graca,25,EUR\n19,2026-07-01,v4,graca,5,EUR\n17,2026-07-01,v5,sol,5,EUR\n'
    const path = write('store-purchases.csv', lines)
    expect(await run(path)).toBe(1)
    expect(calls.flatMap(({ body }) => body.events ?? []).map(({ id }) => id)).toEqual(['19'])
    const rejects = readFileSync(`${path}.rejects.csv`, 'utf8')
    expect(rejects.match(/^17,.*the id ""17"" is of more than one order/gm)).toHaveLength(3)
    expect(rejects.match(/^18,.*value being 10 and 25/gm)).toHaveLength(2)
    expect(printed[0]).toContain('6 rows of store-purchases, 1 event accepted, 5 rows rejected')
  })

  it('holds an order with a bad line back whole, wherever the line stands, until it is mended', async () => {
    const rows = [
      'O1,2026-07-01,c1,tea,10',
      'O1,yesterday,c1,cup,20',
      'O2,2026-07-01,c2,fig,5',
      'O3,2026-07-01,c3,tea,1',
      'O4,2026-07-01,c4,tea,1',
      'O3,2026-07-01,c3,tea',
      'O4,2026-07-01,c4,"tea,1',
      'O1,2026-07-01,c1,fig,30',
    ]
    const path = write('orders.csv', `id,at,customer,sku,price\n${rows.join('\n')}\n`)
    expect(await run(path, '--currency', 'EUR')).toBe(1)
    expect(calls.flatMap(({ body }) => body.events ?? []).map(({ id }) => id)).toEqual(['O2'])
    const rejects = readFileSync(`${path}.rejects.csv`, 'utf8')
    expect(rejects.match(/^O1,.*line 3 is bad and looks to be of the same order/gm)).toHaveLength(2)
    expect(rejects).toMatch(/^O3,2026-07-01,c3,tea,1,5,"line 7 is bad/m)
    expect(rejects).toMatch(/^O4,2026-07-01,c4,tea,1,6,"line 8 is bad/m)
    expect(printed[0]).toContain('8 rows of orders, 1 event accepted, 7 rows rejected')
    // As long as nobody mended it, the file of rejects says no more than its file did.
    calls.length = 0
    expect(await run(`${path}.rejects.csv`, '--currency', 'EUR')).toBe(1)
    expect(calls).toEqual([])
    expect(printed[1]).toContain('7 rows of orders, 0 events accepted, 7 rows rejected')
    const mended = rejects
      .replace('yesterday', '2026-07-01')
      .replace(/^"O3,2026-07-01,c3,tea",,,,/m, 'O3,2026-07-01,c3,tea,2')
      .replace(/^"O4,.*",,,,/m, 'O4,2026-07-01,c4,tea,2')
    expect(await run(write('mended-orders.csv', mended), '--currency', 'EUR')).toBe(0)
    const sent = calls.flatMap(({ body }) => body.events ?? [])
    expect(Object.fromEntries(sent.map(({ id, items }) => [id, (items as Rows).length]))).toEqual({
      O1: 3,
      O3: 2,
      O4: 2,
    })
  })

  it('makes an order of lines of which not the first says whose it is, and never of some of them', async () => {
    const lines = 'id,at,customer,sku,price\nO1,2026-07-01,,tea,10\nO1,2026-07-01,c1,cup,20\n'
    expect(await run(write('orders.csv', lines), '--currency', 'EUR')).toBe(0)
    expect(calls[0]?.body.events).toMatchObject([{ customer: 'c1', items: [{ price: 10 }, { price: 20 }] }])
  })

  it('sends nothing where more orders have bad lines than it can remember', async () => {
    const bad = Array.from({ length: 100_001 }, (_, n) => `O${n},yesterday,c1`).join('\n')
    const path = write('orders.csv', `id,at,customer\nO,2026-07-01,c1\n${bad}\n`)
    await expect(run(path)).rejects.toThrow(/line 100003: nothing was sent/)
    expect(calls).toEqual([])
  })

  it('tells what was known already apart from what is new', async () => {
    answer = () => ({ status: 202, body: { accepted: 2, known: 1, skipped: 0, faults: [] } })
    await run(write('visits.csv', 'date,customer,store\n2026-07-01,c1,graca\n2026-07-02,c1,graca\n'))
    expect(printed[0]).toContain('2 rows of visits, 1 event accepted, 1 known already.')
  })

  it('knows catalogs, stock and stores, and sends at most 1,000 rows a call', async () => {
    const skus = Array.from({ length: 1_001 }, (_, n) => `s${n},Tea,2.60`).join('\n')
    await run(write('catalog.csv', `Variant SKU,Title,Price\n${skus}\n`))
    expect(calls.map((call) => [call.method, call.path, accepted(call)])).toEqual([
      ['PUT', '/_selvedge/api/catalog', 1_000],
      ['PUT', '/_selvedge/api/catalog', 1],
    ])
    calls.length = 0
    const feed = write('feed.json', '[{"sku":"tea","location":"online","available":4}]')
    await run(feed)
    await run(write('stores.csv', 'id,name,lat,lng\ngraca,Graça,38.7,-9.1\n'))
    expect(calls.map(({ path, body }) => [path, body])).toEqual([
      [
        '/_selvedge/api/stock',
        { stock: [{ sku: 'tea', place: 'online', quantity: 4, at: Math.floor(statSync(feed).mtimeMs) }] },
      ],
      [
        '/_selvedge/api/stores',
        { stores: [{ id: 'graca', name: 'Graça', latitude: 38.7, longitude: -9.1 }] },
      ],
    ])
  })

  it('tells of two rows that say different things of one product, or of one place and time', async () => {
    await run(write('catalog.csv', 'sku,name,price\nt,Tea,2\nu,Tin,5\nt,Tea,2\nt,Tea,3\n'))
    const remark = (file: string, line: number, before: number) =>
      `${join(folder, file)}:${line}: taken, but line ${before} says something else of the same: the last one counts`
    expect(errors).toEqual([remark('catalog.csv', 5, 4)])
    errors = []
    const rows = [
      't,online,5,2026-07-01',
      't,online,0,2026-07-02',
      't,PT,0,2026-07-01',
      't,online,0,2026-07-01',
    ]
    await run(write('stock.csv', `sku,place,quantity,at\n${rows.join('\n')}\n`))
    expect(errors).toEqual([remark('stock.csv', 5, 2)])
  })

  it('takes amounts for what they are written in, and none for the shop’s that may be in another', async () => {
    const path = write(
      'catalog.csv',
      'sku;name;price;cost;currency\na;A;€ 12,50;;\nb;B;12 USD;;\nc;C;$12;;\nd;D;$12;;USD\ne;E;12;3 USD;EUR\nf;F;$12 USD;5;\n',
    )
    expect(await run(path)).toBe(1)
    expect(calls[0]?.body).toEqual({
      products: [
        { sku: 'a', name: 'A', price: 12.5, currency: 'EUR' },
        { sku: 'b', name: 'B', price: 12, currency: 'USD' },
        { sku: 'd', name: 'D', price: 12, currency: 'USD' },
        { sku: 'f', name: 'F', price: 12, cost: 5, currency: 'USD' },
      ],
    })
    expect(errors.map((line) => line.slice(path.length))).toEqual([
      ':4: price: "$12" may be of several currencies: name it in a column, or by --currency',
      ':6: cost: "3 USD" is not in EUR',
    ])
    calls.length = 0
    expect(
      await run(write('catalog.csv', 'sku,name,price\nc,C,$12\nd,D,12 EUR\n'), '--currency', 'USD'),
    ).toBe(1)
    expect(calls[0]?.body).toEqual({ products: [{ sku: 'c', name: 'C', price: 12, currency: 'USD' }] })
  })

  it('sends a list of stores whole or not at all, since it replaces the one that there is', async () => {
    const good = 'id,name,lat,lng\ngraca,Graça,38.7,-9.1\n'
    expect(await run(write('stores.csv', `${good}baixa,Baixa,here,-9.1\n`))).toBe(1)
    expect(calls).toEqual([])
    expect(errors[0]).toContain('stores.csv:3: lat: "here" is no number')
    expect(printed[0]).toContain('1 of 2 rows are bad, so nothing was sent')

    const faults = [
      { path: '/stores/1/id', code: 'duplicate_id', message: 'It is here twice; see /stores/0.' },
    ]
    answer = () => ({ status: 422, body: { title: 'This has faults', faults } })
    const twice = write('stores.csv', `${good}graca,Graça,38.7,-9.1\n`)
    expect(await run(twice)).toBe(1)
    expect(calls.map(accepted)).toEqual([2])
    expect(errors.at(-1)).toContain('stores.csv:3: id: It is here twice; see line 2.')
    expect(existsSync(`${twice}.rejects.csv`)).toBe(false)
  })

  it.each([
    ['orders.ndjson', '{"id":"1","at":"2026-07-01","customer":"c1","value":1,}', 1],
    ['feed.ndjson', 'oops', 1],
    ['orders.json', '[{"id":"1","at":"2026-07-01","customer":"c1",}', 1],
    ['feed.json', '[{"id":"1"}', 1],
    ['orders.json', '[1,"x",null,["a"]', 4],
  ])(
    'of a file of JSON that begins badly, %s, rejects no more than the beginning',
    async (name, first, bad) => {
      const good = '{"order":"2","at":"2026-07-01T10:00:00Z","customer":"c2","value":4}'
      const path = write(name, name.endsWith('.json') ? `${first},\n${good}]` : `${first}\n${good}\n`)
      const more = name.startsWith('feed') ? ['--kind', 'orders'] : []
      expect(await run(path, ...more)).toBe(1)
      expect(calls.flatMap(({ body }) => body.events ?? [])).toMatchObject([{ id: '2', customer: 'c2' }])
      expect(printed[0]).toContain(
        `${bad + 1} rows of orders, 1 event accepted, ${bad === 1 ? '1 row' : `${bad} rows`} rejected`,
      )
      expect(errors).toHaveLength(bad)
      expect(errors[0]).toContain(`${path}:1: `)
    },
  )

  it('asks each row of JSON for its own columns, and the first that can be told for the kind', async () => {
    const text =
      '[{"capacity":"delivery","place":"online"},\n{"capacity":"delivery","place":"online","quantity":41}]'
    for (const name of ['stock.json', 'rows.json']) {
      calls.length = 0
      expect(await run(write(name, text))).toBe(1)
      expect(calls[0]?.body.stock).toMatchObject([{ capacity: 'delivery', quantity: 41 }])
      expect(errors.at(-1)).toContain(`${name}:1: quantity is missing`)
    }
  })

  it.each(['orders', 'stock'])('takes an empty list of %s for one of no rows', async (kind) => {
    expect(await run(write(`${kind}.json`, '[]'))).toBe(0)
    expect([calls.length, printed[0]]).toEqual([0, expect.stringContaining(`0 rows of ${kind}`)])
  })

  it('moves no row to another day: one that there is not is told as such', async () => {
    const text =
      'date,customer,store\n2026-09-31T10:00:00Z,c1,graca\n2026-09-31,c1,graca\n2026-09-30,c1,graca\n'
    expect(await run(write('visits.csv', text))).toBe(1)
    expect(calls[0]?.body.events).toMatchObject([{ at: Date.UTC(2026, 8, 30, 12) }])
    expect(errors.map((line) => line.replace(/^.*csv:/, ''))).toEqual([
      '2: date: "2026-09-31T10:00:00Z" is on a day that there is not',
      '3: date: "2026-09-31" is on a day that there is not',
    ])
  })

  it('checks without sending on a dry run', async () => {
    const path = write('stock.csv', 'sku,place,quantity\ntea,online,3\ntea,online,-1\n')
    expect(await run(path, '--dry-run')).toBe(1)
    expect([calls.length, printed[0]]).toEqual([
      0,
      expect.stringContaining('1 report would be sent, 1 row rejected'),
    ])
  })

  it.each([
    ['a file that is not there', ['nowhere.csv'], /does not exist/],
    ['a kind that there is not', ['--kind', 'cheese'], /There is no kind "cheese"/],
    ['columns that say nothing', [], /What is in .*Say --kind/],
    ['a kind whose columns are missing', ['--kind', 'stock'], /no column for sku or capacity, place/],
  ])('says what it needs for %s', async (_, more, message) => {
    const path = write('table.csv', 'a,quantity\n1,2\n')
    const args = more[0] === 'nowhere.csv' ? more : [path, ...more]
    await expect(importFile([...args, '--url', url, '--token', 'x'])).rejects.toThrow(message)
  })
})
