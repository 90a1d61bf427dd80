import { describe, expect, it } from 'vitest'
import { readCookies } from '../../src/signals/cookies.ts'

describe('readCookies', () => {
  it('reads the listed names and no others', () => {
    expect({ ...readCookies('tier=gold; session=s3cret; city=S%C3%A3o', ['tier', 'city', 'none']) }).toEqual({
      tier: 'gold',
      city: 'São',
    })
  })

  it('leaves out values that are empty, long, badly encoded or not printable', () => {
    const header = `a=; b=${'x'.repeat(257)}; c=%E3; d=x%0D%0AEvil; e=fine`
    expect({ ...readCookies(header, ['a', 'b', 'c', 'd', 'e']) }).toEqual({ e: 'fine' })
  })

  it('has no names of its own', () => {
    const cookies = readCookies('__proto__=x', ['__proto__', 'toString'])
    expect(Object.entries(cookies)).toEqual([['__proto__', 'x']])
    expect(readCookies(null, ['a']).constructor).toBeUndefined()
  })
})
