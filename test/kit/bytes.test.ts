import { describe, expect, it } from 'vitest'
import { concatBytes, equalBytes, timingSafeEqual } from '../../src/kit/bytes.ts'

describe('concatBytes', () => {
  it('joins its parts in order', () => {
    expect(concatBytes([Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3)])).toEqual(
      Uint8Array.of(1, 2, 3),
    )
  })
})

describe('equalBytes', () => {
  it('sees a difference in any place and in length', () => {
    const known = Uint8Array.of(1, 2, 3)
    expect(equalBytes(known, Uint8Array.of(1, 2, 3))).toBe(true)
    for (const other of [
      [0, 2, 3],
      [1, 2, 2],
      [1, 2],
      [1, 2, 3, 0],
    ]) {
      expect(equalBytes(known, Uint8Array.from(other))).toBe(false)
    }
  })
})

describe('timingSafeEqual', () => {
  it('accepts the token itself and nothing that only begins like it', async () => {
    const sent = ['token', 'toke', 'token0', 'Token', '']
    expect(await Promise.all(sent.map((text) => timingSafeEqual(text, 'token')))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })
})
