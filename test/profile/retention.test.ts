import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHasher, tombstoneOf, tombstonesOf } from '../../src/profile/retention.ts'

afterEach(() => vi.restoreAllMocks())

describe('tombstoneOf', () => {
  it('is the first 64 bits of the SHA-256, in hex', async () => {
    // FIPS 180-2, appendix B.1.
    expect(await tombstoneOf('abc')).toBe('ba7816bf8f01cfea')
  })

  it('keeps its zeros in front', async () => {
    const hashes = await tombstonesOf(Array.from({ length: 600 }, (_, n) => `visitor ${n}`))
    expect(hashes.filter((hash) => hash.startsWith('0')).length).toBeGreaterThan(0)
    expect(hashes.every((hash) => /^[0-9a-f]{16}$/.test(hash))).toBe(true)
  })
})

describe('createHasher', () => {
  it('hashes each id once, whoever asks', async () => {
    const digest = vi.spyOn(crypto.subtle, 'digest')
    const hash = createHasher()
    const [first, second] = [await tombstonesOf(['a', 'b', 'a'], hash), await tombstonesOf(['b'], hash)]
    expect([first[0], first[1], second[0]]).toEqual([first[2], await tombstoneOf('b'), first[1]])
    // Two ids, and the one that was asked of nobody's hasher.
    expect(digest).toHaveBeenCalledTimes(3)
  })
})
