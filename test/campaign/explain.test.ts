import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainCampaign } from '../../src/campaign/explain.ts'
import type { Attributes, Condition } from '../../src/campaign/model.ts'
import { parsedCampaign } from '../help/campaign.ts'
import { evalCondition } from '../help/condition.ts'

const explainAudience = (audience: Condition, attributes: Attributes): string | undefined =>
  explainCampaign({ source: parsedCampaign({ audience }) }, attributes)

describe('explainCampaign', () => {
  const attributes = { geo: { country: 'PT' }, clock: { hour: 9 }, follows: ['Brisa'] }

  it.each<readonly [Condition, string | undefined]>([
    [{}, undefined],
    [{ 'geo.country': 'PT' }, undefined],
    [{ 'geo.country': 'PT', 'clock.hour': { $gt: 9 } }, 'clock.hour'],
    [{ 'visit.count': 3, 'clock.hour': { $gt: 9 } }, 'visit.count'],
    [{ $and: [{ 'geo.country': 'PT' }, { 'weather.isHot': true }] }, 'weather.isHot'],
    [{ $or: [{ 'geo.country': 'ES', 'clock.hour': 9 }, { 'weather.isHot': true }] }, 'geo.country'],
    [{ $or: [{ 'geo.country': 'ES' }, { 'clock.hour': 9 }] }, undefined],
    [{ $nor: [{ 'weather.isHot': true }, { 'geo.country': 'PT' }] }, 'weather.isHot'],
    [{ $not: { 'clock.hour': { $lt: 12 } } }, 'clock.hour'],
    [{ follows: { $elemMatch: { $eq: 'Kobo' } } }, 'follows'],
    [{ $or: 'nonsense' }, undefined],
  ])('of %o names %s', (condition, path) => {
    expect(explainAudience(condition, attributes)).toBe(path)
  })

  it('answers for each visitor anew, however often a campaign is asked', () => {
    const campaign = { source: parsedCampaign({ audience: { 'geo.country': 'PT' } }) }
    const asked = ['PT', 'ES', 'PT'].map((country) => explainCampaign(campaign, { geo: { country } }))
    expect(asked).toEqual([undefined, 'geo.country', undefined])
  })

  it('names something just where the condition does not hold', () => {
    const leaf = fc.oneof(
      fc.record({ 'a.b': fc.constantFrom(1, 2) }),
      fc.record({ c: fc.record({ $gt: fc.constantFrom(0, 5) }) }),
    )
    const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 4 },
        leaf as fc.Arbitrary<Condition>,
        fc.record({ $not: tie('condition') }),
        fc.record({ $and: fc.array(tie('condition'), { maxLength: 3 }) }),
        fc.record({ $or: fc.array(tie('condition'), { maxLength: 3 }) }),
        fc.record({ $nor: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
      ),
    }))
    const readable = (text: string): boolean => /"(?:a\.b|c)"/.test(text)
    fc.assert(
      fc.property(
        condition,
        fc.constantFrom({}, { a: { b: 1 } }, { a: { b: 2 }, c: 3 }),
        (audience, known) => {
          const path = explainAudience(audience, known)
          if (evalCondition(audience, known)) expect(path).toBeUndefined()
          else if (readable(JSON.stringify(audience))) expect([undefined, 'a.b', 'c']).toContain(path)
        },
      ),
    )
  })
})
