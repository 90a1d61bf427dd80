/**
 * Writing what was planned from rows that were read before: each write carries the condition that they are unchanged,
 * and fails as a whole where they are not. Then somebody else's write succeeded, and this one is read and planned again.
 */
import { SelvedgeError } from './errors.ts'

/** More than there are writers at once, and ways to cut a batch until its one busy row stands alone. */
const ATTEMPTS_MAX = 64

/**
 * All of a batch together, in halves where part of it was overtaken or where it is more than the store answers at once.
 * Each part has its turn before any has its second, so that one busy row holds nobody up. `giveUp` answers for what was
 * overtaken every time. Answers stand in the order of the batch.
 */
export async function settle<T, R>(
  batch: readonly T[],
  write: (some: readonly T[]) => Promise<readonly R[]>,
  giveUp: (each: T) => R,
): Promise<readonly R[]> {
  const answers = batch.map(giveUp)
  const parts = batch.length === 0 ? [] : [{ from: 0, to: batch.length }]
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const part = parts.shift()
    if (part === undefined) break
    const { from, to } = part
    try {
      answers.splice(from, to - from, ...(await write(batch.slice(from, to))))
    } catch (error) {
      const hindrance = hindranceOf(error)
      const isOne = to - from === 1
      if (hindrance === null || (hindrance === 'size' && isOne)) throw error
      const half = (from + to) >> 1
      if (hindrance === 'lock' || isOne) parts.push(part)
      else parts.push({ from, to: half }, { from: half, to })
    }
  }
  return answers
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
