import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../src/kit/base64.ts'

describe('encodeBase64url', () => {
  it('writes what the platform writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      }),
    )
  })
})

describe('decodeBase64url', () => {
  it('is the inverse of encodeBase64url', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
      }),
    )
  })

  it('accepts one text only for each byte string', () => {
    const text = fc.string({ unit: fc.constantFrom(...'AQgwxyz09-_=+/ \né\ud800'), maxLength: 12 })
    fc.assert(
      fc.property(text, (candidate) => {
        const bytes = decodeBase64url(candidate)
        if (bytes !== null) expect(encodeBase64url(bytes)).toBe(candidate)
      }),
    )
  })

  it.each(['A', 'AAAAA', 'AB', 'AAB', 'AA==', 'A+A/', 'AA A', 'AAAé'])('rejects %j', (text) => {
    expect(decodeBase64url(text)).toBeNull()
  })
})
