import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainCampaign } from '../../src/campaign/explain.ts'
import type { Attributes, Caps, CompiledCampaign } from '../../src/campaign/model.ts'
import {
  countImpressions,
  countOrder,
  countRefusal,
  countResponse,
  findCap,
  impressionsOf,
  RETARGETING_CAP,
} from '../../src/decide/caps.ts'
import { decide } from '../../src/decide/decide.ts'
import { formatDecisions } from '../../src/decide/headers.ts'
import { DAY_MS, HOUR_MS } from '../../src/kit/time.ts'
import { CAPS_MAX } from '../../src/profile/caps.ts'
import type { CapCounts } from '../../src/profile/model.ts'
import { type CampaignWish, compiled, planOf, told, viewOf } from '../help/decide.ts'

/** A Monday at midnight, UTC: weeks begin on one. */
const START = Date.UTC(2025, 7, 4)

const capped = (caps: Caps, wish: CampaignWish = {}): CompiledCampaign =>
  compiled({ id: 'hero', ...wish, caps })

/** The counts after impressions of one campaign at these times. */
const shown = (campaign: CompiledCampaign, times: readonly number[], attributes: Attributes = {}) =>
  times.reduce<CapCounts | undefined>(
    (counts, at) => countImpressions(counts, [campaign], at, attributes),
    undefined,
  )

const whyAt = (campaign: CompiledCampaign, counts: CapCounts | undefined, now: number): string | undefined =>
  findCap(campaign, counts, now, {})?.why

describe('findCap', () => {
  it.each<readonly [Caps, string, number]>([
    [{ hour: 2 }, 'hour', HOUR_MS],
    [{ day: 2 }, 'day', DAY_MS],
    [{ week: 2 }, 'week', 7 * DAY_MS],
  ])('with %o stops at the limit and begins anew with the next %s', (caps, why, window) => {
    const hero = capped(caps)
    expect(whyAt(hero, shown(hero, [START]), START)).toBeUndefined()
    const counts = shown(hero, [START, START + 1])
    expect(whyAt(hero, counts, START + 2)).toBe(why)
    expect(whyAt(hero, counts, START + window - 1)).toBe(why)
    expect(whyAt(hero, counts, START + window)).toBeUndefined()
  })

  it('begins its weeks on Mondays, also where a year ends within one', () => {
    const hero = capped({ week: 1 })
    const whyOn = (shownOn: string, day: string) =>
      whyAt(hero, shown(hero, [Date.parse(shownOn)]), Date.parse(day))
    expect(whyOn('2026-12-30T12:00Z', '2026-12-31T00:00Z')).toBe('week')
    expect(whyOn('2026-12-28T00:00Z', '2027-01-03T23:59Z')).toBe('week')
    expect(whyOn('2027-01-03T23:59Z', '2027-01-04T00:00Z')).toBeUndefined()
  })

  it('never begins anew after a lifetime', () => {
    const hero = capped({ lifetime: 1 })
    expect(whyAt(hero, shown(hero, [START]), START + 400 * DAY_MS)).toBe('lifetime')
  })

  it('counts a group across its campaigns', () => {
    const caps = { group: { day: 1 } }
    const one = capped(caps, { id: 'one', group: 'g' })
    const other = capped(caps, { id: 'other', group: 'g' })
    const stranger = capped(caps, { id: 'stranger', group: 'h' })
    const counts = shown(one, [START])
    expect([one, other, stranger].map((campaign) => whyAt(campaign, counts, START))).toEqual([
      'group.day',
      'group.day',
      undefined,
    ])
  })

  it('counts on where a clock ran backwards', () => {
    const hero = capped({ hour: 2 })
    expect(whyAt(hero, shown(hero, [START, START - HOUR_MS]), START - HOUR_MS)).toBe('hour')
  })

  it('never lets more through in a window than the limit says, whenever visitors come', () => {
    const times = fc.array(fc.integer({ min: 0, max: 21 * DAY_MS }), { maxLength: 60 })
    const caps = fc.record({ hour: fc.integer({ min: 1, max: 3 }), day: fc.integer({ min: 1, max: 5 }) })
    fc.assert(
      fc.property(times, caps, (offsets, limits) => {
        const hero = capped(limits)
        const seen: number[] = []
        let counts: CapCounts | undefined
        for (const offset of offsets.toSorted((a, b) => a - b)) {
          const now = START + offset
          if (findCap(hero, counts, now, {}) !== undefined) continue
          counts = countImpressions(counts, [hero], now, {})
          seen.push(now)
        }
        for (const now of seen) {
          const within = (window: number) =>
            seen.filter((other) => Math.floor(other / window) === Math.floor(now / window)).length
          expect(within(HOUR_MS)).toBeLessThanOrEqual(limits.hour)
          expect(within(DAY_MS)).toBeLessThanOrEqual(limits.day)
        }
      }),
    )
  })
})

describe('rest', () => {
  const hero = capped({ rest: { ignored: 3, days: 7 } })
  const ignored = shown(hero, [START, START + 1, START + 2])

  it('rests after so many impressions without a response, for so many days', () => {
    expect(findCap(hero, shown(hero, [START, START + 1]), START + 2, {})).toBeUndefined()
    expect(findCap(hero, ignored, START + 3, {})).toEqual({ reason: 'fatigue', why: 'rest' })
    expect(whyAt(hero, ignored, START + 7 * DAY_MS - 1)).toBe('rest')
    expect(whyAt(hero, ignored, START + 7 * DAY_MS)).toBeUndefined()
  })

  it('has as many chances after its rest as before', () => {
    let counts = ignored
    const later = START + 8 * DAY_MS
    for (const n of [0, 1]) {
      counts = countImpressions(counts, [hero], later + n, {})
      expect(whyAt(hero, counts, later + n)).toBeUndefined()
    }
    expect(whyAt(hero, countImpressions(counts, [hero], later + 2, {}), later + 2)).toBe('rest')
  })

  it('is forgiven by a response', () => {
    expect(whyAt(hero, countResponse(ignored, 'hero'), START + 3)).toBeUndefined()
    expect(countResponse(ignored, 'other')).toBe(ignored)
    expect(countResponse(undefined, 'hero')).toBeUndefined()
  })

  it('is forgiven by an order within a day of the last impression, asked once or twice', () => {
    const at = START + 2
    for (const [order, why] of [
      [at - HOUR_MS, 'rest'],
      [at, undefined],
      [at + DAY_MS, undefined],
      [at + DAY_MS + HOUR_MS, 'rest'],
    ] as const) {
      const once = countOrder(ignored, order)
      expect(whyAt(hero, once, START + 3)).toBe(why)
      expect(countOrder(once, order)).toBe(once)
    }
    const refused = countRefusal(undefined, 'hero', START)
    expect(countOrder(refused, START)).toBe(refused)
    expect(countOrder(undefined, START)).toBeUndefined()
  })

  it('is for good where the visitor said that it is not for them', () => {
    const plain = compiled({ id: 'plain' })
    let counts: CapCounts | undefined = countRefusal(undefined, 'plain', START)
    expect(findCap(plain, counts, START + 300 * DAY_MS, {})).toEqual({ reason: 'fatigue', why: 'refused' })
    counts = countResponse(countImpressions(counts, [hero], START, {}), 'plain')
    expect(whyAt(plain, counts, START)).toBe('refused')
  })
})

describe('retargeting', () => {
  const following = { ...compiled({ id: 'follow', personal: true }), reads: ['recent.product'] }
  const looked = (product: string): Attributes => ({ recent: { product } })

  it('follows nobody with a product for more than three impressions, unless told otherwise', () => {
    const times = Array.from({ length: RETARGETING_CAP }, (_, n) => START + n)
    const counts = shown(following, times, looked('yuzu'))
    expect(findCap(following, counts, START + DAY_MS, looked('yuzu'))?.why).toBe('retargeting')
    expect(findCap(following, counts, START, looked('verbena'))).toBeUndefined()
    const patient = { ...following, source: { ...following.source, caps: { retargeting: 5 } } }
    expect(findCap(patient, counts, START, looked('yuzu'))).toBeUndefined()
  })

  it('counts a product across campaigns', () => {
    const other = { ...compiled({ id: 'other', personal: true }), reads: ['recent.product'] }
    const counts = shown(following, [START, START, START], looked('yuzu'))
    expect(findCap(other, counts, START, looked('yuzu'))?.why).toBe('retargeting')
  })
})

describe('countImpressions', () => {
  it('costs nothing for campaigns without caps', () => {
    const counts = shown(capped({ day: 1 }), [START])
    expect(countImpressions(counts, [compiled({ id: 'free' })], START, {})).toBe(counts)
    expect(countImpressions(undefined, [], START, {})).toBeUndefined()
  })

  it('stays within its bound, and forgets what was shown longest ago, refusals last', () => {
    let counts: CapCounts | undefined = countRefusal(undefined, 'refused', START - DAY_MS)
    for (let n = 0; n < 100; n++) {
      counts = countImpressions(counts, [capped({ day: 1 }, { id: `c${n}` })], START + n * HOUR_MS, {})
      expect(Object.keys(counts ?? {}).length).toBeLessThanOrEqual(CAPS_MAX)
    }
    expect(counts?.['c:c99']?.total).toBe(1)
    expect(counts?.['c:c0']).toBeUndefined()
    expect(findCap(compiled({ id: 'refused' }), counts, START, {})?.why).toBe('refused')
  })

  it('counts a group once a page view', () => {
    const caps = { group: { day: 9 } }
    const both = ['a', 'b'].map((id) => capped(caps, { id, group: 'g' }))
    expect(countImpressions(undefined, both, START, {})?.['g:g']?.total).toBe(1)
  })
})

describe('decide', () => {
  const arms = [{ id: 'control' }, { id: 'a' }]
  const walk = (campaigns: readonly CompiledCampaign[], unit: string, views: number, holdout = 0) => {
    let caps: CapCounts | undefined
    return Array.from({ length: views }, (_, n) => {
      const now = START + n
      const decisions = decide(viewOf(planOf(...campaigns), { unit, caps, now, holdout }))
      caps = countImpressions(caps, impressionsOf(decisions), now, {})
      return decisions
    })
  }

  it('takes a capped visitor out of every arm alike: held out or not, the same page views count', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 4 }), (unit, day) => {
        const hero = capped({ day }, { variants: arms })
        const reasons = walk([hero], unit, 6).map(([decision]) => decision?.reason === 'cap')
        const heldOut = walk([hero], unit, 6, 1).map(([decision]) => decision?.reason === 'cap')
        expect(reasons).toEqual([0, 1, 2, 3, 4, 5].map((n) => n >= day))
        expect(heldOut).toEqual(reasons)
      }),
    )
  })

  it('shows the next of its group where one is capped, and nothing where one rests', () => {
    const next = compiled({ id: 'next', group: 'g' })
    const tired = (caps: Caps) => walk([capped(caps, { group: 'g' }), next], 'unit', 2)[1]?.map(told)
    expect(tired({ day: 1 })).toEqual(['hero=control cap', 'next=a match counted'])
    expect(tired({ rest: { ignored: 1, days: 1 } })).toEqual(['hero=control fatigue', 'next=control group'])
  })

  it('gives the places of a page view to the highest priorities, in every arm', () => {
    const three = ['a', 'b', 'c'].map((id) => compiled({ id, variants: arms }))
    for (const holdout of [0, 1]) {
      const decisions = decide(viewOf(planOf(...three), { pageViewCap: 2, holdout }))
      expect(decisions.map(({ reason }) => reason === 'cap')).toEqual([false, false, true])
      expect(decisions[2]?.why).toBe('page_view')
    }
  })

  it('keeps a place for what the request asked not to see', () => {
    const forced = { holdout: new Set(['a']), arms: new Map() }
    const plan = planOf(compiled({ id: 'a' }), compiled({ id: 'b' }))
    const decisions = decide(viewOf(plan, { pageViewCap: 1, forced }))
    expect(decisions.map(told)).toEqual(['a=control forced_control', 'b=control cap'])
  })

  it('keeps the arm of everybody who comes back after a cap', () => {
    fc.assert(
      fc.property(fc.uuid(), (unit) => {
        const hero = capped({ day: 1 }, { variants: arms })
        const counts = shown(hero, [START])
        const arm = (now: number, caps?: CapCounts) =>
          decide(viewOf(planOf(hero), { unit, caps, now }))[0]?.arm
        expect(arm(START + DAY_MS, counts)).toBe(arm(START))
      }),
    )
  })
})

describe('impressionsOf', () => {
  it('counts whoever is enrolled, and nobody who is not', () => {
    const plan = planOf(
      compiled({ id: 'shown' }),
      compiled({ id: 'control', variants: [{ id: 'control' }] }),
      compiled({ id: 'kept', holdout: 1 }),
      compiled({ id: 'uncovered', coverage: 0 }),
      compiled({ id: 'other', audience: () => false }),
    )
    const ids = (decisions: ReturnType<typeof decide>) => impressionsOf(decisions).map(({ id }) => id)
    expect(ids(decide(viewOf(plan)))).toEqual(['shown', 'control', 'kept'])
    expect(ids(decide(viewOf(plan, { holdout: 1 })))).toEqual(['shown', 'control', 'kept'])
    const forced = { holdout: 'all', arms: new Map() } as const
    expect(ids(decide(viewOf(plan, { forced })))).toEqual([])
  })
})

describe('formatDecisions', () => {
  it('says which limit and which attribute', () => {
    const hero = capped({ day: 1 })
    const made = compiled({ id: 'tea', audience: () => false })
    const tea = { ...made, source: { ...made.source, audience: { 'affinity.chá': 1 } } }
    const hot = {
      ...made,
      id: 'hot',
      source: { ...made.source, id: 'hot', audience: { 'weather.isHot': true } },
    }
    const decisions = decide(viewOf(planOf(hero, hot, tea), { caps: shown(hero, [START]), now: START }))
    const why = ({ campaign }: (typeof decisions)[number]) => explainCampaign(campaign, {})
    expect(formatDecisions(decisions)).toBe(
      'hero=control;r=cap;why="day", hot=control;r=audience, tea=control;r=audience',
    )
    // A name that a header cannot hold is left out, and the rest stays.
    expect(formatDecisions(decisions, 'full', undefined, why)).toBe(
      'hero=control;r=cap;why="day", hot=control;r=audience;why="weather.isHot", tea=control;r=audience',
    )
  })
})
