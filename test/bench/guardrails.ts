/** Guardrails that are looked at four times a day for four weeks: false alarms, and how soon harm is found. */
import type { Random } from '../help/sampling.ts'
import { DAYS, LOOKS_A_DAY, looksUntilCrossed, type World } from './annoyed.ts'
import { atMost, line, percent, shareOf } from './bars.ts'

const ALPHA = 0.05
/** Guardrails have to pause the campaign in time in so many of all runs. */
const FOUND = 0.95

const world = (control: number, arm: number, more: Partial<World> = {}): World => ({
  visitors: 1_000,
  control,
  arm,
  tolerance: 0,
  weight: () => 0.5,
  delay: 1,
  ...more,
})
const changing = (day: number): number => [0.5, 0.3, 0.7, 0.9, 0.2][day % 5] as number

const QUIET: readonly (readonly [string, World])[] = [
  ['0.1 % annoyed', world(0.001, 0.001)],
  ['1 % annoyed', world(0.01, 0.01)],
  ['1 %, weights change daily', world(0.01, 0.01, { weight: changing })],
  ['1 %, control has 5 %', world(0.01, 0.01, { weight: () => 0.95, delay: 2 })],
  ['1 % and all that is tolerated', world(0.01, 0.015, { tolerance: 0.005 })],
  ['40 % bounce', world(0.4, 0.4, { delay: 'settles' })],
]

const LOUD: readonly (readonly [string, World])[] = [
  ['1 % to 2 %', world(0.01, 0.02)],
  ['0.2 % to 0.6 %', world(0.002, 0.006)],
  ['1 % to 3 %, 0.5 % tolerated', world(0.01, 0.03, { tolerance: 0.005 })],
  ['bounce 40 % to 44 %', world(0.4, 0.44, { delay: 'settles' })],
]

export function guardrails(runs: number, random: Random): void {
  for (const [label, quiet] of QUIET) {
    const alarms = shareOf(runs / 2, () => looksUntilCrossed(quiet, ALPHA, random) < Infinity)
    atMost(`guardrail, ${label}: false alarms in ${DAYS} days`, alarms, ALPHA, runs / 2)
  }
  for (const [label, loud] of LOUD) {
    const looks = Array.from({ length: runs / 4 }, () => looksUntilCrossed(loud, ALPHA, random))
    looks.sort((a, b) => a - b)
    const days = (share: number): string =>
      ((looks[Math.ceil(share * looks.length) - 1] as number) / LOOKS_A_DAY).toFixed(1)
    const found = looks.filter((count) => count < Infinity).length / looks.length
    line(
      `guardrail, ${label}: paused in ${DAYS} days`,
      percent(found),
      `≥ ${percent(FOUND, 0)}`,
      found >= FOUND,
    )
    line('    (days until half of all are paused; until 95 %)', `${days(0.5)}; ${days(0.95)}`)
  }
}
