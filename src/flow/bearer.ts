/**
 * Who sends a visitor's own request to one of our doors, as far as they agreed to be known. Unlike the hot path this
 * makes nobody: without consent, and without a cookie that we sealed, there is no bearer. No I/O but WebCrypto.
 */
import { switchedOff } from '../consent/choice.ts'
import type { Consent } from '../consent/model.ts'
import { resolveConsent } from '../consent/resolve.ts'
import { IV_BYTES } from '../kit/seal.ts'
import {
  COOKIE_NAME,
  clearCookieHeader,
  openSnapshot,
  readCookie,
  sealSnapshot,
  setCookieHeader,
} from '../profile/cookie.ts'
import type { Snapshot } from '../profile/model.ts'
import { touchVisit } from '../profile/visit.ts'
import { geoOf } from '../signals/geo.ts'
import type { VisitorPorts } from './visitor.ts'

export interface BearerPorts extends Pick<VisitorPorts, 'keyring' | 'optOut' | 'random'> {
  /** What this isolate knows of tombstones; the store is asked again wherever something is written. */
  readonly isErased: (visitor: string) => boolean | Promise<boolean>
}

export interface Bearer {
  readonly consent: Consent
  /** Only with consent for personalization. */
  readonly snapshot: Snapshot | null
  /** The cookie's own snapshot, whatever was agreed to: for what has to be forgotten, and for nothing else. */
  readonly carried: Snapshot | null
  /** A cookie came that must not stay: consent is gone, its id was erased, or it cannot be read. */
  readonly isVoid: boolean
  readonly isErased: boolean
  /** Data classes that the visitor switched off. */
  readonly off: readonly string[]
  readonly timezone: string | undefined
}

/** `cookies`: the Cookie header, where it is not the request's own. */
export async function readBearer(
  request: Request,
  url: URL,
  now: number,
  ports: BearerPorts,
  cookies: string | null = request.headers.get('Cookie'),
): Promise<Bearer> {
  const geo = geoOf(request.cf, false)
  const value = readCookie(cookies, COOKIE_NAME)
  const carried = await openSnapshot(ports.keyring, url.host, value, now)
  const isErased = carried !== null && (await ports.isErased(carried.id))
  const headers = {
    get: (name: string) => (name === 'cookie' ? cookies : request.headers.get(name)),
  }
  const consent = resolveConsent({ headers, place: geo, optOut: ports.optOut, erased: isErased, now })
  const isGranted = consent.personalization.granted && carried !== null
  return {
    consent,
    snapshot: isGranted ? touchVisit(carried, now) : null,
    carried,
    isVoid: value !== undefined && !isGranted,
    isErased,
    off: switchedOff(cookies),
    timezone: geo.timezone,
  }
}

/** The `Set-Cookie` lines after a door has done its work: the snapshot as it is now, or the end of a void cookie. */
export async function bearerCookies(
  bearer: Pick<Bearer, 'isVoid'>,
  snapshot: Snapshot | null,
  url: URL,
  now: number,
  ports: Pick<BearerPorts, 'keyring' | 'random'>,
): Promise<readonly string[]> {
  if (snapshot === null) return bearer.isVoid ? [clearCookieHeader()] : []
  const sealed = await sealSnapshot(ports.keyring, url.host, snapshot, ports.random(IV_BYTES))
  return sealed === null ? [] : [setCookieHeader(sealed, snapshot.createdAt, now)]
}
