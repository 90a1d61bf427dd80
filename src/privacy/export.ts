/**
 * Everything held of somebody, as one JSON document: what their cookies carry, every row of every table, what was worked
 * out, what was shown and why, and a description of each field. Pure; `now` in epoch milliseconds.
 *
 *   format, version    `selvedge-export`, 1: a change of meaning takes another version; fields may be added
 *   exportedAt         ISO 8601
 *   covers             `browser`, `newsletter` (that browser alone) or `person` (all browsers signed in, and the card)
 *   complete           false where the store did not answer, and rows are missing
 *   consent            what holds now, by purpose, and by which rule; the choice made here
 *   cookies            what each cookie of ours in this browser carries, opened; where it is not signed in as the
 *                      person whom it is tied to, without what that person's other browsers have said
 *   store              table → rows; times are epoch milliseconds
 *   profile            what campaigns may read of it now
 *   shown              campaigns, how often, and why
 *   uses               class of data → live campaigns that read it
 *   fields             holding.field → what it is, where from, what for, under which consent, how long
 */
import type { DataClass } from '../campaign/attributes.ts'
import { type Choice, parseChoice } from '../consent/choice.ts'
import type { Consent } from '../consent/model.ts'
import { profileAttributes } from '../profile/attributes.ts'
import type { Snapshot } from '../profile/model.ts'
import { inventoryOf } from './inventory.ts'
import type { Rows, Scope } from './model.ts'
import type { Shown } from './view.ts'

const EXPORT_VERSION = 1

export interface ExportInput {
  readonly consent: Consent
  readonly off: readonly string[]
  /** Raw values of our own cookies that are not sealed, by name. */
  readonly openCookies: Readonly<Record<string, string>>
  /** The cookie of ids that are still to be erased, opened. */
  readonly noted?: Readonly<Record<string, readonly string[]>>
  /** What the sealed cookie carries, as far as it may be told; null where there is none. */
  readonly carried: Snapshot | null
  readonly scope: Scope | null
  readonly rows: Rows | null
  /** With what the store knows newer. */
  readonly snapshot: Snapshot | null
  readonly shown: readonly Shown[]
  readonly uses: ReadonlyMap<DataClass, readonly string[]>
  readonly choiceCookie: string
  readonly snapshotCookie: string
}

/** The short form, without rows and descriptions: what `me` answers. */
export function summaryOf(input: ExportInput, now: number) {
  const { consent, off, scope, snapshot, shown, uses, rows } = input
  return {
    consent: { ...consent, choice: choiceOf(input), off },
    covers: scope?.covers ?? null,
    complete: rows !== null,
    visitor:
      snapshot === null
        ? null
        : {
            id: snapshot.id,
            since: iso(snapshot.createdAt),
            visits: snapshot.visits,
            lastSeen: iso(snapshot.lastSeenAt),
            tie: scope?.tie === undefined ? null : { source: scope.tie.source, since: iso(scope.tie.at) },
          },
    profile: snapshot === null ? null : profileAttributes(snapshot, now, off),
    shown: shown.map(({ lastAt, why: { sentence, classes }, ...rest }) => ({
      ...rest,
      lastShown: iso(lastAt),
      why: sentence,
      classes,
    })),
    uses: Object.fromEntries([...uses].filter(([, names]) => names.length > 0)),
  }
}

/** The whole document. */
export function exportOf(input: ExportInput, now: number) {
  const { carried, noted, openCookies, rows, snapshotCookie } = input
  return {
    format: 'selvedge-export',
    version: EXPORT_VERSION,
    exportedAt: iso(now),
    ...summaryOf(input, now),
    cookies: { ...openCookies, ...noted, ...(carried === null ? {} : { [snapshotCookie]: carried }) },
    store: rows,
    fields: Object.fromEntries(
      inventoryOf().map(({ id, what, source, purpose, consent, retention }) => [
        id,
        { what, source, purpose, consent, retention },
      ]),
    ),
  }
}

function choiceOf({ openCookies, choiceCookie }: ExportInput): Choice | null {
  const text = openCookies[choiceCookie]
  return text === undefined ? null : parseChoice(text)
}

const iso = (time: number): string => new Date(time).toISOString()
