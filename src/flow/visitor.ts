/**
 * Who is asking, as far as they agreed to be known: a preview first, since it may stand in for the place, then
 * consent, then the sealed cookie. No I/O but WebCrypto, and nothing here outlives the request.
 */
import { checksumOf } from '../campaign/release.ts'
import { NONE_OFF, switchedOff } from '../consent/choice.ts'
import type { Consent, Settled } from '../consent/model.ts'
import type { OptOutRegions, Place } from '../consent/region.ts'
import { ERASED, regionalConsent, resolveConsent } from '../consent/resolve.ts'
import { parsePreviewHeader } from '../decide/headers.ts'
import { openPreview, type Preview, type PreviewRejection } from '../decide/preview.ts'
import { timingSafeEqual } from '../kit/bytes.ts'
import type { Counters } from '../kit/counters.ts'
import type { Deadline } from '../kit/deadline.ts'
import { IV_BYTES } from '../kit/seal.ts'
import { type Soon, soon } from '../kit/soon.ts'
import { readCookie, sealSnapshot, setCookieHeader } from '../profile/cookie.ts'
import type { Snapshot } from '../profile/model.ts'
import { newSnapshot, newVisitorId, VISITOR_ID_BYTES } from '../profile/visit.ts'
import { snapshotWithout } from '../profile/without.ts'
import { type Ask, isPrefetch } from './ask.ts'
import { type BearerPorts, type Carrier, type Leaving, readCarrier, voidCookies } from './bearer.ts'
import { type Today, type TodayPorts, todayOf } from './today.ts'
import type { KnownTombstones } from './tombstones.ts'

/** Holds a preview token, so that a link or a form can switch a browser to it; read where no header came. */
export const PREVIEW_COOKIE = '__Host-selvedge-preview'

/** A unit id that a CDN in front may pass, beside its secret. */
const UNIT_HEADER = 'Selvedge-Unit'
const UNIT_SECRET_HEADER = 'Selvedge-Unit-Secret'
const UNIT_MAX_CHARS = 128

export interface Visitor {
  readonly consent: Consent
  /** Only for those who agreed to personalization; made here for those who are new. */
  readonly snapshot: Snapshot | undefined
  /** The snapshot as their cookie has it; the very same object where nothing has to be written. */
  readonly carried: Snapshot | undefined
  /** A cookie came that must not stay: consent is gone, or its id was erased. */
  readonly isVoid: boolean
  readonly isErasedAsTied: boolean
  /** Ids that they let go of, by this request or before. */
  readonly leaving: Leaving
  /** Unit of assignment; undefined: nobody is enrolled in anything. */
  readonly unit: string | undefined
  /** The unit is a number for today, of somebody who was asked for nothing yet. */
  readonly today: Today | undefined
  /** The unit was drawn just now, and is nobody's unless the answer sets its cookie. */
  readonly isNew: boolean
  /** Data classes that they switched off. */
  readonly off: readonly string[]
  readonly preview: Preview | undefined
  /** Why a preview token was not believed. */
  readonly rejected: PreviewRejection | undefined
}

export interface VisitorPorts extends Pick<BearerPorts, 'keyring' | 'optOut' | 'random'>, TodayPorts {
  readonly cdnSecret: string | undefined
  readonly tombstones: Pick<KnownTombstones, 'isErased' | 'isKnown' | 'ready'>
  readonly counters: Pick<Counters, 'add'>
  /** Work that goes on after the response. */
  readonly waitUntil: (work: Promise<unknown>) => void
  /** A snapshot as near to the store's as can be had in time; the same object where nothing newer is at hand. */
  readonly refresh: (snapshot: Snapshot, now: number, deadline: Deadline) => Soon<Snapshot>
}

const NO_COOKIES: readonly string[] = Object.freeze([])

/** Reads the visitor of a request. Never throws: what is damaged, stale or forged makes a fresh visitor. */
export async function readVisitor(
  { headers, url, geo, now, deadline }: Ask,
  ports: VisitorPorts,
): Promise<Visitor> {
  const { tombstones } = ports
  const cookies = headers.get('Cookie')
  const token = previewToken(headers, cookies)
  const opened = token === null ? undefined : await openPreview(ports.keyring, token, now)
  const preview = opened?.ok === true ? opened.value : undefined
  const place = preview?.signals?.geo?.country === undefined ? geo : preview.signals.geo
  const agreed = consentOf(headers, place, preview, now, ports.optOut)
  const carrier = await readCarrier(cookies, agreed, url, now, {
    keyring: ports.keyring,
    isErased: (visitor) =>
      soon(
        tombstones.ready(deadline, ports.waitUntil),
        () => tombstones.isKnown() && tombstones.isErased(visitor),
      ),
  })
  // Past its 13 months, or of a key that is gone; where that are many, SEAL_KEYS is not what it was.
  if (carrier.isVoid && carrier.carried === null) ports.counters.add('cookie_unread')
  // Before the list of erasures is known no cookie is believed; and none is taken away.
  const isUnsure = carrier.snapshot !== null && !tombstones.isKnown()
  const consent = isUnsure ? ERASED : carrier.consent
  const carried = isUnsure
    ? undefined
    : carrier.snapshot === null
      ? undefined
      : (carrier.carried ?? undefined)
  const snapshot = await snapshotOf(carrier, consent, headers, now, deadline, ports)
  const own = snapshot === undefined ? undefined : await unitOf(headers, snapshot, carried, preview, ports)
  const today =
    preview === undefined && own === undefined ? todayOf(headers, place, consent, now, ports) : undefined
  const unit = own ?? today?.unit ?? undefined
  return {
    consent,
    snapshot,
    carried,
    // Of those who agreed the next page that they look at puts a new one in its place.
    isVoid: carrier.isVoid && !consent.personalization.granted,
    isErasedAsTied: carrier.isErasedAsTied,
    leaving: carrier.leaving,
    unit,
    today,
    isNew: today?.isNew ?? (carried === undefined && unit !== undefined && unit === snapshot?.id),
    off: snapshot === undefined ? NONE_OFF : switchedOff(cookies),
    preview,
    rejected: opened?.ok === false ? opened.error : undefined,
  }
}

/**
 * Somebody known, as near to the store as can be had in time; else somebody new, if they agreed, and look at the page:
 * whoever may never come is nobody yet.
 */
function snapshotOf(
  { snapshot }: Carrier,
  { personalization }: Consent,
  headers: Headers,
  now: number,
  deadline: Deadline,
  ports: VisitorPorts,
): Soon<Snapshot | undefined> {
  if (!personalization.granted) return undefined
  if (snapshot !== null) return ports.refresh(snapshot, now, deadline)
  if (isPrefetch(headers)) return undefined
  return newSnapshot(newVisitorId(ports.random(VISITOR_ID_BYTES)), now)
}

/**
 * `Set-Cookie` lines after the decisions: the snapshot as it is now, where it is not as the cookie has it, or the end of
 * a void cookie. A preview is somebody else's page view and leaves no trace in the browser's own profile.
 */
export function visitorCookies(
  visitor: Visitor,
  snapshot: Snapshot | undefined,
  url: URL,
  now: number,
  ports: Pick<VisitorPorts, 'keyring' | 'random'>,
): Soon<readonly string[]> {
  if (visitor.preview !== undefined) return NO_COOKIES
  if (visitor.isVoid) return voidCookies(visitor, now)
  const kept = snapshot && snapshotWithout(snapshot, visitor.off)
  if (kept === undefined || kept === visitor.carried) return NO_COOKIES
  return sealSnapshot(ports.keyring, url.host, kept, ports.random(IV_BYTES)).then((sealed) =>
    sealed === null ? NO_COOKIES : [setCookieHeader(sealed, kept.createdAt, now)],
  )
}

const previewToken = (headers: Headers, cookies: string | null): string | null =>
  parsePreviewHeader(headers.get('Selvedge-Preview') ?? readCookie(cookies, PREVIEW_COOKIE) ?? null)

/** A preview may say what its visitor agreed to; nobody else's word is overruled. */
function consentOf(
  headers: Headers,
  place: Place,
  preview: Preview | undefined,
  now: number,
  optOut: OptOutRegions,
): Consent {
  if (preview === undefined) return resolveConsent({ headers, place, optOut, erased: false, now })
  if (preview.consent === undefined) return regionalConsent(place, optOut)
  const settled: Settled = { granted: preview.consent, source: preview.consent ? 'grant' : 'deny' }
  return { personalization: settled, measurement: settled }
}

/** Whom the arms are drawn for: the CDN's visitor, else ours. Only called for those who agreed. */
function unitOf(
  headers: Headers,
  snapshot: Snapshot,
  carried: Snapshot | undefined,
  preview: Preview | undefined,
  { cdnSecret }: Pick<VisitorPorts, 'cdnSecret'>,
): Soon<string> {
  const passed = cdnSecret === undefined ? undefined : passedUnit(headers, cdnSecret)
  return soon(
    passed,
    (unit) => unit ?? (preview === undefined || carried !== undefined ? snapshot.id : unitOfPreview(preview)),
  )
}

/** A preview without a visitor draws the same arms at every reload: its unit is a name of the preview itself. */
const unitOfPreview = (preview: Preview): Promise<string> => checksumOf(JSON.stringify(preview))

/** The unit of a trusted CDN in front: believed with the shared secret only. */
async function passedUnit(headers: Headers, secret: string): Promise<string | undefined> {
  const unit = headers.get(UNIT_HEADER)
  const sent = headers.get(UNIT_SECRET_HEADER)
  if (unit === null || sent === null || unit === '' || unit.length > UNIT_MAX_CHARS) return undefined
  return (await timingSafeEqual(sent, secret)) ? unit : undefined
}
