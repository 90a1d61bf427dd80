import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRelease } from '../../src/campaign/compile.ts'
import type { Campaign, CompiledRelease } from '../../src/campaign/model.ts'
import { HEAD_SELECTORS } from '../../src/page/head.ts'
import { parsedCampaign } from '../help/campaign.ts'

const at = (path: string): URL => new URL(path, 'https://shop.example')

const campaign = (id: string, more: Partial<Campaign> = {}): Campaign =>
  parsedCampaign({
    id,
    variants: [{ id: 'a', weight: 1, edits: [{ action: 'remove', selector: `.${id}` }] }],
    ...more,
  })

const release = (...campaigns: readonly Campaign[]): CompiledRelease =>
  compileRelease({ holdout: 0.05, campaigns }, { number: 7, checksum: 'c' })

const idsOn = (compiled: CompiledRelease, path: string): readonly string[] =>
  compiled.plan(at(path)).campaigns.map(({ id }) => id)

describe('compileRelease', () => {
  it('knows its number, checksum and holdout', () => {
    expect(release()).toMatchObject({ number: 7, checksum: 'c', holdout: 0.05, campaigns: [] })
  })

  it('orders by priority, then as in the document', () => {
    const compiled = release(
      campaign('a'),
      campaign('b', { priority: 2 }),
      campaign('c'),
      campaign('d', { priority: 2 }),
    )
    expect(idsOn(compiled, '/')).toEqual(['b', 'd', 'a', 'c'])
  })

  it('leaves paused campaigns and other pages out', () => {
    const compiled = release(campaign('a', { status: 'paused' }), campaign('b', { pages: ['/b', '/c/*'] }))
    expect(idsOn(compiled, '/a')).toEqual([])
    expect(idsOn(compiled, '/c/d')).toEqual(['b'])
  })

  it('names a campaign once, however many of its patterns match', () => {
    expect(idsOn(release(campaign('a', { pages: ['/*', '/x', '/:p', '/x*'] })), '/x')).toEqual(['a'])
  })

  it('finds every selector its campaigns edit, targets of moves included', () => {
    const edits = [
      { action: 'move', selector: '.a', target: '.b', position: 'after' },
      { action: 'text', selector: '.a', value: 'x' },
    ] as const
    const { selectors, slotOf } = release(campaign('a', { variants: [{ id: 'v', weight: 1, edits }] })).plan(
      at('/'),
    )
    expect([...selectors.selectors].sort()).toEqual(['.a', '.b', ...HEAD_SELECTORS])
    for (const [selector, slot] of slotOf) expect(selectors.selectors[slot]).toBe(selector)
  })

  it('gives pages with the same campaigns the same plan', () => {
    const compiled = release(campaign('a', { pages: ['/p/:id'] }))
    expect(compiled.plan(at('/p/1'))).toBe(compiled.plan(at('/p/2?x=1')))
  })

  it('tells queries apart only where a pattern does', () => {
    const compiled = release(campaign('a', { pages: ['https://shop.example/s?q=*'] }))
    expect(idsOn(compiled, '/s?q=tea')).toEqual(['a'])
    expect(idsOn(compiled, '/s?z=tea')).toEqual([])
  })

  it('plans as asking every pattern would', () => {
    const pages = fc.constantFrom(
      '/*',
      '/a',
      '/a/*',
      '/a/:x',
      '/b',
      '/a/b',
      '/a/b*',
      '/:x/b',
      '/é',
      '/{a}?',
      '/a.b',
    )
    const paths = fc.constantFrom(
      '/',
      '/a',
      '/a/',
      '/a/b',
      '/a/bc',
      '/b',
      '/c/b',
      '/é',
      '/a.b',
      '/a/b/c',
      '/%C3%A9',
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(pages, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 2 }))),
        fc.array(paths),
        (given, visited) => {
          const campaigns = given.map(([on, priority], index) =>
            campaign(`c${index}`, { pages: on, priority }),
          )
          const compiled = release(...campaigns)
          for (const path of [...visited, ...visited]) {
            const wanted = campaigns
              .filter((one) =>
                one.pages.some((page) => new URLPattern({ pathname: page }).test(at(path).href)),
              )
              .sort((a, b) => b.priority - a.priority)
            expect(idsOn(compiled, path)).toEqual(wanted.map(({ id }) => id))
          }
        },
      ),
    )
  })

  it('asks few patterns of a page, with 10,000 campaigns', () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      campaign(`c${index}`, { pages: [`/p${index}/:x`] }),
    )
    const compiled = release(...many)
    const original = URLPattern.prototype.test
    let asked = 0
    URLPattern.prototype.test = function (...args) {
      asked++
      return original.apply(this, args)
    }
    try {
      expect(idsOn(compiled, '/p4711/x')).toEqual(['c4711'])
      expect(idsOn(compiled, '/nothing')).toEqual([])
    } finally {
      URLPattern.prototype.test = original
    }
    expect(asked).toBeLessThan(10)
  })

  it('splits the covered visitors by weight, with anchored starts', () => {
    const variants = [
      { id: 'control', weight: 0.5, edits: [] },
      { id: 'b', weight: 0.5, edits: [] },
    ]
    const { campaigns } = release(campaign('a', { coverage: 0.4, variants }))
    expect(campaigns[0]?.ranges).toEqual([
      [0, 0.2],
      [0.5, 0.7],
    ])
  })
})
