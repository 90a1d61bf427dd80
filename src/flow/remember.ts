/**
 * What page views say of their visitors, on its way to the store. Views come faster than a store commits, so those of
 * one isolate wait for one another and are written together: however many come, few writes are under way. Values wait
 * here, never promises; a view is no acknowledged event, so where too many wait the newest are left out and counted.
 */
import type { Counters } from '../kit/counters.ts'
import { SelvedgeError } from '../kit/errors.ts'
import type { Quota } from '../kit/quota.ts'
import { type NewsPorts, type VisitorNews, writeNews } from './news.ts'

export interface RememberPorts extends NewsPorts {
  readonly now: () => number
}

/** What one isolate's page views said and nobody has written yet. */
export interface Memories {
  /**
   * Writes this, and whatever else is waiting, by the stores of the request whose time after the response is used.
   * Resolves where somebody else writes it. Throws as the stores do.
   */
  readonly remember: (news: VisitorNews, ports: RememberPorts) => Promise<void>
}

/** Page views that may wait: some seconds of a busy isolate, below a megabyte. */
const WAITING_MAX = 2_000
/** Visitors in one write, so that none holds the store's lock for long. */
const TOGETHER_MAX = 100

/** `writers`: how many requests may write at once. */
export function createMemories(writers: Quota, counters: Counters): Memories {
  let waiting: VisitorNews[] = []

  function next(): readonly VisitorNews[] {
    const batch = waiting.slice(0, TOGETHER_MAX)
    waiting = waiting.slice(TOGETHER_MAX)
    return batch
  }

  /** A store that is away may be back for the next page view; one that refused would refuse again. */
  function putBack(batch: readonly VisitorNews[], cause: unknown): void {
    if (!(cause instanceof SelvedgeError) || cause.code === 'store_rejected') return
    waiting = [...batch, ...waiting].slice(0, WAITING_MAX)
  }

  return {
    async remember(news, ports) {
      if (waiting.length >= WAITING_MAX) return counters.add('view_unremembered')
      waiting.push(news)
      const leave = writers.enter()
      if (leave === null) return
      try {
        for (let batch = next(); batch.length > 0; batch = next()) {
          await writeNews(ports, batch, ports.now()).catch((cause: unknown) => {
            putBack(batch, cause)
            throw cause
          })
        }
      } finally {
        leave()
      }
    },
  }
}
