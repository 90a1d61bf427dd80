import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createConsentLog } from '../../src/consent/store.ts'
import { type NightlyPorts, runNightly } from '../../src/flow/nightly.ts'
import { createIdentityStore } from '../../src/identity/store.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { createRightsStore } from '../../src/privacy/store.ts'
import { type Doors, NOW, openDoors, visitorId } from '../help/doors.ts'
import { openProfiles } from '../help/profile-store.ts'

let doors: Doors
beforeAll(async () => {
  doors = await openDoors()
})
beforeEach(async () => {
  await doors.clear()
  await doors.rows('DELETE FROM audit')
  await doors.rows('DELETE FROM stage_counts')
  await doors.rows('DELETE FROM view_counts')
})
afterAll(() => doors.stop())

function portsOf(more: Partial<NightlyPorts> = {}): NightlyPorts {
  return {
    profiles: openProfiles(doors.db),
    identities: createIdentityStore(doors.db),
    consents: createConsentLog(doors.db),
    measures: createMeasureStore(doors.db),
    records: createRightsStore(doors.db),
    now: () => doors.clock.now,
    budgetMs: 60_000,
    ...more,
  }
}
const run = (more: Partial<NightlyPorts> = {}) => runNightly(portsOf(more))
const count = async (table: string): Promise<number> =>
  Number((await doors.rows(`SELECT COUNT(*) AS count FROM ${table}`))[0]?.count)

/** One row in every table that has a lifetime, all of `NOW`. */
async function fill(): Promise<void> {
  const ana = visitorId('ana')
  await openProfiles(doors.db).apply(ana, [{ id: 'e1', kind: 'view', at: NOW, category: 'tea' }], NOW)
  await createIdentityStore(doors.db).tie({
    visitor: ana,
    person: 'p'.repeat(43),
    source: 'login',
    at: NOW,
    proven: true,
  })
  await createConsentLog(doors.db).append({
    at: NOW,
    visitor: ana,
    personalization: true,
    measurement: true,
    off: [],
    source: 'banner',
    policy: 'v7',
  })
  await openProfiles(doors.db).erase(visitorId('eve'), NOW)
  await doors.rows(
    `INSERT INTO audit (at, actor, action, subject) VALUES (${NOW}, 'ana', 'release.publish', '1')`,
  )
  const hero = { campaign: 'hero', arm: 'a', at: NOW, release: 1, windowDays: 14, segments: {} }
  await createMeasureStore(doors.db).record([{ visitor: ana, exposures: [hero] }], NOW)
  await doors.rows(`INSERT INTO view_counts VALUES ('2026-07-03', 'hero', 'match', 1)`)
  await doors.rows(`INSERT INTO dead_letters (id, at, body, error) VALUES ('l', ${NOW}, '{}', '')`)
  await doors.rows(`INSERT INTO link_tokens (id, used_at, expires_at) VALUES ('t', ${NOW}, ${NOW + DAY_MS})`)
}

const TABLES = [
  'events',
  'contributions',
  'visitors',
  'identities',
  'consent_log',
  'tombstones',
  'audit',
  'link_tokens',
  'measures',
  'cells',
  'view_counts',
  'dead_letters',
]
const without = (...gone: readonly string[]) => TABLES.filter((table) => !gone.includes(table))
const AGGREGATES = ['cells', 'view_counts']
const left = async (): Promise<readonly string[]> => {
  const counts = await Promise.all(TABLES.map(async (table) => [table, await count(table)] as const))
  return counts.filter(([, rows]) => rows > 0).map(([table]) => table)
}

describe('runNightly', () => {
  it.each([
    [0, TABLES],
    // A link's number is of no use once the link would have ended by itself.
    [2, without('link_tokens')],
    [29, without('link_tokens')],
    // What the queue gave up on: 30 days.
    [31, without('link_tokens', 'dead_letters')],
    [89, without('link_tokens', 'dead_letters')],
    // Raw events and measures: 90 days, and a day more for clocks that differ.
    [92, without('link_tokens', 'dead_letters', 'events', 'measures')],
    [392, without('link_tokens', 'dead_letters', 'events', 'measures')],
    // Profiles: 13 months after the last event; their ties with them.
    [394, ['consent_log', 'tombstones', 'audit', ...AGGREGATES]],
    // Tombstones: a month longer than any cookie.
    [424, ['consent_log', 'audit', ...AGGREGATES]],
    [760, ['consent_log', 'audit', ...AGGREGATES]],
    // Answers about consent, operators' acts, and sums that say nothing of anybody: 25 months.
    [762, []],
  ])('after %i days leaves %o', async (days, tables) => {
    await fill()
    doors.clock.now = NOW + days * DAY_MS
    expect((await run()).every(({ done }) => done)).toBe(true)
    expect(await left()).toEqual(tables)
  })

  it('counts the visitors of the day that ended last, by stage, once', async () => {
    await fill()
    doors.clock.now = NOW + DAY_MS
    await run()
    const counted = () => doors.rows('SELECT day, stage, visitors FROM stage_counts WHERE visitors > 0')
    const friday = [{ day: '2026-07-03', stage: 'connected', visitors: 1 }]
    expect(await counted()).toMatchObject(friday)
    await doors.rows('DELETE FROM visitors')
    await run()
    expect(await counted()).toMatchObject(friday)
  })

  it('makes up for nights that failed since a day that was counted, and for no more than a week', async () => {
    await fill()
    const days = async () =>
      (await doors.rows('SELECT DISTINCT day FROM stage_counts ORDER BY day')).map(({ day }) => day)
    doors.clock.now = NOW + DAY_MS
    await run()
    doors.clock.now = NOW + 4 * DAY_MS
    await run()
    expect(await days()).toEqual(['2026-07-03', '2026-07-04', '2026-07-05', '2026-07-06'])
    doors.clock.now = NOW + 14 * DAY_MS
    await run()
    expect((await days()).slice(4)).toEqual(['2026-07-16'])
  })

  it('takes the id out of an answer when nothing else is kept of its visitor', async () => {
    await fill()
    const visitors = async () =>
      (await doors.rows('SELECT visitor FROM consent_log')).map(({ visitor }) => visitor)
    doors.clock.now = NOW + 300 * DAY_MS
    await doors.rows('DELETE FROM visitors')
    await run()
    // Their cookie may still live.
    expect(await visitors()).toEqual([visitorId('ana')])
    doors.clock.now = NOW + 394 * DAY_MS
    await run()
    expect(await visitors()).toEqual([null])
  })

  it('keeps the daily counts for 25 months', async () => {
    const day = (days: number): string => new Date(NOW - days * DAY_MS).toISOString().slice(0, 10)
    await doors.rows(
      `INSERT INTO stage_counts VALUES ('${day(760)}', 'known', 3), ('${day(763)}', 'known', 4)`,
    )
    await run()
    expect(
      await doors.rows("SELECT visitors FROM stage_counts WHERE stage = 'known' AND visitors > 0"),
    ).toMatchObject([{ visitors: 3 }])
  })

  it('stops when its time is over, and goes on at the next call', async () => {
    const rows = Array.from({ length: 12_000 }, (_, index) => `(${NOW}, 'ana', 'x', '${index}')`)
    await doors.rows(`INSERT INTO audit (at, actor, action, subject) VALUES ${rows.join(',')}`)
    doors.clock.now = NOW + 800 * DAY_MS
    const records = {
      // Every deletion takes longer than there is time.
      purgeAudit: async (before: number) => {
        doors.clock.now += 1_000
        return createRightsStore(doors.db).purgeAudit(before)
      },
    }
    const audit = async () => (await run({ records, budgetMs: 500 })).find(({ step }) => step === 'audit')
    expect(await audit()).toEqual({ step: 'audit', rows: 5_000, done: false })
    expect(await audit()).toEqual({ step: 'audit', rows: 5_000, done: false })
    expect(await audit()).toEqual({ step: 'audit', rows: 2_000, done: false })
    expect(await audit()).toEqual({ step: 'audit', rows: 0, done: true })
  })

  it('gives every step its turn, however much is left of one', async () => {
    await fill()
    doors.clock.now = NOW + 800 * DAY_MS
    let pieces = 0
    const profiles = {
      ...openProfiles(doors.db),
      // A table with more to go than any night has time for.
      purge: async () => {
        doors.clock.now += 1_000
        pieces += 1
        return { events: 5_000, profiles: 0, tombstones: 0, counts: 0, more: true }
      },
    }
    const reports = await run({ profiles, budgetMs: 5_000 })
    expect(reports.filter(({ done }) => !done)).toEqual([{ step: 'profiles', rows: 25_000, done: false }])
    expect(pieces).toBe(5)
    expect(await left()).not.toContain('consent_log')
    expect(await left()).not.toContain('audit')
  })

  it('does the other steps where one fails', async () => {
    await fill()
    doors.clock.now = NOW + 800 * DAY_MS
    const failure = new Error('away')
    const reports = await run({ consents: { purge: () => Promise.reject(failure), detach: async () => 0 } })
    expect(reports.filter(({ done }) => !done)).toEqual([{ step: 'consents', rows: 0, done: false, failure }])
    expect(await left()).toEqual(['consent_log'])
  })
})
