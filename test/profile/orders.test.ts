import { describe, expect, it } from 'vitest'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { orderSummary } from '../../src/profile/orders.ts'
import { event, NOW } from '../help/evidence.ts'

const summary = (events: readonly Evidence[]) => orderSummary(applyAll(emptyContribution('v'), events).facts)
const order = (value: number, currency: string, daysAgo: number) =>
  event('purchase', { value, currency }, daysAgo)

describe('orderSummary', () => {
  it('is all noughts for who never ordered', () => {
    expect(summary([event('view')])).toEqual({ count: 0, total: 0 })
  })

  it('adds what was bought in stores to what was bought online', () => {
    const inStore = event('store_purchase', { store: 's', value: 2.5, currency: 'EUR' }, 10)
    expect(summary([order(10.1, 'EUR', 0), inStore])).toEqual({
      count: 2,
      total: 12.6,
      currency: 'EUR',
      lastAt: NOW,
      gapDays: 10,
    })
  })

  it('adds money exactly', () => {
    const orders = Array.from({ length: 10 }, () => order(0.1, 'EUR', 0))
    expect(summary(orders).total).toBe(1)
  })

  it('never adds currencies to each other', () => {
    expect(summary([order(5, 'USD', 0), order(7, 'EUR', 1), order(3, 'USD', 2)])).toMatchObject({
      count: 3,
      total: 8,
      currency: 'USD',
    })
  })

  it('counts an order of which the value is not known', () => {
    expect(summary([event('purchase')])).toEqual({ count: 1, total: 0, lastAt: NOW })
  })

  it.each([
    ['an odd number of gaps', [0, 1, 11, 18], 7],
    ['an even number of gaps', [0, 1, 11], 5.5],
    ['two orders at once', [3, 3], 0],
    ['the last eight gaps only', [0, 1, 2, 3, 4, 5, 6, 7, 8, 108, 208, 308, 408, 508, 608], 1],
  ])('takes the median of %s', (_name, days, gap) => {
    expect(summary(days.map((day) => order(1, 'EUR', day))).gapDays).toBe(gap)
  })
})
