import { describe, expect, it } from 'vitest'
import { createCounters } from '../../src/kit/counters.ts'
import { startDeadline } from '../../src/kit/deadline.ts'

const never = new Promise<string>(() => {})

describe('startDeadline', () => {
  it('gives a value that is there in time', async () => {
    const deadline = startDeadline(1_000, () => 0)
    expect(await deadline.within(Promise.resolve('here'), 'late')).toBe('here')
  })

  it('does without work that never ends', async () => {
    const deadline = startDeadline(5, Date.now)
    expect(await deadline.within(never, 'late')).toBe('late')
    expect(deadline.isMissed()).toBe(true)
  })

  it('does without work that fails', async () => {
    const deadline = startDeadline(1_000, () => 0)
    expect(await deadline.within(Promise.reject(new Error('refused')), 'late')).toBe('late')
    expect(deadline.isMissed()).toBe(false)
  })

  it('shares one budget among all waits', () => {
    let now = 100
    const deadline = startDeadline(25, () => now)
    now = 110
    expect(deadline.left()).toBe(15)
    now = 900
    expect(deadline.left()).toBe(0)
  })
})

describe('createCounters', () => {
  it('counts by name and tells the first of each', () => {
    const told: string[] = []
    const counters = createCounters((name) => told.push(name))
    counters.add('a')
    counters.add('a')
    counters.add('b')
    expect(counters.read()).toEqual({ a: 2, b: 1 })
    expect(told).toEqual(['a', 'b'])
  })

  it('stays bounded whatever it is asked to count', () => {
    const counters = createCounters()
    for (let index = 0; index < 1_000; index += 1) counters.add(`name-${index}`)
    expect(Object.keys(counters.read()).length).toBe(256)
  })
})
