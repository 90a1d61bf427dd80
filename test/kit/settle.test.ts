import { describe, expect, it } from 'vitest'
import { SelvedgeError } from '../../src/kit/errors.ts'
import { settle, untilUnchanged } from '../../src/kit/settle.ts'

const fault = (code: string, message = '') =>
  new SelvedgeError('store_rejected', 'no', { cause: Object.assign(new Error(message), { code }) })
const CHANGED = fault('SQLITE_CONSTRAINT', 'SQLite error: NOT NULL constraint failed: measures.version')

/** Writes that fail while `isBad` says so of what they are asked to write. */
function writer(isBad: (some: readonly number[], call: number) => SelvedgeError | null) {
  const calls: (readonly number[])[] = []
  return {
    calls,
    write: async (some: readonly number[]): Promise<readonly string[]> => {
      calls.push(some)
      const error = isBad(some, calls.length)
      if (error !== null) throw error
      return some.map((each) => `${each} done`)
    },
  }
}
const giveUp = (each: number): string => `${each} not`

describe('settle', () => {
  it('settles all but the one that is always overtaken, in order', async () => {
    const { write } = writer((some) => (some.includes(6) ? CHANGED : null))
    expect(await settle([1, 2, 3, 4, 5, 6, 7], write, giveUp)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((each) => (each === 6 ? '6 not' : `${each} done`)),
    )
  })

  it('tries the same again where only a lock was held', async () => {
    const { calls, write } = writer((_, call) => (call < 3 ? fault('SQLITE_BUSY') : null))
    expect(await settle([1, 2], write, giveUp)).toEqual(['1 done', '2 done'])
    expect(calls).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ])
  })

  it('cuts what is more than the store answers at once, and throws where one alone is', async () => {
    const { write } = writer((some) => (some.length > 2 ? fault('RESPONSE_TOO_LARGE') : null))
    expect(await settle([1, 2, 3, 4, 5], write, giveUp)).toHaveLength(5)
    const never = writer(() => fault('RESPONSE_TOO_LARGE'))
    await expect(settle([1, 2], never.write, giveUp)).rejects.toMatchObject({ code: 'store_rejected' })
  })

  it('throws at once what trying again would not help', async () => {
    for (const error of [
      fault('SQLITE_CONSTRAINT', 'UNIQUE constraint failed: events.id'),
      fault('SQLITE_ERROR'),
    ]) {
      const { calls, write } = writer(() => error)
      await expect(settle([1, 2], write, giveUp)).rejects.toBe(error)
      expect(calls).toHaveLength(1)
    }
  })

  it('asks nothing for nothing', async () => {
    const { calls, write } = writer(() => null)
    expect(await settle([], write, giveUp)).toEqual([])
    expect(calls).toEqual([])
  })
})

describe('untilUnchanged', () => {
  it('works until nobody comes in between, and not for ever', async () => {
    let times = 0
    const work = async (): Promise<number> => {
      times += 1
      if (times < 5) throw CHANGED
      return times
    }
    expect(await untilUnchanged(work)).toBe(5)
    expect(await untilUnchanged(() => Promise.reject(CHANGED))).toBe(null)
  })
})
