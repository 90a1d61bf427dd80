/**
 * Whose request this is, as far as they agreed to be known: the sealed cookie under what was agreed to. Pages and doors
 * begin here alike. Nothing here makes anybody: without consent, and without a cookie that we sealed, there is no bearer.
 * No I/O but WebCrypto.
 */
import { refusalCookie, switchedOff } from '../consent/choice.ts'
import type { Consent } from '../consent/model.ts'
import type { OptOutRegions } from '../consent/region.ts'
import { ERASED, isWithdrawn, resolveConsent } from '../consent/resolve.ts'
import { IV_BYTES, type Keyring } from '../kit/seal.ts'
import type { Soon } from '../kit/soon.ts'
import {
  COOKIE_NAME,
  clearCookieHeader,
  openSnapshot,
  readCookie,
  sealSnapshot,
  setCookieHeader,
} from '../profile/cookie.ts'
import { clearForgetCookie, FORGET_COOKIE, forgetCookie, openForget } from '../profile/forget.ts'
import type { Snapshot } from '../profile/model.ts'
import { touchVisit } from '../profile/visit.ts'
import { snapshotWithout } from '../profile/without.ts'
import { geoOf } from '../signals/geo.ts'

export interface BearerPorts {
  readonly keyring: Keyring
  readonly optOut: OptOutRegions
  /** Fresh random bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** What this isolate knows of tombstones; the store is asked again wherever something is written. */
  readonly isErased: (visitor: string) => Soon<boolean>
}

/** Ids that this browser has let go of, and that may still stand in the store. */
export interface Leaving {
  /** Let go of with this request: a cookie names it, and its owner said no. */
  readonly now: string | null
  /** Those of a note from before that are not known to be erased yet. */
  readonly noted: readonly string[]
  /** A note came, whatever is in it. */
  readonly isNoted: boolean
}

/** What a browser carries. */
export interface Carrier {
  /** What was agreed to; of an erased visitor, that they were erased. */
  readonly consent: Consent
  /** Only with consent for personalization, with this visit in it. */
  readonly snapshot: Snapshot | null
  /** The cookie's own snapshot, whatever was agreed to: for what has to be forgotten, and for nothing else. */
  readonly carried: Snapshot | null
  /**
   * A cookie came that must not stay: its owner said no, its id was erased, or it cannot be read. One whose consent has
   * only ended stays, and is not used: with it a later no, or an erasure, still finds what it covered.
   */
  readonly isVoid: boolean
  readonly isErased: boolean
  /** Erased, and tied to a person when its cookie was written: they asked for it, in this browser or in another. */
  readonly isErasedAsTied: boolean
  readonly leaving: Leaving
}

export interface Bearer extends Carrier {
  /** Data classes that the visitor switched off. */
  readonly off: readonly string[]
  readonly timezone: string | undefined
}

export const NOTHING_LEAVES: Leaving = Object.freeze({ now: null, noted: Object.freeze([]), isNoted: false })

/** Who sends a visitor's own request to one of our doors. `cookies`: the Cookie header, where it is not the request's own. */
export async function readBearer(
  request: Request,
  url: URL,
  now: number,
  ports: BearerPorts,
  cookies: string | null = request.headers.get('Cookie'),
): Promise<Bearer> {
  const place = geoOf(request.cf)
  const headers = {
    get: (name: string) => (name === 'cookie' ? cookies : request.headers.get(name)),
  }
  const agreed = resolveConsent({ headers, place, optOut: ports.optOut, erased: false, now })
  const carrier = await readCarrier(cookies, agreed, url, now, ports)
  return { ...carrier, off: switchedOff(cookies), timezone: place.timezone }
}

/** What the cookies are worth under what was agreed to. */
export async function readCarrier(
  cookies: string | null,
  agreed: Consent,
  { host }: URL,
  now: number,
  ports: Pick<BearerPorts, 'keyring' | 'isErased'>,
): Promise<Carrier> {
  const value = readCookie(cookies, COOKIE_NAME)
  const carried = await openSnapshot(ports.keyring, host, value, now)
  const isErased = carried !== null && (await ports.isErased(carried.id))
  const consent = isErased ? ERASED : agreed
  const isGranted = consent.personalization.granted && carried !== null
  const note = readCookie(cookies, FORGET_COOKIE)
  const gone = carried !== null && !isErased && isWithdrawn(agreed) ? carried.id : null
  const isLeft = carried === null || isErased || gone !== null
  return {
    consent,
    snapshot: isGranted ? touchVisit(carried, now) : null,
    carried,
    isVoid: value !== undefined && isLeft,
    isErased,
    isErasedAsTied: isErased && carried.tied === true,
    leaving:
      note !== undefined
        ? { now: gone, noted: await notedIn(note, host, ports), isNoted: true }
        : gone === null
          ? NOTHING_LEAVES
          : { ...NOTHING_LEAVES, now: gone },
  }
}

async function notedIn(
  note: string,
  host: string,
  { keyring, isErased }: Pick<BearerPorts, 'keyring' | 'isErased'>,
): Promise<readonly string[]> {
  const ids: string[] = []
  for (const id of await openForget(keyring, host, note)) if (!(await isErased(id))) ids.push(id)
  return ids
}

/**
 * The end of a void cookie. Whoever asked to be erased did so for all browsers of theirs: those that hear of it later keep
 * a plain refusal as well, or an old yes, or a presumed one, would begin anew there.
 */
export const voidCookies = (
  { isErasedAsTied }: Pick<Carrier, 'isErasedAsTied'>,
  now: number,
): readonly string[] => (isErasedAsTied ? [clearCookieHeader(), refusalCookie(now)] : [clearCookieHeader()])

/** The `Set-Cookie` lines after a door has done its work: the snapshot as it is now, or the end of a void cookie. */
export async function bearerCookies(
  bearer: Pick<Bearer, 'isErasedAsTied' | 'isVoid' | 'leaving' | 'off'>,
  snapshot: Snapshot | null,
  url: URL,
  now: number,
  ports: Pick<BearerPorts, 'keyring' | 'random'>,
): Promise<readonly string[]> {
  const notes = await leavingCookies(bearer.leaving, false, url, ports)
  if (snapshot === null) return bearer.isVoid ? [...voidCookies(bearer, now), ...notes] : notes
  const kept = snapshotWithout(snapshot, bearer.off)
  const sealed = await sealSnapshot(ports.keyring, url.host, kept, ports.random(IV_BYTES))
  return sealed === null ? notes : [setCookieHeader(sealed, snapshot.createdAt, now), ...notes]
}

/**
 * The `Set-Cookie` lines about ids that were let go of: whoever takes a cookie away from somebody who said no notes the
 * id, unless `isCertain`, which is that it was erased or will be. The next page view sees to what is noted.
 */
export async function leavingCookies(
  { now, noted, isNoted }: Leaving,
  isCertain: boolean,
  url: URL,
  { keyring, random }: Pick<BearerPorts, 'keyring' | 'random'>,
): Promise<readonly string[]> {
  const left = isCertain ? [] : now === null ? noted : [now, ...noted.filter((id) => id !== now)]
  if (left.length === 0) return isNoted ? [clearForgetCookie()] : []
  return now === null ? [] : [await forgetCookie(keyring, url.host, left, random(IV_BYTES))]
}
