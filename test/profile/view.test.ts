import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Keyring } from '../../src/kit/seal.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { CAPS_MAX, COUNT_MAX, capKey } from '../../src/profile/caps.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import { COOKIE_MAX_CHARS, COOKIE_NAME, openSnapshot, sealSnapshot } from '../../src/profile/cookie.ts'
import { firstOf, type Lists } from '../../src/profile/fit.ts'
import { HABIT_CELLS } from '../../src/profile/habit.ts'
import { mergeContributions } from '../../src/profile/merge.ts'
import type { CapCounts, Evidence, Snapshot } from '../../src/profile/model.ts'
import { decodeSnapshot, encodeSnapshot, SNAPSHOT_MAX_BYTES } from '../../src/profile/snapshot.ts'
import { listsOf } from '../../src/profile/tail.ts'
import { adoptView, snapshotOf } from '../../src/profile/view.ts'
import { newSnapshot, touchVisit } from '../../src/profile/visit.ts'
import { anyEvidence, event, NOW } from '../help/evidence.ts'
import { keyringOf } from '../help/keyring.ts'

const viewOf = (events: readonly Evidence[], now = NOW) =>
  snapshotOf(mergeContributions([applyAll(emptyContribution('v'), events)]), now)
const cookie = newSnapshot('visitor-visitor-visit', NOW - 100 * DAY_MS)
const snapshotWith = (events: readonly Evidence[], caps?: CapCounts): Snapshot =>
  adoptView({ ...cookie, ...(caps === undefined ? {} : { caps }) }, viewOf(events))
const travelled = (snapshot: Snapshot) => decodeSnapshot(encodeSnapshot(snapshot))

const hour = Math.floor(NOW / 3_600_000)
const capsOf = (count: number, name = 'campaign'): CapCounts =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      capKey('campaign', `${name}-${n}`),
      { hour: hour - n, inHour: 1, inDay: 2, inWeek: 3, total: 4 + n, ignored: 0 },
    ]),
  )

/** As much of everything as the bounds allow, in the longest words, of three bytes a letter. */
function heaviest(): Snapshot {
  const word = (n: number) => `${n}`.padEnd(48, '茶')
  const events = Array.from({ length: 60 }, (_, n) => [
    event('purchase', { category: word(n), value: 9_999_999.99, currency: 'EUR' }, n),
    event('follow', { brand: word(n) }, n),
    event('store_visit', { store: `store-${n % 9}`.padEnd(64, 'x') }, n),
    ...HABIT_CELLS.map((cell) => event('visit', { cell }, n)),
  ]).flat()
  const declared = [
    event('declare', { trait: { name: 'name', value: '茶'.repeat(40) } }),
    event('declare', { trait: { name: 'occupation', value: '"'.repeat(40) } }),
    event('declare', { trait: { name: 'ageBand', value: '25-34' } }),
    event('declare', { trait: { name: 'interests', value: Array.from({ length: 8 }, (_, n) => word(n)) } }),
  ]
  const snapshot = snapshotWith([...events, ...declared], capsOf(60, 'c'.repeat(60)))
  return {
    ...snapshot,
    id: 'v'.repeat(64),
    visits: 1_000_000,
    lastSeenAt: NOW,
    recent: '茶'.repeat(64),
    visitStartedAt: NOW - 1,
    previousVisitAt: NOW - 2,
  }
}

describe('snapshotOf', () => {
  it('says what deciding needs of a profile', () => {
    const events = [
      event('purchase', { category: 'tea', value: 12.5, currency: 'EUR' }),
      event('view', { category: 'surf', sku: 'BOARD-7' }),
      event('view', { category: 'surf', sku: 'BOARD-1' }, 5),
      event('follow', { brand: 'Fizz' }, 2),
      event('follow', { brand: 'Bubbles' }, 1),
      event('follow', { brand: 'Gone' }, 3),
      event('unfollow', { brand: 'Gone' }, 1),
      event('declare', { trait: { name: 'name', value: 'Ana' } }),
      event('store_visit', { store: 'corner' }, 1),
      event('visit', { cell: 'fri.evening' }),
    ]
    expect(viewOf(events)).toEqual({
      asOf: NOW,
      stage: 'connected',
      affinities: [
        ['tea', 8],
        ['surf', 1.9],
      ],
      recent: 'BOARD-7',
      habits: [['fri.evening', 0.3]],
      stores: [['corner', 2]],
      follows: ['Bubbles', 'Fizz'],
      traits: { name: 'Ana' },
      orders: { count: 1, total: 12.5, currency: 'EUR', lastAt: NOW },
    })
  })

  it('is short for somebody of whom nothing is known', () => {
    expect(viewOf([])).toEqual({ asOf: NOW, stage: 'identified' })
  })
})

describe('adoptView', () => {
  const view = viewOf([event('view', { category: 'tea' })])

  it("takes the store's facts and keeps the cookie's visits and caps", () => {
    const kept = touchVisit({ ...cookie, caps: capsOf(2) }, NOW)
    expect(adoptView(kept, view)).toEqual({ ...kept, ...view })
  })

  it('lets go of what the store no longer says', () => {
    const before = adoptView(cookie, { ...view, follows: ['Fizz'] })
    expect(adoptView(before, { ...view, asOf: NOW + 1 })).not.toHaveProperty('follows')
  })

  it('gives the same object back for a view that is no newer, so that no cookie is sealed', () => {
    const snapshot = adoptView(cookie, view)
    expect(adoptView(snapshot, { ...view, stage: 'known' })).toBe(snapshot)
    expect(adoptView(snapshot, { ...view, asOf: NOW - 1 })).toBe(snapshot)
    expect(adoptView(snapshot, {})).toBe(snapshot)
  })
})

describe('encodeSnapshot', () => {
  let keyring: Keyring
  beforeAll(async () => {
    keyring = await keyringOf(`${'k'.repeat(16)}:${Buffer.alloc(32, 1).toString('base64')}`)
  })

  it('reads the same before and after it travelled, whatever a visitor did', () => {
    fc.assert(
      fc.property(fc.array(anyEvidence, { maxLength: 25 }), fc.nat(3), (events, caps) => {
        const snapshot = snapshotWith(events, caps === 0 ? undefined : capsOf(caps))
        const back = travelled(snapshot)
        expect(back).not.toBeNull()
        // What was left out is gone for good: from then on nothing changes any more.
        if (JSON.stringify(back) !== JSON.stringify(snapshot))
          expect(travelled(back as Snapshot)).toEqual(back)
        else expect(back).toEqual(snapshot)
        expect(encodeSnapshot(snapshot).length).toBeLessThanOrEqual(SNAPSHOT_MAX_BYTES)
      }),
    )
  })

  it('loses nothing of an ordinary profile', () => {
    const events = Array.from({ length: 12 }, (_, n) => [
      event('view', { category: `category-${n}` }, n),
      event('follow', { brand: `Brand ${n}` }, n),
      event('visit', { cell: HABIT_CELLS[n] as never }, n),
      event('store_visit', { store: `store-${n % 6}` }, n),
    ]).flat()
    const declared = event('declare', { trait: { name: 'interests', value: ['surf', 'tea'] } })
    const snapshot = snapshotWith(
      [...events, declared, event('purchase', { value: 20, currency: 'EUR' })],
      capsOf(8),
    )
    expect(travelled(snapshot)).toEqual(snapshot)
  })

  it('keeps the heaviest profile within the cookie, and opens it again', async () => {
    const value = (await sealSnapshot(keyring, 'shop.example', heaviest(), new Uint8Array(12))) as string
    expect(`${COOKIE_NAME}=${value}`.length).toBeLessThanOrEqual(COOKIE_MAX_CHARS)
    expect(await openSnapshot(keyring, 'shop.example', value, NOW)).not.toBeNull()
    expect(await openSnapshot(keyring, 'shop.example', value, NOW)).toEqual(travelled(heaviest()))
  })

  it('leaves out the end of each list, no more than it must, and never who it is', () => {
    const whole = heaviest()
    const kept = travelled(whole) as Snapshot
    const { id, visits, stage, orders, asOf } = whole
    expect(kept).toMatchObject({ id, visits, stage, orders, asOf, traits: { name: '茶'.repeat(40) } })
    const [all, left] = [listsOf(whole), listsOf(kept)]
    for (const kind of Object.keys(all) as (keyof Lists)[]) {
      expect(all[kind].slice(0, left[kind].length)).toEqual(left[kind])
    }
    const count = Object.values(left).reduce((sum, list) => sum + list.length, 0)
    expect(left).toEqual(firstOf(all, count))
    expect(encodeSnapshot(whole).length).toBeGreaterThan(SNAPSHOT_MAX_BYTES - 200)
  })

  it('keeps what was refused however long ago, and of the rest what was shown last', () => {
    const refused = { hour: 0, inHour: 0, inDay: 0, inWeek: 0, total: 1, ignored: COUNT_MAX }
    const caps = { ...capsOf(CAPS_MAX), [capKey('campaign', 'refused')]: refused }
    const left = Object.keys(travelled({ ...cookie, caps })?.caps ?? {})
    expect(left).toHaveLength(CAPS_MAX)
    expect(left.slice(0, 2)).toEqual(['c:refused', 'c:campaign-0'])
  })

  it('keeps every refusal of the heaviest profile, whatever else has to go', () => {
    const whole = heaviest()
    const refused = { hour: 0, inHour: 0, inDay: 0, inWeek: 0, total: 1, ignored: COUNT_MAX }
    const caps = { ...capsOf(CAPS_MAX) }
    const names = Array.from({ length: 10 }, (_, n) => capKey('campaign', `refused-${n}`))
    for (const name of names) caps[name] = refused
    const kept = travelled({ ...whole, caps }) as Snapshot
    expect(Object.keys(kept.caps ?? {})).toEqual(expect.arrayContaining(names))
    expect(encodeSnapshot({ ...whole, caps }).length).toBeLessThanOrEqual(SNAPSHOT_MAX_BYTES)
  })
})

describe('firstOf', () => {
  const lists: Lists = {
    refusals: ['r1', 'r2', 'r3'],
    caps: ['c1', 'c2'],
    affinities: ['a1', 'a2', 'a3'],
    follows: ['f1'],
    stores: [],
    interests: ['i1'],
    habits: ['h1', 'h2', 'h3', 'h4'],
  }
  const order = ['r1', 'r2', 'r3', 'c1', 'a1', 'f1', 'i1', 'h1', 'c2', 'a2', 'h2', 'a3', 'h3', 'h4']

  it('takes every refusal first, and of the rest the first of every kind before the second of any', () => {
    for (const count of [0, 1, 3, 6, 9, order.length, 99]) {
      const kept = Object.values(firstOf(lists, count)).flat().toSorted()
      expect(kept).toEqual(order.slice(0, count).toSorted())
    }
  })
})

describe('decodeSnapshot', () => {
  const row = [1, 'visitor', 1_000, 2, 500, null, null]
  const decode = (...tail: readonly unknown[]) =>
    decodeSnapshot(new TextEncoder().encode(JSON.stringify([...row, ...tail])))
  const visits = { id: 'visitor', createdAt: 1_000, visits: 2, lastSeenAt: 1_500 }

  it('reads what it has always read', () => {
    expect(
      decode(
        9,
        3,
        [['c:hero', 4, 1]],
        ['tea', 81],
        ['Fizz'],
        ['corner', 5],
        [null, 'cook', 'Ana'],
        ['surf'],
        [24, 12],
        [2, 1250, 'EUR', -7, 105],
        'sku-1',
        1,
      ),
    ).toEqual({
      ...visits,
      asOf: 1_009,
      stage: 'known',
      affinities: [['tea', 8.1]],
      habits: [['fri.evening', 1.2]],
      stores: [['corner', 5]],
      follows: ['Fizz'],
      traits: { occupation: 'cook', name: 'Ana', interests: ['surf'] },
      orders: { count: 2, total: 12.5, currency: 'EUR', lastAt: 993, gapDays: 10.5 },
      recent: 'sku-1',
      tied: true,
      caps: { 'c:hero': { hour: 4, inHour: 1, inDay: 0, inWeek: 0, total: 0, ignored: 0 } },
    })
  })

  it.each([
    ['a stage that is none', [0, 9], { asOf: 1_000 }],
    ['caps that are none', [null, null, [['x:a', 1], ['c:', 1], ['c:b', -1, -1], 'c:d']], {}],
    ['a list of pairs that ends early', [null, null, null, ['tea']], {}],
    ['a negative score', [null, null, null, ['tea', -1]], {}],
    [
      'too many affinities',
      [null, null, null, Array.from({ length: 26 }, (_, n) => (n % 2 ? n : `c${n}`))],
      {},
    ],
    ['follows that are no texts', [null, null, null, null, ['a', 1]], {}],
    ['a cell that no week has', [...Array(8).fill(null), [35, 1]], {}],
    ['orders without a count', [...Array(9).fill(null), ['x', 1]], {}],
  ])('takes %s for absent and keeps the rest', (_name, tail, rest) => {
    expect(decode(...(tail as readonly unknown[]))).toEqual({ ...visits, ...rest })
  })
})
