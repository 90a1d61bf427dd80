import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as schema from '../../db/schema.ts'
import { migrate, migrateStore, pendingOf } from '../../src/cli/migrate.ts'
import { sql, statement } from '../../src/kit/query.ts'
import { openDatabase } from '../../src/kit/sql.ts'
import { listen } from '../help/listen.ts'
import { orm } from '../help/orm.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const ROOT = join(import.meta.dirname, '../..')
let store: TestStore
beforeAll(async () => {
  store = await startTestStore({ migrated: false })
})
afterAll(() => store.stop())

describe('migrateStore', () => {
  it('applies every migration to an empty store, and none the second time', async () => {
    const files = readdirSync(join(ROOT, 'db/migrations')).filter((name) => name.endsWith('.sql'))
    expect(await migrateStore({ url: store.url })).toBe(files.length)
    expect(await migrateStore({ url: store.url })).toBe(0)
  })

  it('gives the store every table and column of the schema', async () => {
    const database = openDatabase({ url: store.url, timeoutMs: 5_000 })
    const tables = Object.values(schema).filter((table) => is(table, SQLiteTable))
    expect(tables.length).toBeGreaterThan(0)
    for (const table of tables) {
      const { name, columns } = getTableConfig(table)
      const query = sql`select name from pragma_table_info(${name})`
      const rows = await database.ask<{ name: string }>(statement(query))
      expect(rows.map((row) => row.name)).toEqual(columns.map((column) => column.name))
    }
  })

  it('keeps the active release to one row', async () => {
    const database = openDatabase({ url: store.url, timeoutMs: 5_000 })
    const about = { number: 1, changedAt: 1, changedBy: 'test' }
    const release = { number: 1, checksum: 'x', document: '{}', author: 'test', createdAt: 1 }
    await database.write(() => [
      orm.insert(schema.releases).values(release),
      orm.insert(schema.activeRelease).values(about),
    ])
    await expect(
      database.ask(orm.insert(schema.activeRelease).values({ ...about, id: 2 })),
    ).rejects.toMatchObject({ code: 'store_rejected' })
  })
})

describe('a migration that fails half-way', () => {
  it('leaves nothing behind, and goes through once what was in its way is gone', async () => {
    const fresh = await startTestStore({ migrated: false })
    try {
      const database = openDatabase({ url: fresh.url, timeoutMs: 5_000 })
      await database.ask(statement(sql`CREATE TABLE measures (mine integer)`))
      await expect(migrateStore({ url: fresh.url })).rejects.toThrow()
      const tables = sql`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
      expect(await database.ask<{ name: string }>(statement(tables))).toMatchObject([{ name: 'measures' }])
      await database.ask(statement(sql`DROP TABLE measures`))
      expect(await migrateStore({ url: fresh.url })).toBeGreaterThan(0)
    } finally {
      await fresh.stop()
    }
  })
})

describe('two who migrate at once', () => {
  it('apply each migration once, and neither is told of a fault', async () => {
    const fresh = await startTestStore({ migrated: false })
    try {
      const counts = await Promise.all([1, 2, 3].map(() => migrateStore({ url: fresh.url })))
      expect(counts.filter((count) => count > 0)).toHaveLength(1)
      const database = openDatabase({ url: fresh.url, timeoutMs: 5_000 })
      const noted = sql`SELECT COUNT(*) AS n, COUNT(DISTINCT hash) AS hashes FROM __drizzle_migrations`
      const [row] = await database.ask<{ n: number; hashes: number }>(statement(noted))
      expect(row?.n).toBe(row?.hashes)
    } finally {
      await fresh.stop()
    }
  })

  it('move no rows twice: who looked before the other was done changes nothing', async () => {
    const late = await startTestStore({ migrated: false })
    try {
      await migrateStore({ url: late.url })
      const database = openDatabase({ url: late.url, timeoutMs: 5_000 })
      const forgetLast = sql`DELETE FROM __drizzle_migrations
        WHERE created_at = (SELECT MAX(created_at) FROM __drizzle_migrations)`
      await database.ask(statement(forgetLast))
      // The last migration only moves rows, so nothing of its own would stop a second one.
      const counts = await Promise.all([1, 2].map(() => migrateStore({ url: late.url })))
      expect(counts.toSorted()).toEqual([0, 1])
      const [row] = await database.ask<{ n: number }>(
        statement(sql`SELECT COUNT(*) AS n FROM __drizzle_migrations`),
      )
      expect(row?.n).toBe(
        readdirSync(join(ROOT, 'db/migrations')).filter((name) => name.endsWith('.sql')).length,
      )
    } finally {
      await late.stop()
    }
  })
})

describe('migrate', () => {
  it('says in one line why a store cannot be migrated', async () => {
    const guarded = createServer((_, response) => {
      response
        .writeHead(403, { 'Content-Type': 'application/json' })
        .end('{"error":"Forbidden: no write permission"}')
    })
    const url = await listen(guarded)
    try {
      await expect(migrate(['--url', url])).rejects.toThrow(
        /cannot be used at the moment \(HTTP 403\).*no write permission/,
      )
    } finally {
      await new Promise((resolve) => guarded.close(resolve))
    }
    await expect(migrate(['--url', url])).rejects.toThrow(/cannot be used at the moment.*ECONNREFUSED/)
  })
})

describe('db/migrations', () => {
  it('make of visitors counted by split what each arm should have of them', async () => {
    const database = openDatabase({ url: store.url, timeoutMs: 5_000 })
    const row = { campaign: 'hero', day: '2026-07-01', metric: 'exposed' }
    const counted = (segment: string, arm: string, n: number, more: object = {}) =>
      orm.insert(schema.cells).values({ ...row, segment, arm, n, ...more })
    await database.write(() => [
      counted('all', 'a', 8),
      counted('split:a=0.3333,holdout-1=0.6667', 'a', 1),
      counted('split:a=0.3333,holdout-1=0.6667', 'holdout-1', 2),
      counted('split:a=0.3333,holdout-1=0.6667', 'a', 1, { metric: 'seen' }),
      counted('split:a=1', 'a', 4),
      counted('split:a=1', 'a', 1, { day: '2026-07-02' }),
    ])
    const file = readFileSync(join(ROOT, 'db/migrations/0006_expected_by_arm.sql'), 'utf8')
    await database.write(() => file.split('--> statement-breakpoint').map((text) => statement(sql.raw(text))))
    const query = sql`SELECT segment, day, arm, metric, n FROM cells ORDER BY segment, day, arm`
    expect(
      (await database.ask<Record<string, unknown>>(statement(query))).map((each) => Object.values(each)),
    ).toEqual([
      ['all', '2026-07-01', 'a', 'exposed', 8],
      ['split:drawn', '2026-07-01', 'a', 'exposed', 5],
      ['split:drawn', '2026-07-01', 'holdout-1', 'exposed', 2],
      ['split:drawn', '2026-07-02', 'a', 'exposed', 1],
      ['split:meant', '2026-07-01', 'a', 'exposed', 49_999],
      ['split:meant', '2026-07-01', 'holdout-1', 'exposed', 20_001],
      ['split:meant', '2026-07-02', 'a', 'exposed', 10_000],
    ])
  })

  it('says what the schema says: generating again changes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'selvedge-migrations-'))
    try {
      await cp(join(ROOT, 'db/migrations'), join(folder, 'migrations'), { recursive: true })
      const said = execFileSync(
        process.execPath,
        [
          join(ROOT, 'node_modules/drizzle-kit/bin.cjs'),
          'generate',
          '--dialect=sqlite',
          `--schema=${join(ROOT, 'db/schema.ts')}`,
          // Taken as relative, whatever it is.
          '--out=migrations',
        ],
        { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
      )
      expect(said).toContain('No schema changes')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('pendingOf', () => {
  const journal = [
    { hash: 'a', folderMillis: 1 },
    { hash: 'b', folderMillis: 2 },
    { hash: 'c', folderMillis: 3 },
  ]

  it('counts what is newer than anything applied', () => {
    expect(pendingOf(journal, [])).toBe(3)
    expect(pendingOf(journal, [{ hash: 'a', at: 1 }])).toBe(2)
  })

  it('refuses an older migration that came later, which would be skipped', () => {
    const applied = [
      { hash: 'a', at: 1 },
      { hash: 'c', at: 3 },
    ]
    expect(() => pendingOf(journal, applied)).toThrow(/Migration 1 is older/)
  })

  it('refuses a migration that was changed after it was applied', () => {
    expect(() => pendingOf(journal, [{ hash: 'other', at: 1 }])).toThrow(/Migration 0 has changed/)
  })

  it('takes a store that is ahead of these files', () => {
    const applied = [...journal, { hash: 'd', folderMillis: 4 }].map(({ hash, folderMillis: at }) => ({
      hash,
      at,
    }))
    expect(pendingOf(journal, applied)).toBe(0)
  })
})
