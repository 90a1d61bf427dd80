/** A `ReleaseStore` in memory, held to the same contract as the real one, and releases to put into it. */
import {
  type Act,
  type AuditEntry,
  type ReleaseAction,
  type ReleaseStore,
  type StepBack,
  type StoredRelease,
  stepBack,
} from '../../src/campaign/release.ts'
import type { Window } from '../../src/kit/doors.ts'

export function createMemoryReleaseStore(): ReleaseStore {
  const releases: StoredRelease[] = []
  const entries: AuditEntry[] = []
  let live: StoredRelease | null = null
  let enabled = true

  const find = (number: number): StoredRelease | null => releases[number - 1] ?? null
  function record(action: ReleaseAction, act: Act, from: number, more = {}): void {
    const detail = { note: act.note, from, ...more }
    const subject = String(live?.number ?? 0)
    entries.push({ id: entries.length + 1, at: act.at, actor: act.actor, action, subject, detail })
  }
  function goTo(release: StoredRelease, action: ReleaseAction, act: Act, more = {}): void {
    const from = live?.number ?? 0
    live = release
    record(action, act, from, more)
  }
  const previous = (): StepBack | null =>
    stepBack(entries.filter(({ action }) => action.startsWith('release.')))
  const page = <T>(
    items: readonly T[],
    keyOf: (item: T) => number,
    { limit, before }: Window,
  ): readonly T[] =>
    items
      .toReversed()
      .filter((item) => before === undefined || keyOf(item) < before)
      .slice(0, limit)

  return {
    async publish({ overrides = [], ...draft }) {
      if (live?.checksum === draft.checksum) return { number: live.number, created: false }
      const release = { ...draft, number: releases.length + 1 }
      releases.push(release)
      const act = { actor: draft.author, at: draft.createdAt, note: draft.note }
      goTo(release, 'release.publish', act, overrides.length === 0 ? {} : { overrides })
      return { number: release.number, created: true }
    },
    async activate(number, act) {
      const release = find(number)
      if (release === null) return 'missing'
      if (live?.number === number) return 'already'
      goTo(release, 'release.activate', act)
      return 'activated'
    },
    previous: async () => previous(),
    async rollback(step, act) {
      const target = find(step.to)
      if (previous()?.seen !== step.seen || target === null) return false
      goTo(target, 'release.rollback', act)
      return true
    },
    list: async (window) =>
      page(releases, (release) => release.number, window).map(({ document: _, ...info }) => info),
    get: async (number) => find(number),
    head: async () => ({ number: live?.number ?? 0, checksum: live?.checksum ?? '', enabled }),
    active: async () => (live === null ? null : { ...live, enabled }),
    async setEnabled(on, act) {
      if (live === null) return 'nothing'
      if (enabled === on) return 'already'
      enabled = on
      record(on ? 'switch.resume' : 'switch.pause', act, live.number)
      return 'changed'
    },
    audit: async (window) => page(entries, (entry) => entry.id, window),
  }
}

/** A release as an author writes it: one campaign that says `text` in the page's heading. */
export function releaseText(text: string, more: Readonly<Record<string, unknown>> = {}): string {
  const edits = [{ action: 'text', selector: 'h1', value: text }]
  const campaign = { id: 'hero', pages: ['/*'], variants: [{ id: 'a', weight: 1, edits }], ...more }
  return JSON.stringify({ campaigns: [campaign] }, null, 2)
}
