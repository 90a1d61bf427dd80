import { describe, expect, it } from 'vitest'
import type { Campaign, Condition } from '../../src/campaign/model.ts'
import { audienceFaults, MIN_PROFILES } from '../../src/campaign/reach.ts'
import { createEstimator, SAMPLE_SIZE } from '../../src/flow/estimate.ts'
import { applyAll, emptyContribution } from '../../src/profile/contribution.ts'
import type { VisitorSample } from '../../src/profile/store.ts'
import { event, NOW } from '../help/evidence.ts'

/** Visitors who followed a brand; the first few visited a store three times a week as well. */
const visitors = (count: number, regulars = 0): VisitorSample['contributions'] =>
  Array.from({ length: count }, (_, n) => {
    const visits = Array.from({ length: n < regulars ? 12 : 0 }, (_, day) =>
      event('store_visit', { store: 'graca' }, day * 2),
    )
    return applyAll(emptyContribution(`v${n}`), [event('follow', { brand: 'Brisa' }), ...visits])
  })

function estimatorOf(sample: VisitorSample) {
  const asked: (readonly [number, number])[] = []
  const estimate = createEstimator({
    sample: async (since, limit) => {
      asked.push([since, limit])
      return sample
    },
    now: () => NOW,
  })
  return { estimate, asked }
}

const FOLLOWERS: Condition = { follows: { $elemMatch: { $eq: 'Brisa' } } }
const REGULARS: Condition = { ...FOLLOWERS, 'habit.stores.graca': { $gte: 3 } }

describe('createEstimator', () => {
  it('asks every condition of the newest profiles, read once', async () => {
    const { estimate, asked } = estimatorOf({ total: 30_000, contributions: visitors(MIN_PROFILES, 25) })
    expect(await estimate(FOLLOWERS)).toBe(30_000)
    expect(await estimate(REGULARS)).toBe(1_500)
    expect(await estimate({ ...REGULARS, 'weather.isHot': true })).toBe(1_500)
    expect(asked).toEqual([[NOW - 30 * 86_400_000, SAMPLE_SIZE]])
  })

  it('counts where it has read everybody who has a profile', async () => {
    const { estimate } = estimatorOf({ total: 990, contributions: visitors(MIN_PROFILES, 51) })
    expect([await estimate(FOLLOWERS), await estimate(REGULARS)]).toEqual([MIN_PROFILES, 51])
  })

  it('cannot tell while hardly anybody is known', async () => {
    const { estimate } = estimatorOf({ total: 499, contributions: visitors(499, 499) })
    expect(await estimate(FOLLOWERS)).toBeNull()
  })
})

describe('audienceFaults', () => {
  it('takes a store that does not answer for one that knows nothing', async () => {
    const campaign = { status: 'live', audience: FOLLOWERS } as unknown as Campaign
    const faults = await audienceFaults([campaign], () => Promise.reject(new Error('down')))
    expect(faults.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/campaigns/0/audience guard_unknown_audience',
    ])
  })

  it('judges each audience once, and paused campaigns not at all', async () => {
    let asked = 0
    const of = (status: string, audience: Condition) => ({ status, audience }) as unknown as Campaign
    const campaigns = [
      of('live', FOLLOWERS),
      of('live', { ...FOLLOWERS, 'clock.hour': 9 }),
      of('paused', REGULARS),
    ]
    const faults = await audienceFaults(campaigns, async () => {
      asked++
      return 7
    })
    expect([asked, faults.map(({ path }) => path)]).toEqual([
      1,
      ['/campaigns/0/audience', '/campaigns/1/audience'],
    ])
  })
})
