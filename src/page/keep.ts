/**
 * Filling and renewing what is kept. Adapter.
 *
 * Requests never wait for each other's promises: of many that miss at once each asks the origin, and the one that holds
 * the page's lease keeps a copy.
 */
import { MINUTE_MS } from '../kit/time.ts'
import { type Mark, markOf, type PageMemory, releaseLease, type Tiers, takeLease } from './cache.ts'
import { discard } from './deliver.ts'
import { pageFacts } from './facts.ts'
import { bypassReason } from './html.ts'
import type { SelectorSet } from './model.ts'
import { confirms, pageHead, renewedHead, type Storable, storability, timesOf } from './policy.ts'
import type { KeptPage, NotKept, PageSettings } from './source.ts'
import { type Copy, isWhole, openHtml, readWhole } from './tap.ts'
import type { Template } from './template.ts'
import type { Upstream } from './upstream.ts'

/** One page view on its way. */
export interface Ask {
  readonly request: Request
  /** As the visitor sees it. */
  readonly url: URL
  /** As everybody shares it. */
  readonly page: URL
  readonly key: string
  readonly set: SelectorSet
}

/** Cuts a page; null where it cannot be cut. */
export type Compile = (bytes: Uint8Array, set: SelectorSet) => Promise<Template | null>

export interface KeeperPorts {
  readonly memory: PageMemory
  readonly tiers: Tiers
  readonly upstream: Upstream
  readonly compile: Compile
  readonly settings: PageSettings
  readonly now: () => number
  readonly waitUntil: (work: Promise<unknown>) => void
}

export interface Keeper {
  /** Why no copy is to be made of a page that might be kept. Undefined: make one, and `store` or `release` it. */
  readonly claim: (ask: Ask, response: Response, stored?: KeptPage) => NotKept | undefined
  readonly release: (key: string) => void
  /** Cuts and keeps a copy, and ends the claim. */
  readonly store: (ask: Ask, headers: Headers, verdict: Storable, copy: Copy) => Promise<void>
  /** Takes over what a 304 says of a kept page, which is good for this request in any case. */
  readonly renew: (ask: Ask, stored: KeptPage, response: Response) => KeptPage
  /** Renews a page behind the visitor's back, unless that is being done. */
  readonly refresh: (ask: Ask, stored: KeptPage) => void
  /** Lets a kept page stand in for a failing origin: visitors do not wait, and it is asked again now and then. */
  readonly standIn: (key: string, stored: KeptPage) => void
  readonly mark: (key: string, mark: Mark) => void
}

/** How long one request may fill or renew a page before another may try. */
const LEASE_MS = 30_000
/** The platform ends background work after 30 s. */
const REFRESH_MS = 25_000
/** Pause after a try that failed. */
const RETRY_MS = 10_000
/** How long it is remembered that a page is not for sharing, or not worth cutting. */
const MARK_MS: Readonly<Record<Mark, number>> = { own: 5 * MINUTE_MS, stream: MINUTE_MS }

const decoder = new TextDecoder()

export function createKeeper(ports: KeeperPorts): Keeper {
  const { memory, tiers, settings, now, waitUntil } = ports

  const mark = (key: string, note: Mark): void => {
    memory.marks.set(key, { mark: note, until: now() + MARK_MS[note] })
  }
  const release = (key: string): void => releaseLease(memory, key)
  const pause = (key: string): void => releaseLease(memory, key, now() + RETRY_MS)

  function claim(ask: Ask, response: Response, stored?: KeptPage): NotKept | undefined {
    if (ask.request.method === 'HEAD') return 'head'
    if (Number(response.headers.get('Content-Length')) > settings.pageMaxBytes) return 'oversize'
    if (markOf(memory, ask.key, now()) === 'stream') return 'unfit'
    if (stored !== undefined && stored.freshUntil <= stored.storedAt) {
      // It is asked about at every request and has changed: if it does so each time, cutting it is lost work.
      mark(ask.key, 'stream')
      waitUntil(tiers.forget(ask.key))
      return 'unfit'
    }
    return takeLease(memory, ask.key, now(), LEASE_MS) ? undefined : 'busy'
  }

  async function store(ask: Ask, headers: Headers, verdict: Storable, copy: Copy): Promise<void> {
    try {
      if (copy === 'broken') return
      const whole = copy !== 'oversize' && isWhole(headers, copy)
      const template = whole ? await ports.compile(copy, ask.set) : null
      if (template === null) return mark(ask.key, 'stream')
      const facts = pageFacts(decoder.decode(template.page))
      const page = { template, head: pageHead(headers), facts, storedAt: now(), ...timesOf(verdict) }
      await tiers.keep(ask.key, page, now())
    } catch {
      mark(ask.key, 'stream')
    } finally {
      release(ask.key)
    }
  }

  function renew(ask: Ask, stored: KeptPage, response: Response): KeptPage {
    discard(response)
    const head = renewedHead(stored.head, response.headers)
    const headers = new Headers(head.headers as [string, string][])
    const age = response.headers.get('Age')
    if (age !== null) headers.set('Age', age)
    const verdict = storability({ status: 200, headers }, now(), settings)
    if (!verdict.store) {
      waitUntil(tiers.forget(ask.key))
      return { ...stored, head }
    }
    const renewed = { ...stored, head, storedAt: now(), ...timesOf(verdict) }
    // A page that is never fresh is asked about each time: only what changed is worth a write.
    if (renewed.freshUntil > renewed.storedAt) waitUntil(tiers.keep(ask.key, renewed, now()))
    else tiers.remember(ask.key, renewed)
    return renewed
  }

  async function refreshNow(ask: Ask, stored: KeptPage): Promise<void> {
    const newer = await tiers.findNewer(ask.key, stored)
    if (newer !== undefined && now() < newer.freshUntil) {
      tiers.remember(ask.key, newer)
      return release(ask.key)
    }
    const asked = await ports.upstream.shared(ask.request, ask.page, ask.url, stored, REFRESH_MS)
    if (!asked.ok) return pause(ask.key)
    const response = asked.value
    if (response.status === 304 && confirms(response.headers, stored.head)) {
      renew(ask, stored, response)
      return release(ask.key)
    }
    if (response.status >= 500) {
      discard(response)
      return pause(ask.key)
    }
    await replace(ask, response)
  }

  /** Puts a changed page in the place of the old one, or drops that if the new one is not for keeping. */
  async function replace(ask: Ask, response: Response): Promise<void> {
    const verdict = bypassReason(response) === null ? storability(response, now(), settings) : null
    if (!verdict?.store || response.body === null) {
      discard(response)
      await tiers.forget(ask.key)
      return release(ask.key)
    }
    const opened = await openHtml(response.headers, response.body)
    const copy = opened.ok ? await readWhole(opened.body, settings.pageMaxBytes) : opened.why
    // A page that broke off says nothing about the one that is kept.
    if (copy === 'broken') return pause(ask.key)
    if (copy === 'charset' || copy === 'oversize') await tiers.forget(ask.key)
    await store(ask, response.headers, verdict, copy === 'charset' ? 'oversize' : copy)
  }

  return {
    claim,
    release,
    store,
    renew,
    mark,
    refresh(ask, stored) {
      if (takeLease(memory, ask.key, now(), LEASE_MS))
        waitUntil(refreshNow(ask, stored).catch(() => pause(ask.key)))
    },
    standIn(key, stored) {
      tiers.remember(key, { ...stored, staleWhileRevalidateUntil: stored.staleIfErrorUntil })
      pause(key)
    },
  }
}
