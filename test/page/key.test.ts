import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalUrl, pageKey } from '../../src/page/key.ts'
import { compileNames } from '../../src/page/names.ts'

const isDropped = compileNames(['utm_*', 'gclid'])
const canonical = (url: string): string => canonicalUrl(new URL(url), isDropped).href

describe('canonicalUrl', () => {
  it.each([
    ['https://SHOP.example/a', 'https://shop.example/a'],
    ['https://shop.example:443/a', 'https://shop.example/a'],
    ['https://shop.example/x/../v', 'https://shop.example/v'],
    ['https://shop.example/%76', 'https://shop.example/%76'],
    ['https://shop.example/a#top', 'https://shop.example/a'],
    ['https://me:pw@shop.example/a', 'https://shop.example/a'],
    ['https://shop.example/a?', 'https://shop.example/a'],
    ['https://shop.example/a?utm_source=x&gclid=1', 'https://shop.example/a'],
    ['https://shop.example/a?b=2&utm%5Fmedium=x&a=1', 'https://shop.example/a?a=1&b=2'],
    ['https://shop.example/a?b=2&b=1&&a', 'https://shop.example/a?a&b=2&b=1'],
    ['https://shop.example/a?q=a+b&r=a%20b', 'https://shop.example/a?q=a+b&r=a%20b'],
    ['https://shop.example/a?gclids=1', 'https://shop.example/a?gclids=1'],
    ['https://shop.example/a?%zz=1', 'https://shop.example/a?%zz=1'],
  ])('%s becomes %s', (url, expected) => {
    expect(canonical(url)).toBe(expected)
  })

  it('keeps ?a, ?a= and ?%61 apart, which an origin may', () => {
    const all = ['a', 'a=', '%61'].map((query) => canonical(`https://shop.example/?${query}`))
    expect(new Set(all).size).toBe(3)
  })

  it('is the same whatever the order of the parameters, and stays as it is', () => {
    // An ampersand would begin another parameter, and those of one name keep their order.
    const value = fc.webSegment().map((text) => text.replaceAll('&', ''))
    const pairs = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z_]{1,8}$/), value), {
      selector: ([name]) => name,
    })
    fc.assert(
      fc.property(pairs, (list) => {
        const url = (items: readonly (readonly string[])[]): string =>
          `https://shop.example/?${items.map((pair) => pair.join('=')).join('&')}`
        const once = canonical(url(list))
        expect(canonical(url([...list].reverse()))).toBe(once)
        expect(canonical(once)).toBe(once)
      }),
    )
  })

  it('does not change the URL it was given', () => {
    const url = new URL('https://shop.example/?utm_a=1#x')
    canonicalUrl(url, isDropped)
    expect(url.href).toBe('https://shop.example/?utm_a=1#x')
  })
})

describe('pageKey', () => {
  const key = (url: string, set = 's1'): string | null => pageKey(new URL(url), set)

  it('is a URL that the Cache API takes as it is', () => {
    const made = key('https://shop.example/a/b?c=1', 'k/?#')
    expect(made).toBe('https://shop.example/_selvedge/pages/v3/k%2F%3F%23/a/b?c=1')
    expect(new URL(made ?? '').href).toBe(made)
  })

  it.each([
    ['hosts', 'https://a.example/x', 'https://b.example/x'],
    ['ports', 'https://a.example/x', 'https://a.example:8443/x'],
    ['schemes', 'https://a.example/x', 'http://a.example/x'],
    ['paths', 'https://a.example/x', 'https://a.example/x/'],
    ['queries', 'https://a.example/x?a', 'https://a.example/x?b'],
    ['escapes', 'https://a.example/v', 'https://a.example/%76'],
  ])('keeps different %s apart', (_, a, b) => {
    expect(key(a)).not.toBe(key(b))
  })

  it('keeps selector sets apart, also one that looks like a path', () => {
    expect(key('https://a.example/x', 's')).not.toBe(key('https://a.example/x', 's2'))
    expect(key('https://a.example/b/c', 'a')).not.toBe(key('https://a.example/c', 'a/b'))
  })

  it('is none for a URL that is too long', () => {
    expect(key(`https://a.example/?${'x'.repeat(2_048)}`)).toBeNull()
  })
})
