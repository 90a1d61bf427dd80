/**
 * What page views say of their visitors, on its way to the store. Views come faster than a store commits, so those of
 * one isolate wait for one another and are written together: however many come, few writes are under way. Values wait
 * here, never promises; a view is no acknowledged event, so where too many wait the newest are left out and counted.
 */
import type { Counters } from '../kit/counters.ts'
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

/** What failed is tried again by itself, so that one that the store cannot take holds no others up. */
const TRIES_MAX = 3

interface Waiting {
  readonly news: VisitorNews
  readonly tries: number
}

/** `writers`: how many requests may write at once. */
export function createMemories(writers: Quota, counters: Counters): Memories {
  let waiting: Waiting[] = []

  function next(): readonly Waiting[] {
    const count = (waiting[0]?.tries ?? 0) > 0 ? 1 : TOGETHER_MAX
    const batch = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return batch
  }

  function putBack(batch: readonly Waiting[]): void {
    const again = batch.flatMap(({ news, tries }) =>
      tries + 1 < TRIES_MAX ? [{ news, tries: tries + 1 }] : [],
    )
    for (let lost = again.length; lost < batch.length; lost++) counters.add('view_lost')
    waiting = [...again, ...waiting].slice(0, WAITING_MAX)
  }

  return {
    async remember(news, ports) {
      if (waiting.length >= WAITING_MAX) return counters.add('view_unremembered')
      waiting.push({ news, tries: 0 })
      const leave = writers.enter()
      if (leave === null) return
      try {
        for (let batch = next(); batch.length > 0; batch = next()) {
          await writeNews(
            ports,
            batch.map((each) => each.news),
            ports.now(),
          ).catch((cause: unknown) => {
            putBack(batch)
            throw cause
          })
        }
      } finally {
        leave()
      }
    },
  }
}
