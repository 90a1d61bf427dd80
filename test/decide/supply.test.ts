/** Offers that cannot be kept are not made, and whom a limited one is made to never depends on anything but the share. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OfferLimit, Supply } from '../../src/campaign/model.ts'
import { isAdmitted } from '../../src/decide/assign.ts'
import { countImpressions, impressionsOf } from '../../src/decide/caps.ts'
import { decide } from '../../src/decide/decide.ts'
import { formatDecisions } from '../../src/decide/headers.ts'
import type { DecideInput } from '../../src/decide/model.ts'
import { MINUTE_MS } from '../../src/kit/time.ts'
import type { SupplyView } from '../../src/supply/model.ts'
import { type CampaignWish, compiled, planOf, viewOf } from '../help/decide.ts'

const NOW = Date.UTC(2026, 6, 1, 12)

/** `sku place` → quantity, and how many minutes ago that was reported. */
const stock = (rows: Readonly<Record<string, readonly [quantity: number, minutes: number]>>): SupplyView => ({
  now: NOW,
  level: (sku, place) => {
    const [quantity, minutes] = rows[`${sku} ${place}`] ?? []
    return quantity === undefined ? undefined : { quantity, reportedAt: NOW - (minutes ?? 0) * MINUTE_MS }
  },
})

const told = (
  wish: CampaignWish & { readonly admitted?: number },
  view: Partial<DecideInput> = {},
): string => {
  const { admitted, ...rest } = wish
  const campaign = { ...compiled(rest), ...(admitted === undefined ? {} : { admitted }) }
  return formatDecisions(decide(viewOf(planOf(campaign), view)))
}

const offer = (supply: Supply): CampaignWish => ({ variants: [{ id: 'control' }, { id: 'a' }], supply })

describe('supply', () => {
  const tea: Supply = { sku: 'tea', at: 'online' }

  it('promises what there is', () => {
    expect(told(offer(tea), { supply: stock({ 'tea online': [1, 5] }) })).toMatch(/r=(match|control)$/)
  })

  it('rests where there is too little, and says of what', () => {
    const four = stock({ 'tea online': [4, 0], 'capacity:delivery online': [0, 0] })
    expect(told(offer({ ...tea, atLeast: 5 }), { supply: four })).toBe('hero=control;r=stock;why="online"')
    const delivered: Supply = { sku: 'tea', capacity: 'delivery', at: 'online' }
    expect(told(offer(delivered), { supply: four })).toBe('hero=control;r=capacity;why="online"')
  })

  it.each([
    ['no report came', stock({}), 'report'],
    ['nothing was loaded yet', undefined, 'report'],
    ['the report is an hour old', stock({ 'tea online': [9, 61] }), 'age'],
  ])('rests where %s', (_, supply, why) => {
    expect(told(offer(tea), { supply })).toBe(`hero=control;r=stock_unknown;why="${why}"`)
  })

  it('believes a report for as long as the campaign says', () => {
    const supply = stock({ 'tea online': [9, 20] })
    expect(told(offer({ ...tea, maxAge: 20 }), { supply })).toMatch(/r=(match|control)$/)
    expect(told(offer({ ...tea, maxAge: 19 }), { supply })).toContain('stock_unknown')
  })

  it('looks in the store that is nearest to this visitor', () => {
    const supply = stock({ 'tea graca': [3, 0], 'tea foz': [0, 0] })
    const at = (id?: string) =>
      told(offer({ sku: 'tea', at: 'store' }), {
        supply,
        attributes: { store: id === undefined ? {} : { id } },
      })
    expect(at('graca')).toMatch(/r=(match|control)$/)
    expect([at('foz'), at()]).toEqual([
      'hero=control;r=stock;why="store"',
      'hero=control;r=stock_unknown;why="place"',
    ])
  })

  it('goes by the region where that is reported, else by its country', () => {
    const supply = stock({ 'tea PT': [3, 0], 'tea PT-13': [0, 0] })
    const at = (geo: object) => told(offer({ sku: 'tea', at: 'region' }), { supply, attributes: { geo } })
    expect(at({ country: 'PT', regionCode: '11' })).toMatch(/r=(match|control)$/)
    expect(at({ country: 'PT', regionCode: '13' })).toContain('r=stock;')
    expect(at({ country: 'ES' })).toContain('r=stock_unknown;why="report"')
    expect(at({})).toContain('r=stock_unknown;why="place"')
  })

  it('frees its group for a campaign that can be kept', () => {
    const [a, b] = ['a', 'b'].map((id) => ({ ...offer(tea), id, group: 'g' }))
    const plan = planOf(
      compiled(a as CampaignWish),
      compiled({ id: 'b', group: 'g', variants: [{ id: 'x' }] }),
    )
    expect(b).toBeDefined()
    expect(formatDecisions(decide(viewOf(plan, { supply: stock({}) })))).toBe(
      'b=x;r=match, a=control;r=stock_unknown;why="report"',
    )
  })

  it('takes visitors out of every arm alike', () => {
    const arms = (supply: SupplyView) =>
      Array.from({ length: 200 }, (_, n) => told(offer(tea), { unit: `u${n}`, supply }))
    expect(new Set(arms(stock({})))).toEqual(new Set(['hero=control;r=stock_unknown;why="report"']))
    expect(new Set(arms(stock({ 'tea online': [1, 0] }))).size).toBe(2)
  })
})

describe('limit', () => {
  const limit: OfferLimit = { total: 10 }
  const limited: CampaignWish = { variants: [{ id: 'control' }, { id: 'a' }], limit }
  const UNITS = Array.from({ length: 20_000 }, (_, n) => `unit-${n}`)
  const campaign = (admitted: number, id = 'hero') => ({ ...compiled({ ...limited, id }), admitted })
  const share = fc.double({ min: 0, max: 1, noNaN: true })

  it('admits nobody before the first look at what was promised', () => {
    expect(told(limited)).toBe('hero=control;r=capacity;why="limit"')
  })

  it('is for visitors with an id only', () => {
    const alone: CampaignWish = { limit, admitted: 1 } as CampaignWish
    expect(told(alone, { unit: undefined })).toBe('hero=control;r=capacity;why="no_id"')
  })

  it('is for visitors who may be counted only, or more would be promised than there are', () => {
    const denied = { granted: false, source: 'deny' } as const
    const consent = { personalization: { granted: true, source: 'grant' }, measurement: denied } as const
    expect(told({ limit, admitted: 1 } as CampaignWish, { consent })).toBe(
      'hero=control;r=capacity;why="no_id"',
    )
  })

  it('keeps what somebody was offered, in whatever arm, however few are admitted now', () => {
    for (const unit of UNITS.slice(0, 50)) {
      const first = decide(viewOf(planOf(campaign(1)), { unit }))
      const caps = countImpressions({}, impressionsOf(first), NOW, {})
      expect(decide(viewOf(planOf(campaign(0)), { unit, caps }))[0]?.arm).toBe(first[0]?.arm)
      expect(decide(viewOf(planOf(campaign(0)), { unit }))[0]?.reason).toBe('capacity')
    }
  })

  it('never moves anybody out when the share is raised', () => {
    fc.assert(
      fc.property(share, share, fc.uuid(), (a, b, unit) => {
        const [low, high] = a < b ? [a, b] : [b, a]
        expect(isAdmitted(campaign(low), unit) && !isAdmitted(campaign(high), unit)).toBe(false)
      }),
    )
  })

  it.each([0.0025, 0.37, 1])('admits a share of %d, and of every arm as much', (admitted) => {
    const chosen = UNITS.filter((unit) => isAdmitted(campaign(admitted), unit))
    const deviation = Math.sqrt(UNITS.length * admitted * (1 - admitted))
    expect(Math.abs(chosen.length - UNITS.length * admitted)).toBeLessThanOrEqual(4 * deviation)
    const plan = planOf(campaign(admitted))
    const shown = chosen.filter((unit) => decide(viewOf(plan, { unit }))[0]?.reason === 'match')
    expect(Math.abs(shown.length - chosen.length / 2)).toBeLessThanOrEqual(2 * Math.sqrt(chosen.length))
  })

  it('tells places apart that are closer than a step of the hash', () => {
    const within = UNITS.filter(
      (unit) => isAdmitted(campaign(0.5001), unit) && !isAdmitted(campaign(0.5), unit),
    )
    const shares = within.map((unit) =>
      [0.50002, 0.50004, 0.50006, 0.50008].filter((to) => !isAdmitted(campaign(to), unit)),
    )
    expect(within.length).toBeGreaterThan(1)
    expect(new Set(shares.map(({ length }) => length)).size).toBeGreaterThan(1)
  })

  it('draws one offer independently of another', () => {
    const both = UNITS.filter(
      (unit) => isAdmitted(campaign(0.5, 'a'), unit) && isAdmitted(campaign(0.5, 'b'), unit),
    )
    expect(Math.abs(both.length / UNITS.length - 0.25)).toBeLessThan(0.015)
  })
})
