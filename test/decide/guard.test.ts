import { describe, expect, it } from 'vitest'
import type { Condition } from '../../src/campaign/model.ts'
import { decide } from '../../src/decide/decide.ts'
import { guardDecision } from '../../src/decide/guard.ts'
import { compiled, planOf, viewOf } from '../help/decide.ts'

/** Only the condition's shape matters here; `holds` stands for its answer. */
function campaign(audience: Condition, personal = true) {
  const made = compiled({ personal })
  return { ...made, source: { ...made.source, audience } }
}

describe('guardDecision', () => {
  it('decides nothing by a street that was not shared', () => {
    const near = campaign({ 'store.km': { $lte: 0.3 } })
    const attributes = { store: { km: 0.1 } }
    expect(guardDecision(near, attributes, false)).toBe('precise_place')
    expect(guardDecision(near, attributes, true)).toBeUndefined()
    expect(guardDecision(campaign({ 'store.km': { $lte: 12 } }), attributes, false)).toBeUndefined()
  })

  it.each([
    undefined,
    {},
    { traits: {} },
    { traits: { job: '' } },
    { traits: { job: [] } },
    { traits: null },
  ])('guesses no trait out of %o', (attributes) => {
    const notStudent = campaign({ $not: { 'traits.job': 'student' } })
    expect(guardDecision(notStudent, (attributes ?? {}) as never, true)).toBe('undeclared')
  })

  it('goes by what was declared', () => {
    expect(
      guardDecision(campaign({ 'traits.job': { $ne: 'x' } }), { traits: { job: 'nurse' } }, false),
    ).toBeUndefined()
  })
})

describe('decide', () => {
  it('names the rule, takes no group and counts nobody', () => {
    const guarded = campaign({ 'store.km': { $lte: 0.3 } })
    const next = compiled({ id: 'next', group: 'g' })
    const plan = planOf({ ...guarded, source: { ...guarded.source, group: 'g' } }, next)
    const [first, second] = decide(viewOf(plan, { attributes: { store: { km: 0.1 } } }))
    expect(first).toMatchObject({ reason: 'guard', why: 'precise_place', arm: 'control', counted: false })
    expect(second?.reason).toBe('match')
  })
})
