/**
 * What has to be done once a day, in steps that may be broken off anywhere: each takes away or counts a bounded number of
 * rows and asks whether there is more, so whoever is called next goes on where the last one stopped. No step needs to be
 * remembered: what is done is gone, and a day is counted once.
 */
import type { ConsentLog } from '../consent/log.ts'
import type { IdentityStore } from '../identity/model.ts'
import { sum } from '../kit/sum.ts'
import { DAY_MS } from '../kit/time.ts'
import type { MeasureStore } from '../measure/model.ts'
import { measuresBefore } from '../measure/retention.ts'
import type { RightsStore } from '../privacy/model.ts'
import { dayBefore, recordsBefore } from '../privacy/retention.ts'
import type { ProfileStore } from '../profile/model.ts'
import { purgeBefore } from '../profile/retention.ts'

export interface NightlyPorts {
  readonly profiles: Pick<ProfileStore, 'purge' | 'countStages' | 'stageCounts'>
  readonly consents: Pick<ConsentLog, 'detach' | 'purge'>
  readonly identities: Pick<IdentityStore, 'purge'>
  readonly measures: Pick<MeasureStore, 'purge'>
  readonly records: Pick<RightsStore, 'purgeAudit'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** How long all steps together may take; the rest waits for the next call. */
  readonly budgetMs: number
}

export interface StepReport {
  readonly step: 'stages' | 'profiles' | 'identities' | 'measures' | 'consents' | 'audit'
  /** Rows taken away; of `stages`, visitors counted. */
  readonly rows: number
  /** False: there is more, or it failed; the next call goes on. */
  readonly done: boolean
  readonly failure?: unknown
}

interface Progress {
  readonly rows: number
  readonly more: boolean
}

/**
 * Counts, then takes away, a piece of each step in turn: a table with more to go than there is time for does not keep the
 * others from theirs, night after night, and neither does one that fails.
 */
export async function runNightly(ports: NightlyPorts): Promise<readonly StepReport[]> {
  const startedAt = ports.now()
  const isInTime = (): boolean => ports.now() - startedAt < ports.budgetMs
  const [counting, ...takingAway] = stepsOf(ports, startedAt)
  return [...(await inTurn([counting], isInTime)), ...(await inTurn(takingAway, isInTime))]
}

type Step = readonly [step: StepReport['step'], run: () => Promise<Progress>]

/** Counting comes first, so that a day is counted with everybody who was still there at its end. */
function stepsOf(ports: NightlyPorts, now: number): readonly [Step, ...Step[]] {
  const { profiles, identities, measures, consents, records } = ports
  return [
    ['stages', () => countStages(profiles, now)],
    ['profiles', async () => progressOf(await profiles.purge(purgeBefore(now)))],
    // After the profiles: a tie ends with its visitor.
    ['identities', async () => progressOf(await identities.purge(now))],
    ['measures', async () => untilNone(await measures.purge(measuresBefore(now)))],
    // After the profiles: an answer names nobody of whom nothing is kept.
    [
      'consents',
      async () =>
        untilNone(
          (await consents.purge(recordsBefore(now))) + (await consents.detach(purgeBefore(now).profiles)),
        ),
    ],
    ['audit', async () => untilNone(await records.purgeAudit(recordsBefore(now)))],
  ]
}

const progressOf = ({ more, ...removed }: { readonly more: boolean }): Progress => ({
  rows: sum(Object.values(removed).map(Number)),
  more,
})

const untilNone = (rows: number): Progress => ({ rows, more: rows > 0 })

/** Nights that may have failed and are made up for. A day further back would be seen through much later eyes. */
const CATCH_UP_DAYS = 7

/**
 * A day that was counted stays as it was counted. Yesterday is counted, and so are days before it that were left out
 * since one that was counted; the oldest first.
 */
async function countStages(profiles: NightlyPorts['profiles'], now: number): Promise<Progress> {
  const days = Array.from({ length: CATCH_UP_DAYS }, (_, ago) => dayBefore(now - ago * DAY_MS)).reverse()
  const yesterday = days.at(-1) as string
  const counted = (await profiles.stageCounts(days[0] as string, yesterday)).map(({ day }) => day)
  const since = counted[0] ?? yesterday
  const [next, ...later] = days.filter((day) => day >= since && !counted.includes(day))
  if (next === undefined) return { rows: 0, more: false }
  return { rows: sum(Object.values(await profiles.countStages(next))), more: later.length > 0 }
}

async function inTurn(steps: readonly Step[], isInTime: () => boolean): Promise<readonly StepReport[]> {
  const reports = new Map(steps.map(([step]): [string, StepReport] => [step, { step, rows: 0, done: false }]))
  const waiting = [...steps]
  while (waiting.length > 0 && isInTime()) {
    const next = waiting.shift() as Step
    const [step, run] = next
    const rows = reports.get(step)?.rows ?? 0
    try {
      const progress = await run()
      reports.set(step, { step, rows: rows + progress.rows, done: !progress.more })
      if (progress.more) waiting.push(next)
    } catch (failure) {
      reports.set(step, { step, rows, done: false, failure })
    }
  }
  return [...reports.values()]
}
