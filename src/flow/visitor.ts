/**
 * Who is asking, as far as they agreed to be known: a preview first, since it may stand in for the place, then
 * consent, then the sealed cookie. No I/O but WebCrypto, and nothing here outlives the request.
 */
import type { Consent, Settled } from '../consent/model.ts'
import type { OptOutRegions, Place } from '../consent/region.ts'
import { regionalConsent, resolveConsent } from '../consent/resolve.ts'
import { parsePreviewHeader } from '../decide/headers.ts'
import { openPreview, type Preview, type PreviewRejection } from '../decide/preview.ts'
import { encodeBase64url } from '../kit/base64.ts'
import { sha256, timingSafeEqual } from '../kit/bytes.ts'
import { IV_BYTES, type Keyring } from '../kit/seal.ts'
import {
  COOKIE_NAME,
  clearCookieHeader,
  openSnapshot,
  readCookie,
  sealSnapshot,
  setCookieHeader,
} from '../profile/cookie.ts'
import type { Snapshot } from '../profile/model.ts'
import { newSnapshot, newVisitorId, touchVisit, VISITOR_ID_BYTES } from '../profile/visit.ts'
import { geoOf } from '../signals/geo.ts'

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
  /** Unit of assignment; undefined: nobody is enrolled in anything. */
  readonly unit: string | undefined
  /** The unit was drawn just now, and is nobody's unless the answer sets its cookie. */
  readonly isNew: boolean
  readonly preview: Preview | undefined
  /** Why a preview token was not believed. */
  readonly rejected: PreviewRejection | undefined
  /** `Set-Cookie` lines: a new or refreshed snapshot, or its removal after consent was withdrawn. */
  readonly setCookies: readonly string[]
}

export interface VisitorPorts {
  readonly keyring: Keyring
  readonly optOut: OptOutRegions
  readonly cdnSecret: string | undefined
  /** Fresh random bytes. */
  readonly random: (bytes: number) => Uint8Array
}

const NO_COOKIES: readonly string[] = Object.freeze([])

/** Reads the visitor of a request. Never throws: what is damaged, stale or forged makes a fresh visitor. */
export async function readVisitor(
  headers: Headers,
  cf: unknown,
  url: URL,
  now: number,
  ports: VisitorPorts,
): Promise<Visitor> {
  const cookies = headers.get('Cookie')
  const opened = await readPreview(headers, cookies, now, ports.keyring)
  const preview = opened?.ok === true ? opened.value : undefined
  const place = preview?.signals?.geo?.country === undefined ? geoOf(cf, false) : preview.signals.geo
  const consent = consentOf(headers, place, preview, now, ports.optOut)
  const kept = await readSnapshot(consent, cookies, url.host, now, ports)
  const unit =
    kept.snapshot === undefined
      ? undefined
      : await unitOf(headers, kept.snapshot, kept.isKnown, preview, ports)
  return {
    consent,
    snapshot: kept.snapshot,
    unit,
    isNew: !kept.isKnown && unit !== undefined && unit === kept.snapshot?.id,
    preview,
    rejected: opened?.ok === false ? opened.error : undefined,
    // A preview is somebody else's page view; it leaves no trace in the browser's own profile.
    setCookies: preview === undefined ? await kept.setCookies() : NO_COOKIES,
  }
}

async function readPreview(headers: Headers, cookies: string | null, now: number, keyring: Keyring) {
  const token = parsePreviewHeader(
    headers.get('Selvedge-Preview') ?? readCookie(cookies, PREVIEW_COOKIE) ?? null,
  )
  return token === null ? undefined : openPreview(keyring, token, now)
}

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

interface Kept {
  readonly snapshot: Snapshot | undefined
  /** The snapshot came with the request. */
  readonly isKnown: boolean
  readonly setCookies: () => Promise<readonly string[]>
}

async function readSnapshot(
  consent: Consent,
  cookies: string | null,
  host: string,
  now: number,
  ports: VisitorPorts,
): Promise<Kept> {
  const value = readCookie(cookies, COOKIE_NAME)
  if (!consent.personalization.granted) {
    const lines = value === undefined ? NO_COOKIES : [clearCookieHeader()]
    return { snapshot: undefined, isKnown: false, setCookies: async () => lines }
  }
  const known = await openSnapshot(ports.keyring, host, value, now)
  const snapshot =
    known === null ? newSnapshot(newVisitorId(ports.random(VISITOR_ID_BYTES)), now) : touchVisit(known, now)
  if (snapshot === known) return { snapshot, isKnown: true, setCookies: async () => NO_COOKIES }
  return {
    snapshot,
    isKnown: known !== null,
    async setCookies() {
      const sealed = await sealSnapshot(ports.keyring, host, snapshot, ports.random(IV_BYTES))
      return sealed === null ? NO_COOKIES : [setCookieHeader(sealed, snapshot.createdAt, now)]
    },
  }
}

/** Whom the arms are drawn for: the CDN's visitor, else ours. Only called for those who agreed. */
async function unitOf(
  headers: Headers,
  snapshot: Snapshot,
  isKnown: boolean,
  preview: Preview | undefined,
  ports: VisitorPorts,
): Promise<string> {
  const passed = await passedUnit(headers, ports.cdnSecret)
  if (passed !== undefined) return passed
  return preview === undefined || isKnown ? snapshot.id : unitOfPreview(preview)
}

/** A preview without a visitor draws the same arms at every reload: its unit is a name of the preview itself. */
async function unitOfPreview(preview: Preview): Promise<string> {
  return encodeBase64url(await sha256(JSON.stringify(preview)))
}

/** The unit of a trusted CDN in front: believed with the shared secret only. */
async function passedUnit(headers: Headers, secret: string | undefined): Promise<string | undefined> {
  if (secret === undefined) return undefined
  const unit = headers.get(UNIT_HEADER)
  const sent = headers.get(UNIT_SECRET_HEADER)
  if (unit === null || sent === null || unit === '' || unit.length > UNIT_MAX_CHARS) return undefined
  return (await timingSafeEqual(sent, secret)) ? unit : undefined
}
