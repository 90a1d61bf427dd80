/**
 * Who is one person, as far as the shop's own word tells: ties between visitor ids and people, how they are made and
 * undone. Nothing is ever guessed from a browser or an address. Times are epoch milliseconds.
 */

/**
 * What a tie rests on. `login`: the shop says that this browser is signed in. `newsletter`: somebody followed a link out
 * of a person's own mail. `card`: no browser at all, but what the person did in a store; see `cardOf`.
 */
export type TieSource = 'login' | 'newsletter' | 'card'

/** One visitor id is this person's. */
export interface Tie {
  readonly visitor: string
  /** As `personOf` makes it: a keyed hash, never the shop's own customer id. */
  readonly person: string
  readonly source: TieSource
  readonly at: number
}

/**
 * `tied`, `already` (nothing changed), `moved` (from whoever followed a newsletter's link here to whoever signed in),
 * `taken` (the id is another person's: untie it first), `erased` (one of both asked to be forgotten), `unknown` (nobody
 * has this id, or for a card: no browser is this person's).
 */
export type TieOutcome = 'tied' | 'already' | 'moved' | 'taken' | 'erased' | 'unknown'

/** A tie that is asked for. */
export interface TieRequest extends Tie {
  /** The id came sealed by us. One that did not must be in the store already. */
  readonly proven: boolean
}

/** A newsletter's link, once it was opened. */
export interface Token {
  /** Random; what makes it work only once. */
  readonly id: string
  readonly person: string
  readonly expiresAt: number
}

export interface IdentityStore {
  /** All or nothing, whoever else is writing. */
  readonly tie: (request: TieRequest) => Promise<TieOutcome>
  /** As `tie`, if the token was not used before; `used` otherwise. The token is used up only where a tie stands after. */
  readonly redeem: (token: Token, request: TieRequest) => Promise<TieOutcome | 'used'>
  /** Takes one tie back; null where there was none. Nothing else is rewritten. */
  readonly untie: (visitor: string) => Promise<Tie | null>
  /** A person's ties by visitor id. */
  readonly tiesOf: (person: string) => Promise<readonly Tie[]>
  /** Every visitor id of the same person, this one included, sorted; it alone where it is tied to nobody. */
  readonly groupOf: (visitor: string) => Promise<readonly string[]>
  /** Takes away ties whose visitor is no longer kept, and the numbers of tokens that have ended, a bounded number a call. */
  readonly purge: (
    now: number,
  ) => Promise<{ readonly ties: number; readonly tokens: number; readonly more: boolean }>
}
