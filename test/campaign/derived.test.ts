/** What else follows from the data that a campaign uses: consent, explanations, and what follows people. */
import { describe, expect, it } from 'vitest'
import { dataUse, explanationOf, retargetedProduct, rootsOf, someRead } from '../../src/campaign/datause.ts'
import type { Campaign, Condition } from '../../src/campaign/model.ts'
import { parsedCampaign } from '../help/campaign.ts'

const campaign = (audience: Condition, value = '', id = 'a'): Campaign =>
  parsedCampaign({
    id,
    audience,
    variants: [{ id: 'v', weight: 1, edits: [{ action: 'text', selector: 'p', value }] }],
  })

describe('dataUse', () => {
  it('is personal where it reads what only a consenting visitor may be known by', () => {
    expect(dataUse(campaign({ 'geo.country': 'PT' })).personal).toBe(false)
    expect(dataUse(campaign({}, '{{ geo.city }}')).personal).toBe(true)
  })
})

describe('explanationOf', () => {
  it('says for each class what was read, where it went, and of what it is about', () => {
    const pieces = explanationOf(
      campaign(
        {
          $or: [{ 'affinity.green-tea': { $gt: 0.4 } }, { 'affinity.cordial': { $gt: 0.4 } }],
          follows: { $in: ['Brisa', 'Kobo'] },
          $not: { follows: { $elemMatch: { $eq: 'Lua' } } },
          'clock.daypart': 'evening',
        },
        '{% if affinity.cordial > 0.5 %}{{ traits.name }}{% endif %}',
      ),
    )
    expect(pieces).toEqual([
      {
        key: 'why.affinity',
        dataClass: 'affinity',
        personal: true,
        use: 'both',
        subjects: ['cordial', 'green-tea'],
      },
      {
        key: 'why.follows',
        dataClass: 'follows',
        personal: true,
        use: 'audience',
        subjects: ['Brisa', 'Kobo', 'Lua'],
      },
      { key: 'why.traits', dataClass: 'traits', personal: true, use: 'copy', subjects: ['name'] },
      { key: 'why.time', dataClass: 'time', personal: false, use: 'audience', subjects: [] },
    ])
  })

  it('has nothing to say of a campaign for everybody', () => {
    expect(explanationOf(campaign({}, 'Cold tea'))).toEqual([])
  })
})

describe('rootsOf', () => {
  it('names the first step of everything that is read, once a plan', () => {
    const plan = { campaigns: [{ reads: ['weather.isHot', 'follows'] }, { reads: ['weather', 'geo.city'] }] }
    expect([...rootsOf(plan)].sort()).toEqual(['follows', 'geo', 'weather'])
    expect(rootsOf(plan)).toBe(rootsOf(plan))
    expect(rootsOf({ campaigns: [] }).size).toBe(0)
  })
})

describe('someRead', () => {
  it('finds a root by itself or by anything below it, and no other', () => {
    const of = (...reads: string[]) => [{ reads: ['geo.city'] }, { reads }]
    expect(
      [of('weather.isHot'), of('weather'), of('weathers.x'), of()].map((list) => someRead(list, 'weather')),
    ).toEqual([true, true, false, false])
  })
})

describe('retargetedProduct', () => {
  const of = (...reads: string[]) => ({ reads })

  it('is what was looked at last, where the campaign reads that', () => {
    const attributes = { recent: { product: 'yuzu' }, cookie: { last_viewed: 'verbena', lang: 'pt' } }
    expect(retargetedProduct(of('recent.product'), attributes)).toBe('yuzu')
    expect(retargetedProduct(of('recent'), attributes)).toBe('yuzu')
    expect(retargetedProduct(of('cookie.last_viewed'), attributes)).toBe('verbena')
    expect(retargetedProduct(of('cookie.lang', 'affinity.tea'), attributes)).toBeUndefined()
    expect(retargetedProduct(of('recent.product'), { recent: { product: '' } })).toBeUndefined()
    expect(retargetedProduct(of('recent.product'), {})).toBeUndefined()
  })

  it('knows a cookie of what was looked at last by its name, and no other', () => {
    const attributes = { cookie: { recentlyViewed: 'yuzu', 'LAST-PRODUCT': 'yuzu', currency: 'EUR' } }
    expect(retargetedProduct(of('cookie.recentlyViewed'), attributes)).toBe('yuzu')
    expect(retargetedProduct(of('cookie.LAST-PRODUCT'), attributes)).toBe('yuzu')
    expect(retargetedProduct(of('cookie.currency', 'orders.count'), attributes)).toBeUndefined()
  })
})
