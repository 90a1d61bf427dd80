/**
 * What people may have of us: to see everything, to take it with them, to have it gone. Who asks is who carries the
 * cookie; how far that reaches is `scopeOf`'s to say. Erasure is one transaction over every table, begun by the
 * tombstones, and is safe to ask for again.
 */
import { refusalCookie } from '../consent/choice.ts'
import { cardOf } from '../identity/link.ts'
import { receiptOf, scopeOf, scopeOfBrowser } from '../privacy/erase.ts'
import { PERSONAL_TABLES } from '../privacy/inventory.ts'
import type { ErasurePlan, Receipt, RightsStore, Rows, Scope } from '../privacy/model.ts'
import { clearCookieHeader } from '../profile/cookie.ts'
import { parseFacts } from '../profile/document.ts'
import { mergeContributions } from '../profile/merge.ts'
import type { Contribution, ProfileStore, Snapshot } from '../profile/model.ts'
import { tombstoneOf } from '../profile/retention.ts'
import { adoptView, snapshotOf, withoutOthers } from '../profile/view.ts'
import { nearCookie } from '../signals/near.ts'
import { type Bearer, type BearerPorts, leavingCookies } from './bearer.ts'
import type { Gone } from './forgetting.ts'

export interface RightsPorts {
  /** Opened for this request. */
  readonly store: RightsStore
  /** Tells whoever remembers ids beside the store: this isolate's tombstones, caches of fresh views. */
  readonly forgotten: (visitors: readonly string[]) => Promise<void>
  /** Takes away the fresh view of an id that a cache may hold. */
  readonly outdated: (visitor: string) => Promise<void>
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** What is held of whoever asks, as far as it may be told: to whoever did not sign in, nothing of other browsers. */
export interface Held {
  readonly bearer: Bearer
  /** Null where no cookie of ours came: there is nobody to hold anything of. */
  readonly scope: Scope | null
  /** Null where the store did not answer; then `snapshot` is what the cookie itself carries, as far as it may be told. */
  readonly rows: Rows | null
  /** The cookie's snapshot with what the store knows newer. */
  readonly snapshot: Snapshot | null
}

const NO_TABLE_ROWS = Object.fromEntries(PERSONAL_TABLES.map((table) => [table, []])) as unknown as Rows

/**
 * Reads everything. A store that is away takes nothing from the page but its own rows, and of a tied browser what other
 * browsers may have said: nobody knows then who signed in. `report` is told.
 */
export async function readHeld(
  ports: Pick<RightsPorts, 'store' | 'now'>,
  bearer: Bearer,
  report: (cause: unknown) => void,
): Promise<Held> {
  const { carried, isErased } = bearer
  if (carried === null || isErased) return { bearer, scope: null, rows: NO_TABLE_ROWS, snapshot: null }
  try {
    const scope = await reached(ports, carried.id)
    const rows = await ports.store.rows(scope.tells)
    // A cookie from before ties were marked says nothing of them; one from before this tie may speak of who was here then.
    const isTheirs = scope.covers === 'person' && (carried.asOf ?? 0) >= Number(scope.tie?.at)
    const own = isTheirs ? carried : withoutOthers(carried, scope.covers === 'newsletter')
    return { bearer: { ...bearer, carried: own }, scope, rows, snapshot: freshened(own, rows, ports.now()) }
  } catch (cause) {
    report(cause)
    const own = withoutOthers(carried)
    return { bearer: { ...bearer, carried: own }, scope: scopeOf(carried.id, []), rows: null, snapshot: own }
  }
}

/** The profile that these rows add up to, in the snapshot; visits and counts stay the cookie's own. */
function freshened(snapshot: Snapshot, rows: Rows, now: number): Snapshot {
  const linked = new Set(rows.visitors.filter((row) => row.linked === 1).map((row) => String(row.id)))
  const contributions = rows.contributions.flatMap(({ visitor, document }): readonly Contribution[] => {
    const facts = parseFacts(JSON.stringify(document))
    const id = String(visitor)
    return facts === null ? [] : [{ visitor: id, linked: linked.has(id), facts }]
  })
  if (contributions.length === 0 && linked.size === 0) return snapshot
  return adoptView(snapshot, snapshotOf(mergeContributions(contributions), now))
}

/** Whose end it is: the id of the cookie, or one that was let go of while the store was away and may still stand there. */
const ownId = ({ carried, leaving }: Pick<Bearer, 'carried' | 'leaving'>): string | undefined =>
  carried?.id ?? leaving.noted[0]

/** What a confirmation has to say before anything is deleted; null where there is nobody to erase. */
export async function planErasure(
  ports: Pick<RightsPorts, 'store'>,
  bearer: Pick<Bearer, 'carried' | 'leaving'>,
): Promise<ErasurePlan | null> {
  const id = ownId(bearer)
  if (id === undefined) return null
  const scope = await reached(ports, id)
  return { scope, counts: await ports.store.counts(scope.tells) }
}

export interface LaterPorts {
  readonly visitor: Pick<BearerPorts, 'keyring' | 'random'>
  /** Leaves an erasure to the queue. Undefined where there is none, false where it fails too. */
  readonly later: (message: Gone) => Promise<boolean> | undefined
  /** Told what the store threw. */
  readonly report: (cause: unknown) => void
}

export interface Erasure {
  /** Null where there was nobody to erase, or nothing is erased yet. */
  readonly receipt: Receipt | null
  readonly setCookies: readonly string[]
  /**
   * How much is erased later, where the store failed: everything, by the queue; or what belongs to this browser, which
   * notes its id and asks again with its next page. What else is the person's then stays until they ask elsewhere.
   */
  readonly pending?: 'all' | 'browser'
}

/**
 * Erases whoever asks, now or as soon as can be. Asking again gives the same receipt number and time. Whatever fails, the
 * browser keeps a plain refusal, or the next page would begin anew where the law lets shops presume consent.
 */
export async function eraseBearer(
  ports: RightsPorts,
  bearer: Pick<Bearer, 'carried' | 'leaving'>,
  url: URL,
  { visitor, later, report }: LaterPorts,
): Promise<Erasure> {
  const at = ports.now()
  const setCookies = [clearCookieHeader(), nearCookie(undefined), refusalCookie(at)]
  const id = ownId(bearer)
  if (id === undefined) return { receipt: null, setCookies }
  try {
    return { receipt: await eraseAll(ports, id), setCookies }
  } catch (failure) {
    report(failure)
    if (await later({ forget: id, all: true })) return { receipt: null, pending: 'all', setCookies }
    setCookies.push(...(await leavingCookies({ ...bearer.leaving, now: id }, false, url, visitor)))
    return { receipt: null, pending: 'browser', setCookies }
  }
}

const reached = async (
  { store }: Pick<RightsPorts, 'store'>,
  visitor: string,
  reach = scopeOf,
): Promise<Scope> => reach(visitor, await store.tiesOf(visitor))

/** Erases everything of whoever carries this id, unless told how far it reaches. */
export async function eraseAll(
  ports: RightsPorts,
  visitor: string,
  reach?: typeof scopeOf,
  harm?: 'withdrawal',
): Promise<Receipt> {
  const scope = await reached(ports, visitor, reach)
  // What goes with a person's last browser is not told to whoever may be somebody else: not even how much it was.
  const told = scope.erases.length > scope.tells.length ? await ports.store.counts(scope.tells) : undefined
  const { at, counts } = await ports.store.erase(scope, ports.now(), harm)
  try {
    await ports.forgotten([...new Set([...scope.buries, ...scope.erases])])
  } catch {
    // It is done: whatever a cache still holds is void by its tombstone, and ends within minutes.
  }
  return receiptOf(scope, await tombstoneOf(visitor), at, told ?? counts)
}

/** Erases one browser's id for good: for consent that was withdrawn in it. */
export const forgetVisitor = (ports: RightsPorts, visitor: string): Promise<Receipt> =>
  eraseAll(ports, visitor, scopeOfBrowser, 'withdrawal')

/**
 * Deletes what is kept of some classes of data, because their owner switched them off here. Who signed in is their card's
 * owner too; their other browsers have switches of their own.
 */
export async function dropClasses(
  ports: RightsPorts,
  profiles: Pick<ProfileStore, 'drop'>,
  visitor: string,
  classes: readonly string[],
): Promise<void> {
  const { tie } = await reached(ports, visitor, scopeOfBrowser)
  const ids = tie?.source === 'login' ? [visitor, cardOf(tie.person)] : [visitor]
  for (const id of ids) await profiles.drop(id, classes, ports.now())
  await ports.outdated(visitor)
}
