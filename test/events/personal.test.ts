import { describe, expect, it } from 'vitest'
import { looksLikePhone, looksPersonal } from '../../src/events/personal.ts'

describe('looksPersonal', () => {
  it.each(['38.7139, -9.1301', '38.7139 -9.1301', '38.7139;-9.1301', '-38.713,9.130', '38.7139  ,  9.1301'])(
    'sees coordinates in "%s"',
    (text) => expect(looksPersonal(text)).toBe(true),
  )

  it.each(['38.71, 9.13', '1.250', '12.345-67.890'])('sees none in "%s"', (text) =>
    expect(looksPersonal(text)).toBe(false),
  )

  it('takes no time for a megabyte of anything, which a server may send', () => {
    for (const piece of [' ', '1.111 ', 'a@', ':', '1.', '00']) {
      const text = `1.111${piece.repeat(Math.floor(1_000_000 / piece.length))}`
      expect(looksPersonal(`${text}x`)).toBe(looksPersonal(text))
      expect(looksLikePhone(text)).toBe(false)
    }
  })
})
