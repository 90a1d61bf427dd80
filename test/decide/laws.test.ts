/** What holds of deciding whatever the campaigns and whoever the visitor. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draw, inGlobalHoldout } from '../../src/decide/assign.ts'
import { decide } from '../../src/decide/decide.ts'
import { REASONS } from '../../src/decide/model.ts'
import { type CampaignWish, compiled, consentOf, planOf, told, viewOf } from '../help/decide.ts'

const UNITS = Array.from({ length: 20_000 }, (_, n) => `unit-${n}`)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const variants = fc.constantFrom(
  [{ id: 'a' }],
  [{ id: 'control' }, { id: 'b' }],
  [{ id: 'control' }, { id: 'b' }, { id: 'c' }],
)
const wishes: fc.Arbitrary<readonly CampaignWish[]> = fc
  .array(
    fc.record({
      variants,
      coverage: fc.oneof(fc.constant(1), share),
      holdout: fc.oneof(fc.constant(0), share),
      personal: fc.boolean(),
      group: fc.constantFrom(undefined, 'g', 'h'),
      isFor: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) =>
    list.map(({ group, isFor, ...wish }, index) => ({
      ...wish,
      id: `c${index}`,
      audience: () => isFor,
      ...(group === undefined ? {} : { group }),
    })),
  )

describe('decide', () => {
  it('gives a unit the same arm of a campaign whatever other campaigns there are', () => {
    fc.assert(
      fc.property(wishes, fc.uuid(), share, (list, unit, holdout) => {
        const together = decide(viewOf(planOf(...list.map(compiled)), { unit, holdout }))
        for (const [index, wish] of list.entries()) {
          const decision = together[index]
          if (decision?.reason === 'group') continue
          expect(told(decision as never)).toBe(
            told(decide(viewOf(planOf(compiled(wish)), { unit, holdout }))[0] as never),
          )
        }
      }),
    )
  })

  it('shows at most one campaign of a group', () => {
    fc.assert(
      fc.property(wishes, fc.option(fc.uuid(), { nil: undefined }), (list, unit) => {
        const shown = decide(viewOf(planOf(...list.map(compiled)), { unit })).filter(({ variant }) => variant)
        const groups = shown.flatMap(({ campaign }) => campaign.source.group ?? [])
        expect(new Set(groups).size).toBe(groups.length)
      }),
    )
  })

  it('has the held out walk the ladder of everybody else: shares differ in what is shown, never in who is reached', () => {
    fc.assert(
      fc.property(wishes, fc.uuid(), (list, unit) => {
        const plan = planOf(...list.map(compiled))
        const isReached = ({ reason }: { readonly reason: string }) => /match|control|holdout/.test(reason)
        const free = decide(viewOf(plan, { unit, holdout: 0 })).map(isReached)
        expect(decide(viewOf(plan, { unit, holdout: 1 })).map(isReached)).toEqual(free)
      }),
    )
  })

  it('moves nobody between arms when coverage is raised, and takes no holdout away', () => {
    fc.assert(
      fc.property(variants, share, share, share, fc.uuid(), (list, one, other, holdout, unit) => {
        const at = (coverage: number) => draw(compiled({ variants: list, coverage, holdout }), unit)
        const before = at(Math.min(one, other))
        if (before !== 'coverage') expect(at(Math.max(one, other))).toBe(before)
      }),
      { numRuns: 1_000 },
    )
  })

  it('never throws and always gives a reason of the closed list, whatever attributes and units come', () => {
    const asking: CampaignWish = {
      audience: (attributes) => (attributes as { a: { b: string } }).a.b.length > 1,
    }
    const plan = planOf(compiled(asking), compiled({ id: 'plain' }))
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything()),
        fc.string({ unit: 'binary' }),
        fc.double(),
        (attributes, unit, now) => {
          const decisions = decide(
            viewOf(plan, { attributes, unit, now, holdout: now, consent: consentOf(now > 0) }),
          )
          expect(decisions).toHaveLength(2)
          for (const { reason } of decisions) expect(REASONS).toContain(reason)
        },
      ),
    )
  })

  it('gives no decision that a caller could change for the next visitor', () => {
    const plan = planOf(
      compiled({}),
      compiled({ id: 'ship', holdout: 1 }),
      compiled({ id: 'x', audience: () => false }),
    )
    for (const decision of decide(viewOf(plan))) expect(Object.isFrozen(decision)).toBe(true)
  })
})

describe('the three draws', () => {
  const shareOf = (isIn: (unit: string) => boolean) => UNITS.filter(isIn).length / UNITS.length
  /** Four standard deviations of a share of 20,000. */
  const margin = (p: number) => 4 * Math.sqrt((p * (1 - p)) / UNITS.length)
  const half = compiled({ variants: [{ id: 'control' }, { id: 'b' }] })
  const held = compiled({ holdout: 0.3 })

  it('keep out the share that was asked for', () => {
    expect(Math.abs(shareOf((unit) => inGlobalHoldout(unit, 0.05)) - 0.05)).toBeLessThan(margin(0.05))
    expect(Math.abs(shareOf((unit) => draw(held, unit) === 'holdout') - 0.3)).toBeLessThan(margin(0.3))
  })

  it.each<[string, (unit: string) => boolean, (unit: string) => boolean, number]>([
    ['global holdout and arm', (unit) => inGlobalHoldout(unit, 0.5), (unit) => draw(half, unit) === 1, 0.25],
    [
      'global and campaign holdout',
      (unit) => inGlobalHoldout(unit, 0.5),
      (unit) => draw(held, unit) === 'holdout',
      0.15,
    ],
    [
      'holdout and arm of one seed',
      (unit) => draw(held, unit) === 'holdout',
      (unit) => draw(half, unit) === 1,
      0.15,
    ],
  ])('are independent: %s', (_name, one, other, expected) => {
    expect(Math.abs(shareOf((unit) => one(unit) && other(unit)) - expected)).toBeLessThan(margin(expected))
  })

  it('only add people when the share is raised', () => {
    fc.assert(
      fc.property(fc.uuid(), share, share, (unit, one, other) => {
        if (inGlobalHoldout(unit, Math.min(one, other)))
          expect(inGlobalHoldout(unit, Math.max(one, other))).toBe(true)
      }),
    )
  })
})
