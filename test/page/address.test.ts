import { describe, expect, it } from 'vitest'
import { addressOf, homeOf } from '../../src/page/address.ts'

describe('addressOf', () => {
  it('parses a page once', () => {
    const address = addressOf('https://shop.example/tea')
    expect(address.href).toBe('https://shop.example/tea')
    expect(addressOf('https://shop.example/tea')).toBe(address)
  })

  it('keeps no address that may be somebody’s own, nor a long one', () => {
    for (const href of ['https://shop.example/?q=me', `https://shop.example/${'a'.repeat(300)}`]) {
      expect(addressOf(href)).not.toBe(addressOf(href))
      expect(addressOf(href).href).toBe(href)
    }
  })

  it('forgets pages that nobody asks for any more', () => {
    const first = addressOf('https://shop.example/first')
    for (let n = 0; n < 2_000; n++) addressOf(`https://shop.example/${n}`)
    expect(addressOf('https://shop.example/first')).not.toBe(first)
    expect(addressOf('https://shop.example/first').href).toBe(first.href)
  })
})

describe('homeOf', () => {
  it('stands in an attribute, whatever somebody asks for as a host', () => {
    expect(homeOf(new URL('http://shop.example:8787/tea'))).toBe('//shop.example:8787')
    expect(homeOf(new URL('http://a"onload=b.example/'))).toBe('//a&quot;onload=b.example')
  })
})
