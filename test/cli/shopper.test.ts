import { describe, expect, it } from 'vitest'
import { type Acts, actsOf, shopperOf } from '../../src/cli/shopper.ts'
import { parseTruth, type Truth } from '../../src/cli/truth.ts'

const parsed = parseTruth({ campaigns: { hero: { conversion: 0.5, margin: -0.5, opt_out: 4 } } })
const truth = (parsed.ok ? parsed.value : undefined) as Truth
const COUNT = 20_000
const acts = (shown: readonly string[]): readonly Acts[] =>
  Array.from({ length: COUNT }, (_, number) => actsOf(shopperOf(number, 7, 1, truth), shown, truth))
const share = (all: readonly Acts[], holds: (one: Acts) => boolean): number =>
  all.filter(holds).length / COUNT

describe('shopperOf', () => {
  it('makes the same shopper of the same seed, and another of another', () => {
    const said = (seed: number) => JSON.stringify(shopperOf(7, 30, seed, truth))
    expect(said(1)).toBe(said(1))
    expect(new Set([1, 2, 3, 4, 5, 6].map(said)).size).toBeGreaterThan(1)
  })

  it('spreads choices as the truth has them', () => {
    const all = Array.from({ length: COUNT }, (_, number) => shopperOf(number, 7, 1, truth))
    const of = (consent: string) => all.filter((one) => one.consent === consent).length / COUNT
    expect(of('grants')).toBeCloseTo(0.5, 1)
    expect(of('gpc')).toBeCloseTo(0.1, 1)
    expect(new Set(all.map(({ day }) => day))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]))
  })
})

describe('actsOf', () => {
  it('gives effects their true size, to those who were shown it only', () => {
    const [plain, shown] = [acts([]), acts(['hero'])]
    expect(share(plain, ({ order }) => order !== null)).toBeCloseTo(0.2, 1)
    expect(share(shown, ({ order }) => order !== null)).toBeCloseTo(0.3, 1)
    expect(share(shown, ({ optsOut }) => optsOut) / share(plain, ({ optsOut }) => optsOut)).toBeGreaterThan(4)
    const margin = (all: readonly Acts[]) => {
      const orders = all.flatMap(({ order }) => order ?? [])
      return orders.reduce((sum, order) => sum + order.margin / order.value, 0) / orders.length
    }
    expect(margin(shown) / margin(plain)).toBeCloseTo(0.5, 1)
  })
})
