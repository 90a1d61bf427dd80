import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePage, mayMeet, pageProblem } from '../../src/campaign/pages.ts'

const at = (path: string): URL => new URL(path, 'https://shop.example')

describe('pageProblem', () => {
  it.each([
    '/',
    '/*',
    '/collections/*',
    '/p/:id',
    '/a{/b}?',
    'https://shop.example/pt/*',
    'https://*.example/*\\?q=*',
    'https://shop.example/search?q=*',
    '/p/:id?',
    '/p/:id?/x',
    '/p/:id?.html',
    '/:lang/:category/:id/:size',
    '/docs/:path*',
    '/*/products/*/reviews',
    '/*/a/*/b/*',
    '/:lang?/p/:id?/x',
    '/docs/:path*/edit/:rest+',
    '/:lang/:shop/:brand/tea-:id/*',
    'https://shop.example:8787/*/a/*/b/*',
    'https://*.example/*/a/*\\?*a*',
  ])('passes %s', (source) => {
    expect(pageProblem(source)).toBeUndefined()
  })

  it.each([
    'x',
    '*',
    'ftp://x/*',
    '/(a+)+',
    '/a?b=c',
    '/a#b',
    '/{',
    '/:',
    '/a\\*',
    '/a/../b',
    '/%2e',
    `/${'a'.repeat(2_000)}`,
    // Each of these could hold an isolate for minutes, by an address that anybody can ask for.
    '/blog/**/*.html',
    '/{*}+x',
    '/{a}*{a}*',
    '/*/a/*/b/*/c',
    '/*-*-*x',
    '/:a-:b-:c-x',
    '/*-:a-:b-x',
    '/--:a*:b',
    '/a:b+',
    '//:a*',
    'https://:a*.shop.example/x',
    'https://shop.example/s\\?/:a*',
    '/:a?:b?:c?-x',
    '/:a*:b:c/x',
    '/:a+:b:c?',
    '/:a-:b-:c',
    '/{:a}{:b}{:c}x',
    `/${'{a}?'.repeat(40)}b`,
    `${'/:a?'.repeat(3)}/x`,
    'https://shop.example/s\\?*a*b*c',
  ])('refuses %s', (source) => {
    expect(pageProblem(source)).toBeTypeOf('string')
  })
})

describe('compilePage on a hostile address', () => {
  it.each(['/*-*x', '/:a*/:b*/x', '/*/a/*/b/*', '/:a-:b-x'])('gives %s an answer at once', (source) => {
    const { test } = compilePage(source)
    for (const step of ['-', '/a', '/a/b', 'a'])
      for (const length of [4_000, 16_000])
        expect(test(at(`/${step.repeat(length / step.length)}/`)) && source !== '/*/a/*/b/*').toBe(false)
  })

  it('matches no wildcard on one that is longer than any, and plain paths all the same', () => {
    const long = at(`/shop/${'a'.repeat(5_000)}`)
    expect([compilePage('/*/a*').test(long), compilePage('/shop/*').test(long)]).toEqual([false, true])
    expect(compilePage('/*/a*').test(at('/shop/a'))).toBe(true)
  })
})

describe('a query in a page', () => {
  it.each([
    '/search?q=*',
    '/p/*?x=1',
    '/p/:id?x=1',
    '/a{/b}?x=1',
    '/a?',
    'https://shop.example/p/*?x=1',
    'https://shop.example/p/:id?x=1',
  ])('is refused in %s, with what to write instead', (source) => {
    expect(pageProblem(source)).toContain('"https://shop.example/search\\?q=*"')
  })

  it('is matched in a whole pattern, as that advice says', () => {
    const source = 'https://shop.example/search\\?q=*'
    expect(pageProblem(source)).toBeUndefined()
    const { test } = compilePage(source)
    expect([at('/search?q=tea'), at('/search?p=tea'), at('/search')].map(test)).toEqual([true, false, false])
  })
})

const step = fc.constantFrom(
  'a',
  'b',
  'ab',
  '.',
  '..',
  'a.b',
  'é',
  '%41',
  'a b',
  '',
  ':x',
  '*',
  'a*',
  '{/c}?',
  ':x+',
  "a'",
  '@',
)
const pattern = fc
  .array(step, { maxLength: 3 })
  .map((steps) => `/${steps.join('/')}`)
  .filter((source) => pageProblem(source) === undefined)
const path = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'a.b', 'é', 'A', '%41', 'c', '', 'a b', '.', '..', "a'", '@'), {
    maxLength: 4,
  })
  .map((steps) => `/./${steps.join('/')}`)

describe('compilePage', () => {
  it.each(['/café/:x', '/caf%C3%A9/*', '/caf%c3%a9/*', 'https://shop.example/caf%c3%a9/*'])(
    'takes %s for the same page however its escapes are written',
    (source) => {
      const { test } = compilePage(source)
      expect([at('/café/a'), at('/caf%C3%A9/a'), at('/caf%c3%a9/a'), at('/caf%c3%a8/a')].map(test)).toEqual([
        true,
        true,
        true,
        false,
      ])
    },
  )

  it('matches what URLPattern matches, and every match begins with its prefix', () => {
    fc.assert(
      fc.property(pattern, path, (source, where) => {
        const compiled = compilePage(source)
        const matches = new URLPattern({ pathname: source }).test(at(where).href)
        expect(compiled.test(at(where))).toBe(matches)
        if (matches) expect(at(where).pathname.startsWith(compiled.prefix)).toBe(true)
      }),
      { numRuns: 3_000 },
    )
  })

  it('matches a whole pattern with any query where it names none', () => {
    const compiled = compilePage('https://shop.example/pt/*')
    expect(compiled.test(at('/pt/x?utm_source=y'))).toBe(true)
    expect(compiled.test(new URL('https://other.example/pt/x'))).toBe(false)
    expect(compiled.usesSearch).toBe(false)
    expect(compilePage('https://shop.example/*\\?q=*').usesSearch).toBe(true)
  })
})

describe('mayMeet', () => {
  it.each([
    ['/a', '/a', true],
    ['/a', '/b', false],
    ['/a', '/*', true],
    ['/a/*', '/b/*', false],
    ['/a/*', '/a/b', true],
    ['/p/:id', '/p/:id/reviews', false],
    ['/p/:id', '/p/new', true],
    ['/p/:id/a', '/p/:id/b', false],
    ['https://a.example/*', 'https://b.example/*', false],
    ['https://a.example/*', '/x', true],
    ['https://*.example/x', '/x', true],
  ])('%s and %s: %s', (one, other, wanted) => {
    expect(mayMeet(compilePage(one), compilePage(other))).toBe(wanted)
    expect(mayMeet(compilePage(other), compilePage(one))).toBe(wanted)
  })

  it('never says no of two patterns that match one page', () => {
    fc.assert(
      fc.property(pattern, pattern, path, (one, other, where) => {
        const [a, b] = [compilePage(one), compilePage(other)]
        fc.pre(a.test(at(where)) && b.test(at(where)))
        expect(mayMeet(a, b)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
