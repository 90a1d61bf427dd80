/** Evidence for tests: one at a time, and any at all for laws. */
import fc from 'fast-check'
import { DAY_MS } from '../../src/kit/time.ts'
import { HABIT_CELLS } from '../../src/profile/habit.ts'
import { EVIDENCE_KINDS, type Evidence, type EvidenceKind } from '../../src/profile/model.ts'
import { AGE_BANDS } from '../../src/profile/traits.ts'

/** 2026-05-28, a Thursday. */
export const NOW = 1_780_000_000_000

let made = 0

/** An event of a fresh id, `daysAgo` days before `NOW`. */
export const event = (kind: EvidenceKind, fields: Partial<Evidence> = {}, daysAgo = 0): Evidence => ({
  id: `e${++made}`,
  kind,
  at: NOW - daysAgo * DAY_MS,
  ...fields,
})

const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 })
const trait = fc.oneof(
  fc.record({ name: fc.constant('ageBand' as const), value: fc.constantFrom(...AGE_BANDS, null) }),
  fc.record({ name: fc.constant('name' as const), value: fc.constantFrom('Ana', 'Rui', null) }),
  fc.record({
    name: fc.constant('interests' as const),
    value: fc.subarray(['tea', 'surf', 'chess'], { minLength: 1 }),
  }),
)

/** Many distinct values beside few, so that bounds are reached and collisions happen. */
const names = (prefix: string) =>
  fc.oneof(
    fc.constantFrom('tea', 'fizz'),
    fc.nat(400).map((number) => `${prefix}${number}`),
  )

export const anyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    id: fc.uuid(),
    kind: fc.constantFrom(...EVIDENCE_KINDS),
    at: fc.integer({ min: NOW - 400 * DAY_MS, max: NOW + DAY_MS }),
    category: some(names('category')),
    brand: some(names('brand')),
    sku: some(names('SKU-')),
    value: some(fc.double({ min: 0, max: 10_000, noNaN: true })),
    currency: some(fc.constantFrom('EUR', 'USD', 'JPY')),
    store: some(fc.constantFrom('north', 'south', 'east')),
    cell: some(fc.constantFrom(...HABIT_CELLS)),
    trait: some(trait),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined)) as never)
