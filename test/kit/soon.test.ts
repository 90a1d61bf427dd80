import { describe, expect, it } from 'vitest'
import { type Soon, soon } from '../../src/kit/soon.ts'

const half = (n: number): number => {
  if (n % 2 === 1) throw new RangeError('odd')
  return n / 2
}

describe('soon', () => {
  it('goes on at once with what is at hand', () => {
    expect(soon(8, half)).toBe(4)
    expect(() => soon(7, half)).toThrow(RangeError)
  })

  it('goes on later with what is promised', async () => {
    const later: Soon<number> = Promise.resolve(8)
    expect(soon(later, half)).toBeInstanceOf(Promise)
    expect(await soon(later, half)).toBe(4)
    await expect(soon(Promise.resolve(7), half)).rejects.toThrow(RangeError)
  })

  it('makes one promise of what comes of two', async () => {
    expect(await soon(Promise.resolve(8), async (n) => half(n))).toBe(4)
  })
})
