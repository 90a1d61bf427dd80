import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Harm, testHarm } from '../../src/measure/harm.ts'
import { anyMoments, numbersIn, shareMoments } from '../help/moments.ts'

const harm = (n: number, control: number, arm: number, options = {}): Harm =>
  testHarm([{ control: shareMoments(n, control), arm: shareMoments(n, arm) }], options)

describe('testHarm', () => {
  it('is crossed by twice the opt-outs, and not by a few more', () => {
    expect(harm(10_000, 60, 120)).toMatchObject({ crossed: true, difference: 0.006 })
    expect(harm(10_000, 60, 70).crossed).toBe(false)
  })

  it('needs no one in control to have been annoyed', () => {
    expect(harm(1_000, 0, 12).crossed).toBe(true)
    expect(harm(1_000, 0, 2).crossed).toBe(false)
  })

  it('finds a difference among many as well as among few', () => {
    expect(harm(10_000, 4_000, 4_300).crossed).toBe(true)
    expect(harm(10_000, 4_000, 4_030).crossed).toBe(false)
    expect(harm(10_000, 9_000, 9_200).crossed).toBe(true)
  })

  it('lets pass what is tolerated', () => {
    expect(harm(10_000, 60, 120, { tolerance: 0.01 }).crossed).toBe(false)
    expect(harm(10_000, 60, 300, { tolerance: 0.01 }).crossed).toBe(true)
  })

  it('crosses a tolerance exactly where its lower bound does', () => {
    const share = fc.nat(600)
    const tolerances = fc.double({ min: 0, max: 0.1, noNaN: true })
    fc.assert(
      fc.property(share, share, tolerances, (control, arm, tolerance) => {
        const { crossed, atLeast, pValue } = harm(2_000, control, arm, { tolerance })
        if (Math.abs(atLeast - tolerance) < 1e-9) return
        expect(atLeast > tolerance).toBe(crossed)
        expect(pValue <= 0.05).toBe(crossed)
        expect(atLeast).toBeLessThanOrEqual((arm - control) / 2_000 + 1e-12)
      }),
    )
  })

  it('is surer with more harm in the arm, and with less in control', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (control, arm) => {
        const { pValue } = harm(500, control, arm)
        expect(harm(500, control, arm + 1).pValue).toBeLessThanOrEqual(pValue + 1e-9)
        expect(harm(500, control + 1, arm).pValue).toBeGreaterThanOrEqual(pValue - 1e-9)
      }),
    )
  })

  it('is not taken in by weights that changed on a bad day', () => {
    // Both arms alike on each day; on the second, when more are annoyed, nearly all visitors are the arm's.
    const days = [
      { control: shareMoments(5_000, 50), arm: shareMoments(5_000, 50) },
      { control: shareMoments(1_000, 50), arm: shareMoments(9_000, 450) },
    ]
    expect(testHarm(days).crossed).toBe(false)
    const [first, second] = days as [(typeof days)[0], (typeof days)[0]]
    const together = {
      control: shareMoments(first.control.n + second.control.n, first.control.y + second.control.y),
      arm: shareMoments(first.arm.n + second.arm.n, first.arm.y + second.arm.y),
    }
    expect(testHarm([together]).crossed).toBe(true)
  })

  it('says nothing of nobody', () => {
    const nothing: Harm = { crossed: false, difference: 0, atLeast: -1, pValue: 1, evidence: 0, chance: 0.5 }
    expect(testHarm([])).toEqual(nothing)
    expect(harm(0, 0, 0)).toEqual(nothing)
  })

  /**
   * The very reason for the test: over all ways in which 30 visitors, annoyed or not, can be of one arm or the other,
   * the bet's mean gain is 1, so that no number of looks makes it gain in the mean.
   */
  it.each([0.2, 0.5, 0.9])(
    'gains nothing in the mean where arms do not differ and %s are annoyed',
    (share) => {
      const visitors = 30
      const annoyed = Math.round(share * visitors)
      let mean = 0
      for (let mine = 0; mine <= annoyed; mine++)
        for (let fine = 0; fine <= visitors - annoyed; fine++) {
          const arm = shareMoments(mine + fine, mine)
          const control = shareMoments(visitors - mine - fine, annoyed - mine)
          const ways = choose(annoyed, mine) * choose(visitors - annoyed, fine)
          mean += (ways / 2 ** visitors) * Math.exp(testHarm([{ control, arm }]).evidence)
        }
      expect(mean).toBeLessThanOrEqual(1.005)
      expect(mean).toBeGreaterThan(0.5)
    },
  )

  it('never gives NaN, whatever the sums', () => {
    fc.assert(
      fc.property(anyMoments, anyMoments, (control, arm) => {
        const numbers = numbersIn(testHarm([{ control, arm }]))
        expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([])
      }),
    )
  })
})

function choose(n: number, k: number): number {
  let ways = 1
  for (let at = 1; at <= k; at++) ways = (ways * (n - k + at)) / at
  return ways
}
