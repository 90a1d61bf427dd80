import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DATA_CLASSES, type DataClass } from '../../src/campaign/attributes.ts'
import { jointAcceptance, PRACTICE_THRESHOLD, scoreOf } from '../../src/campaign/practice.ts'

const score = (...classes: readonly DataClass[]) => scoreOf({ classes })

describe('scoreOf', () => {
  it('finds nothing to accept in what says nothing about a person', () => {
    expect(score('time', 'weather', 'country', 'region', 'device', 'language', 'page')).toEqual({
      score: 1,
      practices: [],
      needsOverride: false,
    })
  })

  it.each<readonly [DataClass, number]>([
    ['recent', 0.17],
    ['cookie', 0.17],
    ['affinity', 0.25],
    ['orders', 0.25],
    ['follows', 0.28],
    ['city', 0.36],
    ['store', 0.36],
    ['habit', 0.42],
    ['traits', 0.48],
  ])('gives %s alone the share of the survey', (dataClass, share) => {
    expect(score(dataClass)).toMatchObject({ score: share, needsOverride: false })
  })

  it('counts a practice once, however many classes it reads', () => {
    expect(score('affinity', 'orders', 'visit', 'stage')).toMatchObject({
      score: 0.25,
      practices: ['history'],
    })
  })

  it('lets the case that the product is for pass, and stops what follows people about', () => {
    expect(score('follows', 'weather', 'store', 'habit')).toMatchObject({ score: 0.11, needsOverride: false })
    expect(score('recent', 'affinity')).toMatchObject({ score: 0.09, needsOverride: true })
    expect(score('affinity', 'follows', 'city', 'habit')).toMatchObject({ score: 0.05, needsOverride: true })
  })

  it('never rises when a class is added', () => {
    fc.assert(
      fc.property(fc.subarray([...DATA_CLASSES]), fc.constantFrom(...DATA_CLASSES), (classes, more) => {
        expect(score(...classes, more).score).toBeLessThanOrEqual(score(...classes).score)
      }),
    )
  })

  it('asks for an override of combinations only, and of all below the threshold', () => {
    fc.assert(
      fc.property(fc.subarray([...DATA_CLASSES]), (classes) => {
        const { needsOverride, practices, score: rounded } = score(...classes)
        if (practices.length < 2) expect(needsOverride).toBe(false)
        else if (Math.abs(rounded - PRACTICE_THRESHOLD) > 0.005)
          expect(needsOverride).toBe(rounded < PRACTICE_THRESHOLD)
      }),
    )
  })
})

describe('jointAcceptance', () => {
  it('lies between independence and one and the same attitude', () => {
    const share = fc.double({ min: 0.01, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 6 }), (shares) => {
        const joint = jointAcceptance(shares)
        expect(joint).toBeLessThanOrEqual(Math.min(...shares) + 1e-9)
        expect(joint).toBeGreaterThanOrEqual(shares.reduce((total, next) => total * next, 1) - 1e-9)
      }),
    )
  })
})
