import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  confirms,
  pageHead,
  parseDirectives,
  personalVary,
  renewedHead,
  storability,
} from '../../src/page/policy.ts'

const NOW = 1_800_000_000_000
const S = 1_000
const HOUR = 3_600 * S

/** [freshUntil, staleWhileRevalidateUntil, staleIfErrorUntil] in seconds from now, or why not. */
function verdict(headers: Record<string, string>, defaultTtlSeconds = 0): string | number[] {
  const found = storability({ status: 200, headers: new Headers(headers) }, NOW, { defaultTtlSeconds })
  if (!found.store) return found.why
  return [found.freshUntil, found.staleWhileRevalidateUntil, found.staleIfErrorUntil].map(
    (t) => (t - NOW) / S,
  )
}

const date = (ms: number): string => new Date(NOW + ms).toUTCString()

describe('storability', () => {
  it.each([
    ['max-age', { 'Cache-Control': 'max-age=60' }, [60, 60, 3_660]],
    ['s-maxage over max-age', { 'Cache-Control': 's-maxage=90, max-age=60' }, [90, 90, 90]],
    ['Expires', { Expires: date(120 * S), Date: date(0) }, [120, 120, 3_720]],
    ['max-age over Expires', { 'Cache-Control': 'max-age=60', Expires: date(HOUR) }, [60, 60, 3_660]],
    ['Age', { 'Cache-Control': 'max-age=60', Age: '20' }, [40, 40, 3_640]],
    ['a negative Age', { 'Cache-Control': 'max-age=60', Age: '-500' }, [60, 60, 3_660]],
    ['names in capitals', { 'Cache-Control': 'Public, Max-Age=60' }, [60, 60, 3_660]],
    ['a quoted number', { 'Cache-Control': 'max-age="60"' }, [60, 60, 3_660]],
    ['a number said twice', { 'Cache-Control': 'max-age=600, max-age=60' }, [60, 60, 3_660]],
    [
      'a lifetime nobody means',
      { 'Cache-Control': 'max-age=99999999999' },
      [31_536_000, 31_536_000, 31_539_600],
    ],
    ['stale-while-revalidate', { 'Cache-Control': 'max-age=60, stale-while-revalidate=30' }, [60, 90, 3_660]],
    ['stale-if-error', { 'Cache-Control': 'max-age=60, stale-if-error=600' }, [60, 60, 660]],
    ['no stale-if-error at all', { 'Cache-Control': 'max-age=60, stale-if-error=0' }, [60, 60, 60]],
    [
      's-maxage with leave to be stale',
      { 'Cache-Control': 's-maxage=60, stale-while-revalidate=30, stale-if-error=90' },
      [60, 90, 150],
    ],
    [
      'must-revalidate over leave to be stale',
      { 'Cache-Control': 'max-age=60, must-revalidate, stale-while-revalidate=30, stale-if-error=90' },
      [60, 60, 60],
    ],
    [
      'proxy-revalidate, which is of what is stale only',
      { 'Cache-Control': 'max-age=60, public, must-revalidate, proxy-revalidate' },
      [60, 60, 60],
    ],
    ['no-cache with an ETag', { 'Cache-Control': 'no-cache', ETag: '"a"' }, [0, 0, 0]],
    [
      'max-age=0 with an ETag',
      { 'Cache-Control': 'public, max-age=0, must-revalidate', ETag: '"a"' },
      [0, 0, 0],
    ],
    ['only an ETag', { ETag: '"a"' }, [0, 0, 3_600]],
    ['only Last-Modified, never guessed from', { 'Last-Modified': date(-1_000 * HOUR) }, [0, 0, 3_600]],
    ['Vary: Accept', { 'Cache-Control': 'max-age=60', Vary: 'Accept' }, [60, 60, 3_660]],
    ['a harmless Vary', { 'Cache-Control': 'max-age=60', Vary: 'Accept-Encoding, RSC' }, [60, 60, 3_660]],
    [
      'CDN-Cache-Control over Cache-Control',
      { 'Cache-Control': 'no-cache', 'CDN-Cache-Control': 'max-age=60' },
      [60, 60, 3_660],
    ],
    [
      'CDN-Cache-Control over Expires',
      { Expires: date(HOUR), 'CDN-Cache-Control': 'max-age=60' },
      [60, 60, 3_660],
    ],
  ])('goes by %s', (_, headers, expected) => {
    expect(verdict(headers as Record<string, string>)).toEqual(expected)
  })

  it.each([
    ['private', { 'Cache-Control': 'private, max-age=60' }, 'private'],
    ['private fields', { 'Cache-Control': 'private="x-a, x-b", max-age=60' }, 'private'],
    ['Private', { 'Cache-Control': 'Private, max-age=60' }, 'private'],
    [
      'private under CDN-Cache-Control',
      { 'Cache-Control': 'private', 'CDN-Cache-Control': 'max-age=60' },
      'private',
    ],
    [
      'private in CDN-Cache-Control',
      { 'Cache-Control': 'max-age=60', 'CDN-Cache-Control': 'private' },
      'private',
    ],
    ['no-store', { 'Cache-Control': 'no-store' }, 'no_store'],
    ['NO-STORE', { 'Cache-Control': 'max-age=60,NO-STORE' }, 'no_store'],
    ['a cookie', { 'Cache-Control': 'public, max-age=60', 'Set-Cookie': 'a=1' }, 'set_cookie'],
    ['Vary: Cookie', { 'Cache-Control': 'max-age=60', Vary: 'Accept-Encoding, Cookie' }, 'vary'],
    ['Vary: User-Agent', { 'Cache-Control': 'max-age=60', Vary: 'User-Agent' }, 'vary'],
    ['Vary: Accept-Language', { 'Cache-Control': 'max-age=60', Vary: 'accept-language' }, 'vary'],
    ['Vary: *', { 'Cache-Control': 'max-age=60', Vary: '*' }, 'vary'],
    ['an unknown Vary', { 'Cache-Control': 'max-age=60', Vary: 'X-Segment' }, 'vary'],
    ['nothing said', {}, 'no_freshness'],
    ['max-age=0 and no validator', { 'Cache-Control': 'max-age=0' }, 'no_freshness'],
    ['a broken max-age', { 'Cache-Control': 'max-age=soon' }, 'no_freshness'],
    ['a negative max-age', { 'Cache-Control': 'max-age=-60' }, 'no_freshness'],
    ['Expires: 0', { Expires: '0' }, 'no_freshness'],
    ['Pragma: no-cache', { Pragma: 'no-cache' }, 'no_freshness'],
    ['an age over the lifetime', { 'Cache-Control': 'max-age=60', Age: '61' }, 'no_freshness'],
  ])('refuses %s', (_, headers, expected) => {
    expect(verdict(headers as Record<string, string>)).toBe(expected)
  })

  it('gives the default lifetime only to pages that say nothing', () => {
    expect(verdict({}, 30)).toEqual([30, 30, 3_630])
    expect(verdict({ 'Cache-Control': 'public' }, 30)).toEqual([30, 30, 3_630])
    expect(verdict({ 'Cache-Control': 'max-age=0' }, 30)).toBe('no_freshness')
    expect(verdict({ 'Cache-Control': 'no-cache', ETag: '"a"' }, 30)).toEqual([0, 0, 0])
    expect(verdict({ Pragma: 'no-cache' }, 30)).toBe('no_freshness')
  })

  it('refuses what any header of the reserved kind says, however it is spelt and wherever it stands', () => {
    const cased = (word: string) =>
      fc
        .array(fc.boolean(), { minLength: word.length, maxLength: word.length })
        .map((upper) => [...word].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter)).join(''))
    const word = fc.oneof(cased('private'), cased('no-store'))
    const around = fc.array(fc.constantFrom('max-age=60', 'public', 's-maxage=9', 'immutable', 'x="a,b"'))
    fc.assert(
      fc.property(around, word, around, (before, refused, after) => {
        const header = [...before, refused, ...after].join(', ')
        expect(verdict({ 'Cache-Control': header })).toMatch(/^(?:private|no_store)$/)
      }),
    )
  })

  it('never lets a page be used longer the worse it gets', () => {
    const directive = fc.constantFrom(
      'max-age=60',
      's-maxage=5',
      'no-cache',
      'must-revalidate',
      'proxy-revalidate',
      'stale-if-error=10',
      'stale-while-revalidate=600',
      'immutable',
    )
    fc.assert(
      fc.property(fc.array(directive), (list) => {
        const found = verdict({ 'Cache-Control': list.join(', '), ETag: '"a"' })
        if (typeof found === 'string') throw new Error(found)
        expect(found).toEqual([...found].sort((a, b) => a - b))
        expect(found[0]).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('parseDirectives', () => {
  it('reads tokens, quoted values and odd spacing', () => {
    expect([...parseDirectives(' a , B=1,c = "x, y" ,, d=')]).toEqual([
      ['a', ''],
      ['b', '1'],
      ['c', 'x, y'],
      ['d', ''],
    ])
  })
})

describe('personalVary', () => {
  it('leaves only what differs by visitor', () => {
    const headers = new Headers({ Vary: 'Accept-Encoding, Origin, Next-Url,, Cookie' })
    headers.append('Vary', 'User-Agent')
    expect(personalVary(headers)).toEqual(['cookie', 'user-agent'])
  })
})

describe('pageHead', () => {
  it('drops what belongs to the transfer, and what Connection names', () => {
    const headers = new Headers({
      'Content-Type': 'text/html',
      'Content-Security-Policy': "default-src 'self'",
      'Cache-Control': 'max-age=60',
      ETag: '"a"',
      Age: '5',
      Date: date(0),
      'Content-Length': '9',
      'Content-Encoding': 'gzip',
      Connection: 'close, X-Debug',
      'X-Debug': '1',
      'Transfer-Encoding': 'chunked',
    })
    expect(
      pageHead(headers)
        .headers.map(([name]) => name)
        .sort(),
    ).toEqual(['cache-control', 'content-security-policy', 'content-type', 'etag'])
  })
})

describe('renewedHead', () => {
  it('takes over what a 304 says, but not about the body', () => {
    const kept = pageHead(
      new Headers({ 'Content-Type': 'text/html', 'Cache-Control': 'max-age=1', ETag: '"a"' }),
    )
    const renewed = renewedHead(
      kept,
      new Headers({
        'Cache-Control': 'max-age=9',
        'Content-Type': 'text/plain',
        'X-New': '1',
        'Content-Length': '0',
      }),
    )
    expect(Object.fromEntries(renewed.headers)).toEqual({
      'content-type': 'text/html',
      'cache-control': 'max-age=9',
      etag: '"a"',
      'x-new': '1',
    })
  })
})

describe('confirms', () => {
  const tagged = (tag?: string): Headers => new Headers(tag === undefined ? {} : { ETag: tag })

  it.each([
    ['"a"', '"a"', true],
    ['W/"a"', '"a"', true],
    [undefined, '"a"', true],
    ['"a"', undefined, true],
    ['"b"', '"a"', false],
  ])('a 304 with %s for a page with %s: %s', (said, kept, expected) => {
    expect(confirms(tagged(said), pageHead(tagged(kept)))).toBe(expected)
  })
})
