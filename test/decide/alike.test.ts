import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alike, DECISIONS_MAX, ofAlike } from '../../src/decide/alike.ts'
import type { Decision } from '../../src/decide/model.ts'
import { outcomesOf } from '../../src/decide/outcomes.ts'
import { compiled, planOf } from '../help/decide.ts'

const ids = ['hero', 'ship', 'note']
const freshPlan = () => planOf(...ids.map((id) => compiled({ id })))
const plan = freshPlan()
const possible = outcomesOf(plan).map(({ nothing, heldOut, chosen }): readonly Decision[] => [
  nothing('audience'),
  nothing('cap', 'day'),
  nothing('cap', 'week'),
  heldOut('holdout', true),
  heldOut('holdout', false),
  chosen(0, true),
  chosen(0, false),
])
const lists = fc.tuple(...possible.map((some) => fc.constantFrom(...some)))

describe('alike', () => {
  it('gives one list for equal lists, another for all others, and never other decisions', () => {
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const [first, second] = [alike(plan, [...a]), alike(plan, [...b])]
        expect(first).toEqual(a)
        expect(second).toEqual(b)
        expect(alike(plan, [...b])).toBe(second)
        expect(first === second).toBe(a.every((decision, at) => decision === b[at]))
      }),
    )
  })

  it('freezes what it shares, and leaves a preview’s list to its request', () => {
    const [outcomes] = outcomesOf(plan)
    const own = [outcomes?.previewed('none') as Decision]
    expect(alike(plan, own)).toBe(own)
    expect(Object.isFrozen(own)).toBe(false)
    expect(Object.isFrozen(alike(plan, [possible[0]?.[0] as Decision]))).toBe(true)
  })

  it('keeps plans apart, for the same campaign has other slots on another', () => {
    const decisions = possible.map((some) => some[0] as Decision)
    expect(alike(plan, [...decisions])).not.toBe(alike(freshPlan(), [...decisions]))
  })

  it('is bounded for all pages together: a dozen tests everywhere filled an isolate with lists, page by page', () => {
    const first = possible.map((some) => some[0] as Decision)
    const kept = alike(plan, [...first])
    expect(alike(plan, [...first])).toBe(kept)
    // Each of these pages has a few lists only, and no page too many.
    for (let pages = 0; pages < DECISIONS_MAX / 2 / ids.length; pages++) {
      const page = freshPlan()
      for (const one of [1, 2])
        alike(
          page,
          possible.map((some) => some[one] as Decision),
        )
    }
    expect(alike(plan, [...first])).not.toBe(kept)
  })
})

describe('ofAlike', () => {
  it('works once for a shared list, and each time for any other', () => {
    let worked = 0
    const count = ofAlike((decisions) => {
      worked += 1
      return decisions.length
    })
    const shared = alike(plan, [possible[1]?.[0] as Decision])
    expect([count(shared), count(shared), worked]).toEqual([1, 1, 1])
    expect([count([...shared]), count([...shared]), worked]).toEqual([1, 1, 3])
  })
})
