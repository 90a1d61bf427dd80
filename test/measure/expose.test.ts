/** Whom a page exposes to what must not depend on what they are shown. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompiledCampaign, PagePlan } from '../../src/campaign/model.ts'
import { HOLDOUT } from '../../src/campaign/model.ts'
import type { Decision } from '../../src/decide/model.ts'
import { outcomesOf } from '../../src/decide/outcomes.ts'
import { exposuresOf, onPage, onTheWay, type Sight } from '../../src/measure/expose.ts'
import { compiled } from '../help/decide.ts'

const SELECTORS = ['#a', '#b', '#c', '#d'] as const

interface Wish {
  readonly selectors: readonly (readonly string[])[]
  readonly redirects: boolean
}

/** A campaign with a control and one variant for each list of selectors; the first may redirect instead. */
function campaignOf({ selectors, redirects }: Wish, id: string): CompiledCampaign {
  const plain = compiled({
    id,
    variants: [{ id: 'control' }, ...selectors.map((_, at) => ({ id: `v${at}` }))],
  })
  const variants = plain.variants.map((variant, index) => {
    if (index === 0) return variant
    if (redirects && index === 1) return { ...variant, edits: [], redirect: '/there' }
    const edits = (selectors[index - 1] ?? []).map((selector) => ({
      edit: { action: 'remove' as const, selector },
      render: () => null,
    }))
    return { ...variant, edits }
  })
  return { ...plain, variants }
}

const wish: fc.Arbitrary<Wish> = fc.record({
  selectors: fc.array(fc.subarray([...SELECTORS], { minLength: 1 }), { minLength: 1, maxLength: 3 }),
  redirects: fc.boolean(),
})
const wishes = fc.array(wish, { minLength: 1, maxLength: 6 })

function planOf(list: readonly Wish[]): PagePlan {
  const campaigns = list.map((each, index) => campaignOf(each, `c${index}`))
  const slotOf = new Map<string, number>(SELECTORS.map((selector, slot) => [selector, slot]))
  return { campaigns, selectors: { selectors: SELECTORS, key: '' }, slotOf }
}

/** A decision by number: -2 not enrolled, -1 held out of the campaign, else a variant. */
const decisionsOf = (plan: PagePlan, arms: readonly number[]): readonly Decision[] =>
  outcomesOf(plan).map((outcomes, index) => {
    const arm = arms[index] as number
    if (arm === -2) return outcomes.nothing('coverage')
    return arm === -1 ? outcomes.heldOut('holdout', true) : outcomes.chosen(arm, true)
  })

const SIGHT: Sight = {
  at: 0,
  release: 7,
  holdout: 0,
  segments: {},
  visitAt: 0,
  attributes: {},
  money: { currency: 'EUR', decimals: 2 },
}
const idsOf = (decisions: readonly Decision[]): readonly string[] =>
  exposuresOf(decisions, SIGHT).map(({ campaign }) => campaign)

/** The exposures of a view as the Worker makes them: a redirect leaves the page, everything else stays on it. */
function exposedBy(plan: PagePlan, arms: readonly number[], page: ReadonlySet<string>): readonly string[] {
  const decisions = decisionsOf(plan, arms)
  const leaving = decisions.find(({ variant }) => variant?.redirect !== undefined)
  const isOn = (slot: number): boolean => page.has(SELECTORS[slot] as string)
  return idsOf(leaving === undefined ? onPage(decisions, plan, isOn) : onTheWay(decisions, plan, leaving))
}

const page = fc.subarray([...SELECTORS]).map((all) => new Set<string>(all))
const view = wishes.chain((list) =>
  fc.record({
    list: fc.constant(list),
    page,
    arms: fc.tuple(...list.map(({ selectors }) => fc.integer({ min: -2, max: selectors.length }))),
    other: fc.tuple(...list.map(({ selectors }) => fc.integer({ min: -1, max: selectors.length }))),
  }),
)

describe('exposures', () => {
  it('of a campaign do not depend on its own arm, whatever page, campaigns and redirects', () => {
    fc.assert(
      fc.property(view, ({ list, page, arms, other }) => {
        const plan = planOf(list)
        for (const [index, arm] of arms.entries()) {
          if (arm === -2) continue
          const moved = arms.with(index, other[index] as number)
          const isExposed = exposedBy(plan, arms, page).includes(`c${index}`)
          expect(exposedBy(plan, moved, page).includes(`c${index}`)).toBe(isExposed)
        }
      }),
    )
  })

  it('of a page do not depend on any arm where nothing redirects', () => {
    fc.assert(
      fc.property(view, ({ list, page, arms, other }) => {
        const plan = planOf(list.map((each) => ({ ...each, redirects: false })))
        const moved = arms.map((arm, index) => (arm === -2 ? arm : (other[index] as number)))
        expect(exposedBy(plan, moved, page)).toEqual(exposedBy(plan, arms, page))
      }),
    )
  })

  it('are of campaigns with an element of any variant on the page, and of redirects always', () => {
    const plan = planOf([
      { selectors: [['#a'], ['#b', '#c']], redirects: false },
      { selectors: [['#d']], redirects: false },
      { selectors: [['#d']], redirects: true },
    ])
    expect(exposedBy(plan, [0, 0, 0], new Set(['#c']))).toEqual(['c0', 'c2'])
  })

  it('are none of decisions that may not be counted', () => {
    const plan = planOf([{ selectors: [['#a']], redirects: false }])
    const decisions = outcomesOf(plan).map((outcomes) => outcomes.chosen(1, false))
    expect(onPage(decisions, plan, () => true)).toEqual([])
  })

  it('tell of whom everything is kept from that alone, and of the others what all of it did', () => {
    const plan = planOf([{ selectors: [['#a']], redirects: false }])
    const [outcomes] = outcomesOf(plan)
    const sight = { ...SIGHT, holdout: 0.1 }
    const told = (decision: Decision) =>
      exposuresOf([decision], sight).map(({ campaign, arm, release, windowDays }) => [
        campaign,
        arm,
        release,
        windowDays,
      ])
    expect(told((outcomes as NonNullable<typeof outcomes>).heldOut('global_holdout', true))).toEqual([
      ['_all', HOLDOUT, 7, 28],
    ])
    expect(told((outcomes as NonNullable<typeof outcomes>).chosen(1, true))).toEqual([
      ['c0', 'v0', 7, 14],
      ['_all', 'personalized', 7, 28],
    ])
  })

  it('cost the shop what the objective says, for those who get it alone', () => {
    const plan = planOf([{ selectors: [['#a']], redirects: false }])
    const campaign = plan.campaigns[0] as CompiledCampaign
    const objective = { metric: 'margin' as const, windowDays: 7, cost: { exposure: 0.02, order: 1.5 } }
    const priced = { ...campaign, source: { ...campaign.source, objective } }
    const [outcomes] = outcomesOf({ ...plan, campaigns: [priced] })
    const told = (arm: number) =>
      exposuresOf([(outcomes as NonNullable<typeof outcomes>).chosen(arm, true)], SIGHT)[0]
    expect([told(1)?.cost, told(1)?.windowDays]).toEqual([{ exposure: 2, order: 150 }, 7])
    expect(told(0)?.cost).toBeUndefined()
  })
})
