import { join } from 'node:path'
import { sql as expression } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { build } from 'esbuild'
import fc from 'fast-check'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit, releases } from '../../db/schema.ts'
import { compatibilityDate } from '../../src/cli/bundle.ts'
import { sql, statement } from '../../src/kit/query.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { orm } from '../help/orm.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

let store: TestStore
let requests = 0
let database: Database
beforeAll(async () => {
  store = await startTestStore()
  const counted = (request: Request): Promise<Response> => {
    requests += 1
    return fetch(request)
  }
  database = openDatabase({ url: store.url, timeoutMs: 5_000, fetch: counted })
})
afterAll(() => store.stop())

const release = (number: number) => ({ number, checksum: 'x', document: '{}', author: 'test', createdAt: 1 })
const countOf = async (table: SQLiteTable): Promise<unknown> =>
  (await database.ask<{ n: number }>(orm.select({ n: expression`COUNT(*)`.as('n') }).from(table)))[0]?.n
const entry = { at: 1, actor: 'test', action: 'test', subject: 'test' }

describe('openDatabase', () => {
  it('asks and answers in one round trip, integers as integers', async () => {
    const createdAt = 1_795_380_009_478
    await database.ask(orm.insert(releases).values({ ...release(1), createdAt }))
    requests = 0
    const rows = await database.ask(orm.select().from(releases))
    expect(rows).toEqual([
      { number: 1, checksum: 'x', document: '{}', author: 'test', note: '', created_at: createdAt },
    ])
    expect(requests).toBe(1)
  })

  it('writes several statements in one round trip', async () => {
    requests = 0
    await database.write(() => [2, 3].map((number) => orm.insert(releases).values(release(number))))
    expect(requests).toBe(1)
    expect(await countOf(releases)).toBe(3)
  })

  it('writes all or nothing', async () => {
    const twice = database.write(() => [
      orm.insert(audit).values(entry),
      orm.insert(releases).values(release(1)),
    ])
    await expect(twice).rejects.toMatchObject({
      code: 'store_rejected',
      message: expect.stringContaining('SQLITE_CONSTRAINT'),
    })
    expect(await countOf(audit)).toBe(0)
  })

  it('gives back what was bound, as it was', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      // JSON knows no negative zero.
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.maxSafeInteger(),
      fc.constant(null),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 20 }), async (values) => {
        const piece = sql.list(values.map((each, index) => sql`${each} AS ${sql.identifier(`c${index}`)}`))
        const [row] = await database.ask<object>(statement(sql`SELECT ${piece}`))
        expect(Object.values(row ?? {})).toEqual(values)
      }),
      { numRuns: 50 },
    )
  })

  it('sends its token, to the place below its path', async () => {
    const seen: Request[] = []
    const fetch = async (request: Request): Promise<Response> => {
      seen.push(request)
      return new Response('', { status: 500 })
    }
    const asked = { timeoutMs: 100, fetch }
    const guarded = openDatabase({ url: 'libsql://store.example/shop/', authToken: 'secret', ...asked })
    const open = openDatabase({ url: 'http://store.example', authToken: '', ...asked })
    for (const each of [guarded, open]) await each.ask(orm.select().from(audit)).catch(() => {})
    expect(seen.map(({ url, headers }) => [url, headers.get('Authorization')])).toEqual([
      ['https://store.example/shop/v2/pipeline', 'Bearer secret'],
      ['http://store.example/v2/pipeline', null],
    ])
  })

  it('reads several statements from one state', async () => {
    const [first, second] = await database.read(() => [orm.select().from(releases), orm.select().from(audit)])
    expect([first?.rows.length, second?.rows.length]).toEqual([3, 0])
  })

  it('sends nothing for an empty batch', async () => {
    requests = 0
    expect(await database.write(() => [])).toEqual([])
    expect(requests).toBe(0)
  })

  it('never repeats the values of a statement', async () => {
    const secret = 'shopper@example.com'
    const failed = database.ask(orm.insert(releases).values({ ...release(1), note: secret }))
    const fault = (await failed.then(
      () => null,
      (error: unknown) => error,
    )) as Error
    const told: string[] = []
    for (let link: unknown = fault; link instanceof Error; link = link.cause)
      told.push(link.message, String(link.stack))
    expect(told.length).toBeGreaterThan(2)
    expect(told.join('\n')).not.toContain(secret)
  })

  const answer = (body: string, status: number) => async () => new Response(body, { status })
  const hangs = (request: Request) =>
    new Promise<Response>((_, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason))
    })
  const hangsInBody = async (request: Request) =>
    new Response(
      new ReadableStream({
        start: (controller) =>
          request.signal.addEventListener('abort', () => controller.error(request.signal.reason)),
      }),
    )
  it.each([
    ['hangs', hangs, 'store_timeout'],
    ['hangs in the middle of an answer', hangsInBody, 'store_timeout'],
    ['refuses the connection', undefined, 'store_unavailable'],
    ['answers garbage', answer('<html>', 200), 'store_unavailable'],
    ['answers other JSON', answer('{}', 200), 'store_unavailable'],
    ['fails', answer('', 500), 'store_unavailable'],
    ['says so at length', answer('<h1>Bad gateway</h1>'.repeat(1_000), 502), 'store_unavailable'],
    ['is locked', answer('{"message":"busy","code":"SQLITE_BUSY"}', 500), 'store_unavailable'],
    ['refuses a statement', answer('{"message":"no","code":"SQL_PARSE_ERROR"}', 400), 'store_rejected'],
    ['answers an error that is null', answer('null', 400), 'store_rejected'],
    ['is overloaded', answer('', 429), 'store_unavailable'],
    ['does not take the token', answer('', 401), 'store_unavailable'],
    ['does not let us in', answer('', 403), 'store_unavailable'],
  ])('names the fault of a store that %s', async (_, fetch, code) => {
    const broken = openDatabase({
      url: fetch === undefined ? 'http://127.0.0.1:1' : store.url,
      timeoutMs: 100,
      ...(fetch === undefined ? {} : { fetch }),
    })
    await expect(broken.ask(orm.select().from(audit))).rejects.toMatchObject({ code })
    await expect(broken.write(() => [orm.insert(audit).values(entry)])).rejects.toMatchObject({ code })
  })
})

describe('openDatabase in workerd', () => {
  let miniflare: Miniflare
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, '../help/sql-worker.ts')],
      bundle: true,
      format: 'esm',
      write: false,
      target: 'es2024',
      conditions: ['workerd', 'worker', 'browser'],
    })
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: outputFiles[0]?.text ?? '',
        compatibilityDate: compatibilityDate(),
        bindings: { DB_URL: store.url },
        telemetry: { enabled: false },
        cf: false,
      }),
    )
    await miniflare.ready
  })
  afterAll(() => miniflare.dispose())
  const ask = async (steps: number, timeout: number): Promise<string> =>
    (await miniflare.dispatchFetch(`http://worker/?steps=${steps}&timeout=${timeout}`)).text()

  it('answers 60 requests at once, and again after 60 that were too late', async () => {
    const all = (steps: number, timeout: number) =>
      Promise.all(Array.from({ length: 60 }, () => ask(steps, timeout)))
    expect(new Set(await all(100, 20_000))).toEqual(new Set(['100']))
    expect(new Set(await all(3_000_000, 1))).toEqual(new Set(['store_timeout']))
    expect(new Set(await all(100, 20_000))).toEqual(new Set(['100']))
  })
})
