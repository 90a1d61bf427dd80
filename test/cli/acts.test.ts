import { describe, expect, it } from 'vitest'
import { type Acts, actsOf, comesOn, type Shown } from '../../src/cli/acts.ts'
import { expectedLifts } from '../../src/cli/expected.ts'
import { type Shop, shopperOf } from '../../src/cli/shopper.ts'
import { effectsOf, parseTruth, type Truth } from '../../src/cli/truth.ts'

const parsed = parseTruth({
  shoppers: { grants: 1, denies: 0, gpc: 0, complains: 0.04, optsOut: 0.05 },
  campaigns: {
    hero: { conversion: 0.5, margin: -0.5, opt_out: 3, too_personal: 4, retention: -0.3, add_to_cart: 0.4 },
    tile: { arms: { quiet: {}, loud: { not_relevant: 3 } } },
  },
})
const truth = (parsed.ok ? parsed.value : undefined) as Truth
const SHOP: Shop = {
  goods: [{ id: 'peach', category: 'tea', brand: 'Brisa', collection: 'chilled' }],
  stores: ['north'],
}
const DAYS = { count: 21, weekday: 1 }
const COUNT = 40_000
const HERO: Shown = new Map([['hero', 'treated']])
const NOTHING: Shown = new Map()

interface Lived {
  readonly acts: readonly Acts[]
  readonly isBack: boolean
}

/** All visits of everybody, who met a campaign at the first of them. */
function lived(shown: Shown): readonly Lived[] {
  return Array.from({ length: COUNT }, (_, number) => {
    const shopper = shopperOf(number, DAYS, 1, truth, SHOP)
    const met = shopper.visits[0]?.day ?? 0
    const left = shopper.visits.map((_, at) => actsOf(shopper, at, 0, shown, truth))
    const acts = left.filter((_, at) => comesOn(shopper.visits[at]?.day ?? 0, shopper, met, shown, truth))
    const isBack = !acts.some(({ optsOut }) => optsOut) && comesOn(met + 7, shopper, met, shown, truth)
    return { acts, isBack }
  })
}

const [plain, treated] = [lived(NOTHING), lived(HERO)]
const shareOf = (all: readonly Lived[], holds: (acts: Acts) => boolean): number =>
  all.filter(({ acts }) => acts.some(holds)).length / COUNT
const liftOf = (measure: (all: readonly Lived[]) => number): number => measure(treated) / measure(plain) - 1
const ordersOf = (all: readonly Lived[]) =>
  all.flatMap(({ acts }) => acts.flatMap(({ order }) => order ?? []))

describe('actsOf', () => {
  const lifts = expectedLifts(effectsOf(truth, 'hero', 'treated') as never, truth.shoppers)
  it.each([
    ['conversion', () => liftOf((all) => shareOf(all, ({ order }) => order !== null)), 1],
    ['margin', () => liftOf((all) => ordersOf(all).reduce((sum, { margin }) => sum + margin, 0)), 1],
    ['revenue', () => liftOf((all) => ordersOf(all).reduce((sum, { value }) => sum + value, 0)), 1],
    [
      'store_conversion',
      () => liftOf((all) => ordersOf(all).filter(({ store }) => store !== null).length),
      1,
    ],
    ['add_to_cart', () => liftOf((all) => shareOf(all, ({ basket }) => basket !== null)), 1],
    ['opt_out', () => liftOf((all) => shareOf(all, ({ optsOut }) => optsOut)), 0],
    [
      'too_personal',
      () => liftOf((all) => shareOf(all, ({ complaint }) => complaint?.kind === 'too_personal')),
      0,
    ],
    [
      'not_relevant',
      () => liftOf((all) => shareOf(all, ({ complaint }) => complaint?.kind === 'not_relevant')),
      1,
    ],
    ['retention_7', () => liftOf((all) => all.filter(({ isBack }) => isBack).length), 1],
  ] as const)('does to %s what the truth says', (metric, found, digits) => {
    expect(found()).toBeCloseTo(lifts.get(metric) ?? Number.NaN, digits)
  })

  it('has shares as the truth has them, of those who were shown nothing', () => {
    expect(shareOf(plain, ({ order }) => order !== null)).toBeCloseTo(truth.shoppers.buys, 1)
    expect(shareOf(plain, ({ optsOut }) => optsOut)).toBeCloseTo(truth.shoppers.optsOut, 2)
    expect(shareOf(plain, ({ complaint }) => complaint !== null)).toBeCloseTo(2 * truth.shoppers.complains, 2)
  })

  it('has each thing done once, and nothing of it by who met no campaign but buying', () => {
    for (const { acts } of treated) {
      expect(acts.filter(({ order }) => order !== null).length).toBeLessThan(2)
      expect(acts.filter(({ optsOut }) => optsOut).length).toBeLessThan(2)
    }
    const before = Array.from({ length: 2_000 }, (_, number) =>
      actsOf(shopperOf(number, DAYS, 1, truth, SHOP), 0, undefined, NOTHING, truth),
    )
    expect(before.some(({ order }) => order !== null)).toBe(true)
    expect(
      before.some(({ optsOut, complaint, follows }) => optsOut || complaint !== null || follows !== null),
    ).toBe(false)
  })

  it('blames the campaign that did it, by its arm, and nobody where none did', () => {
    const complaints = (shown: Shown) =>
      lived(shown).flatMap(({ acts }) => acts.flatMap(({ complaint }) => complaint ?? []))
    const blamed = (shown: Shown, kind: string) =>
      new Set(complaints(shown).flatMap((each) => (each.kind === kind ? [each.campaign] : [])))
    expect(blamed(HERO, 'too_personal')).toEqual(new Set(['hero']))
    expect(blamed(HERO, 'not_relevant')).toEqual(new Set([null]))
    expect(blamed(new Map([['tile', 'loud']]), 'not_relevant')).toEqual(new Set(['tile']))
    expect(blamed(new Map([['tile', 'quiet']]), 'not_relevant')).toEqual(new Set([null]))
  })
})
