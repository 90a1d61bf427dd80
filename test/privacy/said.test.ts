import { describe, expect, it } from 'vitest'
import { parseSaid, wayBack } from '../../src/privacy/said.ts'

const url = new URL('https://shop.example/_selvedge/feedback')

describe('wayBack', () => {
  it.each([
    ['/tea', 'https://shop.example/tea?sort=price', '/tea?sort=price'],
    ['/tea', 'https://shop.example/teapots?x=1', '/tea'],
    ['/tea?a=1', 'https://shop.example/tea?b=2', '/tea?a=1'],
    ['/tea', 'https://evil.example/tea?x=1', '/tea'],
    [null, 'https://shop.example/tea?x=1', '/tea?x=1'],
    ['//evil.example/', null, '/'],
    [null, null, '/'],
  ])('leads from a form that names %s on %s to %s', (to, referer, way) => {
    expect(wayBack(to, referer, url)).toBe(way)
  })
})

describe('parseSaid', () => {
  it('takes a campaign and a verdict, and names what is wrong', () => {
    expect(parseSaid({ campaign: 'hero', verdict: 'not_relevant', more: 1 })).toEqual({
      ok: true,
      value: { campaign: 'hero', verdict: 'not_relevant' },
    })
    for (const input of [null, 3, {}]) {
      expect(parseSaid(input)).toMatchObject({
        ok: false,
        error: [{ path: '/campaign' }, { path: '/verdict' }],
      })
    }
  })
})
