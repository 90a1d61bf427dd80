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
  /**
   * Takes the ids out of a bounded number of entries made before `before`, where nothing else is kept of them any more;
   * gives how many.
   */
  readonly detach: (before: number) => Promise<number>
  /** Takes away a bounded number of entries made before `before`; gives how many. */
  readonly purge: (before: number) => Promise<number>
}
