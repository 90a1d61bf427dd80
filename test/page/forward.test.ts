import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  editableHeaders,
  foreignCookies,
  mapBack,
  ownHeaders,
  sharedHeaders,
  targetUrl,
} from '../../src/page/forward.ts'

const URL_ = new URL('https://shop.example/a?b=1')
const ORIGIN = new URL('http://origin.internal:8080/ignored')
const ROUTE = { origin: ORIGIN, hops: 0 }

describe('targetUrl', () => {
  it.each([
    [null, 'https://shop.example:444/a?b=1'],
    [new URL('http://origin.internal'), 'http://origin.internal/a?b=1'],
    [ORIGIN, 'http://origin.internal:8080/a?b=1'],
  ])('to %s is %s', (origin, expected) => {
    expect(targetUrl(new URL('https://shop.example:444/a?b=1'), origin).href).toBe(expected)
  })
})

describe('sharedHeaders', () => {
  it('is a fixed list that holds nothing of the visitor', () => {
    expect(Object.fromEntries(sharedHeaders(URL_, ROUTE, { etag: '"a"', lastModified: 'x' }))).toEqual({
      accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
      'accept-encoding': 'gzip, br',
      'if-modified-since': 'x',
      'if-none-match': '"a"',
      'selvedge-hop': '1',
      'user-agent': 'Mozilla/5.0 (compatible; Selvedge/1.0)',
      'x-forwarded-host': 'shop.example',
      'x-forwarded-proto': 'https',
    })
  })

  it('says nothing of a public host where there is no other', () => {
    expect([...sharedHeaders(URL_, { origin: null, hops: 2 }).keys()]).toEqual([
      'accept',
      'accept-encoding',
      'selvedge-hop',
      'user-agent',
    ])
  })
})

describe('ownHeaders', () => {
  const from = new Headers({
    Cookie: 'a=1; __Host-selvedge=sealed; b=2; __Host-selvedge-consent=x',
    'Selvedge-Decision': 'hero=forged',
    'Selvedge-Unit': 'forged',
    'Selvedge-Hop': '1',
    'X-Forwarded-Host': 'evil.example',
    Authorization: 'Basic eDp5',
    Range: 'bytes=0-9',
    'If-None-Match': '"a"',
    'Accept-Encoding': 'zstd',
  })

  it('keeps credentials, and takes out what is ours or forged', () => {
    const headers = ownHeaders(from, URL_, { origin: ORIGIN, hops: 1 }, { 'Selvedge-Decision': 'hero=a' })
    expect(Object.fromEntries(headers)).toEqual({
      'accept-encoding': 'zstd',
      authorization: 'Basic eDp5',
      cookie: 'a=1; b=2',
      'if-none-match': '"a"',
      range: 'bytes=0-9',
      'selvedge-decision': 'hero=a',
      'selvedge-hop': '2',
      'x-forwarded-host': 'shop.example',
      'x-forwarded-proto': 'https',
    })
  })

  it('asks for the whole page in a readable coding where it will be edited', () => {
    const headers = editableHeaders(from, URL_, ROUTE)
    expect(headers.get('Accept-Encoding')).toBe('gzip, br')
    expect(headers.has('Range') || headers.has('If-None-Match')).toBe(false)
  })

  it('does not change the headers it was given', () => {
    ownHeaders(from, URL_, ROUTE)
    expect(from.get('Selvedge-Unit')).toBe('forged')
  })
})

describe('foreignCookies', () => {
  it.each([
    [null, ''],
    ['', ''],
    ['a=1', 'a=1'],
    ['__Host-selvedge=x', ''],
    ['a=__Host-selvedge=1', 'a=__Host-selvedge=1'],
    ['  __Host-selvedge=x ;a="b c" ', 'a="b c"'],
  ])('of %j is %j', (header, expected) => {
    expect(foreignCookies(header)).toBe(expected)
  })

  it('never lets one of ours through, nor loses one of theirs', () => {
    const name = fc.oneof(
      fc.stringMatching(/^[a-z]{1,6}$/),
      fc.constant('__Host-selvedge'),
      fc.constant('__Host-selvedge-c'),
    )
    fc.assert(
      fc.property(fc.array(name), fc.constantFrom(';', '; ', ' ;  '), (names, separator) => {
        const header = names.map((each, at) => `${each}=${at}`).join(separator)
        const left = foreignCookies(header)
          .split(/\s*;\s*/)
          .filter((pair) => pair !== '')
        const theirs = names.flatMap((each, at) => (each.startsWith('__Host') ? [] : [`${each}=${at}`]))
        expect(left).toEqual(theirs)
      }),
    )
  })
})

describe('mapBack', () => {
  const redirect = (location: string): string | null =>
    mapBack(new Response(null, { status: 302, headers: { Location: location } }), URL_, ORIGIN).headers.get(
      'Location',
    )

  it.each([
    ['http://origin.internal:8080/x?y=1#z', 'https://shop.example/x?y=1#z'],
    ['http://ORIGIN.internal:8080', 'https://shop.example/'],
    ['//origin.internal:8080/x', 'https://shop.example/x'],
    ['/x', '/x'],
    ['?page=2', '?page=2'],
    ['https://elsewhere.example/x', 'https://elsewhere.example/x'],
    ['http://origin.internal:9/x', 'http://origin.internal:9/x'],
    ['http://origin.internal:8080.evil.example/', 'http://origin.internal:8080.evil.example/'],
    ['http://[', 'http://['],
  ])('Location %s becomes %s', (location, expected) => {
    expect(redirect(location)).toBe(expected)
  })

  it.each([
    ['Content-Location', 'http://origin.internal:8080/x.html', 'https://shop.example/x.html'],
    ['Content-Location', '/x.html', '/x.html'],
    [
      'Link',
      '<http://origin.internal:8080/a.css>; rel=preload, </b.js>; rel=preload, <https://cdn.example/c?u=http://origin.internal:8080/>; rel="x"',
      '<https://shop.example/a.css>; rel=preload, </b.js>; rel=preload, <https://cdn.example/c?u=http://origin.internal:8080/>; rel="x"',
    ],
    ['Refresh', '5; url=http://origin.internal:8080/x', '5; url=https://shop.example/x'],
    ['Refresh', '0;URL="http://origin.internal:8080/x?y=1"', '0;URL="https://shop.example/x?y=1"'],
    ['Refresh', '0.5,http://origin.internal:8080/x', '0.5,https://shop.example/x'],
    ['Refresh', '5; url=https://elsewhere.example/', '5; url=https://elsewhere.example/'],
    ['Refresh', '30', '30'],
  ])('%s: %s becomes %s', (name, said, expected) => {
    const response = new Response('x', { headers: { [name]: said } })
    const mapped = mapBack(response, URL_, ORIGIN)
    expect(mapped.headers.get(name)).toBe(expected)
    expect(mapped === response).toBe(said === expected)
  })

  it('makes cookies that name the origin belong to the public host, and keeps each its own line', () => {
    const headers = new Headers()
    headers.append('Set-Cookie', 'a=1; Domain=.Origin.internal; Path=/; Secure')
    headers.append('Set-Cookie', 'domain=origin.internal; Path=/')
    headers.append('Set-Cookie', 'c=3; domain=shop.example')
    const mapped = mapBack(new Response('x', { headers }), URL_, ORIGIN)
    expect(mapped.headers.getSetCookie()).toEqual([
      'a=1; Path=/; Secure',
      'domain=origin.internal; Path=/',
      'c=3; domain=shop.example',
    ])
  })

  it('returns the very response where there is nothing to map', () => {
    const response = new Response('x', { headers: { Location: '/x' } })
    expect(mapBack(response, URL_, ORIGIN)).toBe(response)
    expect(mapBack(response, URL_, null)).toBe(response)
  })
})
