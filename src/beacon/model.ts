/**
 * The beacon: the one program of ours that runs in a shopper's browser. `npm run beacon` turns this folder into the text
 * that the Worker serves, and a test holds the two together. Nothing of the Worker imports it.
 */

/** As `POST /_selvedge/events` takes it. The id is made here, so that what is sent twice counts once. */
export interface BeaconEvent {
  readonly id: string
  readonly kind: string
  /** Epoch milliseconds, by the Worker's clock where the page tells it. */
  readonly at: number
  readonly [field: string]: unknown
}

/** What the door said of a batch. */
export interface Answer {
  readonly status: number
  /** The header `Retry-After`; absent where nobody heard an answer. */
  readonly retryAfter?: string | null
  readonly body: AnswerBody
}

export interface AnswerBody {
  readonly accepted?: number
  readonly skipped?: number
  /** Why some were skipped: `consent`, `cookie`, `erased`, `switched_off`. */
  readonly why?: string
}

/** What the Worker tells the beacon by the attributes of its own tag; absent on pages of shops that load it themselves. */
export interface Told {
  /** The visit's own name, so that it is engaged once, however many tabs say so. */
  readonly visit: string
  /** The visit had a page before this one, and is engaged by that. */
  readonly isAgain: boolean
  /** It was fetched before anybody looked. */
  readonly isAhead: boolean
  /** The Worker's clock minus the browser's, in milliseconds. */
  readonly skew: number
  readonly places: readonly Place[]
}

/** A campaign of this page, and the selectors that any of its variants edits, as one list. */
export interface Place {
  readonly campaign: string
  readonly selectors: string
}
