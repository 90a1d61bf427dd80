import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLru } from '../../src/kit/lru.ts'

/** Bytes that the cache itself adds for a one-letter key. */
const OVERHEAD = 98
const lruOf = (maxBytes: number, maxEntries = 100) =>
  createLru<number>({ maxBytes, maxEntries, sizeOf: (value) => value })

describe('createLru', () => {
  it('drops what was used least recently', () => {
    const lru = lruOf(10_000, 2)
    lru.set('a', 1)
    lru.set('b', 2)
    lru.get('a')
    lru.set('c', 3)
    expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3])
  })

  it('makes room for a heavy value by dropping several light ones', () => {
    const lru = lruOf(3 * (OVERHEAD + 100))
    for (const key of 'abc') lru.set(key, 100)
    lru.set('d', 300)
    expect([...'abcd'].map((key) => lru.get(key))).toEqual([undefined, undefined, undefined, 300])
    expect(lru.bytes()).toBe(OVERHEAD + 300)
  })

  it('refuses a value over the bound, and forgets what its key held', () => {
    const lru = lruOf(1_000)
    lru.set('a', 1)
    lru.set('b', 2)
    expect(lru.set('a', 1_000)).toBe(false)
    expect([lru.get('a'), lru.get('b'), lru.entries()]).toEqual([undefined, 2, 1])
  })

  it('refuses a value whose size is no number, and keeps counting right', () => {
    const lru = lruOf(1_000)
    expect(lru.set('a', Number.NaN)).toBe(false)
    lru.set('b', 10)
    expect(lru.bytes()).toBe(OVERHEAD + 10)
  })

  it('keeps nothing where no entry is allowed', () => {
    const lru = lruOf(1_000, 0)
    expect([lru.set('a', 1), lru.entries()]).toEqual([false, 0])
  })

  it('stays within both bounds, agrees with a plain list, and counts its bytes, whatever is done', () => {
    const key = fc.constantFrom(...'abcdefgh')
    const step = fc.oneof(
      fc.record({ op: fc.constant('set' as const), key, value: fc.nat(400) }),
      fc.record({ op: fc.constant('get' as const), key }),
      fc.record({ op: fc.constant('delete' as const), key }),
      fc.record({ op: fc.constant('clear' as const), key: fc.constant('') }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lru = lruOf(1_000, 5)
        let model: [string, number][] = []
        const bytesOf = () => model.reduce((sum, [, value]) => sum + value + OVERHEAD, 0)
        for (const step of steps) {
          const found = model.find(([name]) => name === step.key)
          const others = model.filter(([name]) => name !== step.key)
          if (step.op === 'get') {
            expect(lru.get(step.key)).toBe(found?.[1])
            if (found) model = [...others, found]
          } else if (step.op === 'delete') {
            expect(lru.delete(step.key)).toBe(found !== undefined)
            model = others
          } else if (step.op === 'clear') {
            lru.clear()
            model = []
          } else {
            lru.set(step.key, step.value)
            model = [...others, [step.key, step.value]]
            while (bytesOf() > 1_000 || model.length > 5) model.shift()
          }
          expect([lru.entries(), lru.bytes()]).toEqual([model.length, bytesOf()])
        }
      }),
    )
  })
})
