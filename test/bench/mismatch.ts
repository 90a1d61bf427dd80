/** A million visitors, of whom one half percent of one arm goes missing: is it seen, and where? */
import { normalCdf, normalQuantile } from '../../src/measure/distributions.ts'
import { checkSplit, type SplitCheck, SRM_EVER_THRESHOLD, SRM_THRESHOLD } from '../../src/measure/srm.ts'
import { type CountRow, everValid } from '../../src/measure/ssrm.ts'
import { binomial, type Random } from '../help/sampling.ts'
import { atMost, line, percent, shareOf } from './bars.ts'

const VISITORS = 1_000_000
const LOSS = 0.005
const DAYS = 28
const POWER = 0.99

interface Accident {
  /** Share of the arm's visitors lost before their assignment was counted, and after it. */
  readonly before: number
  readonly after: number
  /** Share of visitors in whose browser the place comes into view, where nothing goes wrong. */
  readonly seen: number
}

function happen({ before, after, seen }: Accident, random: Random): SplitCheck {
  const control = binomial(VISITORS, 0.5, random)
  const arm = binomial(VISITORS - control, 1 - before, random)
  const ofArm = binomial(arm, seen * (1 - after), random)
  const counts = { counts: [control, arm], expected: [1, 1], seen: [binomial(control, seen, random), ofArm] }
  return checkSplit({ rows: [counts], isOnce: true })
}

export function mismatch(runs: number, random: Random): void {
  const fine = { before: 0, after: 0, seen: 0.9 }
  const alarms = shareOf(5 * runs, () => happen(fine, random).cause !== 'none')
  atMost('SRM: false alarms of both funnels together', alarms, 2 * SRM_THRESHOLD, 5 * runs)
  for (const seen of [0.95, 0.9, 0.85, 0.8, 0.7]) {
    const accident = { before: 0, after: LOSS, seen }
    const found = shareOf(runs / 2, () => happen(accident, random).cause === 'capture')
    if (seen < 0.85) line(`    (as above, ${percent(seen, 0)} seen)`, percent(found))
    else
      line(`SRM: lost after assignment, ${percent(seen, 0)} seen`, percent(found), '≥ 99 %', found >= POWER)
  }
  beforeAssignment(runs, random)
  sequential(runs, random)
}

/**
 * What is lost before anybody counted it leaves two counts, and chance had its hand in both of them. Neyman and Pearson:
 * told the direction and the size, no test of them finds more at the same rate of false alarms.
 */
function beforeAssignment(runs: number, random: Random): void {
  const found = shareOf(
    runs / 2,
    () => happen({ before: LOSS, after: 0, seen: 0.9 }, random).cause === 'selection',
  )
  line('    (lost before assignment is counted: χ² of the split)', percent(found))
  const best = normalCdf((LOSS / 2) * Math.sqrt(VISITORS) + normalQuantile(SRM_THRESHOLD))
  line('    (as above, the most that any test of two counts can find)', percent(best))
  const needed = ((normalQuantile(1 - SRM_THRESHOLD / 2) + normalQuantile(POWER)) / (LOSS / 2)) ** 2
  line('    (as above, visitors after which χ² finds 99 %)', `${(needed / 1e6).toFixed(2)} M`)
}

/** A report is looked at every day: χ² below its threshold at any of 28 looks, beside the test that is made for it. */
function sequential(runs: number, random: Random): void {
  const days = (loss: number): readonly CountRow[] =>
    Array.from({ length: DAYS }, () => {
      const visitors = Math.round(VISITORS / DAYS)
      const control = binomial(visitors, 0.5, random)
      return { counts: [control, binomial(visitors - control, 1 - loss, random)], expected: [1, 1] }
    })
  const found = (loss: number): boolean => everValid(days(loss)) < SRM_EVER_THRESHOLD
  const foundByDay = (rows: readonly CountRow[]): boolean =>
    rows.some((_, day) => checkSplit({ rows: rows.slice(0, day + 1), isOnce: true }).cause !== 'none')
  atMost(
    `SRM, sequential: false alarms in ${DAYS} looks`,
    shareOf(runs, () => found(0)),
    SRM_EVER_THRESHOLD,
    runs,
  )
  line('    (χ² at 0.1 %, were it looked at daily)', percent(shareOf(runs, () => foundByDay(days(0)))))
  for (const loss of [0.01, 0.015, 0.02])
    line(
      `    (finds ${percent(loss, 1)} lost before assignment)`,
      percent(shareOf(runs / 4, () => found(loss))),
    )
}
