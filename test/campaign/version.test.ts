import { describe, expect, it } from 'vitest'
import { paddedVersion } from '../../src/campaign/version.ts'
import { evalCondition } from '../help/condition.ts'
import { readSpec } from '../help/spec.ts'

type Row = readonly [a: string, b: string, expected: boolean]
const spec = readSpec('growthbook_versions')

/** Each operator, and what it says of a pair that is equal to it, or the other way round. */
const OPERATORS = {
  lt: { holds: ['$vlt', '$vlte', '$vne'], fails: ['$vgt', '$vgte', '$veq'] },
  gt: { holds: ['$vgt', '$vgte', '$vne'], fails: ['$vlt', '$vlte', '$veq'] },
  eq: { holds: ['$veq', '$vgte', '$vlte'], fails: ['$vne', '$vgt', '$vlt'] },
} as const

describe('versions, against GrowthBook', () => {
  const rows = (['lt', 'gt', 'eq'] as const).flatMap((order) =>
    (spec[order] as readonly Row[]).map(([a, b, expected]) => ({ order, a, b, expected })),
  )
  it.each(rows)('$a is $order $b: $expected', ({ order, a, b, expected }) => {
    const { holds, fails } = OPERATORS[order]
    for (const name of holds)
      expect(evalCondition({ v: { [name]: b } }, { v: a })).toBe(expected || name === '$vne')
    for (const name of fails) if (expected) expect(evalCondition({ v: { [name]: b } }, { v: a })).toBe(false)
  })
})

describe('paddedVersion', () => {
  it.each([[undefined], [null], [''], [true], [[]], [{ major: 1 }]])('takes %j for version 0', (input) => {
    expect(paddedVersion(input)).toBe(paddedVersion('0'))
  })

  it('reads a number as its text', () => {
    expect(paddedVersion(1.5)).toBe(paddedVersion('1.5'))
  })

  it('looks at so much of a text as a version may be long', () => {
    expect(paddedVersion(`1.0.0-${'a'.repeat(1e6)}`).length).toBeLessThan(1_000)
  })
})
