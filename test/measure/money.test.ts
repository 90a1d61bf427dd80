import { describe, expect, it } from 'vitest'
import { marginOf } from '../../src/measure/margin.ts'
import { moneyOf, toMinor } from '../../src/measure/money.ts'

const EUROS = { currency: 'EUR', decimals: 2 }

describe('moneyOf', () => {
  it('knows how many decimals a currency has', () => {
    expect(['EUR', 'JPY', 'KWD'].map((currency) => moneyOf(currency)?.decimals)).toEqual([2, 0, 3])
  })

  it('knows a currency in small letters by the name that orders have for it', () => {
    expect(moneyOf('eur')).toEqual(EUROS)
  })

  it('knows no currency of another shape', () => {
    expect(moneyOf('euros')).toBeUndefined()
  })
})

describe('toMinor', () => {
  it('gives whole cents of what binary fractions miss', () => {
    expect([0.29, 4.35, 1.005, -2.5].map((amount) => toMinor(amount, EUROS))).toEqual([29, 435, 100, -250])
  })
})

describe('marginOf', () => {
  const costs = new Map([
    ['tea', { cost: 120, currency: 'EUR' }],
    ['mug', { cost: 300, currency: 'USD' }],
  ])
  it('believes the shop’s own margin, a loss too', () => {
    expect(marginOf({ margin: -0.5, items: [{ sku: 'mug', quantity: 1 }] }, 100, costs, EUROS)).toEqual({
      margin: -50,
      faults: [],
    })
  })

  it('takes what the goods cost from what was paid', () => {
    expect(marginOf({ items: [{ sku: 'tea', quantity: 3 }] }, 1_000, costs, EUROS)).toEqual({
      margin: 640,
      faults: [],
    })
  })

  it('does not guess where a cost is not known, or is in another currency', () => {
    const items = [
      { sku: 'tea', quantity: 1 },
      { sku: 'mug', quantity: 1 },
      { sku: 'hat', quantity: 1 },
    ]
    const { margin, faults } = marginOf({ items }, 1_000, costs, EUROS)
    expect(margin).toBeUndefined()
    expect(faults.map(({ path, code }) => [path, code])).toEqual([
      ['/items/1/sku', 'unknown_cost'],
      ['/items/2/sku', 'unknown_cost'],
    ])
  })
})
