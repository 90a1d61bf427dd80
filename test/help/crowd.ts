/**
 * Visitors of every kind that the store means something to, the page that each has to get whatever the store does, and
 * a closed loop that sends them.
 */
import { encodeBase64url } from '../../src/kit/base64.ts'
import { IV_BYTES, type Keyring } from '../../src/kit/seal.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/kit/time.ts'
import { COOKIE_NAME, sealSnapshot } from '../../src/profile/cookie.ts'
import type { Snapshot } from '../../src/profile/model.ts'
import {
  AUSTIN,
  campaign,
  type Edge,
  type Got,
  HOST,
  LISBON,
  releaseOf,
  type Wish,
  withoutBeacon,
} from './edge.ts'

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

/** A product page, so that each view of it says something of its visitor. */
export const CROWD_PAGE = `<!doctype html><html><head><title>Tea</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Sencha","sku":"T-1","brand":"Kyo","category":"Tea > Green tea"}</script></head><body><h1>Tea</h1><p id="again">Hello</p>${'<p>Green tea</p>'.repeat(40)}</body></html>`
/** One campaign for everybody, and one that reads the visitor's own cookie. */
export const CROWD_RELEASE = releaseOf(
  campaign('hero', [{ action: 'text', selector: 'h1', value: 'Coffee' }]),
  campaign('again', [{ action: 'text', selector: '#again', value: 'Welcome back' }], {
    audience: { 'visit.returning': true },
  }),
)
const FOR_EVERYBODY = CROWD_PAGE.replace('<h1>Tea', '<h1>Coffee')
const FOR_RETURNING = FOR_EVERYBODY.replace('Hello', 'Welcome back')

/** A browser's cookie, sealed as the Worker would. */
export async function cookieOf(snapshot: Snapshot, keyring: Keyring, host = HOST): Promise<string> {
  const value = await sealSnapshot(keyring, host, snapshot, random(IV_BYTES))
  if (value === null) throw new Error('too heavy')
  return `${COOKIE_NAME}=${value}`
}

export const freshId = (): string => encodeBase64url(random(16))

/** Somebody of three visits, whose cookie was taken from the store so many milliseconds ago. */
export function returning(age: number, id = freshId(), now = Date.now()): Snapshot {
  const createdAt = now - 30 * 24 * HOUR_MS
  return {
    id,
    createdAt,
    visits: 3,
    lastSeenAt: now - 5_000,
    visitStartedAt: now - 10 * MINUTE_MS,
    asOf: now - age,
  }
}

export const KINDS = ['new', 'warm', 'old', 'ancient', 'without consent', 'withdrawn'] as const
export type Kind = (typeof KINDS)[number]

export interface Member {
  readonly kind: Kind
  readonly wish: Wish
  readonly page: string
}

/** One of each kind: young, older than ten minutes and older than a day are what the store is read by. */
export async function member(kind: Kind, keyring: Keyring): Promise<Member> {
  const known = async (age: number): Promise<Member> => {
    const Cookie = await cookieOf(returning(age), keyring)
    return { kind, wish: { place: AUSTIN, headers: { Cookie } }, page: FOR_RETURNING }
  }
  switch (kind) {
    case 'new':
      return { kind, wish: { place: AUSTIN }, page: FOR_EVERYBODY }
    case 'warm':
      return known(MINUTE_MS)
    case 'old':
      return known(20 * MINUTE_MS)
    case 'ancient':
      return known(48 * HOUR_MS)
    case 'without consent':
      return { kind, wish: { place: LISBON }, page: FOR_EVERYBODY }
    case 'withdrawn': {
      const { wish } = await known(MINUTE_MS)
      const headers = { ...wish.headers, 'Sec-GPC': '1' }
      return { kind, wish: { ...wish, headers }, page: FOR_EVERYBODY }
    }
  }
}

export async function crowd(size: number, keyring: Keyring): Promise<readonly Member[]> {
  return Promise.all(
    Array.from({ length: size }, (_, at) => member(KINDS[at % KINDS.length] as Kind, keyring)),
  )
}

export interface Run {
  readonly requests: number
  /** Pages that were not the visitor's own, whole and 200, by what they were. */
  readonly errors: readonly string[]
  /** Milliseconds, sorted. */
  readonly latencies: Float64Array
}

/** Sends so many page views, a few at a time, each as soon as the one before it is answered. */
export async function visitAll(
  edge: Edge,
  people: readonly Member[],
  requests: number,
  atOnce = 8,
  path = '/',
): Promise<Run> {
  const errors: string[] = []
  const latencies = new Float64Array(requests)
  let next = 0
  const one = async (): Promise<void> => {
    for (let at = next++; at < requests; at = next++) {
      const { kind, wish, page } = people[at % people.length] as Member
      const asked = performance.now()
      const got = await edge.get(path, wish).catch((cause: Error) => cause)
      latencies[at] = performance.now() - asked
      const fault = faultOf(got, page)
      if (fault !== null) errors.push(`${kind}: ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  return { requests, errors, latencies: latencies.sort() }
}

function faultOf(got: Got | Error, page: string): string | null {
  if (got instanceof Error) return got.message
  if (got.status !== 200) return `status ${got.status}`
  if (!got.isWhole) return 'broken off'
  return withoutBeacon(got.text) === page
    ? null
    : `another page (${got.headers['selvedge-decision'] ?? got.headers['selvedge-bypass']})`
}

/** Milliseconds below which the share `q` of a run lies. */
export const latencyAt = ({ latencies }: Run, q: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? Number.NaN
