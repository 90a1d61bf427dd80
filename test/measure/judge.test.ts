import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Interval } from '../../src/measure/fixed.ts'
import { judge } from '../../src/measure/judge.ts'
import { betterOf, isHarm, kindOf } from '../../src/measure/kinds.ts'
import { testLoss } from '../../src/measure/loss.ts'
import { METRICS } from '../../src/measure/model.ts'
import { NO_MOMENTS } from '../../src/measure/moments.ts'
import type { Question, Verdict } from '../../src/measure/verdict.ts'
import { anyMoments, momentsOf, numbersIn, shareMoments } from '../help/moments.ts'

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
    const question = { kind: 'mean', events: [200, 200] } as const
    expect(judge(loss, gain, question).message).toBe(
      'The baseline is 0, so nothing can be told relative to it.',
    )
    expect(judge(loss, gain, { ...question, difference: 'absolute' }).status).toBe('ok')
  })

  it('withholds every lift where visitors went missing', () => {
    const arms = [shareMoments(20_000, 1_000), shareMoments(20_000, 1_300)] as const
    expect(judge(...arms, { ...SHARE, mismatch: true })).toMatchObject({ ...NEUTRAL, status: 'srm' })
    expect(judge(...arms, { ...SHARE, mismatch: false }).status).toBe('ok')
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

  it('proves nothing by an arm of few and small orders, whose own error is small', () => {
    const control = momentsOf([
      ...new Array(586).fill(0),
      ...Array.from({ length: 14 }, (_, n) => 2_000 + n * n * 90),
    ])
    const arm = momentsOf([...new Array(589).fill(0), ...Array.from({ length: 11 }, (_, n) => 290 + n)])
    for (const atLeast of [
      { visitors: 100, events: 0 },
      { visitors: 100, events: 10 },
    ]) {
      const verdict = judge(control, arm, { kind: 'mean', atLeast })
      expect(verdict.lift ?? -0.95).toBeLessThan(-0.9)
      expect(verdict.proven).toBeNull()
      // By the delta method it were many errors away from nothing.
      if (verdict.lift !== null)
        expect(Math.abs(verdict.lift / (verdict.standardError as number))).toBeGreaterThan(15)
    }
  })

  it('has 0 outside its interval exactly where the plain difference proves something', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 5, maxLength: 60 })
    const some = { visitors: 1, events: 0 }
    fc.assert(
      fc.property(amounts, amounts, questions, fc.integer({ min: -50, max: 400 }), (a, b, question, more) => {
        const [control, arm] = [momentsOf(a.map((y) => y - 100)), momentsOf(b.map((y) => y + more))]
        const of = (difference: 'relative' | 'absolute') =>
          judge(control, arm, { ...question, kind: 'mean', difference, atLeast: some, adjusted: false })
        const [relative, absolute] = [of('relative'), of('absolute')]
        if (relative.status !== 'ok') return
        const [low, high] = relative.interval as Interval
        expect(relative.proven).toBe(absolute.proven)
        expect(relative.pValue).toBeCloseTo(absolute.pValue, 9)
        expect((low ?? -1) <= 0 && (high ?? 1) >= 0).toBe(relative.proven === null)
        expect(low ?? Number.NEGATIVE_INFINITY).toBeLessThanOrEqual(relative.lift as number)
        expect(high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(relative.lift as number)
      }),
    )
  })

  it('proves at every alpha what its p-value says, so that what is corrected for many metrics agrees with it', () => {
    const count = fc.integer({ min: 50, max: 400 })
    fc.assert(
      fc.property(count, count, fc.constantFrom(0.05, 0.025, 0.01, 0.004), (a, b, alpha) => {
        for (const view of ['sequential', 'fixed'] as const) {
          const verdict = judge(shareMoments(2_000, a), shareMoments(2_000, b), { ...SHARE, view, alpha })
          expect(verdict.proven !== null).toBe(verdict.pValue <= alpha)
        }
      }),
    )
  })

  it('tells no bound where the baseline may still be 0', () => {
    const few = momentsOf(Array.from({ length: 400 }, (_, n) => (n < 12 ? 1 + n ** 4 : 0)))
    const none = judge(few, few, { kind: 'mean', atLeast: { visitors: 100, events: 0 } })
    expect(none).toMatchObject({ status: 'ok', interval: [null, null], proven: null })
    const many = momentsOf(Array.from({ length: 400 }, (_, n) => 1e5 + n))
    const more = judge(few, many, { kind: 'mean', atLeast: { visitors: 100, events: 0 } })
    expect(more).toMatchObject({ proven: 'better', interval: [expect.any(Number), null] })
    expect(more.interval?.[0]).toBeGreaterThan(0)
  })

  it('of means and ratios asks for orders enough in each arm, as many as make up the sum', () => {
    const spent = (orders: number, value = 50) =>
      momentsOf(
        Array.from({ length: 1_000 }, (_, n) => (n < orders ? value + n : 0)),
        Array.from({ length: 1_000 }, (_, n) => Number(n < orders)),
      )
    for (const kind of ['mean', 'ratio'] as const) {
      const statusOf = (a: number, b: number) => judge(spent(a), spent(b), { kind, adjusted: false }).status
      expect([statusOf(300, 9), statusOf(9, 300), statusOf(12, 12)]).toEqual(['too_few', 'too_few', 'ok'])
    }
    const whale = momentsOf([...new Array(900).fill(0), ...new Array(50).fill(10), 90_000])
    expect(judge(whale, spent(50), { kind: 'mean' }).status).toBe('too_few')
    expect(judge(whale, spent(50), { kind: 'mean', events: [51, 50] }).status).toBe('ok')
  })

  it('in the Bayesian view tells what a wrong choice costs, of the baseline', () => {
    const arms = [shareMoments(20_000, 1_000), shareMoments(20_000, 1_040)] as const
    const [relative, absolute] = (['relative', 'absolute'] as const).map((difference) =>
      judge(...arms, { ...SHARE, view: 'bayes', difference }),
    )
    expect(relative?.risk?.arm).toBeCloseTo((absolute?.risk?.arm as number) / 0.05, 9)
    expect(relative?.pValue).toBeCloseTo(2 * (1 - (relative?.chance as number)), 9)
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
