/**
 * Keeps a visitor's snapshot near to what the store knows, without a page waiting for it. A cookie younger than ten
 * minutes is taken as it is. An older one is renewed behind the visitor's back: the store is read after the response,
 * and what it says waits in the data centre's cache for the visitor's next page. Only a cookie that is a day old asks
 * the store at once, within the deadline. Where several browsers' words are in it, five minutes and ten are the limits:
 * somebody else may be sitting there by now.
 */
import type { IdentityStore } from '../identity/model.ts'
import type { Counters } from '../kit/counters.ts'
import type { Deadline } from '../kit/deadline.ts'
import type { Quota } from '../kit/quota.ts'
import { IV_BYTES, type Keyring, open, seal } from '../kit/seal.ts'
import type { Soon } from '../kit/soon.ts'
import { DAY_MS, MINUTE_MS } from '../kit/time.ts'
import { mergeContributions } from '../profile/merge.ts'
import type { ProfileStore, ProfileView, Snapshot } from '../profile/model.ts'
import { tombstoneOf } from '../profile/retention.ts'
import { snapshotOf } from '../profile/view.ts'
import { adopt } from './adopt.ts'

export interface RefreshPorts {
  /** Opened once a request. */
  readonly store: () => {
    readonly profiles: Pick<ProfileStore, 'read'>
    readonly identities: Pick<IdentityStore, 'groupOf'>
  }
  readonly cache: Pick<Cache, 'match' | 'put'>
  /** Page views of this isolate that may read the store at once; the others go by what they have. */
  readonly readers: Quota
  readonly keyring: Keyring
  readonly random: (bytes: number) => Uint8Array
  readonly counters: Counters
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** A view younger than this is good. */
const freshMs = ({ tied }: Snapshot): number => (tied ? 5 : 10) * MINUTE_MS
/** A view older than this is not decided by, if the store answers in time. */
const staleMs = ({ tied }: Snapshot): number => (tied ? 10 * MINUTE_MS : DAY_MS)
/** How long a view waits for the visitor's next page. */
const WAITS_SECONDS = 900
const PURPOSE = 'selvedge:view'

/** The snapshot to decide by, at once where it is young. The very same object comes back where nothing newer is at hand. */
export function refreshSnapshot(
  snapshot: Snapshot,
  now: number,
  deadline: Deadline,
  ports: RefreshPorts,
): Soon<Snapshot> {
  // Somebody who came a moment ago has nothing in the store yet.
  const age = now - (snapshot.asOf ?? snapshot.createdAt)
  return age < freshMs(snapshot) ? snapshot : refreshOld(snapshot, age, now, deadline, ports)
}

async function refreshOld(
  snapshot: Snapshot,
  age: number,
  now: number,
  deadline: Deadline,
  ports: RefreshPorts,
): Promise<Snapshot> {
  const waiting = await deadline.within(waitingView(snapshot.id, ports), null)
  if (waiting !== null && now - waiting.asOf < freshMs(snapshot)) return adopt(snapshot, waiting)
  const reading = startReading(snapshot.id, now, ports)
  if (reading === null) return waiting === null ? snapshot : adopt(snapshot, waiting)
  ports.waitUntil(reading.then((view) => keepView(snapshot.id, view, ports)).catch(() => {}))
  const view = age < staleMs(snapshot) ? waiting : await deadline.within<ProfileView | null>(reading, waiting)
  return view === null ? snapshot : adopt(snapshot, view)
}

/** Null where so many are reading already that one more would only wait: the store is slow, or away. */
function startReading(visitor: string, now: number, ports: RefreshPorts): Promise<ProfileView> | null {
  const leave = ports.readers.enter()
  if (leave !== null) return readView(visitor, now, ports).finally(leave)
  ports.counters.add('profile_unread')
  return null
}

/** What the store knows of the person, in two round trips. */
async function readView(visitor: string, now: number, ports: RefreshPorts): Promise<ProfileView> {
  try {
    const { profiles, identities } = ports.store()
    const group = await identities.groupOf(visitor)
    return snapshotOf(mergeContributions(await profiles.read(group)), now)
  } catch (cause) {
    ports.counters.add('profile_unread')
    throw cause
  }
}

/** Named by a hash and sealed: a cache is no place for a profile in the clear. */
const keyOf = async (visitor: string): Promise<string> =>
  `https://selvedge.invalid/view/${await tombstoneOf(visitor)}`

async function waitingView(visitor: string, ports: RefreshPorts): Promise<ProfileView | null> {
  const found = await ports.cache.match(await keyOf(visitor))
  const bytes = found === undefined ? null : await open(ports.keyring, PURPOSE + visitor, await found.text())
  return bytes === null ? null : (JSON.parse(new TextDecoder().decode(bytes)) as ProfileView)
}

async function keepView(visitor: string, view: ProfileView, ports: RefreshPorts): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(view))
  const sealed = await seal(ports.keyring, PURPOSE + visitor, bytes, ports.random(IV_BYTES))
  const headers = { 'Cache-Control': `max-age=${WAITS_SECONDS}` }
  await ports.cache.put(await keyOf(visitor), new Response(sealed, { headers }))
}

/** Takes a waiting view away: its visitor was erased. Never throws; such a view is void by its tombstone anyway. */
export async function forgetView(visitor: string, cache: Pick<Cache, 'delete'>): Promise<void> {
  await cache.delete(await keyOf(visitor)).catch(() => {})
}
