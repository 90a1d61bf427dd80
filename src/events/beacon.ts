/** Where `beacon.js` is, and how browsers may keep it. Pure. */
import { hash64 } from '../kit/hash.ts'
import { YEAR_SECONDS } from '../kit/time.ts'
import { BEACON_TEXT } from './beacon-text.ts'

const VERSION = hash64(BEACON_TEXT)
const ETAG = `"${VERSION}"`
/** For shops that load it by its bare name: a new one is everywhere soon. */
const SHORT_SECONDS = 600

export const BEACON_PATH = '/_selvedge/beacon.js'
/** As our own tag names it: by its content, so that browsers keep it until it is another. */
export const BEACON_URL = `${BEACON_PATH}?v=${VERSION}`
/** Where it sends to. */
export const EVENTS_PATH = '/_selvedge/events'

/** The script, or 304 where the browser has it (RFC 9110, section 13.1.2; tags compare weakly). */
export function beaconResponse(request: Request): Response {
  const isVersioned = new URL(request.url).searchParams.get('v') === VERSION
  const headers = {
    'Cache-Control': isVersioned
      ? `public, max-age=${YEAR_SECONDS}, immutable`
      : `public, max-age=${SHORT_SECONDS}`,
    ETag: ETAG,
    'X-Content-Type-Options': 'nosniff',
  }
  const known = request.headers.get('If-None-Match')?.split(',') ?? []
  if (known.some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === ETAG)) {
    return new Response(null, { status: 304, headers })
  }
  return new Response(BEACON_TEXT, {
    headers: { ...headers, 'Content-Type': 'text/javascript; charset=utf-8' },
  })
}
