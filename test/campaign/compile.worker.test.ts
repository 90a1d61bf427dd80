import { describe, expect, it } from 'vitest'
import { compileRelease } from '../../src/campaign/compile.ts'
import { parseRelease } from '../../src/campaign/schema.ts'

/** The edge has its own URLPattern, and gets another build of liquidjs than Node does. */
describe('a release in workerd', () => {
  const parsed = parseRelease(
    {
      campaigns: [
        {
          id: 'hero',
          pages: ['/c/:name/*', 'https://shop.example/pt/*', '/café/*'],
          data: {
            items: [
              { t: 'Chá & mel', u: '/p/1' },
              { t: 'b', u: 'javascript:1' },
            ],
          },
          audience: { 'page.path': { $regex: '^/c' } },
          variants: [
            {
              id: 'a',
              edits: [
                { action: 'text', selector: 'h1', value: '{{ geo.city | default: "you" | upcase }}' },
                {
                  action: 'html',
                  selector: 'ul',
                  value:
                    '{% for p in data.items limit: 1 %}<li><a href="{{ p.u }}">{{ p.t }}</a></li>{% endfor %}',
                },
                { action: 'setAttribute', selector: 'a', name: 'href', value: '{{ data.items.last.u }}' },
              ],
            },
          ],
        },
      ],
    },
    { checkSelector: () => undefined, redirectHosts: [] },
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const { plan } = compileRelease(parsed.value, { number: 1, checksum: '' })
  const found = (url: string): number => plan(new URL(url)).campaigns.length

  it('finds its pages', () => {
    expect(found('https://x.example/c/tea/green')).toBe(1)
    expect(found('https://shop.example/pt/a?utm_source=b')).toBe(1)
    expect(found('https://x.example/caf%C3%A9/a')).toBe(1)
    expect(found('https://x.example/caf%c3%a9/a')).toBe(1)
    expect(found('https://x.example/pt/a')).toBe(0)
    expect(found('https://x.example/c/tea')).toBe(0)
  })

  it('renders and refuses', () => {
    const campaign = plan(new URL('https://x.example/c/tea/')).campaigns[0]
    const fills =
      campaign?.variants[0]?.edits.map(({ render }) => render({ geo: { city: 'Évora' } }, 0, 0)) ?? []
    expect(
      fills.map((fill) => (fill !== null && 'bytes' in fill ? new TextDecoder().decode(fill.bytes) : null)),
    ).toEqual(['ÉVORA', '<li><a href="/p/1">Chá &amp; mel</a></li>', null])
    expect(campaign?.audience({ page: { path: '/c/tea' } })).toBe(true)
  })
})
