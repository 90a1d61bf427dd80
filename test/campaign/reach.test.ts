import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Attributes, Condition } from '../../src/campaign/model.ts'
import { estimateFrom, MIN_AUDIENCE, picksProfiles, profilePart } from '../../src/campaign/reach.ts'
import { evalCondition } from '../help/condition.ts'

const TEA: Condition = { 'affinity.tea': { $gt: 0.5 } }
const HOT: Condition = { 'weather.isHot': true }
const NEVER: Condition = { $nor: [{}] }

describe('profilePart', () => {
  it.each<readonly [Condition, Condition]>([
    [HOT, {}],
    [{ ...TEA, ...HOT }, TEA],
    [{ $or: [TEA, HOT] }, {}],
    [{ $and: [TEA, HOT] }, { $and: [TEA] }],
    [{ $not: HOT }, {}],
    [{ $not: { $and: [HOT, TEA] } }, {}],
    [{ $not: { $or: [HOT, TEA] } }, { $not: { $or: [TEA] } }],
    [{ $nor: [HOT, TEA] }, { $not: { $or: [TEA] } }],
    [{ 'store.visitsPerWeek': { $gte: 3 }, follows: 'x' }, { follows: 'x' }],
    [{ 'geo.city': 'Porto', 'visit.count': 2, 'cookie.a': '1' }, {}],
  ])('of %o is %o', (condition, part) => {
    expect(profilePart(condition)).toEqual(part)
  })

  it('reaches everybody whom the whole condition reaches', () => {
    const leaf = fc.constantFrom<Condition>(TEA, HOT, { 'orders.count': 1 }, { 'geo.city': 'x' })
    const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.record({ $not: tie('condition') }),
        fc.record({ $and: fc.array(tie('condition'), { maxLength: 3 }) }),
        fc.record({ $or: fc.array(tie('condition'), { maxLength: 3 }) }),
        fc.record({ $nor: fc.array(tie('condition'), { maxLength: 3 }) }),
        fc.tuple(leaf, tie('condition')).map(([one, other]) => ({ ...one, ...other })),
      ),
    }))
    const profile = fc.record({
      affinity: fc.record({ tea: fc.constantFrom(0, 1) }),
      orders: fc.record({ count: fc.constantFrom(0, 1) }),
    })
    const moment = fc.record({
      weather: fc.record({ isHot: fc.boolean() }),
      geo: fc.record({ city: fc.constantFrom('x', 'y') }),
    })
    fc.assert(
      fc.property(condition, profile, moment, (audience, known, now) => {
        if (evalCondition(audience, { ...known, ...now })) {
          expect(evalCondition(profilePart(audience), known)).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('picksProfiles', () => {
  it('asks only about people', () => {
    expect([TEA, { $or: [HOT, { $and: [TEA] }] }, HOT, {}, NEVER].map(picksProfiles)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ])
  })
})

describe('estimateFrom', () => {
  const sample = (size: number, matching: number): readonly Attributes[] =>
    Array.from({ length: size }, (_, n) => ({ affinity: { tea: n < matching ? 1 : 0 } }))

  it('takes the share of the sample for the share of all', () => {
    expect(estimateFrom({ ...TEA, ...HOT }, sample(1_000, 10), 20_000)).toBe(200)
    expect(estimateFrom(TEA, sample(500, 49))).toBe(49)
  })

  it('does not take one person in a sample for a thousand', () => {
    const named: Condition = { 'traits.name': 'Maria Silva' }
    const crowd = sample(1_000, 0).map((one, n) =>
      n === 7 ? { ...one, traits: { name: 'Maria Silva' } } : one,
    )
    expect(estimateFrom(named, crowd, 1_000_000)).toBeNull()
    expect(estimateFrom(TEA, sample(1_000, 9), 1_000_000)).toBeNull()
    expect(estimateFrom(TEA, sample(1_000, 10), 1_000_000)).toBe(10_000)
  })

  it('does not take no hit for nobody where there may be hundreds', () => {
    expect(estimateFrom(TEA, sample(1_000, 0), 1_000_000)).toBeNull()
    expect(estimateFrom(TEA, sample(1_000, 0), 2_000)).toBe(0)
    expect(estimateFrom(TEA, sample(1_000, 0))).toBe(0)
  })

  it('counts what was looked at last', () => {
    const looked = sample(600, 0).map((one, n) => ({ ...one, recent: { product: n < 3 ? 'rare' : 'tea' } }))
    expect(estimateFrom({ 'recent.product': 'rare' }, looked)).toBe(3)
    expect(estimateFrom({ 'recent.product': 'tea' }, looked)).toBe(597)
  })

  it('is sure of what it says nineteen times in twenty, whatever the share', () => {
    // Seeded: Lehmer's generator.
    let state = 42
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    }
    for (const [people, isEnough] of [
      [30, false],
      [45, false],
      [60, true],
      [150, true],
    ] as const) {
      let wrong = 0
      for (let run = 0; run < 200; run++) {
        let hits = 0
        for (let n = 0; n < 1_000; n++) if (random() < people / 3_000) hits++
        const told = estimateFrom(TEA, sample(1_000, hits), 3_000)
        if (told !== null && told >= MIN_AUDIENCE !== isEnough) wrong++
      }
      expect([people, wrong]).toEqual([people, expect.toSatisfy((count: number) => count <= 10)])
    }
  })

  it('says nothing from a sample that is too small', () => {
    expect(estimateFrom(TEA, sample(499, 499))).toBeNull()
  })
})
