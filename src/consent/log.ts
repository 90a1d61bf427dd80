/** The record of what people agreed to, so that a shop can show consent (GDPR, article 7(1)). Times are epoch milliseconds. */

export const CONSENT_SOURCES = ['banner', 'privacy', 'api'] as const
export type ConsentSourceName = (typeof CONSENT_SOURCES)[number]

export interface ConsentEntry {
  readonly at: number
  /** Only of somebody who has an id and keeps it. */
  readonly visitor: string | null
  readonly personalization: boolean
  readonly measurement: boolean
  /** Data classes switched off, sorted. */
  readonly off: readonly string[]
  readonly source: ConsentSourceName
  /** Version of the privacy notice that it was said to. */
  readonly policy: string
}

export interface ConsentLog {
  readonly append: (entry: ConsentEntry) => Promise<void>
  /** What this id agreed to and refused, oldest first. */
  readonly entriesOf: (visitor: string) => Promise<readonly ConsentEntry[]>
  /** The data classes that each of these ids switched off last; ids that never chose are left out. */
  readonly offOf: (visitors: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>
  /** Takes the id out of its entries; that somebody once agreed stays on record. Gives entries changed. */
  readonly forget: (visitor: string) => Promise<number>
  /**
   * Takes the ids out of a bounded number of entries made before `before`, where nothing else is kept of them any more;
   * gives how many.
   */
  readonly detach: (before: number) => Promise<number>
  /** Takes away a bounded number of entries made before `before`; gives how many. */
  readonly purge: (before: number) => Promise<number>
}
