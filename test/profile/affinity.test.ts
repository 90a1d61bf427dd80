import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import { AFFINITIES_MAX, affinitiesAt, HALF_SCORE, normalAffinity } from '../../src/profile/affinity.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { HALF_LIFE_MS } from '../../src/profile/decay.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { event, NOW } from '../help/evidence.ts'

const scores = (events: readonly Evidence[], now = NOW) =>
  Object.fromEntries(affinitiesAt(applyAll(emptyContribution('v'), events).facts.affinity, now))

describe('affinitiesAt', () => {
  it('counts an act by its strength: buying says more than looking', () => {
    const kinds = ['view', 'search', 'add_to_cart', 'follow', 'purchase', 'store_purchase'] as const
    const found = scores(kinds.map((kind) => event(kind, { category: kind })))
    const expected = { view: 1, search: 2, add_to_cart: 4, follow: 6, purchase: 8, store_purchase: 8 }
    for (const [kind, strength] of Object.entries(expected)) expect(found[kind]).toBeCloseTo(strength, 2)
  })

  it.each([0, 3, 27, 28, 29, 100])('fades to a half in 30 days, for an event of %i days ago', (daysAgo) => {
    const events = [event('purchase', { category: 'tea' }, daysAgo)]
    const [now, later] = [scores(events).tea ?? 0, scores(events, NOW + HALF_LIFE_MS).tea ?? 0]
    expect(now).toBeCloseTo(8 * 2 ** (-daysAgo / 30), 2)
    expect(later / now).toBeCloseTo(0.5, 10)
  })

  it('does not care in which of its periods an event fell', () => {
    const split = [0, 14, 28, 42].map((daysAgo) => event('view', { category: 'tea' }, daysAgo))
    const expected = [0, 14, 28, 42].reduce((sum, days) => sum + 2 ** (-days / 30), 0)
    expect(scores(split).tea).toBeCloseTo(expected, 2)
  })

  it('is lowered by feedback, and leaves out what was more refused than liked', () => {
    const liked = event('purchase', { category: 'tea' })
    expect(scores([liked, event('not_relevant', { category: 'tea' })]).tea).toBeCloseTo(2, 2)
    expect(scores([liked, event('too_personal', { category: 'tea' })]).tea).toBeCloseTo(2, 2)
    expect(scores([event('view', { category: 'tea' }), event('not_relevant', { category: 'tea' })])).toEqual(
      {},
    )
  })

  it('takes nothing from visits, declarations and what was served', () => {
    const kinds = ['visit', 'declare', 'served', 'store_visit'] as const
    expect(scores(kinds.map((kind) => event(kind, { category: 'tea', store: 's' })))).toEqual({})
  })

  it('tells of the strongest categories only, strongest first', () => {
    const events = Array.from({ length: 40 }, (_, n) => event('view', { category: `c${n}` }, n))
    const found = Object.keys(scores(events))
    expect(found).toEqual(Array.from({ length: AFFINITIES_MAX }, (_, n) => `c${n}`))
  })
})

describe('normalAffinity', () => {
  it('runs from 0 to 1, and is a half at one purchase', () => {
    expect([-5, 0, HALF_SCORE, 3 * HALF_SCORE, 1e9].map(normalAffinity)).toEqual([0, 0, 0.5, 0.75, 1])
  })

  it('orders categories as their scores do', () => {
    const values = [1, 2, 4, 8, 16, 32].map(normalAffinity)
    expect(values.toSorted((a, b) => a - b)).toEqual(values)
    expect(new Set(values).size).toBe(values.length)
  })
})

describe('a year of use', () => {
  it('weighs last week above last season, however much there was of it', () => {
    const surf = Array.from({ length: 20 }, (_, n) => event('view', { category: 'surf' }, 180 + n))
    const ski = Array.from({ length: 3 }, (_, n) => event('view', { category: 'ski' }, n))
    const found = scores([...surf, ...ski])
    expect(found.ski ?? 0).toBeGreaterThan((found.surf ?? 0) * 5)
    expect(scores(surf, NOW + 300 * DAY_MS)).toEqual({})
  })
})
