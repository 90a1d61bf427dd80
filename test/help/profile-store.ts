/** A `ProfileStore`, with what tests do to it and look for in it while the product does it elsewhere, or never. */
import { SelvedgeError } from '../../src/kit/errors.ts'
import type { Database } from '../../src/kit/sql.ts'
import { scopeOfBrowser } from '../../src/privacy/erase.ts'
import { createRightsStore } from '../../src/privacy/store.ts'
import { EMPTY_FACTS } from '../../src/profile/contribution.ts'
import { parseFacts } from '../../src/profile/document.ts'
import type { Facts } from '../../src/profile/facts.ts'
import type { Applied, Evidence, ProfileStore } from '../../src/profile/model.ts'
import { createProfileStore } from '../../src/profile/store.ts'
import { raw } from './sql.ts'

/** Everything kept on one visitor id. */
export interface ProfileRecord {
  readonly visitor: string
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  readonly linked: boolean
  readonly facts: Facts
  /** Latest first. */
  readonly events: readonly EventRecord[]
}

export interface EventRecord {
  readonly id: string
  readonly at: number
  readonly kind: string
  readonly detail: Readonly<Record<string, unknown>>
}

export interface TestedProfiles extends ProfileStore {
  /** Counts one visitor's events: all of them, or none and an error. */
  readonly apply: (visitor: string, evidence: readonly Evidence[], now: number) => Promise<Applied>
  /** What a tie does to the ids of its person, as far as profiles look at it. */
  readonly link: (visitors: readonly string[], linked: boolean, now: number) => Promise<void>
  /** Forgets the id for good, as whoever withdraws in one browser is forgotten. Gives rows of the profile removed. */
  readonly erase: (visitor: string, now: number) => Promise<number>
  /** Null where nothing is kept. */
  readonly record: (visitor: string) => Promise<ProfileRecord | null>
}

export function openProfiles(db: Database): TestedProfiles {
  const store = createProfileStore(db)
  return {
    ...store,
    async apply(visitor, evidence, now) {
      const [applied] = await store.applyMany([{ visitor, evidence }], now)
      if (applied?.settled === true) return applied
      throw new SelvedgeError('store_unavailable', 'events of one visitor could not be counted now')
    },
    async link(visitors, linked, now) {
      const put = `INSERT INTO visitors (id, first_seen_at, last_seen_at, linked) VALUES (?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET linked = excluded.linked`
      await db.write(() => visitors.map((visitor) => raw(put, visitor, now, now, Number(linked))))
    },
    async erase(visitor, now) {
      const { counts } = await createRightsStore(db).erase(scopeOfBrowser(visitor, []), now, 'withdrawal')
      return counts.visitors + counts.contributions + counts.events
    },
    async record(visitor) {
      const [visitors, documents, events] = await db.read(() => [
        raw('SELECT first_seen_at, last_seen_at, linked FROM visitors WHERE id = ?', visitor),
        raw('SELECT document FROM contributions WHERE visitor = ?', visitor),
        raw('SELECT id, at, kind, detail FROM events WHERE visitor = ? ORDER BY at DESC, id', visitor),
      ])
      const row = visitors?.rows[0]
      const document = documents?.rows[0]?.document
      if (row === undefined) return null
      const facts = document === undefined ? EMPTY_FACTS : parseFacts(String(document))
      if (facts === null) throw new Error('a document is of another version')
      return {
        visitor,
        firstSeenAt: Number(row.first_seen_at),
        lastSeenAt: Math.max(Number(row.last_seen_at), facts.lastAt),
        linked: row.linked === 1,
        facts,
        events: (events?.rows ?? []).map(({ id, at, kind, detail }) => ({
          id: String(id),
          at: Number(at),
          kind: String(kind),
          detail: JSON.parse(String(detail)),
        })),
      }
    },
  }
}
