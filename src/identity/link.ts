/**
 * The rules of ties. They are few because nothing is inferred: a tie stands or it does not, and a person is the set of
 * the ids tied to them. Profiles are merged by reading (profile/merge.ts), so making and undoing ties in any order
 * comes to the same, and experiments never notice: their unit stays the visitor id. Pure.
 */
import type { Tie, TieOutcome, TieSource } from './model.ts'

/** Browsers of one person. Who clears cookies makes many; the ones tied longest ago go first. */
export const TIES_MAX = 32
export const CARD_PREFIX = 'p-'
/** 256 bits in base64url. */
const PERSON = /^[A-Za-z0-9_-]{43}$/

/** A keyed hash of a customer id, as `personOf` makes it. */
export const isPerson = (text: string): boolean => PERSON.test(text)

/**
 * The visitor id of what a person did without a browser, such as showing a card at the till: it is tied to the person
 * like a browser, and is no browser's.
 */
export const cardOf = (person: string): string => `${CARD_PREFIX}${person}`

/** Random ids have 22 characters, so none is taken for a card. */
export const isCard = (visitor: string): boolean =>
  visitor.startsWith(CARD_PREFIX) && isPerson(visitor.slice(CARD_PREFIX.length))

/**
 * What becomes of a wish, given the tie that stands. Signing in is the stronger word: it moves an id that only followed
 * a newsletter's link, which may have been forwarded. Two people who sign in on one browser are never joined through it.
 */
export function judgeTie(standing: Tie | undefined, wanted: Pick<Tie, 'person' | 'source'>): TieOutcome {
  if (standing === undefined) return 'tied'
  if (standing.person === wanted.person) return 'already'
  return isStronger(wanted.source, standing.source) ? 'moved' : 'taken'
}

/** Does the tie that stands give way, or take on the stronger source? */
export const isStronger = (wanted: TieSource, standing: TieSource): boolean =>
  wanted === 'login' && standing === 'newsletter'

/** The ids of whoever `visitor` is, sorted. */
export function groupOf(ties: Iterable<Tie>, visitor: string): readonly string[] {
  const all = [...ties]
  const person = all.find((tie) => tie.visitor === visitor)?.person
  const own = all.filter((tie) => tie.person === person).map((tie) => tie.visitor)
  return [...new Set([visitor, ...own])].sort()
}
