import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amount, chance, mean, people, percent } from '../../src/cli/figures.ts'

const EUR = { currency: 'EUR', decimals: 2 }

describe('figures', () => {
  it('have a sign only where something is left of them', () => {
    expect([percent(-0.0003), percent(-0.0006), percent(0)]).toEqual(['0.0 %', '-0.1 %', '0.0 %'])
    expect([amount(-0.4, EUR), amount(-0.6, EUR)]).toEqual(['0.00 EUR', '-0.01 EUR'])
    expect(amount(-0.4, { currency: 'JPY', decimals: 0 })).toBe('0 JPY')
  })

  it('say no more of a chance than anybody knows: never 0, never 100 %', () => {
    expect([0, 0.0004, 0.002, 0.5, 0.996, 0.9996, 1].map(chance)).toEqual([
      '<0.1 %',
      '<0.1 %',
      '0.2 %',
      '50 %',
      '99.6 %',
      '>99.9 %',
      '>99.9 %',
    ])
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (probability) => {
        expect(chance(probability)).not.toMatch(/^(0\.0|100|100\.0) %$/)
      }),
    )
  })

  it('are money, shares or numbers by what they are of', () => {
    expect([mean('margin', -250, EUR), mean('orders', 1.5, EUR), mean('conversion', 0.05, EUR)]).toEqual([
      '-2.50 EUR',
      '1.500',
      '5.00 %',
    ])
    expect([mean('margin', null, EUR), people(null), people(0), people(12)]).toEqual(['-', '<10', '0', '12'])
  })
})
