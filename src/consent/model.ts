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
  | 'region'

export interface Settled {
  readonly granted: boolean
  readonly source: ConsentSource
}

/** The settled answer for each purpose, for one request. */
export type Consent = Readonly<Record<Purpose, Settled>>
