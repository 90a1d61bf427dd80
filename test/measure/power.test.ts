import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Lift } from '../../src/measure/lift.ts'
import {
  daysToDecide,
  detectableEffect,
  type Plan,
  powerOf,
  visitorsNeeded,
} from '../../src/measure/power.ts'
import { readSpec } from '../help/spec.ts'

const FIXED: Plan = { view: 'fixed' }
const SEQUENTIAL: Plan = { view: 'sequential' }
const plans = fc.constantFrom(FIXED, SEQUENTIAL)

interface Given {
  readonly mde: number
  readonly var: number
  readonly alpha: number
  readonly n1: number
  readonly n2: number
  readonly expected: number
  readonly rtol: number
}

describe('powerOf', () => {
  it.each(readSpec('spotify_confidence_chisquared').power as Given[])('of $mde at $n1 and $n2', (given) => {
    const { mde, var: variance, alpha, n1, n2, expected, rtol } = given
    const standardError = Math.sqrt(variance / n1 + variance / n2)
    const power = powerOf(mde, standardError, n1 + n2, { view: 'fixed', alpha })
    expect(Math.abs(power / expected - 1)).toBeLessThan(rtol)
  })

  it('is alpha where there is nothing to find, and less where one looks often', () => {
    expect(powerOf(0, 1, 1_000, FIXED)).toBeCloseTo(0.05, 10)
    expect(powerOf(0, 1, 1_000, SEQUENTIAL)).toBeLessThan(0.05)
  })
})

describe('detectableEffect', () => {
  it('is found with just the wanted power', () => {
    fc.assert(
      fc.property(
        plans,
        fc.double({ min: 1e-4, max: 100, noNaN: true }),
        fc.double({ min: 0.1, max: 0.99, noNaN: true }),
        (plan, standardError, power) => {
          const effect = detectableEffect(standardError, 2_000, { ...plan, power })
          expect(powerOf(effect, standardError, 2_000, plan)).toBeCloseTo(power, 6)
        },
      ),
    )
  })

  it('is 2.8 standard errors at 80 %', () => {
    expect(detectableEffect(1, 1_000, FIXED)).toBeCloseTo(1.959964 + 0.841621, 4)
  })
})

describe('visitorsNeeded', () => {
  it('is what the textbook says of one look', () => {
    // (1.96 + 0.84)² × variance / effect², the variance that of the difference at one visitor.
    expect(visitorsNeeded(0.01, 0.8, FIXED)).toBeCloseTo(((1.959964 + 0.841621) ** 2 * 0.8) / 0.01 ** 2, -2)
  })

  it('falls with the effect, and is more for the sequential view', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 0.5, noNaN: true }), (effect) => {
        const [once, always] = [FIXED, SEQUENTIAL].map((plan) => visitorsNeeded(effect, 1, plan) as number)
        expect(always).toBeGreaterThanOrEqual(once as number)
        expect(visitorsNeeded(effect * 2, 1, FIXED) as number).toBeLessThanOrEqual(once as number)
        expect(
          powerOf(effect, Math.sqrt(1 / (always as number)), always as number, SEQUENTIAL),
        ).toBeGreaterThan(0.799)
      }),
    )
  })

  it('has no answer where there is nothing to find, or not among all people', () => {
    expect(visitorsNeeded(0, 1, FIXED)).toBeNull()
    expect(visitorsNeeded(1e-9, 1, FIXED)).toBeNull()
  })
})

describe('daysToDecide', () => {
  const lift: Lift = {
    difference: 'relative',
    estimate: 0.02,
    standardError: 0.05,
    n: 2_000,
    freedom: 1_998,
    base: 0.1,
  }

  it('divides what is missing by the traffic', () => {
    const waiting = daysToDecide(lift, 0.05, 500, FIXED)
    const needed = visitorsNeeded(0.05, 0.05 ** 2 * 2_000, FIXED) as number
    expect(waiting).toEqual({
      ok: true,
      value: { visitors: needed - 2_000, days: Math.ceil((needed - 2_000) / 500) },
    })
  })

  it('is over where there are visitors enough, even without traffic', () => {
    expect(daysToDecide(lift, 1, 0, SEQUENTIAL)).toEqual({ ok: true, value: { visitors: 0, days: 0 } })
  })

  it('says why there is no answer', () => {
    expect(daysToDecide(lift, 0, 500, FIXED)).toEqual({ ok: false, error: 'no_effect' })
    expect(daysToDecide(lift, 0.05, 0, FIXED)).toEqual({ ok: false, error: 'no_traffic' })
    expect(daysToDecide(lift, 0.001, 10, FIXED)).toEqual({ ok: false, error: 'too_long' })
    expect(daysToDecide(lift, 1e-12, 10, FIXED)).toEqual({ ok: false, error: 'too_long' })
  })
})
