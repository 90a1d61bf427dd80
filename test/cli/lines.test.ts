import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderFault, unitCosts } from '../../src/cli/lines.ts'

const line = (more: Record<string, unknown> = {}) => ({ id: '7', sku: 'tea', ...more })

describe('orderFault', () => {
  it('lets a line leave out what another says', () => {
    const first = line({ visitor: 'v1', customer: 'c1', store: 'graca', at: 1_000, value: 9, cost: 4 })
    expect(orderFault([first, line(), line({ visitor: 'v1', at: 1_000, value: 9 })])).toBeUndefined()
  })

  it.each([
    ['visitor', 'v1', 'v2', /"7" is of more than one order, visitor being "v1" and "v2"/],
    ['customer', 'c1', 'c2', /more than one order, customer/],
    ['store', 'graca', 'baixa', /more than one order, store/],
    ['at', 1_000, 2_000, /at being 1970-01-01T00:00:01.000Z and 1970-01-01T00:00:02.000Z/],
    ['value', 10, 25, /contradict each other, value being 10 and 25/],
    ['cost', 1, 2, /contradict each other, cost/],
    ['margin', 1, 2, /contradict each other, margin/],
    ['currency', 'EUR', 'USD', /contradict each other, currency/],
    ['items', [{ sku: 'tea' }], [{ sku: 'fig' }], /contradict each other, items/],
  ])('refuses lines that say two things of %s', (name, one, other, fault) => {
    expect(orderFault([line({ [name]: one }), line(), line({ [name]: other })])).toMatch(fault)
  })

  it('refuses a visitor and a customer, who may be two', () => {
    const [visitor, customer] = [{ visitor: 'v1' }, { customer: 'c1' }]
    expect(orderFault([line(visitor), line(customer)])).toMatch(/name one of them in all/)
    expect(orderFault([line(visitor), line({ ...visitor, ...customer })])).toBeUndefined()
  })

  it('refuses an order some of whose lines have no unit cost; a row without goods is no line', () => {
    expect(orderFault([line({ unitCost: 3 }), line()])).toMatch(/have a unit cost and others have none/)
    expect(orderFault([{ id: '7', value: 9 }, line({ unitCost: 3 })])).toBeUndefined()
  })

  it('refuses a cost that is not what the unit costs come to', () => {
    expect(orderFault([line({ cost: 6, unitCost: 3, quantity: 2 })])).toBeUndefined()
    expect(orderFault([line({ cost: 3, unitCost: 3, quantity: 2 })])).toMatch(/is 3, and .* come to 6/)
  })
})

describe('unitCosts', () => {
  it('adds up what every unit costs', () => {
    const lines = fc.array(
      fc.record({ unitCost: fc.nat(1_000), quantity: fc.option(fc.integer({ min: 1, max: 9 })) }),
      {
        minLength: 1,
      },
    )
    fc.assert(
      fc.property(lines, (list) => {
        const rows = list.map(({ unitCost, quantity }) => ({ unitCost, ...(quantity && { quantity }) }))
        const units = list.flatMap(({ unitCost, quantity }) => Array(quantity ?? 1).fill(unitCost))
        expect(unitCosts(rows)).toBe(units.reduce((sum, cost) => sum + cost, 0))
      }),
    )
    expect(unitCosts([{ quantity: 2 }])).toBeUndefined()
  })
})
