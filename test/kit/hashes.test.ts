import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHashes, hashesFrom } from '../../src/kit/hashes.ts'

const digits = fc.constantFrom(...'0123456789abcdef')
/** Many that begin at one slot, and all zeros, which mark a free one. */
const hash = fc.oneof(
  fc.string({ unit: digits, minLength: 16, maxLength: 16 }),
  fc.string({ unit: digits, minLength: 4, maxLength: 4 }).map((start) => `${start}00000000003f`),
  fc.constant('0000000000000000'),
)
const copyOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer as ArrayBuffer

describe('hashes', () => {
  it('has what was added, and nothing else, also as a copy', () => {
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 200 }), fc.array(hash, { maxLength: 50 }), (added, asked) => {
        const hashes = createHashes()
        for (const one of added) hashes.add(one)
        const copy = hashesFrom(copyOf(hashes.bytes()))
        const expected = new Set(added)
        expect([hashes.size(), copy?.size()]).toEqual([expected.size, expected.size])
        for (const one of [...added, ...asked]) {
          expect([hashes.has(one), copy?.has(one)]).toEqual([expected.has(one), expected.has(one)])
        }
      }),
    )
  })

  it('keeps a hundred thousand in a few megabytes', () => {
    const hashes = createHashes()
    const numbered = (n: number): string =>
      (BigInt(n) * 0x9e3779b97f4a7c15n).toString(16).slice(-16).padStart(16, '0')
    for (let n = 1; n <= 100_000; n++) hashes.add(numbered(n))
    expect([hashes.size(), hashes.bytes().length]).toEqual([100_000, 2_097_152])
    expect([hashes.has(numbered(99_999)), hashes.has(numbered(100_001))]).toEqual([true, false])
  })

  it('is not made of what is no copy', () => {
    expect([0, 8, 500, 600, 1_000].map((bytes) => hashesFrom(new ArrayBuffer(bytes)))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
    // Without a free slot a search would never end.
    expect(hashesFrom(new Uint8Array(1_024).fill(7).buffer)).toBeNull()
  })
})
