/**
 * Ties in libSQL. Every change is one atomic batch; its statements carry their own conditions, because a batch cannot
 * look at a result and think. What happened is judged afterwards from what the batch saw, by the same rule (link.ts)
 * that the conditions spell out.
 */
import { type SQL, type Statement, sql, statement } from '../kit/query.ts'
import type { Database } from '../kit/sql.ts'
import { tombstoneOf } from '../profile/retention.ts'
import { cardOf, groupOf, judgeTie, TIES_MAX } from './link.ts'
import type { IdentityStore, Tie, TieOutcome, TieRequest } from './model.ts'

/** Rows in one deletion, so that none holds the store's lock for long. */
const PURGE_ROWS_MAX = 5_000

type Rows = readonly Readonly<Record<string, unknown>>[]

export function createIdentityStore(db: Database): IdentityStore {
  return {
    async tie(request) {
      const graves = await gravesOf(request)
      const results = await db.write(() => [
        standing(request.visitor),
        grave(graves),
        ...tying(request, graves, sql`1`),
        known(request),
      ])
      return outcomeOf(
        results.map(({ rows }) => rows as unknown as Rows),
        request,
      )
    },
    async redeem(token, request) {
      const graves = await gravesOf(request)
      const unused = sql`NOT EXISTS (SELECT 1 FROM link_tokens WHERE id = ${token.id})`
      const results = await db.write(() => [
        standing(request.visitor),
        grave(graves),
        ...tying(request, graves, unused),
        known(request),
        statement(sql`SELECT 1 FROM link_tokens WHERE id = ${token.id}`),
        // Last, so that everything above saw whether the token was used before.
        statement(sql`INSERT INTO link_tokens (id, used_at, expires_at)
          SELECT ${token.id}, ${request.at}, ${token.expiresAt} WHERE ${isTied(request)} ON CONFLICT DO NOTHING`),
      ])
      const rows = results.map((result) => result.rows as unknown as Rows)
      return rows.at(-2)?.length === 1 ? 'used' : outcomeOf(rows, request)
    },
    async untie(visitor) {
      const [before] = await db.write(() => [
        standing(visitor),
        statement(sql`DELETE FROM identities WHERE visitor = ${visitor}`),
        statement(sql`UPDATE visitors SET linked = 0 WHERE id = ${visitor}`),
      ])
      return tieOf(before?.rows as unknown as Rows)
    },
    async tiesOf(person) {
      const query = sql`SELECT visitor, person, source, at FROM identities WHERE person = ${person} ORDER BY visitor`
      const [found] = await db.read(() => [statement(query)])
      return (found?.rows ?? []) as unknown as readonly Tie[]
    },
    async groupOf(visitor) {
      const query = sql`SELECT visitor, person, source, at FROM identities
        WHERE person = (SELECT person FROM identities WHERE visitor = ${visitor})`
      const [found] = await db.read(() => [statement(query)])
      return groupOf((found?.rows ?? []) as unknown as readonly Tie[], visitor)
    },
    async purge(now) {
      const [ties = 0, tokens = 0] = (await db.write(() => purging(now))).map(
        ({ rowsAffected }) => rowsAffected,
      )
      return { ties, tokens, more: ties >= PURGE_ROWS_MAX || tokens >= PURGE_ROWS_MAX }
    },
  }
}

/** Tombstones that would refuse a tie: the browser's, and the person's own, which is their card's. */
const gravesOf = ({ visitor, person }: TieRequest): Promise<readonly [string, string]> =>
  Promise.all([tombstoneOf(visitor), tombstoneOf(cardOf(person))])

const standing = (visitor: string): Statement =>
  statement(sql`SELECT visitor, person, source, at FROM identities WHERE visitor = ${visitor}`)

const isErased = ([one, other]: readonly [string, string]): SQL =>
  sql`EXISTS (SELECT 1 FROM tombstones WHERE hash IN (${one}, ${other}))`

const grave = (graves: readonly [string, string]): Statement =>
  statement(sql`SELECT 1 WHERE ${isErased(graves)}`)

/** A card is known by a browser of its person's. */
function isKnown({ visitor, person, source, proven }: TieRequest): SQL {
  if (source === 'card')
    return sql`EXISTS (SELECT 1 FROM identities WHERE person = ${person} AND source <> 'card')`
  return proven ? sql`1` : sql`EXISTS (SELECT 1 FROM visitors WHERE id = ${visitor})`
}

const known = (request: TieRequest): Statement => statement(sql`SELECT 1 WHERE ${isKnown(request)}`)

const isTied = ({ visitor, person }: TieRequest): SQL =>
  sql`EXISTS (SELECT 1 FROM identities WHERE visitor = ${visitor} AND person = ${person})`

/** `isStronger` of link.ts stands in the conflict's condition. */
function tying(request: TieRequest, graves: readonly [string, string], condition: SQL): readonly Statement[] {
  const { visitor, person, source, at } = request
  return [
    statement(sql`INSERT INTO identities (visitor, person, source, at)
      SELECT ${visitor}, ${person}, ${source}, ${at}
      WHERE NOT ${isErased(graves)} AND ${isKnown(request)} AND ${condition}
      ON CONFLICT (visitor) DO UPDATE SET person = excluded.person, source = excluded.source, at = excluded.at
      WHERE identities.source = 'newsletter' AND excluded.source = 'login'`),
    // A tie is something that its visitor did, even before the first event of theirs.
    statement(sql`INSERT INTO visitors (id, first_seen_at, last_seen_at, linked)
      SELECT ${visitor}, ${at}, ${at}, 1 WHERE ${isTied(request)} ON CONFLICT (id) DO UPDATE SET linked = 1`),
    statement(sql`DELETE FROM identities WHERE person = ${person} AND source <> 'card' AND visitor NOT IN (
      SELECT visitor FROM identities WHERE person = ${person} AND source <> 'card'
      ORDER BY at DESC, visitor LIMIT ${TIES_MAX})`),
  ]
}

const purging = (now: number): readonly Statement[] => [
  statement(sql`DELETE FROM identities WHERE visitor IN (SELECT visitor FROM identities
    WHERE visitor NOT IN (SELECT id FROM visitors) LIMIT ${PURGE_ROWS_MAX})`),
  statement(sql`DELETE FROM link_tokens WHERE id IN
    (SELECT id FROM link_tokens WHERE expires_at <= ${now} LIMIT ${PURGE_ROWS_MAX})`),
]

/** `rows`: what stood before, the tombstones, three writes, whether the id is known. */
function outcomeOf(rows: readonly Rows[], request: TieRequest): TieOutcome {
  const [before, graves, , , , known] = rows
  if (graves?.length !== 0) return 'erased'
  if (known?.length !== 1) return 'unknown'
  return judgeTie(tieOf(before) ?? undefined, request)
}

const tieOf = (rows: Rows | undefined): Tie | null => (rows?.[0] as unknown as Tie | undefined) ?? null
