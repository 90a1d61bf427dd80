import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextAt, contextOf } from '../../src/campaign/context.ts'
import type { CompiledRelease } from '../../src/campaign/model.ts'
import {
  addWeights,
  applyOverlay,
  MAX_CONTEXTS,
  MAX_VERSIONS,
  type OverlayRow,
  tryWeights,
  type Weights,
} from '../../src/campaign/overlay.ts'
import { decide } from '../../src/decide/decide.ts'
import { HOUR_MS } from '../../src/kit/time.ts'
import { viewOf } from '../help/decide.ts'
import { release } from '../help/release.ts'

const PAGE = new URL('https://shop.example/')
const edits = [{ action: 'text', selector: 'h1', value: 'Hello' }]
const ADAPTIVE = {
  id: 'hero',
  allocation: { kind: 'adaptive', by: ['device', 'daypart'] },
  variants: [
    { id: 'a', edits },
    { id: 'b', edits },
  ],
}
const row = (weights: unknown, more: Partial<OverlayRow> = {}): OverlayRow => ({
  campaign: 'hero',
  paused: false,
  weights: JSON.stringify(weights),
  admitted: 1,
  ...more,
})
const only = (arm: 'a' | 'b', from = 0): Weights => ({
  from,
  arms: ['a', 'b'],
  shares: arm === 'a' ? [1, 0] : [0, 1],
})

function laid(base: CompiledRelease, ...rows: readonly OverlayRow[]) {
  let broken = 0
  const over = applyOverlay(base, { version: 1, rows }, () => {
    broken++
  })
  const armAt = (visitAt: number, attributes = {}): string | undefined => {
    const input = viewOf(over.plan(PAGE), { holdout: 0, now: 10 * HOUR_MS, visitAt, attributes })
    return decide(input).find(({ campaign }) => campaign.id === 'hero')?.arm
  }
  return { over, armAt, broken: () => broken }
}

describe('applyOverlay', () => {
  it('gives the release itself where nothing of it is concerned', () => {
    const base = release(ADAPTIVE)
    expect(laid(base).over).toBe(base)
    expect(laid(base, row([], { campaign: 'gone', paused: true })).over).toBe(base)
  })

  it('takes a paused campaign off its pages, and keeps their templates', () => {
    const base = release(ADAPTIVE, { id: 'other' })
    const plan = laid(base, row([], { paused: true })).over.plan(PAGE)
    expect(plan.campaigns.map(({ id }) => id)).toEqual(['other'])
    expect(plan.selectors).toBe(base.plan(PAGE).selectors)
  })

  it('gives the same plan for the same page, and pages without overlays their own', () => {
    const base = release({ ...ADAPTIVE, pages: ['/sale'] }, { id: 'other' })
    const { over } = laid(base, row([only('a')]))
    const sale = new URL('/sale', PAGE)
    expect(over.plan(sale)).toBe(over.plan(sale))
    expect(over.plan(PAGE)).toBe(base.plan(PAGE))
  })

  it('goes by the weights that held when the visit began', () => {
    const { armAt } = laid(release(ADAPTIVE), row([only('a'), only('b', HOUR_MS)]))
    expect([armAt(HOUR_MS - 1), armAt(HOUR_MS)]).toEqual(['a', 'b'])
  })

  it('goes by the oldest weights for visits from before them', () => {
    const { armAt } = laid(release(ADAPTIVE), row([only('a', HOUR_MS), only('b', 2 * HOUR_MS)]))
    expect(armAt(0)).toBe('a')
  })

  it('tells contexts apart by the device and by the daypart of the visit’s start', () => {
    const contexts = { 'mobile|night': [0, 1] }
    const weights = { ...only('a'), by: ['daypart', 'device'], contexts }
    const { armAt } = laid(release(ADAPTIVE), row([weights]))
    const mobile = { device: { type: 'mobile' }, clock: { timezone: 'UTC' } }
    expect(armAt(HOUR_MS, mobile)).toBe('b')
    expect(armAt(8 * HOUR_MS, mobile)).toBe('a')
    expect(armAt(HOUR_MS, { ...mobile, device: { type: 'desktop' } })).toBe('a')
    expect(armAt(HOUR_MS)).toBe('a')
  })

  it('tells touchpoints of one campaign apart, at each of which an arm stays for the visit', () => {
    const contexts = { '/sale/*|PT-11': [0, 1] }
    const weights = { ...only('a'), by: ['region', 'touchpoint'], contexts }
    const { armAt } = laid(release({ ...ADAPTIVE, pages: ['/', '/sale/*'] }), row([weights]))
    const at = (path: string) => ({
      page: { host: 'shop.example', path },
      geo: { country: 'PT', regionCode: '11' },
    })
    expect([armAt(HOUR_MS, at('/sale/tea')), armAt(HOUR_MS, at('/'))]).toEqual(['b', 'a'])
    expect(armAt(9 * HOUR_MS, at('/sale/figs'))).toBe('b')
  })

  it('shows an arm that was taken out to nobody any more, whenever their visit began', () => {
    const next = { ...only('b', 2 * HOUR_MS), out: ['a'] }
    const { armAt } = laid(release(ADAPTIVE), row([only('a'), next]))
    expect(armAt(HOUR_MS)).toBe('control')
    expect(armAt(2 * HOUR_MS)).toBe('b')
  })

  it('keeps an arm that was taken out away also where a release has others beside it', () => {
    const other = { ...only('b'), arms: ['control', 'a', 'b'], shares: [0, 0, 1], out: ['a'] }
    const { over } = laid(release(ADAPTIVE), row([other]))
    expect(over.campaigns[0]?.rangesAt?.(HOUR_MS, {})).toEqual([
      [0, 0],
      [0.5, 1],
    ])
  })

  it('leaves weights of other variants, and of a campaign that no longer adapts, aside', () => {
    const other = { ...only('a'), arms: ['a', 'c'] }
    expect(laid(release(ADAPTIVE), row([other])).over.campaigns[0]?.rangesAt).toBeUndefined()
    const fixed = { ...ADAPTIVE, allocation: { kind: 'fixed' } }
    expect(laid(release(fixed), row([only('a')])).over.campaigns[0]?.rangesAt).toBeUndefined()
  })

  it('keeps coverage: adaptive weights enrol nobody more', () => {
    const { over } = laid(
      release({ ...ADAPTIVE, coverage: 0.5 }),
      row([{ ...only('a'), shares: [0.5, 0.5] }]),
    )
    expect(over.campaigns[0]?.rangesAt?.(0, {})).toEqual([
      [0, 0.25],
      [0.5, 0.75],
    ])
  })

  it('honours the pause of a row that is broken otherwise', () => {
    const { over, broken } = laid(release(ADAPTIVE), row([], { paused: true, weights: '{', admitted: 7 }))
    expect(over.plan(PAGE).campaigns).toEqual([])
    expect(broken()).toBe(0)
  })

  it('counts a broken row once, and serves the release as it is', () => {
    const base = release(ADAPTIVE)
    const { armAt, over, broken } = laid(base, row([], { weights: '[{"from":1}]', admitted: Number.NaN }))
    expect(broken()).toBe(1)
    expect(over.campaigns[0]).not.toHaveProperty('admitted')
    expect(armAt(0)).toBe(decide(viewOf(base.plan(PAGE)))[0]?.arm)
  })

  it('never throws, whatever a row says', () => {
    const base = release(ADAPTIVE)
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.double(), (weights, admitted) => {
        const { over } = laid(base, { campaign: 'hero', paused: false, weights, admitted })
        expect(over.plan(PAGE).campaigns[0]?.ranges).toEqual(base.campaigns[0]?.ranges)
      }),
    )
  })
})

describe('tryWeights', () => {
  it('refuses shares that do not add up, are negative, or are not one for each arm', () => {
    for (const shares of [[0.5, 0.4], [1.5, -0.5], [1], 'x']) {
      expect(tryWeights(JSON.stringify([{ ...only('a'), shares }]))).toBeNull()
    }
  })

  it(`refuses more than ${MAX_CONTEXTS} contexts`, () => {
    const contexts = Object.fromEntries(
      Array.from({ length: MAX_CONTEXTS + 1 }, (_, at) => [`c${at}`, [1, 0]]),
    )
    expect(tryWeights(JSON.stringify([{ ...only('a'), contexts }]))).toBeNull()
  })
})

describe('addWeights', () => {
  it('begins with the weights that held before the first change', () => {
    expect(addWeights([], [0.5, 0.5], only('a', 9))).toEqual([
      { from: 0, arms: ['a', 'b'], shares: [0.5, 0.5] },
      only('a', 9),
    ])
  })

  it('keeps the last versions only, and forgets those of other variants', () => {
    const many = Array.from({ length: 9 }, (_, at) => only('a', at))
    const kept = addWeights(many, [], only('b', 20))
    expect(kept).toHaveLength(MAX_VERSIONS)
    expect(kept.at(-1)).toEqual(only('b', 20))
    expect(addWeights([{ ...only('a'), arms: ['x', 'y'] }], [1, 0], only('b', 1))[0]?.shares).toEqual([1, 0])
  })

  it('replaces what is not in force yet', () => {
    expect(addWeights([only('a'), only('a', 50)], [], only('b', 40))).toEqual([only('a'), only('b', 40)])
  })
})

describe('contextAt', () => {
  const pages = ['/', '/products/*', 'https://pt.shop.example/:lang/*', `/${'x'.repeat(90)}*`]
  const touchpoint = (page: object): string => contextAt(['touchpoint'], 0, { page }, pages)
  it.each([
    [{ host: 'shop.example', path: '/' }, '/'],
    [{ host: 'shop.example', path: '/products/tea' }, '/products/*'],
    [{ host: 'pt.shop.example', path: '/pt/loja' }, 'https://pt.shop.example/:lang/*'],
    [{ host: 'shop.example', path: `/${'x'.repeat(91)}` }, `/${'x'.repeat(63)}`],
    [{ host: 'shop.example', path: '/elsewhere' }, '-'],
    [{ host: 'a b', path: '' }, '-'],
  ])('takes %o for the touchpoint %s', (page, expected) => expect(touchpoint(page)).toBe(expected))

  it.each([
    [{ country: 'PT', regionCode: '11' }, 'PT-11'],
    [{ country: 'PT' }, 'PT'],
    [{ regionCode: '11' }, '-'],
    [{}, '-'],
  ])('takes %o for the region %s', (geo, expected) => {
    expect(contextAt(['region'], 0, { geo }, pages)).toBe(expected)
  })

  it('has no more touchpoints than the campaign has pages, whatever is asked for', () => {
    const found = fc.sample(fc.webPath(), 500).map((path) => touchpoint({ host: 'shop.example', path }))
    const known = new Set([...pages.map((page) => page.slice(0, 64)), '-'])
    expect(new Set(found).isSubsetOf(known)).toBe(true)
  })
})

describe('contextOf', () => {
  it('writes the parts in one order, and a dash for what is not known', () => {
    expect(contextOf(['country', 'device'], { device: 'mobile', country: 'PT' })).toBe('mobile|PT')
    expect(contextOf(['daypart', 'device', 'country'], { device: 'mobile' })).toBe('mobile|-|-')
    expect(contextOf(['region', 'daypart', 'touchpoint'], { daypart: 'night', touchpoint: '/' })).toBe(
      '/|night|-',
    )
  })
})
