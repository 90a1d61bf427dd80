import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { HALF_LIFE_MS } from '../../src/profile/decay.ts'
import { mergeContributions } from '../../src/profile/merge.ts'
import type { Evidence } from '../../src/profile/model.ts'
import { KNOWN_MASS, stageIn, stageMarks, stageOf } from '../../src/profile/stage.ts'
import { newSnapshot } from '../../src/profile/visit.ts'
import { event, NOW } from '../help/evidence.ts'

const profile = (events: readonly Evidence[], linked = false) =>
  mergeContributions([{ ...applyAll(emptyContribution('v'), events), linked }])
const stage = (events: readonly Evidence[], linked = false, now = NOW) =>
  stageOf(profile(events, linked), now)

const views = (count: number, daysAgo = 0) =>
  Array.from({ length: count }, () => event('view', { category: 'tea' }, daysAgo))
const known = [...views(KNOWN_MASS), ...views(1, 1)]
const follow = event('follow', { brand: 'Fizz' }, 2)
const served = event('served')

describe('stageOf', () => {
  it('knows nothing of who did not consent', () => {
    expect(stageOf(null, NOW)).toBe('unknown')
  })

  it.each<[string, string, readonly Evidence[]]>([
    ['a first page view', 'identified', [event('visit')]],
    ['a little evidence', 'identified', [...views(3), ...views(3, 1)]],
    ['much evidence of a single day', 'identified', views(100)],
    ['evidence of two days, but faded', 'identified', [...views(20, 70), ...views(20, 71)]],
    ['a brand that is followed', 'connected', [follow]],
    ['a brand that is no longer followed', 'identified', [follow, event('unfollow', { brand: 'Fizz' }, 1)]],
    ['enough evidence of two days', 'known', known],
    ['enough evidence and a tie', 'known', [...known, follow]],
    ['a decision served to somebody connected', 'personalized', [follow, served]],
    ['a decision served to somebody known', 'personalized', [...known, served]],
    ['a decision served to somebody hardly known', 'identified', [served]],
  ])('takes %s for %s', (_name, expected, events) => {
    expect(stage(events)).toBe(expected)
  })

  it('connects who linked an account, and two ids of one person', () => {
    expect(stage([event('visit')], true)).toBe('connected')
    const two = ['a', 'b'].map((id) => applyAll(emptyContribution(id), [event('visit')]))
    expect(stageOf(mergeContributions(two), NOW)).toBe('connected')
  })

  it('adds the evidence of both devices', () => {
    const [phone, laptop] = [views(8), views(8, 1)].map((events, n) =>
      applyAll(emptyContribution(`d${n}`), events),
    )
    expect(stageOf(mergeContributions([phone as never, laptop as never]), NOW)).toBe('known')
  })

  it('lets somebody known fall back at the very moment that the marks tell', () => {
    const { knownUntil } = stageMarks(profile(known).facts)
    expect(stage(known, false, knownUntil - 1)).toBe('known')
    expect(stage(known, false, knownUntil)).toBe('identified')
    const fresh = [...views(2 * KNOWN_MASS), event('visit', {}, 1)]
    expect(stageMarks(profile(fresh).facts).knownUntil).toBeGreaterThan(NOW + HALF_LIFE_MS - DAY_MS)
    expect(stageMarks(profile(fresh).facts).knownUntil).toBeLessThan(NOW + HALF_LIFE_MS + DAY_MS)
  })
})

describe('stageIn', () => {
  const snapshot = newSnapshot('visitor', NOW)

  it('takes who has no id for unknown, and a fresh id for identified', () => {
    expect(stageIn(undefined)).toBe('unknown')
    expect(stageIn(snapshot)).toBe('identified')
    expect(stageIn({ ...snapshot, stage: 'known' })).toBe('known')
  })
})
