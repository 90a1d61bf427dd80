import { describe, expect, it } from 'vitest'
import { type Days, type Shop, type Shopper, shopperOf } from '../../src/cli/shopper.ts'
import { parseTruth, type Truth } from '../../src/cli/truth.ts'

const parsed = parseTruth({ shoppers: { visits: 2 } })
const truth = (parsed.ok ? parsed.value : undefined) as Truth
const COUNT = 5_000
const WEEKS = 4
/** From a Sunday on. */
const DAYS: Days = { count: 7 * WEEKS, weekday: 0 }
const good = (id: string, category: string) => ({ id, category, brand: `by ${id}`, collection: 'all' })
const SHOP: Shop = {
  goods: [good('peach', 'tea'), good('mint', 'tea'), good('flask', 'flasks'), good('figs', 'snacks')],
  stores: ['north', 'south'],
}
const shoppers = Array.from({ length: COUNT }, (_, number) => shopperOf(number, DAYS, 1, truth, SHOP))
const share = (holds: (one: Shopper) => boolean): number => shoppers.filter(holds).length / COUNT

describe('shopperOf', () => {
  it('makes the same shopper of the same seed, and another of another', () => {
    const said = (seed: number) => JSON.stringify(shopperOf(7, DAYS, seed, truth, SHOP))
    expect(said(1)).toBe(said(1))
    expect(new Set([1, 2, 3, 4, 5, 6].map(said)).size).toBe(6)
  })

  it('spreads choices as the truth has them', () => {
    expect(share(({ consent }) => consent === 'grants')).toBeCloseTo(0.5, 1)
    expect(share(({ consent }) => consent === 'gpc')).toBeCloseTo(0.1, 1)
  })

  it('has everybody come once at least, once a day at most, and some again and again', () => {
    for (const { visits } of shoppers) {
      const days = visits.map(({ day }) => day)
      expect(days).toEqual([...new Set(days)].toSorted((a, b) => a - b))
      expect(visits.length).toBeGreaterThan(0)
    }
    // Whoever is there from the first day comes twice a week, beside the day on which they came first.
    const early = shoppers.filter(({ visits }) => visits[0]?.day === 0)
    const mean = early.reduce((sum, { visits }) => sum + visits.length - 1, 0) / early.length / WEEKS
    expect(mean).toBeGreaterThan(1.5)
    expect(mean).toBeLessThan(2.1)
    expect(share(({ visits }) => visits.length > 8)).toBeGreaterThan(0.02)
  })

  it('gives each their part of the day and of the week', () => {
    const regulars = shoppers.filter(({ visits }) => visits.length >= 8)
    const ofOwn = regulars.map(({ visits }) => {
      const parts = Map.groupBy(visits, ({ hour }) =>
        hour < 10 ? 'morning' : hour < 14 ? 'noon' : 'evening',
      )
      return Math.max(...[...parts.values()].map(({ length }) => length)) / visits.length
    })
    expect(ofOwn.reduce((sum, each) => sum + each, 0) / regulars.length).toBeGreaterThan(0.75)
    const atWeekends = (one: Shopper): number =>
      one.visits.filter(({ day }) => day % 7 === 0 || day % 7 === 6).length / one.visits.length
    expect(regulars.some((one) => atWeekends(one) > 0.8)).toBe(true)
    expect(regulars.some((one) => atWeekends(one) < 0.1)).toBe(true)
  })

  it('has them look mostly at what is to their taste', () => {
    const tea = shoppers.filter(({ visits: [first] }) => first?.looks[0]?.category === 'flasks')
    const looks = tea.flatMap(({ visits }) => visits.flatMap((visit) => visit.looks))
    expect(looks.filter(({ category }) => category === 'flasks').length / looks.length).toBeGreaterThan(0.7)
  })
})
