/**
 * Brings a store up to the schema: `npm run migrate -- --url URL --token TOKEN`, or DB_URL and DB_TOKEN in the
 * environment, which keeps the token out of the list of processes.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createClient } from '@libsql/client/http'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { SelvedgeError } from '../kit/errors.ts'
import { sql, statement } from '../kit/query.ts'
import { type Database, openDatabase, storeFault } from '../kit/sql.ts'
import { messageOf, Trouble } from './trouble.ts'

const FOLDER = join(import.meta.dirname, '../../db/migrations')
/** Rebuilding a large table takes a while; nobody's page waits for it. */
const TIMEOUT_MS = 120_000

interface Target {
  readonly url: string
  readonly token?: string
}

/** One row of drizzle's own table. */
export interface Applied {
  readonly hash: string
  /** The migration's time in the journal, epoch milliseconds. */
  readonly at: number
}

export type Journal = readonly Pick<MigrationMeta, 'hash' | 'folderMillis'>[]

/**
 * How many migrations are still to be applied. The migrator only compares times with the newest one applied, and
 * passes over an older one that was merged later without a word; that, and a file changed after it was applied, is
 * a fault here.
 */
export function pendingOf(journal: Journal, applied: readonly Applied[]): number {
  const newest = Math.max(Number.NEGATIVE_INFINITY, ...applied.map((row) => row.at))
  let pending = 0
  for (const [index, { hash, folderMillis }] of journal.entries()) {
    const row = applied.find((candidate) => candidate.at === folderMillis)
    if (row === undefined && folderMillis < newest) {
      throw new Trouble(
        `Migration ${index} is older than the newest one applied and would be skipped: generate it again with "npm run migrations".`,
      )
    }
    if (row !== undefined && row.hash !== hash) {
      throw new Trouble(
        `Migration ${index} has changed since it was applied: restore its file and put the change into a new one.`,
      )
    }
    if (row === undefined) pending += 1
  }
  return pending
}

/**
 * Applies what is missing, all or nothing, and makes sure of it. Gives the number of migrations applied; 0 where somebody
 * else was quicker.
 */
export async function migrateStore(store: Target): Promise<number> {
  const database = openDatabase({ url: store.url, authToken: store.token, timeoutMs: TIMEOUT_MS })
  const journal = readMigrationFiles({ migrationsFolder: FOLDER })
  const seen = await readApplied(database)
  const pending = pendingOf(journal, seen)
  if (pending === 0) return 0
  try {
    await applyMissing(store, journal.slice(-pending), seen.length)
  } catch (error) {
    if (pendingOf(journal, await readApplied(database)) === 0) return 0
    throw error
  }
  if (pendingOf(journal, await readApplied(database)) > 0) {
    throw new Trouble(`The store at ${store.url} did not take all migrations: try again.`)
  }
  return pending
}

/** All of them in one transaction, which notes them where drizzle's own migrator does, and in its way. */
async function applyMissing(
  { url, token }: Target,
  missing: readonly MigrationMeta[],
  seen: number,
): Promise<void> {
  const client = createClient({
    url,
    ...(token === undefined ? {} : { authToken: token }),
    fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) }),
  })
  try {
    await client.migrate([
      'CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
      // Of two who migrate at once the second fails here, as a whole: what moves rows must not be done twice.
      {
        sql: `INSERT INTO __drizzle_migrations (hash, created_at)
          SELECT NULL, 0 WHERE (SELECT COUNT(*) FROM __drizzle_migrations) <> ?`,
        args: [seen],
      },
      ...missing.flatMap((migration) => [
        ...migration.sql,
        {
          sql: 'INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)',
          args: [migration.hash, migration.folderMillis],
        },
      ]),
    ])
  } catch (error) {
    throw storeFault(error, TIMEOUT_MS)
  }
}

async function readApplied(database: Database): Promise<readonly Applied[]> {
  const tables = await database.ask(
    statement(sql`SELECT name FROM sqlite_master WHERE name = '__drizzle_migrations'`),
  )
  if (tables.length === 0) return []
  return database.ask<Applied>(statement(sql`SELECT hash, created_at AS at FROM __drizzle_migrations`))
}

/** The store that a command is to work on: as it was told, else as the environment says. */
export function storeOf(told: { readonly url?: string; readonly token?: string }): Target {
  const url = told.url ?? process.env.DB_URL
  const token = told.token ?? process.env.DB_TOKEN
  if (url === undefined || url === '') {
    throw new Trouble('Say which store: --url URL, or DB_URL in the environment.', 2)
  }
  if (!/^(libsql|https?):\/\/./.test(url)) {
    throw new Trouble(`${url} is not the URL of a store: it begins with libsql://, https:// or http://.`, 2)
  }
  return { url, ...(token === undefined ? {} : { token }) }
}

/** The command. */
export async function migrate(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { url: { type: 'string' }, token: { type: 'string' } } })
  const store = storeOf(values)
  try {
    const applied = await migrateStore(store)
    console.log(applied === 0 ? 'The store is up to date.' : `Applied ${applied} migration(s).`)
    return 0
  } catch (error) {
    if (!(error instanceof SelvedgeError)) throw error
    throw new Trouble(`The store at ${new URL(store.url).host} was not migrated: ${reasonOf(error)}.`)
  }
}

/** What was thrown last is what we make of it, and what was thrown first says why. */
export function reasonOf(error: SelvedgeError): string {
  let first: Error = error
  while (first.cause instanceof Error) first = first.cause
  return first === error ? error.message : `${error.message}: ${messageOf(first)}`
}
