/**
 * Two arms and what annoys their visitors, in time: they come all day, some are annoyed and say so later. A guardrail
 * looks four times a day.
 */
import { betsOn, logGain } from '../../src/measure/bet.ts'
import type { Moments } from '../../src/measure/model.ts'
import { NO_MOMENTS } from '../../src/measure/moments.ts'
import { binomial, type Random } from '../help/sampling.ts'

export interface World {
  /** New visitors a day, in both arms. */
  readonly visitors: number
  /** Share of visitors of each arm who will be annoyed. */
  readonly control: number
  readonly arm: number
  readonly tolerance: number
  /** Share of visitors given the arm, which may change from day to day. */
  readonly weight: (day: number) => number
  /** Days until half of them have said so, or `settles`: all count as annoyed until, soon, the contrary is known. */
  readonly delay: number | 'settles'
}

export const LOOKS_A_DAY = 4
export const DAYS = 28
/** Of a look's newcomers of whom nothing is known yet. */
const UNSETTLED = 0.1

/** Visitors of one arm who came on one day. */
interface Cohort {
  n: number
  /** Who have said that they were annoyed. */
  y: number
  /** Who will; or of whom nothing is known yet. */
  waiting: number
}

const momentsOf = ({ n, y }: Cohort): Moments => ({ ...NO_MOMENTS, n, y, yy: y })

/** Looks until the guardrail is crossed, or Infinity. */
export function looksUntilCrossed(world: World, alpha: number, random: Random): number {
  const days: { control: Cohort; arm: Cohort }[] = []
  for (let look = 0; look < DAYS * LOOKS_A_DAY; look++) {
    const day = Math.floor(look / LOOKS_A_DAY)
    days[day] ??= { control: { n: 0, y: 0, waiting: 0 }, arm: { n: 0, y: 0, waiting: 0 } }
    const today = days[day]
    const coming = Math.round(world.visitors / LOOKS_A_DAY)
    const ofArm = binomial(coming, world.weight(day), random)
    for (const cohorts of days) {
      speak(cohorts.arm, world.arm, world.delay, random)
      speak(cohorts.control, world.control, world.delay, random)
    }
    come(today.arm, ofArm, world.arm, world.delay, random)
    come(today.control, coming - ofArm, world.control, world.delay, random)
    const strata = days.map(({ control, arm }) => ({ control: momentsOf(control), arm: momentsOf(arm) }))
    const known = strata.filter(({ control, arm }) => control.n > 0 && arm.n > 0)
    if (known.length > 0 && logGain(betsOn(known), world.tolerance) >= -Math.log(alpha)) return look + 1
  }
  return Infinity
}

function come(cohort: Cohort, n: number, share: number, delay: World['delay'], random: Random): void {
  cohort.n += n
  if (delay === 'settles') {
    const unknown = binomial(n, UNSETTLED, random)
    cohort.waiting += unknown
    cohort.y += unknown + binomial(n - unknown, share, random)
  } else cohort.waiting += binomial(n, share, random)
}

function speak(cohort: Cohort, share: number, delay: World['delay'], random: Random): void {
  if (delay === 'settles') {
    cohort.y -= binomial(cohort.waiting, 1 - share, random)
    cohort.waiting = 0
    return
  }
  const spoke = binomial(cohort.waiting, 1 - 0.5 ** (1 / (delay * LOOKS_A_DAY)), random)
  cohort.y += spoke
  cohort.waiting -= spoke
}
