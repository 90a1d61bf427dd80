import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeName, pairsOf, searchOf } from '../../src/kit/search.ts'

const at = (search: string): URL => new URL(`https://shop.test/${search}`)

describe('pairsOf', () => {
  it('keeps what is written, and leaves out what is nothing', () => {
    expect(pairsOf(at('?a=1&&b&a=%61&=c'))).toEqual([
      { text: 'a=1', name: 'a' },
      { text: 'b', name: 'b' },
      { text: 'a=%61', name: 'a' },
      { text: '=c', name: '' },
    ])
    expect(pairsOf(at(''))).toEqual([])
  })

  it('comes together again as it was', () => {
    const pair = fc.stringMatching(/^[a-c[\]%=+1]{1,6}$/)
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        const url = at(`?${pairs.join('&')}`)
        expect(`?${searchOf(pairsOf(url))}`).toBe(url.search)
      }),
    )
  })
})

describe('decodeName', () => {
  it.each([
    ['a%20b', 'a b'],
    ['a+b', 'a b'],
    ['caf%e9', 'caf%e9'],
    ['%C3%A9', 'é'],
  ])('takes %s for %s', (name, meaning) => {
    expect(decodeName({ text: name, name })).toBe(meaning)
  })
})
