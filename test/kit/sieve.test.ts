import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSieve } from '../../src/kit/sieve.ts'

/** Bytes that the cache itself adds for a one-letter key. */
const OVERHEAD = 98
const sieveOf = (maxBytes: number, maxEntries = 100) =>
  createSieve<number>({ maxBytes, maxEntries, sizeOf: (value) => value })

describe('createSieve', () => {
  it('drops the oldest that was not used', () => {
    const sieve = sieveOf(10_000, 2)
    sieve.set('a', 1)
    sieve.set('b', 2)
    sieve.get('a')
    sieve.set('c', 3)
    expect([sieve.get('a'), sieve.get('b'), sieve.get('c')]).toEqual([1, undefined, 3])
  })

  it('keeps what is asked for again while somebody walks through everything once', () => {
    const sieve = sieveOf(100_000, 4)
    sieve.set('home', 1)
    for (let page = 0; page < 100; page++) {
      expect(sieve.get('home')).toBe(1)
      sieve.set(`page ${page}`, page)
    }
    expect(sieve.entries()).toBe(4)
  })

  it('drops in time what was used once and never again', () => {
    const sieve = sieveOf(10_000, 2)
    sieve.set('a', 1)
    sieve.get('a')
    for (const key of 'bcd') sieve.set(key, 2)
    expect(sieve.get('a')).toBeUndefined()
  })

  it('goes on after it was emptied in the middle of a round', () => {
    const sieve = sieveOf(10_000, 2)
    for (const key of 'abc') sieve.set(key, 1)
    sieve.clear()
    for (const key of 'defg') sieve.set(key, 2)
    expect([sieve.entries(), sieve.bytes()]).toEqual([2, 2 * (OVERHEAD + 2)])
  })

  it('makes room for a heavy value by dropping several light ones', () => {
    const sieve = sieveOf(3 * (OVERHEAD + 100))
    for (const key of 'abc') sieve.set(key, 100)
    sieve.set('d', 300)
    expect([...'abcd'].map((key) => sieve.get(key))).toEqual([undefined, undefined, undefined, 300])
    expect(sieve.bytes()).toBe(OVERHEAD + 300)
  })

  it('refuses a value over the bound, and forgets what its key held', () => {
    const sieve = sieveOf(1_000)
    sieve.set('a', 1)
    sieve.set('b', 2)
    expect(sieve.set('a', 1_000)).toBe(false)
    expect([sieve.get('a'), sieve.get('b'), sieve.entries()]).toEqual([undefined, 2, 1])
  })

  it('refuses a value whose size is no number, and keeps counting right', () => {
    const sieve = sieveOf(1_000)
    expect(sieve.set('a', Number.NaN)).toBe(false)
    sieve.set('b', 10)
    expect(sieve.bytes()).toBe(OVERHEAD + 10)
  })

  it('keeps nothing where no entry is allowed', () => {
    const sieve = sieveOf(1_000, 0)
    expect([sieve.set('a', 1), sieve.entries()]).toEqual([false, 0])
  })

  it('stays within both bounds, agrees with a plain list and a finger on it, and counts its bytes, whatever is done', () => {
    const key = fc.constantFrom(...'abcdefgh')
    const step = fc.oneof(
      fc.record({ op: fc.constant('set' as const), key, value: fc.nat(400) }),
      fc.record({ op: fc.constant('get' as const), key }),
      fc.record({ op: fc.constant('delete' as const), key }),
      fc.record({ op: fc.constant('clear' as const), key: fc.constant('') }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const sieve = sieveOf(1_000, 5)
        /** Oldest first; `hand` is the next that it looks at. */
        let model: { key: string; value: number; isUsed: boolean }[] = []
        let hand = 0
        let newest = ''
        const bytesOf = () => model.reduce((sum, { value }) => sum + value + OVERHEAD, 0)
        const without = (key: string) => {
          const at = model.findIndex((each) => each.key === key)
          if (at < 0) return
          if (at < hand) hand -= 1
          model = model.toSpliced(at, 1)
        }
        for (const step of steps) {
          const found = model.find(({ key }) => key === step.key)
          if (step.op === 'get') {
            expect(sieve.get(step.key)).toBe(found?.value)
            if (found) found.isUsed = true
          } else if (step.op === 'delete') {
            expect(sieve.delete(step.key)).toBe(found !== undefined)
            without(step.key)
          } else if (step.op === 'clear') {
            sieve.clear()
            model = []
            hand = 0
          } else {
            sieve.set(step.key, step.value)
            without(step.key)
            while (bytesOf() + step.value + OVERHEAD > 1_000 || model.length >= 5) {
              const next = model[hand]
              if (next === undefined) hand = 0
              else if (next.isUsed) {
                next.isUsed = false
                hand += 1
              } else {
                without(next.key)
                if (next.key === newest) hand = 0
              }
            }
            model = [...model, { key: step.key, value: step.value, isUsed: false }]
            newest = step.key
          }
          expect([sieve.entries(), sieve.bytes()]).toEqual([model.length, bytesOf()])
        }
      }),
    )
  })
})
