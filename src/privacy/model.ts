/** What people may ask of us, and where it is answered from. Times are epoch milliseconds. */
import type { Tie } from '../identity/model.ts'
import type { PersonalTable } from './inventory.ts'

export type Row = Readonly<Record<string, unknown>>

/** Rows by table, fields by the names of the inventory, JSON columns parsed. */
export type Rows = Readonly<Record<PersonalTable, readonly Row[]>>
export type RowCounts = Readonly<Record<PersonalTable, number>>

/**
 * How far somebody's rights reach from the browser they ask with. `browser`: tied to nobody. `newsletter`: tied by a link
 * that may have been forwarded, so nothing of the other browsers is told or deleted. `person`: signed in, so everything
 * of that customer's.
 */
export interface Scope {
  readonly covers: 'browser' | 'newsletter' | 'person'
  /** The browser that asks. */
  readonly visitor: string
  /** The browser's own tie. */
  readonly tie: Tie | undefined
  /** Ids whose rows are told. */
  readonly tells: readonly string[]
  /** Ids whose rows are deleted. */
  readonly erases: readonly string[]
  /** Ids that may never come back. */
  readonly buries: readonly string[]
}

/** What an erasure would delete, and how far it would reach. */
export interface ErasurePlan {
  readonly scope: Scope
  readonly counts: RowCounts
}

/** What an erasure came to. */
export interface Erased {
  /** When the visitor's id was erased first. */
  readonly at: number
  readonly counts: RowCounts
}

/**
 * Proof of an erasure. Its number is the mark that stays of the id (`tombstoneOf`), so that it can be compared with our
 * records and names nobody; the same id gives the same receipt.
 */
export interface Receipt {
  readonly receipt: string
  readonly erasedAt: string
  readonly covers: Scope['covers']
  /** Ids erased. */
  readonly ids: number
  /** Rows by table; of `consentLog` those whose id was taken out. */
  readonly rows: RowCounts
  /** Those that were taken away; the one with the visitor's answers now holds a refusal. */
  readonly cookies: readonly string[]
  readonly keeps: string
}

/** Where rights are carried out: across all tables at once, by the inventory. */
export interface RightsStore {
  /** All ties of the person whom this visitor is tied to; none where they are tied to nobody. */
  readonly tiesOf: (visitor: string) => Promise<readonly Tie[]>
  /** Everything kept of these ids. */
  readonly rows: (ids: readonly string[]) => Promise<Rows>
  readonly counts: (ids: readonly string[]) => Promise<RowCounts>
  readonly isErased: (visitor: string) => Promise<boolean>
  /**
   * Tombstones and every table, all or nothing. What campaigns did to these people is put into the sums with it, and
   * that they went; unless told, because they asked for it.
   */
  readonly erase: (
    scope: Pick<Scope, 'visitor' | 'erases' | 'buries'>,
    at: number,
    harm?: 'erasure' | 'withdrawal',
  ) => Promise<Erased>
  /** Takes away a bounded number of operators' acts older than `before`; gives how many. */
  readonly purgeAudit: (before: number) => Promise<number>
}
