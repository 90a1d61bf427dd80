import { describe, expect, it } from 'vitest'
import { parseTruth } from '../../src/cli/truth.ts'

describe('parseTruth', () => {
  it('fills in shoppers, and three campaigns of which one annoys', () => {
    const truth = parseTruth({})
    expect(truth.ok && truth.value.shoppers.buys).toBe(0.2)
    expect(truth.ok && truth.value.campaigns.annoying).toEqual({ conversion: 0, margin: 0, opt_out: 4 })
  })

  it('names every fault by its path', () => {
    const parsed = parseTruth({
      shoppers: { grants: 2, sings: true },
      campaigns: { a: { conversion: -3, fun: 1 } },
    })
    expect(parsed.ok ? [] : parsed.error.map(({ path }) => path).sort()).toEqual([
      '/campaigns/a/conversion',
      '/campaigns/a/fun',
      '/shoppers/grants',
      '/shoppers/sings',
    ])
  })
})
