import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from '../../src/measure/judge.ts'
import { betterOf, isHarm, kindOf } from '../../src/measure/kinds.ts'
import { testLoss } from '../../src/measure/loss.ts'
import { METRICS } from '../../src/measure/model.ts'
import { momentsOf, NO_MOMENTS } from '../../src/measure/moments.ts'
import type { Question, Verdict } from '../../src/measure/verdict.ts'
import { anyMoments, numbersIn, shareMoments } from '../help/moments.ts'

const SHARE: Question = { kind: 'share' }
const NEUTRAL = { lift: null, interval: null, pValue: 1, chance: 0.5, risk: null, proven: null }

const questions: fc.Arbitrary<Question> = fc.record({
  kind: fc.constantFrom('share', 'mean', 'ratio'),
  view: fc.constantFrom('sequential', 'fixed', 'bayes'),
  difference: fc.constantFrom('relative', 'absolute'),
  better: fc.constantFrom('up', 'down'),
  adjusted: fc.boolean(),
  atLeast: fc.constantFrom({ visitors: 1, events: 0 }, { visitors: 100, events: 10 }),
})

describe('judge', () => {
  it('proves what is there, in every view', () => {
    for (const view of ['sequential', 'fixed', 'bayes'] as const) {
      const verdict = judge(shareMoments(20_000, 1_000), shareMoments(20_000, 1_300), { ...SHARE, view })
      expect(verdict).toMatchObject({ status: 'ok', message: '', proven: 'better' })
      expect(verdict.lift).toBeCloseTo(0.3, 6)
      expect(verdict.pValue).toBeLessThan(0.001)
    }
  })

  it('of a harm takes more for worse', () => {
    const verdict = judge(shareMoments(20_000, 1_000), shareMoments(20_000, 1_300), {
      ...SHARE,
      better: 'down',
    })
    expect(verdict.proven).toBe('worse')
    expect(verdict.chance).toBeLessThan(0.001)
  })

  it('has no verdict of nobody, of too few, or of those who are all alike', () => {
    const some = shareMoments(1_000, 100)
    expect(judge(NO_MOMENTS, some, SHARE)).toMatchObject({
      ...NEUTRAL,
      status: 'no_data',
      control: { mean: null },
    })
    expect(judge(shareMoments(50, 20), some, SHARE)).toMatchObject({ ...NEUTRAL, status: 'too_few' })
    expect(judge(shareMoments(1_000, 4), shareMoments(1_000, 5), SHARE).status).toBe('too_few')
    expect(judge(shareMoments(1_000, 0), some, SHARE)).toMatchObject({ ...NEUTRAL, status: 'degenerate' })
    const alike = momentsOf(new Array(200).fill(3))
    expect(judge(alike, alike, { kind: 'mean' })).toMatchObject({ ...NEUTRAL, status: 'degenerate' })
  })

  it('says why, in a sentence', () => {
    const loss = momentsOf(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 1 : -1)))
    const gain = momentsOf(Array.from({ length: 200 }, (_, index) => index % 3))
    expect(judge(loss, gain, { kind: 'mean' }).message).toBe(
      'The baseline is 0, so nothing can be told relative to it.',
    )
    expect(judge(loss, gain, { kind: 'mean', difference: 'absolute' }).status).toBe('ok')
  })

  it('withholds every lift where visitors went missing', () => {
    const arms = [shareMoments(20_000, 1_000), shareMoments(20_000, 1_300)] as const
    const split = { cause: 'selection', pValue: 1e-6 } as const
    expect(judge(...arms, { ...SHARE, split })).toMatchObject({ ...NEUTRAL, status: 'srm' })
    expect(judge(...arms, { ...SHARE, split: { cause: 'none', pValue: 0.3 } }).status).toBe('ok')
  })

  it('is surer with what was before the exposure taken out, and says by how much', () => {
    const before = Array.from({ length: 400 }, (_, index) => (index * 31) % 17)
    const arm = (lift: number) =>
      momentsOf(
        before.map((x, index) => x * (1 + lift) + ((index * 7) % 5)),
        before,
      )
    const question: Question = { kind: 'mean' }
    const [plain, adjusted] = [false, true].map((wanted) =>
      judge(arm(0), arm(0.1), { ...question, adjusted: wanted }),
    )
    expect(adjusted?.varianceReduction).toBeGreaterThan(0.8)
    expect(plain?.varianceReduction).toBe(0)
    expect(adjusted?.standardError).toBeLessThan(plain?.standardError as number)
  })

  it('is a plain object that JSON does not change, whatever the sums', () => {
    fc.assert(
      fc.property(anyMoments, anyMoments, questions, (control, arm, question) => {
        const verdict = judge(control, arm, question)
        const sums = (n: Verdict['control']) => ({ ...n, n: 0 })
        const told = { ...verdict, control: sums(verdict.control), arm: sums(verdict.arm), measured: null }
        expect(numbersIn(told).filter((value) => !Number.isFinite(value))).toEqual([])
        expect(verdict.status === 'ok').toBe(verdict.lift !== null)
        expect(verdict.pValue).toBeGreaterThanOrEqual(0)
        expect(verdict.pValue).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('testLoss', () => {
  const spend = (visitors: number, value: number) =>
    momentsOf(Array.from({ length: visitors }, (_, index) => (index % 10 === 0 ? value : 0)))

  it('is crossed where the arm is worth less than is tolerated', () => {
    expect(testLoss(spend(20_000, 5_000), spend(20_000, 3_000))).toMatchObject({
      crossed: true,
      difference: 200,
    })
    expect(testLoss(spend(20_000, 5_000), spend(20_000, 3_000), { tolerance: 300 }).crossed).toBe(false)
  })

  it('is not crossed by an arm that is worth more, nor by too few, nor by those who are all alike', () => {
    expect(testLoss(spend(20_000, 3_000), spend(20_000, 5_000)).crossed).toBe(false)
    const unknown = { crossed: false, difference: null, atLeast: null, pValue: 1 }
    expect(testLoss(spend(100, 5_000), spend(20_000, 0))).toEqual(unknown)
    expect(testLoss(spend(500, 0), spend(500, 0))).toEqual(unknown)
  })
})

describe('kinds', () => {
  it('take what is 0 or 1 of a visitor for a share, and order value for a ratio', () => {
    expect(METRICS.filter((metric) => kindOf(metric) === 'ratio')).toEqual(['average_order'])
    expect(METRICS.filter((metric) => isHarm(metric)).every((metric) => kindOf(metric) === 'share')).toBe(
      true,
    )
    expect([betterOf('bounce'), betterOf('margin')]).toEqual(['down', 'up'])
  })
})
