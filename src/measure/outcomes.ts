/**
 * From what somebody did to what is counted of it. The same thing gets the same id from whoever tells of it, page view,
 * browser or server, so that it counts once. Pure.
 */
import { OWN_ID } from '../events/model.ts'
import type { Evidence, Snapshot } from '../profile/model.ts'
import { OUTCOME_KINDS, type Outcome, type OutcomeKind } from './model.ts'
import { type Money, toMinor } from './money.ts'

const isOutcome = (kind: string): kind is OutcomeKind => (OUTCOME_KINDS as readonly string[]).includes(kind)

/**
 * What an event counts as, or null where no metric asks for it. Its amount is in the shop's currency: doors take no other.
 * `campaign`: whom a complaint is about; whatever else names one counts for all.
 */
export function outcomeOf(
  { id, kind, at, value }: Evidence,
  campaign: string | undefined,
  money: Money,
): Outcome | null {
  // Visits are told by pages, which know when one began.
  if (kind === 'visit' || !isOutcome(kind)) return null
  return {
    id,
    kind,
    at,
    ...(value === undefined ? {} : { value: toMinor(value, money) }),
    ...(campaign === undefined || !isComplaint(kind) ? {} : { campaign }),
  }
}

export const isComplaint = (kind: string): boolean => kind === 'not_relevant' || kind === 'too_personal'

/** Start of the visit that a snapshot is in. */
export const visitStart = ({ visitStartedAt, createdAt }: Snapshot): number => visitStartedAt ?? createdAt

const ofVisit = (kind: 'visit' | 'engaged', start: number): string => `${OWN_ID}${kind}:${start.toString(36)}`

/** The visit that the snapshot is in. */
export function visitOutcome(snapshot: Snapshot): Outcome {
  const at = visitStart(snapshot)
  return { id: ofVisit('visit', at), kind: 'visit', at }
}

/** That a visit was more than a glance: it had a second page, or a page that was looked at for a while. */
export const engagedOutcome = (start: number, at: number): Outcome => ({
  id: ofVisit('engaged', start),
  kind: 'engaged',
  at,
})

/** Personalization, or a class of data, was switched off. */
export const optOutOutcome = (at: number): Outcome => ({
  id: `${OWN_ID}opt_out:${at.toString(36)}`,
  kind: 'opt_out',
  at,
})
