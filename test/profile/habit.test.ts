import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { HABIT_CELLS, habitsAt, STORE_DAYS, storesAt, storeVisitsAWeek } from '../../src/profile/habit.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { event, NOW } from '../help/evidence.ts'

const factsOf = (events: readonly Evidence[]) => applyAll(emptyContribution('v'), events).facts
const habits = (events: readonly Evidence[], now = NOW) => Object.fromEntries(habitsAt(factsOf(events), now))
const weekly = (weeks: number, visitsAWeek: number) =>
  Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: visitsAWeek }, () => event('visit', { cell: 'fri.evening' }, week * 7)),
  ).flat()

describe('habitsAt', () => {
  it('knows all 35 cells of a week', () => {
    expect(new Set(HABIT_CELLS).size).toBe(35)
    expect(Object.keys(habits(HABIT_CELLS.map((cell) => event('visit', { cell })))).length).toBe(35)
  })

  it.each([
    [5, 1],
    [12, 1],
    [16, 2],
    [40, 1],
  ])('finds, after %i weeks with %i visit(s) each, about that many a week', (weeks, visitsAWeek) => {
    expect(habits(weekly(weeks, visitsAWeek))['fri.evening']).toBeCloseTo(visitsAWeek, 0)
    expect(Math.abs((habits(weekly(weeks, visitsAWeek))['fri.evening'] ?? 0) / visitsAWeek - 1)).toBeLessThan(
      0.2,
    )
  })

  it('makes no weekly habit of one visit', () => {
    expect(habits([event('visit', { cell: 'fri.evening' })])['fri.evening']).toBeLessThan(0.5)
  })

  it('fades when the visitor stays away', () => {
    const visits = weekly(12, 1)
    expect(habits(visits, NOW + 60 * DAY_MS)['fri.evening']).toBeLessThan(0.4)
  })

  it('counts visits, and nothing else that happened at that hour', () => {
    expect(habits([event('view', { cell: 'fri.evening' })])).toEqual({})
  })

  it('lists the strongest cell first', () => {
    const events = [...weekly(4, 1), event('visit', { cell: 'mon.morning' })]
    expect(habitsAt(factsOf(events), NOW).map(([cell]) => cell)).toEqual(['fri.evening', 'mon.morning'])
  })
})

describe('storesAt', () => {
  const aWeek = (events: readonly Evidence[], now = NOW) =>
    Object.fromEntries(
      storesAt(factsOf(events).stores, now).map(([store, days]) => [store, storeVisitsAWeek(days, 0)]),
    )
  const visits = (store: string, days: readonly number[]) =>
    days.map((day) => event('store_visit', { store }, day))

  it('finds three visits a week in twelve days of four weeks', () => {
    const days = [0, 2, 4, 7, 9, 11, 14, 16, 18, 21, 23, 25]
    expect(aWeek(visits('corner', days))).toEqual({ corner: 3 })
  })

  it('counts a day once, whether they came twice or bought something', () => {
    const events = [
      event('store_visit', { store: 'a' }),
      event('store_purchase', { store: 'a' }),
      event('store_visit', { store: 'a' }),
    ]
    expect(aWeek(events)).toEqual({ a: 0.25 })
  })

  it('looks at the last 28 days only', () => {
    expect(aWeek(visits('a', [0, 27]))).toEqual({ a: 0.5 })
    expect(aWeek(visits('a', [0, 27]), NOW + DAY_MS)).toEqual({ a: 0.25 })
    expect(aWeek(visits('a', [0]), NOW + 28 * DAY_MS)).toEqual({})
  })

  it('takes a day ahead of ours for today', () => {
    expect(aWeek(visits('a', [-1]))).toEqual({ a: 0.25 })
  })

  it('lists the most visited store first', () => {
    const stores = storesAt(
      factsOf([...visits('b', [1]), ...visits('c', [1, 2]), ...visits('a', [3])]).stores,
      NOW,
    )
    expect(stores.map(([store]) => store)).toEqual(['c', 'a', 'b'])
  })
})

describe('storeVisitsAWeek', () => {
  it('slides the 28 days on, as counting the days anew would', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: STORE_DAYS - 1 }))
    fc.assert(
      fc.property(days, fc.nat(40), (ago, later) => {
        const bits = ago.reduce((sum, day) => sum | (1 << day), 0)
        const left = ago.filter((day) => day + later < STORE_DAYS).length
        expect(storeVisitsAWeek(bits, later)).toBe(left / 4)
      }),
    )
  })
})
