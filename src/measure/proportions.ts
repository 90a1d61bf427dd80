/**
 * Shares of visitors in the textbook's way: normal intervals with the arms' own variances (Wald), and the pooled χ²
 * test, as Spotify's `confidence` and statsmodels have them. Pure.
 */
import { normalQuantile } from './distributions.ts'
import type { Difference } from './lift.ts'
import { samePValue } from './srm.ts'

export interface Count {
  readonly successes: number
  readonly n: number
}

export interface ShareComparison {
  readonly estimate: number
  readonly interval: readonly [low: number, high: number]
  readonly pValue: number
}

/** `level`: 0.95 for a 95 % interval. Null for nobody. */
export function shareInterval(
  { successes, n }: Count,
  level: number,
): readonly [low: number, high: number] | null {
  if (!(n > 0)) return null
  const share = successes / n
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt((share * (1 - share)) / n)
  return [share - reach, share + reach]
}

/** Relative: the difference and its interval divided by the control's share. Null where that cannot be. */
export function compareShares(
  control: Count,
  arm: Count,
  level: number,
  difference: Difference,
): ShareComparison | null {
  if (!(control.n > 0 && arm.n > 0) || (difference === 'relative' && control.successes === 0)) return null
  const [a, b] = [control.successes / control.n, arm.successes / arm.n]
  const unit = difference === 'relative' ? a : 1
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt((a * (1 - a)) / control.n + (b * (1 - b)) / arm.n)
  return {
    estimate: (b - a) / unit,
    interval: [(b - a - reach) / unit, (b - a + reach) / unit],
    pValue: samePValue([control.successes, arm.successes], [control.n, arm.n]),
  }
}
