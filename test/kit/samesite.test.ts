import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameSite, ownPath } from '../../src/kit/samesite.ts'

const HERE = new URL('https://shop.example/_selvedge/consent')

describe('isSameSite', () => {
  it.each([
    [true, { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://shop.example' }],
    [true, { 'Sec-Fetch-Site': 'same-origin' }],
    [true, { 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }],
    [true, { Origin: 'https://shop.example' }],
    [true, { Referer: 'https://shop.example/tea' }],
    [false, {}],
    [false, { Origin: 'null' }],
    [false, { Origin: 'null', Referer: 'https://shop.example/' }],
    [false, { 'Sec-Fetch-Site': 'none' }],
    [false, { 'Sec-Fetch-Site': 'same-site', Origin: 'https://shop.example' }],
    [false, { 'Sec-Fetch-Site': 'cross-site' }],
    [false, { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://evil.example' }],
    [false, { Origin: 'https://shop.example.evil.example' }],
    [false, { Origin: 'https://shop.example:8443' }],
    [false, { Origin: 'https://sub.shop.example' }],
    [false, { Origin: 'shop.example' }],
    [false, { Referer: 'https://evil.example/?https://shop.example/' }],
  ])('says %s for %o', (expected, headers) => {
    expect(isSameSite(new Headers(headers as Record<string, string>), HERE)).toBe(expected)
  })
})

describe('ownPath', () => {
  it.each([
    ['/tea?x=1#top', '/tea?x=1#top'],
    ['https://shop.example/tea', '/tea'],
    ['tea', '/_selvedge/tea'],
    ['//evil.example', null],
    ['/\\evil.example', null],
    ['/\t/evil.example', null],
    ['/.//evil.example', null],
    ['https://evil.example/', null],
    ['http://shop.example/', null],
    ['https://me@shop.example/', null],
    ['javascript:alert(1)', null],
    [`/${'x'.repeat(3_000)}`, null],
    [null, null],
  ])('makes %s %s', (to, expected) => {
    expect(ownPath(to, HERE)).toBe(expected)
  })

  it('never leads off the site, whatever is asked for', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '/',
        '\\',
        '.',
        '..',
        ':',
        '@',
        '?',
        '#',
        '%2f',
        '\t',
        '\n',
        ' ',
        'https',
        'e.example',
        '\u0000',
      ),
      fc.string({ maxLength: 4 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = ownPath(pieces.join(''), HERE)
        if (path !== null) expect(new URL(path, HERE).origin).toBe(HERE.origin)
      }),
      { numRuns: 3_000 },
    )
  })
})
