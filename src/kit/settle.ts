/**
 * Writing what was planned from rows that were read before: each write carries the condition that they are unchanged,
 * and fails as a whole where they are not. Then somebody else's write succeeded, and this one is read and planned again.
 */
import { SelvedgeError } from './errors.ts'

/** More than there are writers at once, and ways to cut a batch until its one busy row stands alone. */
const ATTEMPTS_MAX = 64

/**
 * All of a batch together, in halves where part of it was overtaken or where it is more than the store answers at once.
 * `giveUp` answers for what was overtaken every time.
 */
export async function settle<T, R>(
  batch: readonly T[],
  write: (some: readonly T[]) => Promise<readonly R[]>,
  giveUp: (each: T) => R,
): Promise<readonly R[]> {
  let left = ATTEMPTS_MAX
  const attempt = async (some: readonly T[]): Promise<readonly R[]> => {
    while (left > 0) {
      left -= 1
      try {
        return await write(some)
      } catch (error) {
        const hindrance = hindranceOf(error)
        if (hindrance === null || (hindrance === 'size' && some.length === 1)) throw error
        if (hindrance === 'lock' || some.length === 1) continue
        const half = some.length >> 1
        const first = await attempt(some.slice(0, half))
        return [...first, ...(await attempt(some.slice(half)))]
      }
    }
    return some.map(giveUp)
  }
  return batch.length === 0 ? [] : attempt(batch)
}

/** The same for what cannot be cut. Null where it was overtaken every time. */
export async function untilUnchanged<T>(work: () => Promise<T>): Promise<T | null> {
  const [done = null] = await settle<null, T | null>(
    [null],
    async () => [await work()],
    () => null,
  )
  return done
}

/** Says that a condition failed: the row would have got NULL for its next version. */
const CHANGED = /NOT NULL constraint failed: \w+\.version/

/** What stood in the way, where trying again may help: a row has changed, a lock was held for too long, or the size. */
function hindranceOf(error: unknown): 'change' | 'lock' | 'size' | null {
  if (!(error instanceof SelvedgeError)) return null
  const { code, message } = (error.cause ?? {}) as { readonly code?: unknown; readonly message?: unknown }
  if (CHANGED.test(String(message))) return 'change'
  if (String(code).startsWith('SQLITE_BUSY')) return 'lock'
  return code === 'RESPONSE_TOO_LARGE' ? 'size' : null
}
