import { describe, expect, it } from 'vitest'
import { effectsOf, parseTruth, type Truth } from '../../src/cli/truth.ts'

describe('parseTruth', () => {
  it('fills in shoppers, and campaigns of which one annoys and one adapts', () => {
    const truth = parseTruth({})
    expect(truth.ok && truth.value.shoppers.buys).toBe(0.2)
    const campaigns = truth.ok ? truth.value.campaigns : {}
    expect(campaigns.annoying).toMatchObject({ conversion: 0, opt_out: 4, too_personal: 1, adaptive: false })
    expect(campaigns.choice?.adaptive).toBe(true)
  })

  it('names every fault by its path', () => {
    const parsed = parseTruth({
      shoppers: { grants: 2, sings: true },
      campaigns: { a: { conversion: -3, fun: 1 }, b: { arms: { x: { joy: 1 } } } },
    })
    expect(parsed.ok ? [] : parsed.error.map(({ path }) => path).sort()).toEqual([
      '/campaigns/a/conversion',
      '/campaigns/a/fun',
      '/campaigns/b/arms/x/joy',
      '/shoppers/grants',
      '/shoppers/sings',
    ])
  })
})

describe('effectsOf', () => {
  it('tells arms of one campaign apart where the truth does', () => {
    const parsed = parseTruth({ campaigns: { a: { conversion: 1 }, b: { arms: { x: { margin: 2 } } } } })
    const truth = (parsed.ok ? parsed.value : undefined) as Truth
    expect(effectsOf(truth, 'a', 'any')?.conversion).toBe(1)
    expect(effectsOf(truth, 'b', 'x')?.margin).toBe(2)
    expect(effectsOf(truth, 'b', 'other')?.margin).toBe(0)
    expect(effectsOf(truth, 'unknown', 'x')).toBeUndefined()
  })
})
