import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import { valuesOf } from '../../src/measure/metrics.ts'
import { EVERYTHING, type Exposure, type Metric, type Outcome } from '../../src/measure/model.ts'
import { exposure, NOW, outcome } from '../help/measures.ts'

/** Of a visitor who is exposed to nothing else. */
const alone = (met: Exposure, outcomes: readonly Outcome[]) => valuesOf(met, outcomes, [met])
const of = (metric: Metric, outcomes: readonly Outcome[], more: Partial<Exposure> = {}) => {
  const [, y = 0, x = 0] = alone(exposure(more), outcomes).metrics.find(([name]) => name === metric) ?? []
  return [y, x]
}
const bought = (days: number, value: number, margin?: number) =>
  outcome('purchase', days, margin === undefined ? { value } : { value, margin })

describe('valuesOf', () => {
  it('counts from the first exposure to the end of the window, and the companion before it', () => {
    const orders = [-29, -28, -0.01, 0, 13.99, 14].map((days, index) => bought(days, 10 ** index))
    expect(of('revenue', orders)).toEqual([11_000, 110])
    expect(of('orders', orders)).toEqual([2, 2])
    expect(of('conversion', orders)).toEqual([1, 1])
  })

  it('reads revenue over the orders of the same window for the average order', () => {
    expect(of('average_order', [bought(-1, 5), bought(1, 30), bought(2, 50)])).toEqual([80, 2])
  })

  it('takes what the personal thing costs off the margin, once a visitor and once an order', () => {
    const orders = [bought(-1, 100, 40), bought(1, 100, 60), bought(2, 100, 50)]
    expect(of('margin', orders)).toEqual([110, 40])
    expect(of('margin', orders, { cost: { exposure: 5, order: 20 } })).toEqual([65, 40])
    expect(of('margin', [], { cost: { exposure: 5 } })).toEqual([-5, 0])
  })

  it('takes what all personal things cost off the margin of personalization as a whole, each within its own window', () => {
    const whole = exposure({ campaign: EVERYTHING, arm: 'personalized', windowDays: 28 })
    const cost = { exposure: 5, order: 20 }
    const met = [
      whole,
      exposure({ campaign: 'free', at: NOW + DAY_MS }),
      exposure({ campaign: 'short', at: NOW + DAY_MS, windowDays: 1, cost }),
      exposure({ campaign: 'late', at: NOW + 29 * DAY_MS, cost }),
      // Met before anybody was held out of everything: what it cost then is no part of the comparison.
      exposure({ campaign: 'early', at: NOW - DAY_MS, windowDays: 3, cost }),
    ]
    const margin = (outcomes: readonly Outcome[]) =>
      valuesOf(whole, outcomes, met).metrics.find(([name]) => name === 'margin')?.[1]
    expect(margin([])).toBe(-5)
    expect(margin([bought(0.5, 100, 60)])).toBe(60 - 5 - 20)
    expect(margin([bought(1.5, 100, 60)])).toBe(60 - 5 - 20 - 20)
    expect(margin([bought(10, 100, 60), bought(30, 100, 60)])).toBe(60 - 5)
    expect(valuesOf(exposure(), [], met).metrics.some(([name]) => name === 'margin')).toBe(false)
  })

  it('marks whoever has an order in the window whose margin nobody knows', () => {
    expect(alone(exposure(), [bought(-1, 9)]).unknownMargin).toBe(false)
    expect(alone(exposure(), [bought(1, 9)]).unknownMargin).toBe(true)
  })

  it('counts purchases in store beside all others, and by themselves', () => {
    const orders = [bought(1, 30), outcome('store_purchase', 2, { value: 70 })]
    expect(of('revenue', orders)).toEqual([100, 0])
    expect(of('store_revenue', orders)).toEqual([70, 0])
  })

  it('knows who came back in the second week, and in the fifth, whatever the window', () => {
    const back = (days: number) => [
      of('retention_7', [outcome('visit', days)])[0],
      of('retention_28', [outcome('store_visit', days)])[0],
    ]
    expect([6.99, 7, 13.99, 14, 27.99, 28, 34.99, 35].map(back)).toEqual([
      [0, 0],
      [1, 0],
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ])
  })

  it('puts a complaint down to the campaign it names, to all where it names none, and to all of it together', () => {
    const named = [outcome('too_personal', 1, { campaign: 'ship' })]
    expect(of('too_personal', named)).toEqual([0, 0])
    expect(of('too_personal', named, { campaign: 'ship' })).toEqual([1, 0])
    expect(of('too_personal', named, { campaign: EVERYTHING })).toEqual([1, 0])
    expect(of('too_personal', [outcome('too_personal', 1)])).toEqual([1, 0])
  })

  it('takes a visit for a bounce until something in it was engaged', () => {
    const visits = [outcome('visit', -0.01), outcome('visit', 0.5)]
    expect(of('bounce', visits)).toEqual([1, 0])
    expect(of('bounce', [...visits, outcome('engaged', 0.51)])).toEqual([1, 0])
    expect(of('bounce', [...visits, outcome('engaged', 0.01)])).toEqual([0, 0])
    expect(of('bounce', [...visits, outcome('engaged', -0.005)])).toEqual([0, 0])
    expect(of('bounce', [...visits, outcome('engaged', -0.02)])).toEqual([1, 0])
  })
})
