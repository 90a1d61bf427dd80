/** Moments for tests: from what published vectors give, and any at all. */
import fc from 'fast-check'
import type { Moments } from '../../src/measure/model.ts'
import { NO_MOMENTS, sumMoments } from '../../src/measure/moments.ts'
import type { MetricKind } from '../../src/measure/statistic.ts'

export interface GivenStatistic {
  readonly type: 'proportion' | 'mean'
  readonly n: number
  readonly sum: number
  readonly sum_squares?: number
}

/** The sums of one value a visitor, and of its companion. */
export function momentsOf(ys: readonly number[], xs: readonly number[] = []): Moments {
  return sumMoments(
    ys.map((y, index) => {
      const x = xs[index] ?? 0
      return { n: 1, y, yy: y * y, x, xx: x * x, xy: x * y }
    }),
  )
}

export const kindOfGiven = (given: GivenStatistic): MetricKind =>
  given.type === 'proportion' ? 'share' : 'mean'

export const momentsOfGiven = ({ n, sum, sum_squares = sum }: GivenStatistic): Moments => ({
  ...NO_MOMENTS,
  n,
  y: sum,
  yy: sum_squares,
})

export const shareMoments = (n: number, y: number): Moments => ({ ...NO_MOMENTS, n, y, yy: y })

/** Cents, so that no product of them is too small for a double. */
const amount = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100)

/** What some visitors did, and did before. */
export const sampled = fc.array(fc.tuple(amount, amount), { minLength: 2, maxLength: 40 }).map((pairs) =>
  momentsOf(
    pairs.map(([y]) => y),
    pairs.map(([, x]) => x),
  ),
)

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

/** Any finite sums, those included that no visitors could have made. */
export const anyMoments: fc.Arbitrary<Moments> = fc.record({
  n: fc.oneof(fc.nat(), fc.nat({ max: 3 }), finite),
  y: finite,
  yy: finite,
  x: finite,
  xx: finite,
  xy: finite,
})

/** What a statistics' answer is made of, for "never NaN": every number in it. */
export function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(numbersIn)
}
