/**
 * The data inventory: every field that we keep of visitors, why, for how long, and who reads it. One table for the
 * product: export and erasure walk it, operators and shoppers read it, and the compiler refuses a column, a part of a
 * document or a field of the cookie that nobody has accounted for. Pure.
 */
import type {
  consentLog,
  contributions,
  deadLetters,
  events,
  identities,
  measures,
  visitors,
} from '../../db/schema.ts'
import { DATA_CLASSES, type DataClass } from '../campaign/attributes.ts'
import { dataUse } from '../campaign/datause.ts'
import type { Campaign } from '../campaign/model.ts'
import type { Purpose } from '../consent/model.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { DAY_MS } from '../kit/time.ts'
import type { VisitorMeasures } from '../measure/model.ts'
import type { Facts } from '../profile/facts.ts'
import type { Snapshot, VisitorEvidence } from '../profile/model.ts'

/** One field: what it is, in plain words; where it comes from; the classes of data that campaigns read it as. */
export interface Field {
  readonly what: string
  readonly source: string
  readonly classes?: readonly DataClass[]
}

/** Something that holds fields of visitors. */
export interface Holding {
  readonly kind: 'table' | 'cookie' | 'storage' | 'cache' | 'queue' | 'limiter' | 'header' | 'outbound'
  readonly purpose: Purpose | 'necessary'
  /** What a visitor must have agreed to before anything is in it; null: it needs no consent. */
  readonly consent: Purpose | null
  readonly retention: string
  /** Last time that somebody looked whether each field is still needed: YYYY-MM-DD. */
  readonly reviewed: string
  readonly fields: Readonly<Record<string, Field>>
}

/** A table, with the column that says whose a row is, and what erasure does to its rows. */
export interface TableHolding<Row> extends Holding {
  readonly kind: 'table'
  readonly visitor: keyof Row & string
  readonly erasure: 'delete' | 'detach'
  readonly fields: Readonly<Record<Exclude<keyof Row, 'document'> & string, Field>> &
    Readonly<Record<string, Field>>
}

/** One line of the inventory as people read it. */
export interface InventoryEntry {
  /** `events.kind`, `__Host-selvedge.visits`. */
  readonly id: string
  readonly holding: string
  readonly kind: Holding['kind']
  readonly field: string
  readonly what: string
  readonly source: string
  readonly purpose: Holding['purpose']
  readonly consent: Holding['consent']
  readonly retention: string
  readonly classes: readonly DataClass[]
  /** Ids of the live campaigns that read it, sorted; null where no release was asked. */
  readonly readers: readonly string[] | null
  readonly reviewed: string
}

const field = (what: string, source: string, ...classes: readonly DataClass[]): Field => ({
  what,
  source,
  ...(classes.length === 0 ? {} : { classes }),
})

const OWN = 'made by us'
const ACTS = "the visitor's own acts in this shop"
const TOLD = 'the visitor said so'
const DERIVED = 'worked out from the other fields'

/** A document's parts stand for its column: `document.affinity`. */
const parts = (document: Readonly<Record<keyof Facts, Field>>): Readonly<Record<string, Field>> =>
  Object.fromEntries(Object.entries(document).map(([part, entry]) => [`document.${part}`, entry]))

const FACTS: Readonly<Record<keyof Facts, Field>> = {
  events: field('how many events were counted', ACTS),
  firstAt: field('time of the first event', ACTS),
  lastAt: field('time of the last event', ACTS),
  days: field('the last 8 days with an event', ACTS, 'stage'),
  affinity: field('interest in categories, as sums that fade by half in 30 days', ACTS, 'affinity', 'stage'),
  habit: field('visits by weekday and part of the day, fading alike', ACTS, 'habit'),
  stores: field('days of visits to stores, of the last 28 days', ACTS, 'habit'),
  follows: field('brands followed and no longer followed, and since when', TOLD, 'follows', 'stage'),
  traits: field('age band, occupation, interests, name, as declared', TOLD, 'traits'),
  recent: field('the product looked at last', ACTS, 'recent'),
  orders: field('number of orders', "the shop's order records", 'orders'),
  totals: field('value of all orders, by currency', "the shop's order records", 'orders'),
  orderTimes: field('times of the last orders', "the shop's order records", 'orders'),
  servedAt: field('when something from the own profile was shown last', OWN, 'stage'),
}

const SNAPSHOT: Readonly<Record<keyof Snapshot, Field>> = {
  id: field('random number of this browser', OWN),
  createdAt: field('when the number was made', OWN, 'visit'),
  visits: field('number of visits', ACTS, 'visit'),
  lastSeenAt: field('last page view', ACTS, 'visit'),
  visitStartedAt: field('start of this visit', ACTS, 'visit'),
  previousVisitAt: field('start of the visit before', ACTS, 'visit'),
  caps: field('how often which campaign was shown, ignored or refused', ACTS),
  asOf: field('when the rest was taken from the store', OWN),
  stage: field('how well the visitor is known', DERIVED, 'stage'),
  affinities: field('strongest interests', DERIVED, 'affinity'),
  habits: field('most frequent parts of the week', DERIVED, 'habit'),
  stores: field('visits to stores in the last 28 days', DERIVED, 'habit'),
  follows: field('brands followed', TOLD, 'follows'),
  traits: field('what was declared', TOLD, 'traits'),
  orders: field('orders: count, value, last, usual gap', "the shop's order records", 'orders'),
  recent: field('the product looked at last', ACTS, 'recent'),
  tied: field('an account or newsletter is tied to it', OWN),
}

/** One message of the queue. */
const NEWS: Readonly<
  Record<
    keyof VisitorEvidence | keyof VisitorMeasures | 'unmeasured' | 'forget' | 'all' | 'drop' | 'off',
    Field
  >
> = {
  visitor: field('random number of the browser', OWN),
  evidence: field(
    'that there was a visit, and the category, brand and product of a page',
    ACTS,
    'affinity',
    'habit',
  ),
  exposures: field('campaigns met, or withheld for comparison', OWN),
  outcomes: field('that there was a visit, and more than a glance', ACTS),
  sightings: field('when a piece of a campaign came into view', ACTS),
  unmeasured: field('that measurement was refused', TOLD),
  forget: field('a number to be erased, where our records did not answer', TOLD),
  all: field('all of it', TOLD),
  drop: field('random number of the browser', OWN),
  off: field('classes of data switched off', TOLD),
}

const REVIEWED = '2026-11-22'
const PROFILE = {
  purpose: 'personalization',
  consent: 'personalization',
  reviewed: REVIEWED,
} as const
const PROFILE_LIFE = '13 months after the last event'

/** Every table with rows of visitors. Keys are the exports of db/schema.ts. */
export const TABLES = {
  visitors: {
    ...PROFILE,
    kind: 'table',
    visitor: 'id',
    erasure: 'delete',
    retention: PROFILE_LIFE,
    fields: {
      id: field('random number of the browser, or a mark of a customer card', OWN),
      firstSeenAt: field('time of the first event', ACTS),
      lastSeenAt: field('day of the last event', ACTS),
      linked: field(
        'an account or newsletter is tied to it',
        "the shop's login, or a link that was opened",
        'stage',
      ),
      following: field('follows at least one brand', TOLD, 'stage'),
      knownUntil: field('until which day the interests can be trusted', DERIVED, 'stage'),
      servedAt: field('day when something from the own profile was shown last', OWN, 'stage'),
    },
  } satisfies TableHolding<typeof visitors.$inferSelect>,
  contributions: {
    ...PROFILE,
    kind: 'table',
    visitor: 'visitor',
    erasure: 'delete',
    retention: PROFILE_LIFE,
    fields: {
      visitor: field('random number of the browser, or a mark of a customer card', OWN),
      version: field('how often the row was written', OWN),
      updatedAt: field('when it was written last', OWN),
      ...parts(FACTS),
    },
  } satisfies TableHolding<typeof contributions.$inferSelect>,
  events: {
    ...PROFILE,
    kind: 'table',
    visitor: 'visitor',
    erasure: 'delete',
    retention: '90 days after it happened',
    fields: {
      visitor: field('random number of the browser, or a mark of a customer card', OWN),
      id: field('number of the event, so that it counts once', 'the sender'),
      at: field('when it happened', ACTS),
      kind: field('what was done: view, search, purchase …', ACTS),
      detail: field(
        'category, brand, product, value, store; never the words of a search or what was declared',
        ACTS,
        'affinity',
        'habit',
        'orders',
      ),
    },
  } satisfies TableHolding<typeof events.$inferSelect>,
  identities: {
    ...PROFILE,
    kind: 'table',
    visitor: 'visitor',
    erasure: 'delete',
    retention: PROFILE_LIFE,
    fields: {
      visitor: field('random number of the browser, or a mark of a customer card', OWN),
      person: field("keyed hash of the shop's customer id", "the shop's login, or a link that was opened"),
      source: field('what the tie rests on: login, newsletter, card', OWN),
      at: field('since when', OWN),
    },
  } satisfies TableHolding<typeof identities.$inferSelect>,
  consentLog: {
    kind: 'table',
    visitor: 'visitor',
    erasure: 'detach',
    purpose: 'necessary',
    consent: null,
    retention: '25 months; the number is taken out with erasure, or with the rest of what was kept of it',
    reviewed: REVIEWED,
    fields: {
      seq: field('running number', OWN),
      at: field('when it was said', TOLD),
      visitor: field('random number of the browser, only of somebody who keeps one', OWN),
      personalization: field('agreed to personalization', TOLD),
      measurement: field('agreed to measurement', TOLD),
      off: field('classes of data switched off', TOLD),
      source: field('where it was said', OWN),
      policy: field("version of the shop's privacy notice", "the shop's configuration"),
    },
  } satisfies TableHolding<typeof consentLog.$inferSelect>,
  measures: {
    kind: 'table',
    visitor: 'visitor',
    erasure: 'delete',
    purpose: 'measurement',
    consent: 'measurement',
    retention: '90 days after each happened; gone with refusal or erasure',
    reviewed: REVIEWED,
    fields: {
      visitor: field('random number of the browser, or a mark of a customer card', OWN),
      version: field('how often the row was written', OWN),
      oldestAt: field('time of its oldest entry', DERIVED),
      'document.since': field('when measurement was withdrawn last; nothing from before counts', TOLD),
      'document.exposures': field(
        'campaigns met, or withheld for comparison: when first, which version, device, country, part of the day, whether it was in view',
        OWN,
      ),
      'document.outcomes': field(
        'visits, carts, purchases with value and margin, complaints, and when',
        "the visitor's own acts in this shop, and the shop's order records",
      ),
      'document.sightings': field('when a piece of a campaign came into view', ACTS),
    },
  } satisfies TableHolding<typeof measures.$inferSelect>,
  deadLetters: {
    kind: 'table',
    visitor: 'visitor',
    erasure: 'delete',
    purpose: 'necessary',
    consent: null,
    retention: '30 days',
    reviewed: REVIEWED,
    fields: {
      id: field('number of the message', OWN),
      at: field('when it was given up', OWN),
      visitor: field('random number of the browser, or a mark of a customer card', OWN),
      body: field('events that could not be counted yet', ACTS),
      error: field('why not', OWN),
      replayedAt: field('when they were counted after all', OWN),
    },
  } satisfies TableHolding<typeof deadLetters.$inferSelect>,
} as const
export type PersonalTable = keyof typeof TABLES
export const PERSONAL_TABLES = Object.keys(TABLES) as readonly PersonalTable[]

/** Every column of a table by the name that its field has; the parts of a document are one column. */
export const columnsOf = (table: PersonalTable): readonly string[] => [
  ...new Set(Object.keys(TABLES[table].fields).map((field) => field.split('.', 1)[0] as string)),
]

/** What the store calls a table or column: `consentLog` is `consent_log` there. */
export const nameInStore = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)

/** Tables without rows of visitors, and why that is so: whoever adds one to the schema has to put it here or above. */
export const NOT_PERSONAL: Readonly<Record<string, string>> = {
  releases: 'campaigns, and the operator who published them',
  activeRelease: 'which release is live',
  audit: "operators' acts",
  linkTokens: 'random numbers of links that were followed; not by whom',
  tombstones: 'scrambled marks of erased numbers, which say of nobody who they were; 14 months',
  stageCounts: 'how many visitors a day, never who',
  stores: "the shop's places of business",
  cells: 'sums over everybody exposed, by day; never who',
  campaignState: 'what the system changed about campaigns',
  viewCounts: 'how many decisions of which kind a day, never whose',
  catalog: "the shop's products",
  stock: 'what there is of them',
}

const QUEUE = {
  ...PROFILE,
  kind: 'queue',
  retention: 'until written to the tables, of which deadLetters is the last resort; seconds as a rule',
  fields: NEWS,
} as const

const TOLD_ON = "not kept by us; told to the shop's own servers with what they make for this visitor"
const LIMITER = {
  kind: 'limiter',
  purpose: 'necessary',
  consent: null,
  retention: "a minute, in the platform's memory; we neither write nor log it",
  reviewed: REVIEWED,
} as const

/** What lies elsewhere than in a table. Queues and limiters go by their names in wrangler.toml. */
export const ELSEWHERE: Readonly<Record<string, Holding>> = {
  '__Host-selvedge': {
    ...PROFILE,
    kind: 'cookie',
    retention: '13 months after the number was made, sealed; gone with refusal or erasure',
    fields: SNAPSHOT,
  },
  '__Host-selvedge-consent': {
    kind: 'cookie',
    purpose: 'necessary',
    consent: null,
    retention: '6 months',
    reviewed: REVIEWED,
    fields: {
      choice: field('what was agreed to and refused, and when', TOLD),
      off: field('classes of data switched off', TOLD),
    },
  },
  '__Host-selvedge-today': {
    kind: 'cookie',
    purpose: 'necessary',
    consent: null,
    retention:
      'until midnight, and only where the operator says that the law exempts A/B tests; off by default',
    reviewed: REVIEWED,
    fields: {
      unit: field(
        'random number that says which version of a page is shown; nothing is stored about it',
        OWN,
      ),
    },
  },
  '__Host-selvedge-forget': {
    kind: 'cookie',
    purpose: 'necessary',
    consent: null,
    retention: 'until the erasure is done, 13 months at the longest; sealed, read for nothing else',
    reviewed: REVIEWED,
    fields: {
      ids: field(
        'old numbers of this browser that are still to be erased, where our records did not answer',
        OWN,
      ),
    },
  },
  '__Host-selvedge-preview': {
    kind: 'cookie',
    purpose: 'necessary',
    consent: null,
    retention: 'a day at most; operators only, where they open a preview',
    reviewed: REVIEWED,
    fields: { token: field('the page view that an operator asked to see', 'an operator') },
  },
  '__Host-selvedge-near': {
    ...PROFILE,
    kind: 'cookie',
    retention: 'half an hour',
    fields: {
      store: field(
        'the nearest store and about how far, of a position that was shared for this',
        TOLD,
        'store',
      ),
    },
  },
  'selvedge:unsent': {
    kind: 'storage',
    purpose: 'measurement',
    consent: 'measurement',
    retention:
      "until it is sent, and not believed after a day; taken out by the next page of the shop that has campaigns, or the privacy page, after a refusal or erasure; whoever opens neither keeps it in their own browser's storage",
    reviewed: REVIEWED,
    fields: {
      events: field('what happened here while there was no connection, 50 things at most', OWN),
      until: field('when the shop asked to be called again', OWN),
    },
  },
  'fresh view': {
    ...PROFILE,
    kind: 'cache',
    retention: '15 minutes, sealed, in the data centre of the visit; void with erasure',
    fields: { view: field('the part of the profile that the cookie takes over at the next page', DERIVED) },
  },
  'tombstone copy': {
    kind: 'cache',
    purpose: 'necessary',
    consent: null,
    retention: 'a day, in the data centre',
    reviewed: REVIEWED,
    fields: {
      hashes: field('scrambled marks of erased numbers, so that their cookies are void at once', OWN),
    },
  },
  'selvedge-events': QUEUE,
  'selvedge-events-dead': QUEUE,
  RATE_LIMIT: {
    ...LIMITER,
    fields: { caller: field('address of the connection, beside the name of the door', 'the connection') },
  },
  VISITOR_LIMIT: { ...LIMITER, fields: { visitor: field('random number of the browser', OWN) } },
  'Selvedge-Visitor': {
    ...PROFILE,
    kind: 'header',
    retention: TOLD_ON,
    fields: { reference: field('random number of the browser, sealed, good for a short time', OWN) },
  },
  'Selvedge-Decision': {
    kind: 'header',
    purpose: 'measurement',
    consent: 'measurement',
    retention: TOLD_ON,
    reviewed: REVIEWED,
    fields: { arms: field('which version of which campaign was shown or withheld', OWN) },
  },
  forecast: {
    ...PROFILE,
    kind: 'outbound',
    retention: 'not kept by us; the answer is kept by place and hour, for everybody there',
    fields: {
      place: field(
        'latitude and longitude to 0.1° or coarser, without any number or cookie',
        'the connection',
        'weather',
      ),
    },
  },
}

/** All holdings by name: tables by their export, the rest by what they are called. */
const HOLDINGS: Readonly<Record<string, Holding>> = { ...TABLES, ...ELSEWHERE }

/** The inventory, one line a field. `campaigns`: those of the live release; without them nobody says who reads. */
export function inventoryOf(campaigns?: readonly Campaign[]): readonly InventoryEntry[] {
  const readers = campaigns === undefined ? null : readersByClass(campaigns)
  return Object.entries(HOLDINGS).flatMap(
    ([holding, { fields, kind, purpose, consent, retention, reviewed }]) =>
      Object.entries(fields).map(([name, { what, source, classes = [] }]) => ({
        id: `${holding}.${name}`,
        holding,
        kind,
        field: name,
        what,
        source,
        purpose,
        consent,
        retention,
        classes,
        readers: readers === null ? null : uniteSorted(classes.map((each) => readers.get(each) ?? [])),
        reviewed,
      })),
  )
}

/** Class of data → ids of the live campaigns that read it. */
export function readersByClass(campaigns: readonly Campaign[]): ReadonlyMap<DataClass, readonly string[]> {
  const live = campaigns
    .filter(({ status }) => status === 'live')
    .map((campaign) => ({ id: campaign.id, classes: dataUse(campaign).classes }))
  return new Map(
    DATA_CLASSES.map((each) => [
      each,
      live.filter(({ classes }) => classes.includes(each)).map(({ id }) => id),
    ]),
  )
}

const uniteSorted = (lists: readonly (readonly string[])[]): readonly string[] =>
  [...new Set(lists.flat())].sort()

/** Whoever has not asked for half a year whether a field is still needed does not know. */
export const REVIEW_DAYS = 180

/** A warning for each holding whose review is older than that, for whoever publishes. `now` in epoch milliseconds. */
export function reviewsDue(now: number, holdings = HOLDINGS): readonly Fault[] {
  return Object.entries(holdings).flatMap(([name, { reviewed }]) => {
    const days = Math.floor((now - Date.parse(`${reviewed}T00:00:00Z`)) / DAY_MS)
    if (days <= REVIEW_DAYS) return []
    const message = `the data inventory's entry "${name}" was last reviewed on ${reviewed}, ${days} days ago; look whether each field is still needed`
    return [{ path: pointer('inventory', name), code: 'review_due', message }]
  })
}
