/**
 * How pages came out, and for which reasons, counted in an isolate and written together every few seconds. Numbers by
 * campaign, reason and day: nothing of it is about anybody. A write whose end nobody heard of is not tried again, and what
 * an isolate had not written when it ended is gone: these counts may miss a few seconds, and never count one twice.
 */
import type { Decision } from '../decide/model.ts'
import { isPersonal } from '../decide/personal.ts'
import { PAGE, type ViewCount } from '../decide/store.ts'
import type { Counters } from '../kit/counters.ts'

export interface Tally {
  /** One page that was answered, by its decisions as the page settled them. `isLate`: something was done without. */
  readonly page: (decisions: readonly Decision[], isLate: boolean) => void
  /** What has come together, where it is time to write it; null where it is not. It is gone from here then. */
  readonly due: () => readonly ViewCount[] | null
}

interface Count {
  readonly decision: Decision
  readonly isPersonal: boolean
  n: number
}

/** Between two writes of one isolate. */
const INTERVAL_MS = 10_000

/** `counters`: what goes wrong or is skipped is counted there, and told from here. `now`: epoch milliseconds. */
export function createTally(counters: Pick<Counters, 'read'>, now: () => number): Tally {
  // Nearly all decisions are frozen and shared by the page views of a release, so a count hangs on each of those.
  let byDecision = new Map<Decision, Count>()
  let byName = new Map<string, Count>()
  let pages = 0
  let personal = 0
  let late = 0
  let told: Readonly<Record<string, number>> = {}
  let startedAt = now()
  let dueAt = startedAt + INTERVAL_MS

  function countOf(decision: Decision): Count {
    const name = `${decision.campaign.id} ${decision.reason}`
    const known = byName.get(name)
    if (known !== undefined && !Object.isFrozen(decision)) return known
    const count = { decision, isPersonal: isPersonal(decision), n: 0 }
    if (Object.isFrozen(decision)) byDecision.set(decision, count)
    else byName.set(name, count)
    return count
  }

  function take(): readonly ViewCount[] {
    const counts = new Map<string, ViewCount>()
    const day = new Date(startedAt).toISOString().slice(0, 10)
    const put = (campaign: string, reason: string, n: number): void => {
      const key = `${campaign} ${reason}`
      const before = counts.get(key)?.n ?? 0
      if (n > 0) counts.set(key, { day, campaign, reason, n: before + n })
    }
    for (const { decision, n } of [...byDecision.values(), ...byName.values()]) {
      put(decision.campaign.id, decision.reason, n)
    }
    put(PAGE, 'pages', pages)
    put(PAGE, 'personal', personal)
    put(PAGE, 'generic', pages - personal)
    put(PAGE, 'budget_missed', late)
    const read = counters.read()
    for (const [name, n] of Object.entries(read)) put(PAGE, name, n - (told[name] ?? 0))
    told = read
    byDecision = new Map()
    byName = new Map()
    pages = personal = late = 0
    startedAt = now()
    return [...counts.values()]
  }

  return {
    page(decisions, isLate) {
      pages += 1
      if (isLate) late += 1
      let shown = false
      for (let index = 0; index < decisions.length; index++) {
        const decision = decisions[index] as Decision
        const count = byDecision.get(decision) ?? countOf(decision)
        count.n += 1
        shown ||= count.isPersonal
      }
      if (shown) personal += 1
    },
    due() {
      if (now() < dueAt) return null
      dueAt = now() + INTERVAL_MS
      const counts = take()
      return counts.length === 0 ? null : counts
    },
  }
}
