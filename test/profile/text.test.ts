import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brandKey, CATEGORY_MAX_CHARS, categoryKey } from '../../src/profile/text.ts'

describe('categoryKey', () => {
  it.each([
    ['Green Tea', 'green-tea'],
    ['  green_TEA ', 'green-tea'],
    ['Men > Shoes', 'men-shoes'],
    ['Café & Chá', 'café-chá'],
    ['お茶', 'お茶'],
    ['ＴＥＡ', 'tea'],
    ['__proto__', 'proto'],
    ['a.b', 'a-b'],
    ['<b>', 'b'],
    ['…', undefined],
    ['', undefined],
    [5, undefined],
  ])('writes %j as %j', (text, key) => {
    expect(categoryKey(text)).toBe(key)
  })

  it('is idempotent, bounded, and a single step of a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const key = categoryKey(text)
        if (key === undefined) return
        expect(key.length).toBeLessThanOrEqual(CATEGORY_MAX_CHARS)
        expect(key).not.toMatch(/[.\s]/)
        expect(key.isWellFormed()).toBe(true)
        expect(categoryKey(key)).toBe(key)
      }),
    )
  })
})

describe('brandKey', () => {
  it('keeps letters as the shop writes them, without stray blanks', () => {
    expect(brandKey('  Fizz \n & Co ')).toBe('Fizz & Co')
    expect(brandKey(' ')).toBeUndefined()
    expect(brandKey(`${'x'.repeat(47)}😀`)).toBe('x'.repeat(47))
  })
})
