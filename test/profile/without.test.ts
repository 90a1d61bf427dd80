import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PERSONAL_CLASSES } from '../../src/privacy/view.ts'
import { profileAttributes } from '../../src/profile/attributes.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { mergeContributions } from '../../src/profile/merge.ts'
import type { Snapshot } from '../../src/profile/model.ts'
import { snapshotOf } from '../../src/profile/view.ts'
import { factsWithout, snapshotWithout } from '../../src/profile/without.ts'
import { anyEvidence, NOW } from '../help/evidence.ts'

const anyFacts = fc
  .array(anyEvidence, { minLength: 1, maxLength: 12 })
  .map((list) => applyAll(emptyContribution('ana'), list).facts)
const anyOff = fc.subarray([...PERSONAL_CLASSES])
const heavy = (facts: Parameters<typeof factsWithout>[0]): Snapshot => ({
  id: 'ana',
  createdAt: NOW,
  visits: 3,
  lastSeenAt: NOW,
  previousVisitAt: NOW,
  ...snapshotOf(mergeContributions([{ visitor: 'ana', linked: false, facts }]), NOW),
})

describe('factsWithout', () => {
  it('changes nothing where nothing has to go, and nothing the second time', () => {
    fc.assert(
      fc.property(anyFacts, anyOff, (facts, off) => {
        const left = factsWithout(facts, off)
        expect(factsWithout(left, off)).toBe(left)
        expect(factsWithout(facts, [])).toBe(facts)
      }),
    )
  })

  it('leaves a profile that says of those classes what nobody’s says', () => {
    fc.assert(
      fc.property(anyFacts, anyOff, (facts, off) => {
        const left = factsWithout(facts, off)
        const derived = snapshotOf(mergeContributions([{ visitor: 'ana', linked: false, facts: left }]), NOW)
        const { asOf: _, stage: __, ...view } = derived
        const stripped = snapshotWithout(
          { id: 'ana', createdAt: NOW, visits: 1, lastSeenAt: NOW, ...view },
          off,
        )
        expect(stripped).toEqual({ id: 'ana', createdAt: NOW, visits: 1, lastSeenAt: NOW, ...view })
      }),
    )
  })
})

describe('snapshotWithout', () => {
  it('takes away what may not be read, and nothing that may', () => {
    fc.assert(
      fc.property(anyFacts, anyOff, (facts, off) => {
        const whole = heavy(facts)
        const left = snapshotWithout(whole, off)
        expect(profileAttributes(left, NOW, off)).toEqual(profileAttributes(whole, NOW, off))
        expect([left.visits, left.previousVisitAt]).toEqual(off.includes('visit') ? [1, undefined] : [3, NOW])
        expect(snapshotWithout(left, off)).toBe(left)
      }),
    )
  })
})
