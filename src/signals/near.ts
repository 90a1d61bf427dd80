/**
 * What stays of a position that a visitor shared: the name of the nearest store and a bucket of distance, in a cookie
 * of theirs that ends after half an hour, because people walk on. The coordinates themselves live for one request, are
 * written down nowhere, and are sent nowhere else. Pure.
 *
 * The cookie is not sealed: it protects nothing but its owner's wish, and whoever forges one could as well have told
 * their browser another position.
 */
import { cookieValue } from '../kit/cookie.ts'
import { type Fault, pointer } from '../kit/fault.ts'
import { err, ok, type Result } from '../kit/result.ts'
import type { Coordinates } from './geo.ts'
import type { NearestStore } from './model.ts'
import { NEAR_KM, type Nearest, type Store } from './stores.ts'

export const NEAR_COOKIE = '__Host-selvedge-near'
const NEAR_MAX_AGE_SECONDS = 1_800

const VALUE = /^([A-Za-z0-9_-]{1,64})\.(\d{1,2})$/

/** The whole `Set-Cookie` value for a nearest store; without one, its removal. */
export function nearCookie(nearest: Nearest | undefined): string {
  const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'
  const bucket = nearest === undefined ? -1 : (NEAR_KM as readonly number[]).indexOf(nearest.km)
  if (nearest === undefined || bucket === -1) return `${NEAR_COOKIE}=; ${attributes}; Max-Age=0`
  return `${NEAR_COOKIE}=${nearest.store.id}.${bucket}; ${attributes}; Max-Age=${NEAR_MAX_AGE_SECONDS}`
}

/** The nearest store that a `Cookie` header tells, if it is one of the shop's; undefined where nothing was shared. */
export function sharedStore(header: string | null, stores: readonly Store[]): NearestStore | undefined {
  const value = header === null ? undefined : cookieValue(header, NEAR_COOKIE)
  const match = value === undefined ? null : VALUE.exec(value)
  if (match === null) return undefined
  const store = stores.find(({ id }) => id === match[1])
  const km = NEAR_KM[Number(match[2])]
  return store === undefined || km === undefined ? undefined : { id: store.id, name: store.name, km }
}

/** A shared position: `{"latitude": 38.7139, "longitude": -9.1301}` and nothing else. */
export function parsePosition(value: unknown): Result<Coordinates, readonly Fault[]> {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const faults: Fault[] = []
  for (const [name, max] of [
    ['latitude', 90],
    ['longitude', 180],
  ] as const) {
    const degrees = fields[name]
    if (typeof degrees === 'number' && Math.abs(degrees) <= max) continue
    faults.push({ path: pointer(name), code: 'value', message: `${name} is a number from -${max} to ${max}` })
  }
  for (const name of Object.keys(fields)) {
    if (name === 'latitude' || name === 'longitude') continue
    faults.push({ path: pointer(name), code: 'unknown_field', message: 'send latitude and longitude only' })
  }
  if (faults.length > 0) return err(faults)
  return ok({ latitude: fields.latitude as number, longitude: fields.longitude as number })
}
