/**
 * Everything that Selvedge keeps in its store, one table each, with how long it is kept. The one truth: migrations are
 * generated from it (`npm run migrations`), adapters are typed by it. Times are epoch milliseconds.
 */
import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * Published sets of campaigns. Immutable: rows are inserted and never updated.
 * Lifetime: for good; it is the record of what visitors could be shown. Holds nothing about any visitor.
 */
export const releases = sqliteTable('releases', {
  number: integer().primaryKey(),
  /** SHA-256 of `document`, base64url. */
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

/**
 * Everybody who agreed to personalization and did something, one narrow row each, so that counting stages reads little.
 * Lifetime: 13 months after the last event; gone at once with erasure.
 */
export const visitors = sqliteTable('visitors', {
  /** The random id of the visitor's cookie. */
  id: text().primaryKey(),
  firstSeenAt: integer('first_seen_at').notNull(),
  /** The day, as its first moment. */
  lastSeenAt: integer('last_seen_at').notNull(),
  /** An account or a newsletter of theirs is tied to this id. */
  linked: integer({ mode: 'boolean' }).notNull().default(false),
  /** Follows at least one brand. */
  following: integer({ mode: 'boolean' }).notNull().default(false),
  /** Until which day the evidence makes them known; 0: never yet. */
  knownUntil: integer('known_until').notNull().default(0),
  /** Day when a decision from their own profile last reached them; 0: never yet. */
  servedAt: integer('served_at').notNull().default(0),
})

/**
 * What each visitor id's own events have added up to. A person's profile is the merge of the contributions of their
 * ids; merging and unmerging never rewrites a row.
 * Lifetime: as `visitors`.
 */
export const contributions = sqliteTable('contributions', {
  visitor: text().primaryKey(),
  /** One more with every write: compared and swapped, so that no concurrent write is lost. */
  version: integer().notNull(),
  /** JSON text, bounded, with its format's own version. */
  document: text().notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/**
 * The events behind the contributions, kept so that none counts twice, and so that people can have them.
 * Lifetime: 90 days after they happened; events older than that are refused, so a forgotten one cannot come again.
 */
export const events = sqliteTable(
  'events',
  {
    visitor: text().notNull(),
    /** Given by the sender, unique for the visitor. */
    id: text().notNull(),
    at: integer().notNull(),
    kind: text().notNull(),
    /** JSON text: category, brand, value …; never what was typed into a search or declared about oneself. */
    detail: text().notNull().default('{}'),
  },
  (table) => [primaryKey({ columns: [table.visitor, table.id] }), index('events_at').on(table.at)],
)

/**
 * Ids that were erased, so that nothing late brings them back. Says of nobody who they were.
 * Lifetime: 14 months, longer than any cookie that may still carry the id.
 */
export const tombstones = sqliteTable('tombstones', {
  /** Never given twice, so that readers can ask for what is new. */
  seq: integer().primaryKey({ autoIncrement: true }),
  /** First 64 bits of the id's SHA-256, lower-case hex. */
  hash: text().notNull().unique(),
  at: integer().notNull(),
})

/**
 * How many visitors stood at which stage at the end of a day. Numbers only.
 * Lifetime: 25 months.
 */
export const stageCounts = sqliteTable(
  'stage_counts',
  {
    /** YYYY-MM-DD, UTC. */
    day: text().notNull(),
    stage: text().notNull(),
    visitors: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.stage] })],
)

/**
 * Which visitor ids are one person. A tie is made by the shop's own word (a login) or by a newsletter's link, and ends
 * by itself when its visitor is forgotten; nothing is ever guessed. Untying deletes the row and rewrites nothing else.
 * Lifetime: as long as the visitor's row in `visitors`.
 */
export const identities = sqliteTable(
  'identities',
  {
    /** An id is tied to one person at most. */
    visitor: text().primaryKey(),
    /** HMAC-SHA-256 of the shop's customer id under a secret key, base64url: useless to whoever finds the store. */
    person: text().notNull(),
    /** `login`, `newsletter`, or `card` for what a person did without any browser. */
    source: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [index('identities_person').on(table.person)],
)

/**
 * Newsletter links that were followed, so that each works once. Says nothing about who followed it.
 * Lifetime: until the link would have expired by itself.
 */
export const linkTokens = sqliteTable(
  'link_tokens',
  {
    /** Random number of the token. */
    id: text().primaryKey(),
    usedAt: integer('used_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [index('link_tokens_expires_at').on(table.expiresAt)],
)

/**
 * What people agreed to and refused, as evidence of consent (GDPR, article 7(1)). Append only. Neither address nor
 * browser is ever in it.
 * Lifetime: 25 months; the id is taken out with erasure.
 */
export const consentLog = sqliteTable(
  'consent_log',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    /** Only of somebody who has an id and keeps it. */
    visitor: text(),
    personalization: integer({ mode: 'boolean' }).notNull(),
    measurement: integer({ mode: 'boolean' }).notNull(),
    /** Data classes switched off, sorted, with commas between. */
    off: text().notNull().default(''),
    /** Where it was said: `banner`, `privacy`, `api`. */
    source: text().notNull(),
    /** Version of the shop's privacy notice that it was said to. */
    policy: text().notNull(),
  },
  (table) => [index('consent_log_visitor').on(table.visitor), index('consent_log_at').on(table.at)],
)

/**
 * The shop's places of business, as its servers list them; public facts, nothing about any visitor.
 * Lifetime: until the list is replaced.
 */
export const stores = sqliteTable('stores', {
  /** The shop's own; habits count visits under it. */
  id: text().primaryKey(),
  name: text().notNull(),
  /** Degrees. */
  latitude: real().notNull(),
  longitude: real().notNull(),
  changedAt: integer('changed_at').notNull(),
})

/**
 * What is counted of each visitor who agreed to measurement: which campaigns they were exposed to, and what they did that
 * some metric counts. One row each, so that counting a visitor reads one row and writes one, and its version guards all
 * of it. Reports never read it: they read `cells`.
 * Lifetime: each entry of the document 90 days after it happened, the row with its last entry; gone at once with erasure
 * and when measurement is no longer agreed to.
 */
export const measures = sqliteTable(
  'measures',
  {
    visitor: text().primaryKey(),
    /** One more with every write: what was read is compared with it, so that no concurrent write is lost. */
    version: integer().notNull(),
    /** Time of the document's oldest entry, for the purge. */
    oldestAt: integer('oldest_at').notNull(),
    /** JSON text, bounded, with its format's own version: exposures and outcomes. */
    document: text().notNull(),
  },
  (table) => [index('measures_oldest_at').on(table.oldestAt)],
)

/**
 * What reports are made of: sums over exposed visitors, by campaign, segment, cohort day (of the first exposure), arm and
 * metric. A metric without a row is zero for all whom the row `exposed` counts; `n` stands there alone, and in rows of
 * other counts. Sums of money are in minor units, and exact below 2^53.
 * Lifetime: 25 months. Sums that say nothing of anybody; they stay when visitors are erased.
 */
export const cells = sqliteTable(
  'cells',
  {
    campaign: text().notNull(),
    /** `all`, `device:mobile`, `release:12`, `split:drawn`, `split:meant` (in ten-thousandths of a visitor) … */
    segment: text().notNull(),
    /** YYYY-MM-DD, UTC. */
    day: text().notNull(),
    arm: text().notNull(),
    metric: text().notNull(),
    n: integer().notNull().default(0),
    y: real().notNull().default(0),
    yy: real().notNull().default(0),
    x: real().notNull().default(0),
    xx: real().notNull().default(0),
    xy: real().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.campaign, table.segment, table.day, table.arm, table.metric] }),
    index('cells_day').on(table.day),
  ],
)

/**
 * What the system itself changes about campaigns that are live: paused by a guardrail, adaptive weights, the share of a
 * limited offer that is still admitted. Read together with the active release and laid over it; never a release.
 * Lifetime: for good, overwritten; each change is in `audit`. Holds nothing about any visitor.
 */
export const campaignState = sqliteTable(
  'campaign_state',
  {
    campaign: text().primaryKey(),
    /** Null: not paused. */
    pausedAt: integer('paused_at'),
    /** Said to operators: which guardrail, and its numbers. */
    pausedWhy: text('paused_why'),
    /** `system`, or the name of the bearer token. */
    pausedBy: text('paused_by'),
    /** JSON text: the last versions of the arms' weights, each with the time from which it holds. */
    weights: text().notNull().default('[]'),
    /** Share of visitors to whom a limited offer is still made, 0 to 1. */
    admitted: real().notNull().default(1),
    /** Of the whole table: one more than the largest with every change, so that readers see that something changed. */
    version: integer().notNull(),
    changedAt: integer('changed_at').notNull(),
  },
  (table) => [index('campaign_state_version').on(table.version)],
)

/**
 * Messages that the queue gave up on, so that they can be looked at and replayed; replaying one twice counts nothing twice.
 * Lifetime: 30 days; a visitor's go at once with erasure.
 */
export const deadLetters = sqliteTable(
  'dead_letters',
  {
    /** The queue's own id of the message: one that is given up twice is kept once. */
    id: text().primaryKey(),
    at: integer().notNull(),
    /** Whom it is about; null where nobody can tell. */
    visitor: text(),
    /** The message as JSON text. */
    body: text().notNull(),
    /** Why it was given up, without any value of the message. */
    error: text().notNull(),
    /** Null: not yet. */
    replayedAt: integer('replayed_at'),
  },
  (table) => [index('dead_letters_at').on(table.at), index('dead_letters_visitor').on(table.visitor)],
)

/**
 * How often which reason was given for which campaign, and how pages came out (campaign `_page`: `pages`, `personal`,
 * `generic`, `budget_missed`, `stage_unknown` …). Numbers only, never who.
 * Lifetime: 25 months.
 */
export const viewCounts = sqliteTable(
  'view_counts',
  {
    /** YYYY-MM-DD, UTC. */
    day: text().notNull(),
    campaign: text().notNull(),
    reason: text().notNull(),
    n: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.campaign, table.reason] })],
)

/**
 * The shop's products, as its servers list them.
 * Lifetime: until the shop lists them otherwise. Holds nothing about any visitor.
 */
export const catalog = sqliteTable(
  'catalog',
  {
    sku: text().primaryKey(),
    name: text().notNull(),
    category: text(),
    /** Minor units of `currency`; null: not told. */
    price: integer(),
    /** What the goods cost the shop, minor units; null: not told, and margins with them are unknown. */
    cost: integer(),
    /** ISO 4217. */
    currency: text().notNull(),
    url: text(),
    image: text(),
    changedAt: integer('changed_at').notNull(),
  },
  (table) => [index('catalog_changed_at').on(table.changedAt)],
)

/**
 * What there is of each product, and how much room for orders, by place.
 * Lifetime: until the next report of it. Holds nothing about any visitor.
 */
export const stock = sqliteTable(
  'stock',
  {
    /**
     * Of the product; `capacity:NAME` for room for orders, such as `capacity:delivery`; `offer:CAMPAIGN` for how a limited
     * offer stood when it was last looked at, as src/flow/pace.ts notes it.
     */
    sku: text().notNull(),
    /** `online`, id of a store, or code of a country or region. */
    place: text().notNull(),
    quantity: integer().notNull(),
    /** When the shop counted; an older report never overwrites a newer one. */
    reportedAt: integer('reported_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sku, table.place] }),
    index('stock_reported_at').on(table.reportedAt),
  ],
)
