import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cookieValue, cookieValues, decodeCookie } from '../../src/kit/cookie.ts'

describe('cookieValues', () => {
  it('finds every value of a name, in order', () => {
    expect(cookieValues('a=1; b=2;a=3 ;  a=4', 'a')).toEqual(['1', '3', '4'])
  })

  it('takes names whole, and never inside a value', () => {
    expect(cookieValues('xa=1; ax=2; c=a=3; d=x a=4', 'a')).toEqual([])
  })

  it('keeps an equals sign of the value, and an empty value', () => {
    expect([cookieValue('a=b=c', 'a'), cookieValue('a=; b=1', 'a'), cookieValue('a', 'a')]).toEqual([
      'b=c',
      '',
      undefined,
    ])
  })

  it('agrees with splitting the header', () => {
    const header = fc.string({ unit: fc.constantFrom('a', 'b', '=', ';', ' '), maxLength: 40 })
    fc.assert(
      fc.property(header, fc.constantFrom('a', 'b', 'ab'), (text, name) => {
        const split = text.split(';').map((pair) => pair.trim())
        const wanted = split
          .filter((pair) => pair.startsWith(`${name}=`))
          .map((pair) => pair.slice(name.length + 1))
        expect(cookieValues(text, name)).toEqual(wanted.map((value) => value.trim()))
      }),
    )
  })
})

describe('decodeCookie', () => {
  it('takes off quotes and percent encoding', () => {
    expect([decodeCookie('"a b"'), decodeCookie('S%C3%A3o'), decodeCookie('"')]).toEqual(['a b', 'São', '"'])
  })

  it('answers null for a broken encoding', () => {
    expect([decodeCookie('%'), decodeCookie('%E3'), decodeCookie('%zz')]).toEqual([null, null, null])
  })
})
