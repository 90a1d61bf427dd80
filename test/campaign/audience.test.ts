import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ATTRIBUTES, type AttributeEntry } from '../../src/campaign/attributes.ts'
import { inspectAudience } from '../../src/campaign/audience.ts'
import { compileCondition, isRecord } from '../../src/campaign/condition.ts'

const NUMBERS = [-3.5, 0, 0.5, 1, 5, 12, 18, 23]
const TEXTS = ['', 'PT', 'tea', '5', 'true', '1', 'Lisbon', '/']

/** Values that an attribute may have. */
function domainOf({ type, values, form }: AttributeEntry): readonly unknown[] {
  if (type === 'boolean') return [true, false]
  if (type === 'strings') return [['tea'], ['tea', 'PT'], []]
  const all: readonly unknown[] = values ?? (type === 'number' ? NUMBERS : TEXTS)
  return form === undefined ? all : all.filter((value) => form.test(String(value)))
}

const attributesWith = (path: string, value: unknown): Record<string, unknown> => {
  const [first = '', ...rest] = path.split('.')
  return { [first]: rest.length === 0 ? value : attributesWith(rest.join('.'), value) }
}

const value = fc.constantFrom<unknown>(
  ...NUMBERS,
  ...TEXTS,
  true,
  false,
  'mon',
  'sat',
  'mobile',
  24,
  '18',
  {},
  [],
)
const operand = fc.oneof(
  value,
  fc.tuple(fc.constantFrom('$eq', '$size', '$elemMatch'), value).map(([name, one]) => ({ [name]: one })),
  fc.tuple(fc.constantFrom('$in', '$ini', '$all'), fc.array(value, { maxLength: 3 })).map(([name, list]) => ({
    [name]: list,
  })),
  fc.tuple(fc.constantFrom('in', 'gt', 'country', 'x'), value).map(([key, one]) => ({ [key]: one })),
)

describe('inspectAudience', () => {
  it('calls nothing unmatched that some value would match', () => {
    const leaf = fc.constantFrom(...ATTRIBUTES.filter(({ type }) => type !== 'any'))
    let told = 0
    fc.assert(
      fc.property(leaf, operand, (entry, asked) => {
        const path = entry.path.replace('*', 'x')
        const codes = inspectAudience({ [path]: asked }, '').faults.map(({ code }) => code)
        if (!codes.includes('never_matches')) return
        told++
        // Of a list, one value that cannot be is told; the others may be.
        const lone = isRecord(asked) && Array.isArray(asked.$in) && asked.$in.length > 1
        const meets = compileCondition({ [path]: asked })
        if (!lone) expect(domainOf(entry).filter((one) => meets(attributesWith(path, one)))).toEqual([])
      }),
      { numRuns: 5_000 },
    )
    expect(told).toBeGreaterThan(500)
  })
})
