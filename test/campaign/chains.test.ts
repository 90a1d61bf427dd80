import { describe, expect, it } from 'vitest'
import { redirectChains } from '../../src/campaign/chains.ts'
import { parseRelease } from '../../src/campaign/schema.ts'

type Loose = Readonly<Record<string, unknown>>

const to = (id: string, page: string, redirect: string, more: Loose = {}): Loose => ({
  id,
  pages: [page],
  variants: [{ id: 'stay' }, { id: 'go', redirect }],
  ...more,
})
function chains(...campaigns: readonly Loose[]): readonly string[] {
  const options = { checkSelector: () => undefined, redirectHosts: ['outlet.example'] }
  const parsed = parseRelease({ campaigns }, options)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return redirectChains(parsed.value.campaigns).map(
    ({ path, code, message }) => `${code} ${path} ${/"(.*?)"/.exec(message)?.[1]}`,
  )
}
const CHAIN = 'redirect_chain /campaigns/0/variants/1/redirect'

describe('redirectChains', () => {
  it('warns of a circle at both of its redirects', () => {
    expect(chains(to('x', '/a', '/b'), to('y', '/b', '/a'))).toEqual([
      `${CHAIN} y`,
      'redirect_chain /campaigns/1/variants/1/redirect x',
    ])
  })

  it.each<[string, Loose, Loose]>([
    ['a page', to('x', '/a', '/b?c=d'), to('y', '/b', '/c')],
    ['pages by their start', to('x', '/a', '/sale/tea'), to('y', '/sale/*', '/c')],
    ['a pattern', to('x', '/a', '/sale/tea'), to('y', '/:what/tea', '/c')],
    ['a whole pattern', to('x', '/a', '/b'), to('y', 'https://shop.example/b', '/c')],
    ['a redirect to another host', to('x', '/a', '/b'), to('y', '/b', 'https://outlet.example/')],
  ])('warns of a redirect to %s where another campaign redirects', (_name, one, other) => {
    expect(chains(one, other)).toEqual([`${CHAIN} y`])
  })

  it.each<[string, Loose, Loose]>([
    ['other pages', to('x', '/a', '/b'), to('y', '/c', '/d')],
    ['one group', to('x', '/a', '/b', { group: 'g' }), to('y', '/b', '/c', { group: 'g' })],
    ['a paused one', to('x', '/a', '/b'), to('y', '/b', '/c', { status: 'paused' })],
    [
      'windows apart',
      to('x', '/a', '/b', { schedule: { to: 5 } }),
      to('y', '/b', '/c', { schedule: { from: 5 } }),
    ],
    ['another site', to('x', '/a', 'https://outlet.example/b'), to('y', '/b', '/c')],
    ['edits only', to('x', '/a', '/b'), { id: 'y', pages: ['/b'], variants: [{ id: 'a' }] }],
  ])('says nothing of %s', (_name, one, other) => {
    expect(chains(one, other)).toEqual([])
  })

  it('looks at thousands of redirects, and reports a bounded number', () => {
    const many = Array.from({ length: 4_000 }, (_, index) => to(`c${index}`, `/p${index}`, `/p${index + 1}`))
    expect(chains(...many)).toHaveLength(100)
  })
})
