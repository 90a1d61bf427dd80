import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { erasures } from '../../src/cli/erasures.ts'
import { createConsentLog } from '../../src/consent/store.ts'
import { eraseAll, type RightsPorts } from '../../src/flow/rights.ts'
import { createTombstones } from '../../src/flow/tombstones.ts'
import { createIdentityStore } from '../../src/identity/store.ts'
import { createCounters } from '../../src/kit/counters.ts'
import { startDeadline } from '../../src/kit/deadline.ts'
import { sql, statement } from '../../src/kit/query.ts'
import { type Database, openDatabase } from '../../src/kit/sql.ts'
import { DAY_MS, HOUR_MS } from '../../src/kit/time.ts'
import { createMeasureStore } from '../../src/measure/store.ts'
import { createRightsStore } from '../../src/privacy/store.ts'
import { tombstoneOf } from '../../src/profile/retention.ts'
import { openProfiles } from '../help/profile-store.ts'
import { raw } from '../help/sql.ts'
import { startTestStore, type TestStore } from '../help/sqld.ts'

const NOW = Date.now()
const YESTERDAY = NOW - DAY_MS
const PEOPLE = ['erased', 'refuses', 'quiet', 'stays'].map((name) => name.padEnd(22, 'x'))
const [ERASED, REFUSES, QUIET, STAYS] = PEOPLE as [string, string, string, string]
const folder = mkdtempSync(join(tmpdir(), 'selvedge-erasures-'))
const list = join(folder, 'erasures.ndjson')

/** The store that was lost, and what came out of its backup of yesterday. */
let lost: TestStore
let restored: TestStore
const open = ({ url }: TestStore): Database => openDatabase({ url, timeoutMs: 20_000 })
const rights = (db: Database): RightsPorts => ({
  store: createRightsStore(db),
  forgotten: async () => {},
  outdated: async () => {},
  now: () => NOW,
})
const choice = (visitor: string, at: number, measurement: boolean, off: readonly string[]) =>
  ({ at, visitor, personalization: true, measurement, off, source: 'privacy', policy: '1' }) as const

async function asOfYesterday(db: Database): Promise<void> {
  for (const visitor of PEOPLE) {
    await openProfiles(db).apply(
      visitor,
      [
        { id: 'v1', kind: 'view', at: YESTERDAY - HOUR_MS, category: 'tea' },
        { id: 'f1', kind: 'follow', at: YESTERDAY - HOUR_MS, brand: 'Brisa' },
      ],
      YESTERDAY,
    )
    await createMeasureStore(db).record(
      [
        {
          visitor,
          exposures: [
            {
              campaign: 'hero',
              arm: 'a',
              at: YESTERDAY - HOUR_MS,
              release: 1,
              windowDays: 7,
              segments: {},
            },
          ],
        },
      ],
      YESTERDAY,
    )
    await createConsentLog(db).append(choice(visitor, YESTERDAY - HOUR_MS, true, []))
  }
  const tie = { visitor: ERASED, person: 'p1', source: 'login', at: YESTERDAY, proven: true } as const
  expect(await createIdentityStore(db).tie(tie)).toBe('tied')
}

const rowsOf = (db: Database, visitor: string) => createRightsStore(db).counts([visitor])
const followed = async (db: Database, visitor: string) =>
  (await openProfiles(db).read([visitor]))[0]?.facts.follows.length

const measured = async (db: Database, visitor: string) =>
  JSON.stringify((await createRightsStore(db).rows([visitor])).measures)

beforeAll(async () => {
  ;[lost, restored] = await Promise.all([startTestStore(), startTestStore()])
  await asOfYesterday(open(lost))
  await asOfYesterday(open(restored))
})
afterAll(async () => {
  await lost?.stop()
  await restored?.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('a store that was restored from yesterday’s backup', () => {
  it('forgets again whom the lost one had erased, and holds to what was refused since', async () => {
    const [before, after] = [open(lost), open(restored)]
    await eraseAll(rights(before), ERASED)
    await createConsentLog(before).append(choice(REFUSES, NOW - HOUR_MS, true, ['follows']))
    await createConsentLog(before).append(choice(QUIET, NOW - HOUR_MS, false, []))
    expect(await erasures(['save', list, '--url', lost.url])).toBe(0)
    expect(await rowsOf(after, ERASED)).toMatchObject({ events: 2, measures: 1, identities: 1 })

    expect(await erasures(['apply', list, '--url', restored.url])).toBe(0)
    expect(Object.values(await rowsOf(after, ERASED)).every((rows) => rows === 0)).toBe(true)
    expect(await openProfiles(after).isErased(ERASED)).toBe(true)
    const again = { id: 'late', kind: 'view', at: NOW, category: 'tea' } as const
    expect(await openProfiles(after).apply(ERASED, [again], NOW)).toMatchObject({ erased: true })
    expect(await followed(after, REFUSES)).toBe(0)
    expect(await followed(after, QUIET)).toBe(1)
    // All that stays is since when nothing counts.
    expect(await measured(after, QUIET)).not.toContain('hero')
    expect(await measured(after, STAYS)).toContain('hero')
    const choices = 'SELECT off FROM consent_log WHERE visitor = ? ORDER BY seq DESC'
    expect((await after.ask(raw(choices, REFUSES)))[0]).toEqual({ off: 'follows' })
    expect(await rowsOf(after, STAYS)).toMatchObject({ events: 2, measures: 1, consentLog: 1 })
  })

  it('is changed no further by doing it again', async () => {
    const db = open(restored)
    const all = () => createRightsStore(db).counts(PEOPLE)
    const once = await all()
    await erasures(['apply', list, '--url', restored.url])
    expect(await all()).toEqual(once)
  })

  it('counts what is sent again once, whether the backup knew it or not', async () => {
    const profiles = openProfiles(open(restored))
    const sent = [
      { id: 'v1', kind: 'view', at: YESTERDAY - HOUR_MS, category: 'tea' },
      { id: 'v2', kind: 'view', at: NOW - HOUR_MS, category: 'tea' },
    ] as const
    expect((await profiles.apply(STAYS, sent, NOW)).known).toBe(1)
    expect((await profiles.apply(STAYS, sent, NOW)).known).toBe(2)
    expect((await profiles.read([STAYS]))[0]?.facts.events).toBe(3)
  })

  it('tells erasures also to isolates that still read from where the lost one ended', async () => {
    const [before, after] = [open(lost), open(restored)]
    // More was erased in the lost store than its backup and the list know of.
    for (let id = 0; id < 30; id++) await openProfiles(before).erase(`${id}`.padEnd(22, 'z'), NOW)
    let db = before
    let now = NOW
    const nothing = { match: async () => undefined, put: async () => {} }
    const isolate = createTombstones({
      store: () => openProfiles(db),
      cache: () => nothing,
      space: 's',
      now: () => now,
      counters: createCounters(() => {}),
    })
    const look = async (): Promise<void> => {
      const work: Promise<unknown>[] = []
      await isolate.ready(startDeadline(20_000, Date.now), (each) => work.push(each))
      await Promise.all(work)
    }
    await look()
    db = after
    await openProfiles(after).erase(STAYS, NOW)
    now += HOUR_MS
    await look()
    expect(await isolate.isErased(STAYS)).toBe(true)
  })
})

describe('the list', () => {
  it('names nobody, is its owner’s alone, and grows by what is new', async () => {
    const text = readFileSync(list, 'utf8')
    for (const visitor of PEOPLE) expect(text).not.toContain(visitor)
    expect(text).toContain(await tombstoneOf(ERASED))
    expect(statSync(list).mode & 0o777).toBe(0o600)
    // Of a store that lost it all, the list loses nothing.
    await open(lost).ask(statement(sql`DELETE FROM tombstones`))
    await erasures(['save', list, '--url', lost.url])
    expect(readFileSync(list, 'utf8')).toContain(await tombstoneOf(ERASED))
  })

  it('lets go of what is past its time', async () => {
    const old = join(folder, 'old.ndjson')
    const erased = { mark: '0'.repeat(16), at: NOW - 500 * DAY_MS }
    writeFileSync(old, `${JSON.stringify(erased)}\n`)
    await erasures(['save', old, '--url', lost.url])
    expect(readFileSync(old, 'utf8')).not.toContain(erased.mark)
  })

  it('that is damaged is refused by its line, and nothing is done by it', async () => {
    const bad = join(folder, 'bad.ndjson')
    writeFileSync(bad, '{"mark":"0123456789abcdef","at":1}\n{"mark":"x"}\n')
    await expect(erasures(['apply', bad, '--url', restored.url])).rejects.toThrow(/^Line 2 /)
    await expect(erasures(['apply', join(folder, 'none'), '--url', restored.url])).rejects.toThrow(/ENOENT/)
    await expect(erasures(['aply', bad])).rejects.toThrow(/erasures save FILE/)
  })
})
