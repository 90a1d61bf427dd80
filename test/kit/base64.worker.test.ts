import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../src/kit/base64.ts'

/** The edge has a codec of its own, which is laxer than ours may be; Node 24 takes the other way. */
describe('base64url in workerd', () => {
  it('has the codec that this test is about', () => {
    expect('fromBase64' in Uint8Array).toBe(true)
  })

  it('reads what it writes, without padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = encodeBase64url(bytes)
        expect(text).toMatch(/^[\w-]*$/)
        expect(decodeBase64url(text)).toEqual(bytes)
      }),
    )
  })

  it('accepts one text only for each byte string', () => {
    const text = fc.string({ unit: fc.constantFrom(...'AQgwxyz09-_=+/ \té\ud800'), maxLength: 12 })
    fc.assert(
      fc.property(text, (candidate) => {
        const bytes = decodeBase64url(candidate)
        if (bytes !== null) expect(encodeBase64url(bytes)).toBe(candidate)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(['A', 'AAAAA', 'AB', 'AAB', 'AA==', 'A+A/', 'AA A', 'AAAé', 'AA\tA', 'AAA='])(
    'rejects %j',
    (text) => {
      expect(decodeBase64url(text)).toBeNull()
    },
  )
})
