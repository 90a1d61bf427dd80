import { expect, it } from 'vitest'
import { sum } from '../../src/kit/sum.ts'

it('adds numbers up, and none to 0', () => {
  expect([sum([]), sum([2, -0.5, 3])]).toEqual([0, 4.5])
})
