/** Profiles in memory, held to the same contract as the real ones. */
import { DAY_MS } from '../../src/kit/time.ts'
import { fieldsOff, kindsOff } from '../../src/profile/allowed.ts'
import { emptyContribution } from '../../src/profile/contribution.ts'
import type { Contribution, DayCounts, EvidenceKind, StageCounts } from '../../src/profile/model.ts'
import { detailOf, groupByVisitor, planEvidence } from '../../src/profile/plan.ts'
import { tombstoneOf } from '../../src/profile/retention.ts'
import { stageMarks } from '../../src/profile/stage.ts'
import { factsWithout } from '../../src/profile/without.ts'
import type { EventRecord, TestedProfiles } from './profile-store.ts'

interface Kept {
  contribution: Contribution
  firstSeenAt: number
  lastSeenAt: number
  readonly events: Map<string, EventRecord>
}

const ACTIVE_MS = 30 * DAY_MS
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

export function createMemoryProfileStore(): TestedProfiles {
  const kept = new Map<string, Kept>()
  let tombstones: { readonly seq: number; readonly hash: string; readonly at: number }[] = []
  let lastSeq = 0
  const counted = new Map<string, StageCounts>()
  const isErased = (hash: string): boolean => tombstones.some((tombstone) => tombstone.hash === hash)
  const rowOf = (visitor: string, at: number): Kept => {
    const row = kept.get(visitor) ?? {
      contribution: emptyContribution(visitor),
      firstSeenAt: at,
      lastSeenAt: at,
      events: new Map(),
    }
    kept.set(visitor, row)
    return row
  }
  /** Takes out what is older, and says how much that was. */
  function drop<T>(map: Map<string, T>, isOld: (value: T, key: string) => boolean): number {
    const old = [...map].filter(([key, value]) => isOld(value, key))
    for (const [key] of old) map.delete(key)
    return old.length
  }

  const store: TestedProfiles = {
    read: async (visitors) => visitors.flatMap((visitor) => kept.get(visitor)?.contribution ?? []),
    async apply(visitor, evidence, now) {
      const [applied] = await store.applyMany([{ visitor, evidence }], now)
      return applied as NonNullable<typeof applied>
    },
    async applyMany(batch, now) {
      const groups = groupByVisitor(batch)
      const hashes = await Promise.all(groups.map(({ visitor }) => tombstoneOf(visitor)))
      return groups.map((group, index) => {
        const row = kept.get(group.visitor)
        const erased = isErased(hashes[index] as string)
        const known = new Set(row?.events.keys())
        const plan = planEvidence(
          group,
          { contribution: row?.contribution ?? null, known, erased, off: [] },
          now,
        )
        if (plan.fresh.length === 0) return plan.outcome
        const next = rowOf(group.visitor, plan.next.facts.firstAt)
        next.contribution = plan.next
        next.firstSeenAt = Math.min(next.firstSeenAt, plan.next.facts.firstAt)
        next.lastSeenAt = Math.max(next.lastSeenAt, plan.next.facts.lastAt)
        for (const event of plan.fresh) {
          const { id, at, kind } = event
          next.events.set(id, { id, at, kind, detail: JSON.parse(detailOf(event)) })
        }
        return plan.outcome
      })
    },
    async link(visitors, linked, now) {
      for (const visitor of visitors) {
        const row = rowOf(visitor, now)
        row.contribution = { ...row.contribution, linked }
      }
    },
    async erase(visitor, at) {
      const hash = await tombstoneOf(visitor)
      if (!isErased(hash)) tombstones.push({ seq: ++lastSeq, hash, at })
      const row = kept.get(visitor)
      kept.delete(visitor)
      if (row === undefined) return 0
      return row.events.size + (row.events.size > 0 ? 2 : 1)
    },
    isErased: async (visitor) => isErased(await tombstoneOf(visitor)),
    async drop(visitor, classes) {
      const row = kept.get(visitor)
      if (row === undefined) return
      const { contribution } = row
      row.contribution = { ...contribution, facts: factsWithout(contribution.facts, classes) }
      const gone: readonly string[] = kindsOff(classes)
      for (const [id, event] of row.events) {
        const fields: readonly string[] = fieldsOff(event.kind as EvidenceKind, classes)
        const left = Object.entries(event.detail).filter(([field]) => !fields.includes(field))
        if (gone.includes(event.kind)) row.events.delete(id)
        else row.events.set(id, { ...event, detail: Object.fromEntries(left) })
      }
    },
    async tombstonesSince(cursor) {
      const since = tombstones.filter(({ seq }) => seq > cursor)
      return { hashes: since.map(({ hash }) => hash), cursor: since.at(-1)?.seq ?? cursor, more: false }
    },
    async record(visitor) {
      const row = kept.get(visitor)
      if (row === undefined) return null
      const { firstSeenAt, lastSeenAt } = row
      const { linked, facts } = row.contribution
      const events = [...row.events.values()].sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1))
      return { visitor, firstSeenAt, lastSeenAt, linked, facts, events }
    },
    async purge(before) {
      let events = 0
      for (const row of kept.values()) events += drop(row.events, ({ at }) => at < before.events)
      const profiles = drop(kept, ({ lastSeenAt }) => lastSeenAt < before.profiles)
      const left = tombstones.filter(({ at }) => at >= before.tombstones)
      const gone = tombstones.length - left.length
      tombstones = left
      const counts = [...counted].filter(([day]) => day < dayOf(before.counts))
      for (const [day] of counts) counted.delete(day)
      return { events, profiles, tombstones: gone, counts: counts.length * 4, more: false }
    },
    async countStages(day) {
      const end = Date.parse(day) + DAY_MS
      const counts = { identified: 0, connected: 0, known: 0, personalized: 0 }
      for (const { contribution, firstSeenAt, lastSeenAt } of kept.values()) {
        if (lastSeenAt < end - ACTIVE_MS || firstSeenAt >= end) continue
        const marks = stageMarks(contribution.facts)
        const isKnown = marks.knownUntil > end
        const isConnected = contribution.linked || marks.following
        if ((isKnown || isConnected) && marks.servedAt > 0) counts.personalized++
        else if (isKnown) counts.known++
        else if (isConnected) counts.connected++
        else counts.identified++
      }
      counted.set(day, counts)
      return counts
    },
    async stageCounts(from, to) {
      const days = [...counted]
        .filter(([day]) => day >= from && day <= to)
        .sort(([a], [b]) => (a < b ? -1 : 1))
      return days.map(([day, counts]): DayCounts => ({ day, counts }))
    },
  }
  return store
}
