/**
 * The live release as an isolate sees it, with what the system itself has changed about it (campaign/overlay.ts), which
 * comes in the same look-up. Requests read it from memory; it is looked up in the background at most once
 * per time to live. It comes from the data centre's cache where a neighbour has just asked, else from the store. Only
 * settled values are held, never promises or clients: a look-up that hangs with the request that began it is simply
 * overtaken by the next one.
 */
import type { CompiledRelease, ReleaseDocument } from '../campaign/model.ts'
import { applyOverlay, NO_OVERLAY, type Overlay } from '../campaign/overlay.ts'
import { checksumOf, type Head, type ReleaseStore } from '../campaign/release.ts'
import type { Counters } from '../kit/counters.ts'
import { type Deadline, startDeadline } from '../kit/deadline.ts'
import type { Soon } from '../kit/soon.ts'
import { DAY_SECONDS, MINUTE_MS } from '../kit/time.ts'

export type ReleaseCache = Pick<Cache, 'match' | 'put'>

export interface ReleasesOptions {
  /** Called once a look-up, in the request that it serves: clients cannot be shared between requests. */
  readonly store: () => Pick<ReleaseStore, 'head' | 'get'>
  readonly cache: () => ReleaseCache
  /** Names the store, so that two deployments in one zone never read each other's copies. */
  readonly space: string
  readonly compile: (document: ReleaseDocument, about: Pick<Head, 'number' | 'checksum'>) => CompiledRelease
  readonly now: () => number
  /** Spreads the look-ups of many isolates; a number in [0, 1). */
  readonly random: () => number
  readonly ttlMs: number
  readonly counters: Counters
}

export type WaitUntil = (work: Promise<unknown>) => void

export interface Releases {
  /** What to serve now, or null; see `why`. */
  readonly current: () => CompiledRelease | null
  readonly why: () => 'live' | 'disabled' | 'no_release'
  /**
   * Called by every request before it decides. Only the first ones of an isolate wait, never beyond the deadline;
   * all others go on at once, and one of them a time to live starts the look-up that the rest profit from.
   */
  readonly ready: (deadline: Deadline, waitUntil: WaitUntil) => Soon<void>
  /** Starts a look-up where one is due. */
  readonly refresh: (waitUntil: WaitUntil) => void
  /** Looks into the store now, so that who has just published sees it. Never throws. */
  readonly reload: () => Promise<void>
}

/** A neighbour's copy this young spares the first visitor of an isolate the store. */
const COPY_FRESH_MS = MINUTE_MS
/** Machines of a data centre agree about the time as nearly as this. */
const CLOCKS_APART_MS = 1_000
/** How long a copy may stand in while the store does not answer. */
const COPY_KEPT_SECONDS = DAY_SECONDS
/** Documents are named by their checksum and never change. */
const DOCUMENT_KEPT_SECONDS = 7 * DAY_SECONDS
/** After a first look-up that failed or was late, nobody waits for this long. */
const RETRY_MS = 1_000
/** Look-ups happen up to this share of the time to live earlier, and never later: the switch has that long to work. */
const JITTER = 0.2

/** A head with its overlay, and when the store said so (epoch milliseconds). */
interface Seen extends Head {
  readonly at: number
  readonly overlay: Overlay
}

/** All that is known, replaced as a whole. */
interface Known {
  readonly head: Seen
  /** As it was published. */
  readonly plain: CompiledRelease | null
  /** With its overlay. */
  readonly release: CompiledRelease | null
}

export function createReleases(options: ReleasesOptions): Releases {
  const { now, ttlMs, counters } = options
  const copies = createCopies(options.cache, options.space)
  let known: Known | null = null
  let dueAt = 0
  let waitAgainAt = 0
  /** Checksum of a document that did not compile here, so that it is not tried at every look-up. */
  let bad: string | null = null

  const spread = (): number => ttlMs * (1 - JITTER * options.random())

  /** Newest knowledge wins, however late an older look-up comes in. */
  function learn(head: Seen, plain: CompiledRelease | null): void {
    if (known !== null && head.at < known.head.at) return
    known = { head, plain, release: plain === null ? null : overlaid(plain, head.overlay) }
    dueAt = head.at + spread()
  }

  /** The very same object where nothing has changed: plans and much else hang on it. */
  function overlaid(plain: CompiledRelease, overlay: Overlay): CompiledRelease {
    const isHeld = known?.plain === plain && known.head.overlay.version === overlay.version
    if (isHeld && known?.release) return known.release
    return applyOverlay(plain, overlay, () => counters.add('overlay_unusable'))
  }

  async function askStore(): Promise<Seen> {
    const at = now()
    const held = known?.head.overlay ?? NO_OVERLAY
    const head = { overlay: held, ...(await options.store().head(held.version)), at }
    await copies.putHead(head)
    return head
  }

  /** The head, from a copy that is young enough, else the store, else whatever copy there is. */
  async function findHead(deadline?: Deadline): Promise<Seen> {
    const found = await copies.head()
    if (found === null) return askStore()
    // Of a neighbour whose clock is ahead: nobody knows how old it is.
    const copy = { ...found, at: found.at > now() + CLOCKS_APART_MS ? 0 : Math.min(found.at, now()) }
    const age = now() - copy.at
    if (known === null ? age < COPY_FRESH_MS : age < ttlMs && copy.at > known.head.at) return copy
    if (known !== null || deadline === undefined) return askStore()
    const half = startDeadline(deadline.left() / 2, now)
    return (await half.within<Seen | null>(askStore(), null)) ?? copy
  }

  /** The compiled release of a head; the last good one where its document cannot be had as it was published. */
  async function findRelease(head: Head): Promise<CompiledRelease | null> {
    if (head.number === 0) return null
    const held = known?.plain ?? null
    if (held !== null && isOf(held, head)) return held
    if (bad === head.checksum) return held
    const text = (await copies.document(head.checksum)) ?? (await readDocument(head))
    const raced = known?.plain
    if (raced !== undefined && raced !== null && isOf(raced, head)) return raced
    try {
      return options.compile(JSON.parse(text) as ReleaseDocument, head)
    } catch (cause) {
      counters.add('release_unusable', cause)
      bad = head.checksum
      return known?.plain ?? null
    }
  }

  async function readDocument(head: Head): Promise<string> {
    const stored = await options.store().get(head.number)
    if (stored === null || (await checksumOf(stored.document)) !== head.checksum) {
      throw new Error(`release ${head.number} is not in the store as it was published`)
    }
    await copies.putDocument(head.checksum, stored.document)
    return stored.document
  }

  async function look(head: Seen): Promise<void> {
    // The switch must work even where the document cannot be read, and nobody needs it then.
    learn(head, head.enabled ? await findRelease(head) : (known?.plain ?? null))
  }

  const counted = (work: Promise<void>): Promise<boolean> =>
    work.then(
      () => true,
      (cause) => {
        counters.add('release_lookup_failed', cause)
        return false
      },
    )

  function refresh(waitUntil: WaitUntil): void {
    const at = now()
    if (at < dueAt) return
    dueAt = at + spread()
    waitUntil(counted(findHead().then(look)))
  }

  async function firstLook(deadline: Deadline, waitUntil: WaitUntil): Promise<void> {
    const work = counted(findHead(deadline).then(look))
    waitUntil(work)
    if (!(await deadline.within(work, false))) waitAgainAt = now() + RETRY_MS
  }

  return {
    current: () => (known?.head.enabled ? known.release : null),
    why() {
      if (known === null) return 'no_release'
      if (!known.head.enabled) return 'disabled'
      return known.release === null ? 'no_release' : 'live'
    },
    refresh,
    ready(deadline, waitUntil) {
      if (known !== null) return refresh(waitUntil)
      if (now() < waitAgainAt) return
      return firstLook(deadline, waitUntil)
    },
    async reload() {
      await counted(askStore().then(look))
    },
  }
}

const isOf = (release: CompiledRelease, head: Head): boolean =>
  release.number === head.number && release.checksum === head.checksum

/** The data centre's copies. A cache that fails is a cache that has nothing. */
function createCopies(cache: () => ReleaseCache, space: string) {
  const base = `https://selvedge.invalid/release/${encodeURIComponent(space)}`
  const headKey = `${base}/head`
  const documentKey = (checksum: string): string => `${base}/${checksum}`

  async function get<T>(
    key: string,
    read: (body: string) => T | null | Promise<T | null>,
  ): Promise<T | null> {
    try {
      const found = await cache().match(key)
      return found === undefined ? null : await read(await found.text())
    } catch {
      return null
    }
  }
  async function put(key: string, body: string, seconds: number): Promise<void> {
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': `max-age=${seconds}` }
    try {
      await cache().put(key, new Response(body, { headers }))
    } catch {
      // A copy less: the next isolate asks the store.
    }
  }
  return {
    head: () => get(headKey, readSeen),
    putHead: (head: Seen) => put(headKey, JSON.stringify(head), COPY_KEPT_SECONDS),
    document: (checksum: string) =>
      get(documentKey(checksum), async (body) => ((await checksumOf(body)) === checksum ? body : null)),
    putDocument: (checksum: string, body: string) => put(documentKey(checksum), body, DOCUMENT_KEPT_SECONDS),
  }
}

/** A head from its copy, or null for what this version of the program did not write. */
function readSeen(body: string): Seen | null {
  const { number, checksum, enabled, at, overlay } = JSON.parse(body) as Partial<Seen>
  const isWhole = Number.isSafeInteger(number) && Number.isFinite(at) && Array.isArray(overlay?.rows)
  return isWhole && typeof checksum === 'string' && typeof enabled === 'boolean'
    ? ({ number, checksum, enabled, at, overlay } as Seen)
    : null
}
