import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageOf } from '../../src/signals/page.ts'

const page = (url: string, referrer: string | null = null) => pageOf(new URL(url), referrer)

describe('pageOf', () => {
  it('splits a URL into host, path, query and campaign parameters', () => {
    expect(
      page('https://shop.example:8443/tea?size=2&utm_source=nl&utm_campaign=spring+sale&utm_id=7#top'),
    ).toEqual({
      host: 'shop.example:8443',
      path: '/tea',
      query: { size: '2', utm_source: 'nl', utm_campaign: 'spring sale', utm_id: '7' },
      utm: { source: 'nl', campaign: 'spring sale' },
    })
  })

  it('reads parameters as URLSearchParams does', () => {
    const search = fc.string({
      unit: fc.constantFrom('a', 'b', '=', '&', '+', '%', '2', '0', 'é', '%C3%A9', '%zz'),
      maxLength: 24,
    })
    fc.assert(
      fc.property(search, (text) => {
        const url = new URL(`https://shop.example/?${text}`)
        const wanted = new Map<string, string>()
        for (const [name, value] of url.searchParams) {
          // Control characters are no part of a text that a campaign could ask for.
          const text = value.replace(/\p{Cc}+/gu, ' ').trim()
          if (name !== '' && !wanted.has(name)) wanted.set(name, text)
        }
        expect(new Map(Object.entries(page(url.href).query))).toEqual(wanted)
      }),
      { numRuns: 2_000 },
    )
  })

  it('keeps 32 parameters at most, none of them with a long name, values cut at 256', () => {
    const many = Array.from({ length: 100 }, (_, index) => `p${index}=${'v'.repeat(500)}`).join('&')
    const { query } = page(`https://shop.example/?${'n'.repeat(65)}=1&${many}`)
    expect(Object.keys(query)).toHaveLength(31)
    expect(query.p0).toHaveLength(256)
  })

  it('takes names of the prototype for plain names', () => {
    const { query } = page('https://shop.example/?__proto__=x&constructor=y&toString=z')
    expect(Object.entries(query)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ])
    expect(page('https://shop.example/?a=1').query.toString).toBeUndefined()
    expect(page('https://shop.example/').query.toString).toBeUndefined()
  })

  it.each([
    ['https://www.search.example/find?q=secret', 'https://www.search.example'],
    ['https://user:pass@mail.example/inbox/7', 'https://mail.example'],
    ['https://shop.example/account/7', 'https://shop.example'],
    ['https://shop.example.evil.example/', 'https://shop.example.evil.example'],
    ['https://shop.example@evil.example/', 'https://evil.example'],
    ['https://news.example:443/a', 'https://news.example'],
    ['https://BÜCHER.example/a', 'https://xn--bcher-kva.example'],
    ['android-app://com.example.mail/', undefined],
    ['javascript:alert(1)', undefined],
    ['about:blank', undefined],
    ['nonsense', undefined],
    ['', undefined],
  ])('keeps only the origin of the referrer %j', (referrer, origin) => {
    expect(page('https://shop.example/tea', referrer).referrer).toBe(origin)
  })

  it('finds the origin that the URL parser finds', () => {
    const piece = fc.constantFrom(
      'a',
      '1',
      '-',
      '.',
      'xn--',
      'com',
      ':',
      '@',
      '/',
      '80',
      '443',
      'A',
      '_',
      '%41',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.constantFrom('http://', 'https://'),
        (pieces, scheme) => {
          const referrer = `${scheme}${pieces.join('')}`
          expect(page('https://shop.example/', referrer).referrer).toBe(URL.parse(referrer)?.origin)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
