import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision } from '../../src/decide/model.ts'
import { redirectTarget } from '../../src/flow/redirect.ts'

const to = (redirect: string): Decision => ({ variant: { redirect } }) as unknown as Decision
const from = (target: string, page: string): string | null =>
  redirectTarget(to(target), new URL(page, 'https://shop.test'), ['partner.test'])

describe('redirectTarget', () => {
  it.each([
    ['/new', '/old?utm_source=x', 'https://shop.test/new?utm_source=x'],
    [
      '/new',
      '/old?size=1&size=2&size=3&color[]=r&color[]=b',
      'https://shop.test/new?size=1&size=2&size=3&color[]=r&color[]=b',
    ],
    ['/new', '/old?q=caf%e9&s=a%20b&flag', 'https://shop.test/new?q=caf%e9&s=a%20b&flag'],
    ['/new?size=9', '/old?size=1&size=2&utm=x', 'https://shop.test/new?size=9&utm=x'],
    ['/new?a%20b=9', '/old?a+b=1&c=2', 'https://shop.test/new?a%20b=9&c=2'],
    ['/new#part', '/old?a=1', 'https://shop.test/new?a=1#part'],
    ['https://partner.test/x', '/old?a=1', 'https://partner.test/x?a=1'],
  ])('to %s keeps what %s asks for', (target, page, expected) => {
    expect(from(target, page)).toBe(expected)
  })

  it.each([
    ['//evil.test/', '/old'],
    ['/\\evil.test', '/old'],
    ['https://evil.test/', '/old'],
    ['http://partner.test/', '/old'],
    ['/old', '/old?a=1&a=2'],
    ['/old?a=1', '/old?a=1'],
  ])('to %s leads nowhere from %s', (target, page) => {
    expect(from(target, page)).toBeNull()
  })

  it('keeps each pair of any query, in order', () => {
    const pair = fc.tuple(fc.stringMatching(/^[a-c[\]%20]{1,4}$/), fc.stringMatching(/^[a-z0-9+%e9=]{0,4}$/))
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        const search = `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`
        expect(new URL(from('/new', `/old${search}`) ?? '').search).toBe(
          new URL(search, 'https://shop.test').search,
        )
      }),
    )
  })
})
