/**
 * Adapter: whom a batch of a server's events is about, in one round trip however many they are: who was erased, whom we
 * know, whose browsers are whose, what they switched off, whose acts are measured, what the goods cost the shop, and
 * under which category they are listed.
 */
import { CARD_PREFIX, cardOf } from '../identity/link.ts'
import { type SQL, type Statement, sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'
import { type Hasher, tombstoneOf, tombstonesOf } from '../profile/retention.ts'
import type { Listed } from './listed.ts'
import type { Cost } from './model.ts'

export interface Asked {
  readonly visitors: readonly string[]
  /** As `personOf` makes them. */
  readonly persons: readonly string[]
  readonly skus: readonly string[]
  readonly stores: readonly string[]
}

export interface Known {
  /** Visitors, and cards of persons, that were erased. */
  readonly erased: ReadonlySet<string>
  /** Visitors who are in the store. */
  readonly visitors: ReadonlySet<string>
  /** Browsers of each person who has any. */
  readonly browsers: ReadonlyMap<string, readonly string[]>
  /** Persons whose card is tied to them. */
  readonly carded: ReadonlySet<string>
  /** Data classes that a visitor switched off last. */
  readonly off: ReadonlyMap<string, readonly string[]>
  /** Visitors whose acts may be counted: measured before, or agreed on record, and did not refuse since. */
  readonly measured: ReadonlySet<string>
  /** Products whose cost the catalog knows. */
  readonly costs: ReadonlyMap<string, Cost>
  readonly listed: Listed
  /** Stores that the shop's list does not have; none where it has no list. */
  readonly strangeStores: ReadonlySet<string>
}

/** Throws `SelvedgeError` where the store cannot be used. */
export interface Lookup {
  readonly ask: (asked: Asked) => Promise<Known>
  /** Ties the cards of persons who have a browser, so that what they do in stores is theirs. */
  readonly tieCards: (persons: readonly string[], at: number) => Promise<void>
}

/** `hasher`: one for all of them, where others hash the same ids. */
export function createLookup(db: Database, hasher: Hasher = tombstoneOf): Lookup {
  return {
    async ask({ visitors, persons, skus, stores }) {
      const subjects = [...visitors, ...persons.map(cardOf)]
      const hashes = await tombstonesOf(subjects, hasher)
      const graves = list(subjects.map((id, index) => ({ id, hash: hashes[index] })))
      const own = sql`SELECT value AS visitor FROM json_each(${list(visitors)})
        UNION SELECT visitor FROM identities WHERE source <> 'card'
          AND person IN (SELECT value FROM json_each(${list(persons)}))`
      const [erased, known, ties, said, measured, goods, strange] = await db.read(() => [
        statement(sql`SELECT ${field('id')} AS id FROM json_each(${graves}) j
          CROSS JOIN tombstones t ON t.hash = ${field('hash')}`),
        statement(sql`SELECT id FROM visitors WHERE id IN (SELECT value FROM json_each(${list(visitors)}))`),
        statement(sql`SELECT visitor, person, source FROM identities
          WHERE person IN (SELECT value FROM json_each(${list(persons)})) ORDER BY visitor`),
        statement(sql`SELECT visitor, off, measurement, MAX(seq) FROM consent_log
          WHERE visitor IN (${own}) GROUP BY visitor`),
        statement(sql`SELECT visitor FROM measures WHERE visitor IN (${own})
          AND (document -> '$.exposures' IS NOT NULL OR document -> '$.outcomes' IS NOT NULL)`),
        asking(skus),
        statement(sql`SELECT value AS id FROM json_each(${list(stores)})
          WHERE value NOT IN (SELECT id FROM stores) AND EXISTS (SELECT 1 FROM stores)`),
      ])
      const rows = (result: typeof erased): readonly Row[] =>
        (result?.rows ?? []) as unknown as readonly Row[]
      const browsers = rows(ties).filter(({ source }) => source !== 'card')
      return {
        erased: new Set(rows(erased).map(({ id }) => String(id))),
        visitors: new Set(rows(known).map(({ id }) => String(id))),
        browsers: new Map(
          [...Map.groupBy(browsers, ({ person }) => String(person))].map(([person, own]) => [
            person,
            own.map(({ visitor }) => String(visitor)),
          ]),
        ),
        carded: new Set(
          rows(ties).flatMap(({ source, person }) => (source === 'card' ? [String(person)] : [])),
        ),
        off: new Map(rows(said).map(({ visitor, off }) => [String(visitor), classesOf(off)])),
        measured: measuredOf(rows(measured), rows(said)),
        costs: new Map(
          rows(goods).flatMap(({ sku, cost, currency }) =>
            cost === null ? [] : [[String(sku), { cost: Number(cost), currency: String(currency) }]],
          ),
        ),
        listed: listedOf(rows(goods)),
        strangeStores: new Set(rows(strange).map(({ id }) => String(id))),
      }
    },
    async tieCards(persons, at) {
      const rows = await Promise.all(
        persons.map(async (person) => ({ person, hash: await hasher(cardOf(person)) })),
      )
      const people = list(rows)
      const card = sql`${CARD_PREFIX} || ${field('person')}`
      await db.write(() => [
        statement(sql`INSERT INTO identities (visitor, person, source, at)
          SELECT ${card}, ${field('person')}, 'card', ${at} FROM json_each(${people}) j
          WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE hash = ${field('hash')})
            AND EXISTS (SELECT 1 FROM identities WHERE person = ${field('person')} AND source <> 'card')
          ON CONFLICT (visitor) DO NOTHING`),
        statement(sql`INSERT INTO visitors (id, first_seen_at, last_seen_at, linked)
          SELECT ${card}, ${at}, ${at}, 1 FROM json_each(${people}) j
          WHERE EXISTS (SELECT 1 FROM identities WHERE visitor = ${card})
          ON CONFLICT (id) DO UPDATE SET linked = 1`),
      ])
    },
  }
}

/** Under which category these products are listed, for who asks nothing else. */
export async function readListed(db: Database, skus: readonly string[]): Promise<Listed> {
  const [goods] = await db.read(() => [asking(skus)])
  return listedOf((goods?.rows ?? []) as unknown as readonly Row[])
}

const asking = (skus: readonly string[]): Statement =>
  statement(sql`SELECT sku, cost, currency, category FROM catalog
    WHERE sku IN (SELECT value FROM json_each(${list(skus)}))`)

const listedOf = (goods: readonly Row[]): Listed =>
  new Map(
    goods.flatMap(({ sku, category }) =>
      category === null ? [] : [[String(sku), String(category)] as const],
    ),
  )

type Row = Readonly<Record<string, unknown>>

/** In brackets, since `||` would take the value first. */
const field = (name: string): SQL => sql.raw(`(j.value ->> '$.${name}')`)
const list = (values: readonly unknown[]): string => JSON.stringify(values)

const classesOf = (off: unknown): readonly string[] => (off === '' ? [] : String(off).split(','))

/**
 * A server knows of no consent. What is measured of a visitor was told by a browser that agreed, and is gone when it
 * takes that back; what stands on record last decides where it says anything.
 */
function measuredOf(rows: readonly Row[], said: readonly Row[]): ReadonlySet<string> {
  const measured = new Set(rows.map(({ visitor }) => String(visitor)))
  for (const { visitor, measurement } of said) {
    if (measurement === 1) measured.add(String(visitor))
    else measured.delete(String(visitor))
  }
  return measured
}
