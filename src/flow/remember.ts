/**
 * What page views say of their visitors, on its way to the store. Views come faster than a store commits, so those of
 * one isolate wait for one another and are written together: however many come, few writes are under way. Values wait
 * here, never promises; a view is no acknowledged event, so where too many wait the newest are left out and counted.
 */
import type { Counters } from '../kit/counters.ts'
import type { Quota } from '../kit/quota.ts'
import type { Evidence, ProfileStore, VisitorEvidence } from '../profile/model.ts'

export interface RememberPorts {
  /** Of the request whose time after the response is used. */
  readonly profiles: Pick<ProfileStore, 'applyMany'>
  readonly now: () => number
}

/** What one isolate's page views said and nobody has written yet. */
export interface Memories {
  /** Writes this, and whatever else is waiting. Resolves where somebody else writes it. Throws as the store does. */
  readonly remember: (visitor: string, evidence: readonly Evidence[], ports: RememberPorts) => Promise<void>
}

/** Page views that may wait: some seconds of a busy isolate, below a megabyte. */
const WAITING_MAX = 2_000
/** Visitors in one write, so that none holds the store's lock for long. */
const TOGETHER_MAX = 100

/** `writers`: how many requests may write at once. */
export function createMemories(writers: Quota, counters: Counters): Memories {
  let waiting: VisitorEvidence[] = []

  function next(): readonly VisitorEvidence[] {
    const batch = waiting.slice(0, TOGETHER_MAX)
    waiting = waiting.slice(TOGETHER_MAX)
    return batch
  }

  return {
    async remember(visitor, evidence, { profiles, now }) {
      if (waiting.length >= WAITING_MAX) return counters.add('view_unremembered')
      waiting.push({ visitor, evidence })
      const leave = writers.enter()
      if (leave === null) return
      try {
        for (let batch = next(); batch.length > 0; batch = next()) {
          await profiles.applyMany(batch, now())
        }
      } finally {
        leave()
      }
    },
  }
}
