/**
 * A store that only so many may ask at once. Visitors' doors answer while a store is slow as well, and everybody who
 * waits holds one of its connections, of which it has few; beyond the bound a door says "not now" instead.
 */
import { SelvedgeError } from './errors.ts'
import type { Quota } from './quota.ts'
import type { Database } from './sql.ts'

/** How long somebody may stand in line before they are told. */
const LINE_MS = 500
const STEP_MS = 20

/** The same store, asked within `places`. */
export function bounded(db: Database, places: Quota): Database {
  const within = async <T>(work: () => Promise<T>): Promise<T> => {
    const leave = await enter(places)
    try {
      return await work()
    } finally {
      leave()
    }
  }
  return {
    ask: (work) => within(() => db.ask(work)),
    read: (work) => within(() => db.read(work)),
    write: (work) => within(() => db.write(work)),
  }
}

/** Looks now and then: in an isolate no request may wait for another one's promise. */
async function enter(places: Quota): Promise<() => void> {
  for (let waited = 0; ; waited += STEP_MS) {
    const leave = places.enter()
    if (leave !== null) return leave
    if (waited >= LINE_MS) throw new SelvedgeError('store_unavailable', 'too many are waiting for the store')
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}
