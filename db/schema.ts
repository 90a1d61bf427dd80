/**
 * Everything that Selvedge keeps in its store, one table each, with how long it is kept. The one truth: migrations are
 * generated from it (`npm run migrations`), adapters are typed by it. Times are epoch milliseconds.
 */
import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * Published sets of campaigns. Immutable: rows are inserted and never updated.
 * Lifetime: for good; it is the record of what visitors could be shown. Holds nothing about any visitor.
 */
export const releases = sqliteTable('releases', {
  number: integer().primaryKey(),
  /** SHA-256 of `document`, lower-case hex. */
  checksum: text().notNull(),
  /** The release as it was published, as JSON text. */
  document: text().notNull(),
  /** Name of the bearer token that published it. */
  author: text().notNull(),
  note: text().notNull().default(''),
  createdAt: integer('created_at').notNull(),
})

/**
 * Which release is live, and the operator's kill switch. One row, written at the first activation.
 * Lifetime: for good, overwritten; the history of changes is in `audit`.
 */
export const activeRelease = sqliteTable(
  'active_release',
  {
    id: integer().primaryKey().default(1),
    number: integer()
      .notNull()
      .references(() => releases.number),
    /** False: every page passes to the storefront untouched. */
    enabled: integer({ mode: 'boolean' }).notNull().default(true),
    changedAt: integer('changed_at').notNull(),
    changedBy: text('changed_by').notNull(),
  },
  (table) => [check('active_release_is_one_row', sql`${table.id} = 1`)],
)

/**
 * Who changed what: publications, roll-backs, the kill switch. Append only; operators' acts, never visitors'.
 * Lifetime: 25 months.
 */
export const audit = sqliteTable(
  'audit',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    /** Name of the bearer token, or `system`. */
    actor: text().notNull(),
    /** Such as `release.publish`. */
    action: text().notNull(),
    /** What it was done to, such as the number of a release. */
    subject: text().notNull(),
    /** JSON text. */
    detail: text().notNull().default('{}'),
  },
  (table) => [index('audit_at').on(table.at)],
)
