/**
 * A store that only so many may ask at once. Visitors' doors answer while a store is slow as well, and everybody who
 * waits holds one of its connections, of which it has few; beyond the bound a door says "not now" instead.
 */
import { SelvedgeError } from './errors.ts'
import type { Quota } from './quota.ts'
import type { Database } from './sql.ts'

/** How long somebody may stand in line before they are told, unless said otherwise. */
const LINE_MS = 500
const STEP_MS = 5

export interface Bounds {
  /** Who may ask at once. */
  readonly places: Quota
  /** Who of them may write at once, where fewer may than may ask. */
  readonly writers?: Quota
  readonly lineMs?: number
}

/**
 * The same store, asked within `places`, and written within `writers`, of which there had better be few: a libSQL server
 * lets one write after the other, and the others turn round in circles while they wait, until the one has no processor.
 */
export function bounded(db: Database, { places, writers, lineMs = LINE_MS }: Bounds): Database {
  const within = async <T>(quota: Quota, work: () => Promise<T>): Promise<T> => {
    const leave = await enter(quota, lineMs)
    try {
      return await work()
    } finally {
      leave()
    }
  }
  return {
    ask: (work) => within(places, () => db.ask(work)),
    read: (work) => within(places, () => db.read(work)),
    write: (work) => {
      const written = (): ReturnType<Database['write']> => within(places, () => db.write(work))
      return writers === undefined ? written() : within(writers, written)
    },
  }
}

/** Looks now and then: in an isolate no request may wait for another one's promise. */
async function enter(places: Quota, lineMs: number): Promise<() => void> {
  for (let waited = 0; ; waited += STEP_MS) {
    const leave = places.enter()
    if (leave !== null) return leave
    if (waited >= lineMs) throw new SelvedgeError('store_unavailable', 'too many are waiting for the store')
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}
