import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { selectorSet } from '../../src/page/selectors.ts'
import { readFacts, readTemplate } from '../../src/page/template.ts'
import { cutAlone } from './alone.ts'

const template = cutAlone([
  '<ul s="0" class="a">',
  '<li s="1">',
  'x',
  '</li>',
  '<li s="1" s="2">',
  '</ul>',
  '<img s="3">',
])

describe('readTemplate', () => {
  it('reads what was written', () => {
    const again = readTemplate(template.buffer.slice(0))
    expect(again?.page).toEqual(template.page)
    expect(again?.elements).toBe(4)
    for (let i = 0; i < 4; i++) expect(readFacts(again as never, i)).toEqual(readFacts(template, i))
  })

  it('refuses bytes that are no template, without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readTemplate(bytes.slice().buffer)).toBeNull()
      }),
    )
  })

  it('refuses a template that was cut short or grew', () => {
    for (const length of [0, 31, 32, 100, template.byteLength - 1]) {
      expect(readTemplate(template.buffer.slice(0, length))).toBeNull()
    }
    expect(readTemplate(new Uint8Array([...new Uint8Array(template.buffer), 0]).buffer)).toBeNull()
  })

  it('refuses a table with any bit turned', () => {
    fc.assert(
      fc.property(fc.nat(template.table.byteLength * 8 - 1), (bit) => {
        const bytes = new Uint8Array(template.buffer.slice(0))
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
        expect(readTemplate(bytes.buffer)).toBeNull()
      }),
    )
  })

  it('refuses a table that belongs to another page', () => {
    const bytes = new Uint8Array(template.buffer.slice(0))
    bytes.copyWithin(template.table.byteLength, template.table.byteLength + 1)
    expect(readTemplate(bytes.buffer)).toBeNull()
  })
})

describe('selectorSet', () => {
  it('is the same for the same selectors, in any order and number', () => {
    expect(selectorSet(['b', 'a', 'b'])).toEqual(selectorSet(['a', 'b']))
    expect(selectorSet(['b', 'a', 'b']).selectors).toEqual(['a', 'b'])
  })

  it('gives other selectors another key', () => {
    const keys = new Set<string>()
    const sets = [[], ['a'], ['a,b'], ['a', 'b'], ['ab'], ['a"', 'b'], ['a', '"b'], ['"a","b"']]
    for (let i = 0; i < 5_000; i++) sets.push([`.card-${i}`])
    for (const set of sets) keys.add(selectorSet(set).key)
    expect(keys.size).toBe(sets.length)
  })
})
