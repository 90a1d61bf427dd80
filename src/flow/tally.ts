/**
 * How pages came out, and for which reasons, counted in an isolate and written together every few seconds. Numbers by
 * campaign, reason and day: nothing of it is about anybody. A write whose end nobody heard of is not tried again, and what
 * an isolate had not written when it ended is gone: these counts may miss a few seconds, and never count one twice.
 */
import { ofAlike } from '../decide/alike.ts'
import type { Decision } from '../decide/model.ts'
import { isPersonal } from '../decide/personal.ts'
import { PAGE, type ViewCount } from '../decide/store.ts'
import type { Counters } from '../kit/counters.ts'
import { dayOf } from '../measure/windows.ts'
import { STAGES, type Stage } from '../profile/model.ts'

export interface Tally {
  /**
   * One page that was answered, by its decisions as the page settled them. `isLate`: something was done without. `stage`:
   * how well we knew who asked for it; whoever has no id cannot be counted but by their page views.
   */
  readonly page: (decisions: readonly Decision[], isLate: boolean, stage: Stage) => void
  /** What has come together, where it is time to write it; null where it is not. It is gone from here then. */
  readonly due: () => readonly ViewCount[] | null
}

/** Between two writes of one isolate. */
const INTERVAL_MS = 10_000
/** Lists of decisions that wait to be counted: they keep what is noted on them in memory. */
const LISTS_MAX = 512

const isSomePersonal = ofAlike((decisions) => decisions.some(isPersonal))

/** Page views by stage stand beside other reasons of pages, some of which are called the same. */
export const STAGE_PREFIX = 'stage_'

/** `counters`: what goes wrong or is skipped is counted there, and told from here. `now`: epoch milliseconds. */
export function createTally(counters: Pick<Counters, 'read'>, now: () => number): Tally {
  // Page views share few lists of decisions, so what is counted is how often each came out.
  let lists = new Map<readonly Decision[], number>()
  let counts = new Map<string, ViewCount>()
  let pages = 0
  let personal = 0
  let late = 0
  let stages = noStages()
  let told: Readonly<Record<string, number>> = {}
  let day = dayOf(now())
  let dueAt = now() + INTERVAL_MS

  function put(campaign: string, reason: string, n: number): void {
    const key = `${campaign} ${reason}`
    const before = counts.get(key)?.n ?? 0
    if (n > 0) counts.set(key, { day, campaign, reason, n: before + n })
  }

  function countLists(): void {
    for (const [decisions, n] of lists)
      for (const { campaign, reason } of decisions) put(campaign.id, reason, n)
    lists = new Map()
  }

  function take(): readonly ViewCount[] {
    countLists()
    put(PAGE, 'pages', pages)
    put(PAGE, 'personal', personal)
    put(PAGE, 'generic', pages - personal)
    put(PAGE, 'budget_missed', late)
    for (const stage of STAGES) put(PAGE, STAGE_PREFIX + stage, stages[stage])
    const read = counters.read()
    for (const [name, n] of Object.entries(read)) put(PAGE, name, n - (told[name] ?? 0))
    told = read
    const taken = [...counts.values()]
    counts = new Map()
    pages = personal = late = 0
    stages = noStages()
    day = dayOf(now())
    return taken
  }

  return {
    page(decisions, isLate, stage) {
      pages += 1
      stages[stage] += 1
      if (isLate) late += 1
      if (isSomePersonal(decisions)) personal += 1
      const before = lists.get(decisions) ?? 0
      if (before === 0 && lists.size >= LISTS_MAX) countLists()
      lists.set(decisions, before + 1)
    },
    due() {
      if (now() < dueAt) return null
      dueAt = now() + INTERVAL_MS
      const taken = take()
      return taken.length === 0 ? null : taken
    },
  }
}

const noStages = (): Record<Stage, number> => ({
  unknown: 0,
  identified: 0,
  connected: 0,
  known: 0,
  personalized: 0,
})
