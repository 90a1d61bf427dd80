/**
 * Where pages are kept: the isolate's memory over the data centre's Cache API. Adapter.
 *
 * Memory belongs to the isolate and outlives requests, so it holds settled values only; the `Cache` belongs to one
 * request. The Cache API may fail or dawdle at any time, which is a miss and nothing more.
 */
import { concatBytes } from '../kit/bytes.ts'
import type { Deadline } from '../kit/deadline.ts'
import { createSieve, type Sieve } from '../kit/sieve.ts'
import type { Soon } from '../kit/soon.ts'
import { HOUR_SECONDS } from '../kit/time.ts'
import type { KeptPage } from './source.ts'
import { readTemplate } from './template.ts'

/** What to do about a page that cannot be kept, so that it is not found out at every request. */
export type Mark = 'own' | 'stream'

/** The isolate's share: pages, and short notes about them. One per isolate, made at start-up. */
export interface PageMemory {
  readonly pages: Sieve<KeptPage>
  readonly marks: Sieve<{ readonly mark: Mark; readonly until: number }>
  /** Who renews or fills a page, as the time at which that right ends; or when it may be tried again. */
  readonly leases: Sieve<number>
  /** The same of those who hold a copy of a page in the making. */
  readonly copies: Map<string, number>
}

export interface Found {
  readonly page: KeptPage
  readonly tier: 'memory' | 'cache'
}

export interface Tiers {
  /** The best page at hand: from memory while it is good there, else from the Cache API if that is in time. */
  readonly find: (key: string, now: number, deadline: Deadline) => Soon<Found | undefined>
  /** The Cache API's page, where it is newer than what memory holds. */
  readonly findNewer: (key: string, than: KeptPage) => Promise<KeptPage | undefined>
  readonly remember: (key: string, page: KeptPage) => void
  /** Into both tiers. Resolves when the Cache API has it, or will not. */
  readonly keep: (key: string, page: KeptPage, now: number) => Promise<void>
  readonly forget: (key: string) => Promise<void>
}

/** Pages are bounded by bytes; this is against floods of tiny ones. */
const MAX_PAGES = 10_000
const MAX_NOTES = 4_096
const NOTES_BYTES = 1_000_000
/**
 * Copies in the making at once: each is as large as its page, and where an origin sends its pages slowly, those of all
 * who wait for one would be more than an isolate has room for. Whoever comes beyond has their page streamed.
 */
const MAX_COPIES = 16
/** A page that is validated each time has no lifetime of its own; this is how long its template stays at hand. */
const MIN_CACHE_SECONDS = HOUR_SECONDS
/** Ends every entry: an entry that was cut short, or is of another build, is not read. */
const MAGIC = 0x53_56_50_31
const TRAILER_BYTES = 8

export function createPageMemory(maxBytes: number): PageMemory {
  return {
    pages: createSieve<KeptPage>({ maxBytes, maxEntries: MAX_PAGES, sizeOf: sizeOfPage }),
    marks: createSieve({ maxBytes: NOTES_BYTES, maxEntries: MAX_NOTES, sizeOf: () => 0 }),
    leases: createSieve({ maxBytes: NOTES_BYTES, maxEntries: MAX_NOTES, sizeOf: () => 0 }),
    copies: new Map(),
  }
}

/** Joins both tiers for one request. `cache` null: memory only. */
export function createTiers(memory: PageMemory, cache: Cache | null): Tiers {
  async function fromCache(key: string): Promise<KeptPage | undefined> {
    const response = await cache?.match(key)
    return response === undefined ? undefined : readPage(await response.arrayBuffer())
  }

  return {
    find(key, now, deadline) {
      const held = memory.pages.get(key)
      const own = held && ({ page: held, tier: 'memory' } as const)
      if (cache === null || (held !== undefined && !worthAsking(held, now))) return own
      return deadline.within(fromCache(key), undefined).then((found): Found | undefined => {
        if (found === undefined || (held !== undefined && found.freshUntil <= held.freshUntil)) return own
        memory.pages.set(key, found)
        return { page: found, tier: 'cache' }
      })
    },

    async findNewer(key, than) {
      const found = await fromCache(key).catch(() => undefined)
      return found !== undefined && found.freshUntil > than.freshUntil ? found : undefined
    },

    remember(key, page) {
      memory.pages.set(key, page)
    },

    async keep(key, page, now) {
      memory.pages.set(key, page)
      await cache?.put(key, pageResponse(page, now)).catch(() => {})
    },

    async forget(key) {
      memory.pages.delete(key)
      await cache?.delete(key).catch(() => {})
    },
  }
}

/**
 * Takes the right to copy a page, which one request of the isolate has at a time, and few have for any page. It ends by
 * itself, should its holder be killed.
 */
export function takeLease({ leases, copies }: PageMemory, key: string, now: number, ms: number): boolean {
  if ((leases.get(key) ?? 0) > now) return false
  if (copies.size >= MAX_COPIES) for (const [held, until] of copies) if (until <= now) copies.delete(held)
  if (copies.size >= MAX_COPIES) return false
  leases.set(key, now + ms)
  copies.set(key, now + ms)
  return true
}

/** Gives the right back. `again`: when somebody else may have it, epoch milliseconds. */
export function releaseLease({ leases, copies }: PageMemory, key: string, again = 0): void {
  copies.delete(key)
  if (again > 0) leases.set(key, again)
  else leases.delete(key)
}

export function markOf(memory: PageMemory, key: string, now: number): Mark | undefined {
  const note = memory.marks.get(key)
  return note !== undefined && note.until > now ? note.mark : undefined
}

/** A page as one body: the template's bytes, the rest as JSON, its length, and the mark of a whole entry. */
export function pageBytes(page: KeptPage): Uint8Array<ArrayBuffer> {
  const { template, ...meta } = page
  const json = encoder.encode(JSON.stringify(meta))
  const trailer = new DataView(new ArrayBuffer(TRAILER_BYTES))
  trailer.setUint32(0, json.length)
  trailer.setUint32(4, MAGIC)
  return concatBytes([new Uint8Array(template.buffer), json, new Uint8Array(trailer.buffer)])
}

/** Reads what `pageBytes` wrote; undefined for anything else. No HTML is parsed. */
function readPage(buffer: ArrayBuffer): KeptPage | undefined {
  const end = buffer.byteLength - TRAILER_BYTES
  if (end < 0) return undefined
  const trailer = new DataView(buffer, end)
  const start = end - trailer.getUint32(0)
  if (start < 0 || trailer.getUint32(4) !== MAGIC) return undefined
  const template = readTemplate(buffer.slice(0, start))
  if (template === null) return undefined
  const meta = JSON.parse(decoder.decode(new Uint8Array(buffer, start, end - start))) as Omit<
    KeptPage,
    'template'
  >
  return { ...meta, template }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function pageResponse(page: KeptPage, now: number): Response {
  const usableMs = Math.max(page.staleIfErrorUntil, page.staleWhileRevalidateUntil, page.freshUntil) - now
  const seconds = Math.max(MIN_CACHE_SECONDS, Math.ceil(usableMs / 1_000))
  // Whole bytes, never a stream: of a stream that breaks the Cache API keeps what came.
  return new Response(pageBytes(page), {
    headers: { 'Content-Type': 'application/octet-stream', 'Cache-Control': `public, max-age=${seconds}` },
  })
}

/** Another isolate may have renewed what is over here; not so a page that is never fresh. */
function worthAsking(held: KeptPage, now: number): boolean {
  return now >= held.staleWhileRevalidateUntil && held.freshUntil > held.storedAt
}

function sizeOfPage(page: KeptPage): number {
  const line = (bytes: number, [name, value]: readonly [string, string]): number =>
    bytes + 2 * (name.length + value.length)
  return page.template.byteLength + page.head.headers.reduce(line, 0)
}
