/**
 * Who is one person: the shop's servers say who is signed in, a newsletter's link brings its reader back, and either is
 * taken back. The unit of every experiment stays the browser's own id, so nobody's arm moves by any of this.
 */
import { cardOf, isCard } from '../identity/link.ts'
import type { IdentityStore, Tie, TieOutcome } from '../identity/model.ts'
import { personOf } from '../identity/person.ts'
import { newToken, openReference, openToken, sealToken, TOKEN_ID_BYTES } from '../identity/token.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { IV_BYTES, type Keyring } from '../kit/seal.ts'
import type { ProfileStore, Snapshot } from '../profile/model.ts'
import { VISITOR_ID } from '../profile/text.ts'
import { adoptView } from '../profile/view.ts'
import { newSnapshot, newVisitorId, VISITOR_ID_BYTES } from '../profile/visit.ts'
import type { Bearer } from './bearer.ts'
import { viewOf } from './ingest.ts'

export interface IdentifyPorts {
  readonly keyring: Keyring
  /** From `importPersonKey`. */
  readonly personKey: CryptoKey
  readonly identities: IdentityStore
  readonly profiles: Pick<ProfileStore, 'read' | 'isErased'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Fresh random bytes. */
  readonly random: (bytes: number) => Uint8Array
}

/** Why there is no tie; `stale`: neither an id nor a reference that still holds. */
export type IdentifyRefusal = 'stale' | Extract<TieOutcome, 'taken' | 'erased' | 'unknown'>

export interface Identified {
  /** False where it was so before. */
  readonly changed: boolean
  /** Browsers that are this person's now. */
  readonly browsers: number
}

/** The shop says that this visitor is signed in as this customer. */
export async function identify(
  ports: IdentifyPorts,
  visitor: string,
  customer: string,
): Promise<Result<Identified, IdentifyRefusal>> {
  const at = ports.now()
  const found = await readVisitorText(ports, visitor, at)
  if (found === null) return err('stale')
  const person = await personOf(ports.personKey, customer)
  const outcome = await ports.identities.tie({ ...found, person, source: 'login', at })
  if (outcome === 'taken' || outcome === 'erased' || outcome === 'unknown') return err(outcome)
  const browsers = (await ports.identities.tiesOf(person)).filter(({ source }) => source !== 'card').length
  return ok({ changed: outcome !== 'already', browsers })
}

/** Takes a visitor's tie back. Profiles are merged by reading, so they are apart again at once. */
export async function unlink(
  ports: IdentifyPorts,
  visitor: string,
): Promise<Result<{ readonly changed: boolean }, 'stale'>> {
  const found = await readVisitorText(ports, visitor, ports.now())
  if (found === null) return err('stale')
  return ok({ changed: (await ports.identities.untie(found.visitor)) !== null })
}

/** A sealed reference, or a bare id, which must be in the store already to be believed. */
export async function readVisitorText(
  { keyring }: Pick<IdentifyPorts, 'keyring'>,
  text: string,
  now: number,
): Promise<{ readonly visitor: string; readonly proven: boolean } | null> {
  const opened = await openReference(keyring, text, now)
  if (opened !== null) return { visitor: opened, proven: true }
  // A card is no browser, and nobody signs in with one.
  return VISITOR_ID.test(text) && !isCard(text) ? { visitor: text, proven: false } : null
}

export interface LinkToken {
  readonly token: string
  /** Epoch milliseconds. */
  readonly expires: number
}

/** A token for one letter to one customer; `lifeMs` until it ends. Nothing is stored before it is followed. */
export async function createLinkToken(
  ports: IdentifyPorts,
  customer: string,
  lifeMs: number,
): Promise<Result<LinkToken, 'erased'>> {
  const person = await personOf(ports.personKey, customer)
  if (await ports.profiles.isErased(cardOf(person))) return err('erased')
  const token = newToken(person, ports.now() + lifeMs, ports.random(TOKEN_ID_BYTES))
  return ok({
    token: await sealToken(ports.keyring, token, ports.random(IV_BYTES)),
    expires: token.expiresAt,
  })
}

/** What came of following a letter's link. `ignored`: no consent, or no token that holds; nothing was used up. */
export interface Followed {
  readonly outcome: TieOutcome | 'used' | 'ignored'
  /** To be set; null where nothing may be. */
  readonly snapshot: Snapshot | null
}

/** Is there anything to ask the reader of a letter's link? Not without consent, nor where the tie stands already. */
export async function canFollow(
  ports: Pick<IdentifyPorts, 'keyring' | 'identities' | 'now'>,
  { consent, snapshot }: Pick<Bearer, 'consent' | 'snapshot'>,
  text: string,
): Promise<boolean> {
  if (!consent.personalization.granted) return false
  const token = await openToken(ports.keyring, text, ports.now())
  if (token === null) return false
  const ties = snapshot === null ? [] : await ports.identities.tiesOf(token.person)
  return !ties.some(({ visitor }) => visitor === snapshot?.id)
}

/** Ties whoever says that a letter was theirs to its reader, once, if they agreed to personalization. */
export async function followLink(ports: IdentifyPorts, bearer: Bearer, text: string): Promise<Followed> {
  const at = ports.now()
  if (!bearer.consent.personalization.granted) return { outcome: 'ignored', snapshot: null }
  const token = await openToken(ports.keyring, text, at)
  if (token === null) return { outcome: 'ignored', snapshot: bearer.snapshot }
  const snapshot = bearer.snapshot ?? newSnapshot(newVisitorId(ports.random(VISITOR_ID_BYTES)), at)
  const tie: Tie = { visitor: snapshot.id, person: token.person, source: 'newsletter', at }
  const outcome = await ports.identities.redeem(token, { ...tie, proven: true })
  // Nobody gets an id for a link that did nothing.
  if (outcome !== 'tied' && outcome !== 'already') return { outcome, snapshot: bearer.snapshot }
  const group = await ports.identities.groupOf(snapshot.id)
  return { outcome, snapshot: adoptView(snapshot, await viewOf(ports, group, at)) }
}
