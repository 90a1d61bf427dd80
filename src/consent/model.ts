/**
 * What a visitor has agreed to. `necessary` needs no consent and is not listed: it keeps the page working and
 * remembers the refusal itself.
 */
export const PURPOSES = ['personalization', 'measurement'] as const
export type Purpose = (typeof PURPOSES)[number]

/** Which rule settled a purpose, strongest first; see `resolveConsent`. */
export type ConsentSource =
  | 'erasure'
  | 'gpc'
  | 'deny'
  | 'cmp_deny'
  | 'malformed'
  | 'grant'
  | 'cmp_grant'
  | 'dnt'
  | 'region'

export interface Settled {
  readonly granted: boolean
  readonly source: ConsentSource
}

/** The settled answer for each purpose, for one request. */
export type Consent = Readonly<Record<Purpose, Settled>>

/**
 * What one signal says about one purpose, strictest first. `malformed`: it cannot be read, so it may have been a
 * refusal. `silent`: it was read, and it is no answer to this question.
 */
export type Stance = 'deny' | 'malformed' | 'grant' | 'silent'

/** What one signal says. A signal that cannot be read whole is never read in part. */
export type Answer = Readonly<Record<Purpose, Stance>>

const uniform = (stance: Stance): Answer => Object.freeze({ personalization: stance, measurement: stance })

export const DENY_ALL = uniform('deny')
export const UNREADABLE = uniform('malformed')
export const SILENT = uniform('silent')

/** Joins two answers: for each purpose the stricter one. Associative, commutative, and SILENT changes nothing. */
export function strictest(one: Answer, other: Answer): Answer {
  if (one === SILENT) return other
  if (other === SILENT) return one
  return {
    personalization: stricter(one.personalization, other.personalization),
    measurement: stricter(one.measurement, other.measurement),
  }
}

const STRICTNESS: Readonly<Record<Stance, number>> = { deny: 3, malformed: 2, grant: 1, silent: 0 }

const stricter = (one: Stance, other: Stance): Stance => (STRICTNESS[one] >= STRICTNESS[other] ? one : other)
