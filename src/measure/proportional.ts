/**
 * Arms held against what their own days would have brought the average arm (indirect standardisation; Breslow & Day 1987,
 * "Statistical Methods in Cancer Research", volume II, chapter 4): of a cohort day, or a context's, so much is expected of
 * each visitor; an arm is worth what came of its visitors over what was expected of them. Both are fitted in turn until
 * they agree, which is the likelihood's maximum for counts whose means are a day's times an arm's (Deming & Stephan 1940).
 *
 * Against `stratified` it uses every visitor fully, however unequal the weights were, and learns twice as fast from what
 * adaptive weights leave of the weaker arms. The price is an assumption, that an arm is better by the same factor on every
 * day: for steering weights that is good enough, since the next days correct it; for reports it is not. Young cohorts
 * favour nobody here either: little is expected of them. Pure.
 */
import { sum } from '../kit/sum.ts'
import type { Cell, Metric, Moments } from './model.ts'
import { sumMoments } from './moments.ts'

/** Days that share few visitors between arms agree slowly. */
const ROUNDS_MAX = 2_000
const CLOSE = 1e-9

/**
 * Moments of these arms, in their order, as if all of them had met the average day: `n` is what was expected of the arm,
 * in visitors of that day. Null where a sum is negative, as margins may be: then nothing is proportional.
 */
export function proportional(
  cells: readonly Cell[],
  metric: Metric,
  arms: readonly string[],
): readonly Moments[] | null {
  const wanted = cells.filter((cell) => cell.metric === metric && cell.n > 0 && arms.includes(cell.arm))
  if (wanted.some(({ y }) => y < 0)) return null
  const days = [...Map.groupBy(wanted, ({ day, segment }) => `${day} ${segment}`).values()].map((day) =>
    day.map(({ arm, n, y }) => ({ arm: arms.indexOf(arm), n, y })),
  )
  const sums = arms.map((arm) => sumMoments(wanted.filter((cell) => cell.arm === arm)))
  let worth = arms.map(() => 1)
  let expected = arms.map(() => 0)
  for (let round = 0; round < ROUNDS_MAX; round++) {
    expected = expectedOf(days, worth)
    const next = normalized(sums.map(({ y }, arm) => ratio(y, expected[arm] as number)))
    const isClose = next.every((each, arm) => Math.abs(each - (worth[arm] as number)) < CLOSE)
    worth = next
    if (isClose) break
  }
  const visitors = sum(sums.map(({ n }) => n))
  const all = sum(expected)
  return sums.map((own, arm) => ({
    ...own,
    n: all > 0 ? ((expected[arm] as number) / all) * visitors : own.n,
  }))
}

interface DayArm {
  readonly arm: number
  readonly n: number
  readonly y: number
}

/** What each arm's visitors would have brought, had they had the average arm. */
function expectedOf(days: readonly (readonly DayArm[])[], worth: readonly number[]): number[] {
  const expected = worth.map(() => 0)
  for (const day of days) {
    let came = 0
    let weight = 0
    for (const { arm, n, y } of day) {
      came += y
      weight += n * (worth[arm] as number)
    }
    const rate = ratio(came, weight)
    for (const { arm, n } of day) expected[arm] = (expected[arm] as number) + n * rate
  }
  return expected
}

/** Of nothing expected nothing can be told: as the average. */
const ratio = (came: number, expected: number): number => (expected > 0 ? came / expected : 1)

function normalized(worth: readonly number[]): number[] {
  const mean = sum(worth) / worth.length
  return worth.map((each) => (mean > 0 ? each / mean : 1))
}
