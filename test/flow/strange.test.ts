import { describe, expect, it } from 'vitest'
import { strangeCampaigns, strangeFaults } from '../../src/flow/strange.ts'
import { EUROS, NOW } from '../help/doors.ts'

describe('strangeCampaigns', () => {
  const ask = async (...told: (string | undefined)[]) => {
    const asked = { live: 0, store: 0 }
    const strange = await strangeCampaigns(
      told.map((campaign) => (campaign === undefined ? {} : { campaign })),
      {
        campaigns: async () => {
          asked.live += 1
          return [{ id: 'hero' }]
        },
        measures: {
          campaigns: async () => {
            asked.store += 1
            return ['left', '_all']
          },
        },
      },
    )
    return [[...strange], asked]
  }

  it('asks nobody of events that name none, and no store of live ones', async () => {
    expect(await ask(undefined)).toEqual([[], { live: 0, store: 0 }])
    expect(await ask('hero', 'hero')).toEqual([[], { live: 1, store: 0 }])
  })

  it('knows what was ever counted, and nothing else', async () => {
    expect(await ask('hero', 'left', 'nobody')).toEqual([['nobody'], { live: 1, store: 1 }])
  })
})

describe('strangeFaults', () => {
  it('names everything that is strange about an event', () => {
    const evidence = {
      id: 'e',
      kind: 'store_purchase',
      at: NOW,
      value: 1,
      currency: 'USD',
      store: 's',
    } as const
    const event = { index: 3, evidence, campaign: 'c' }
    const strange = { campaigns: new Set(['c']), stores: new Set(['s']) }
    expect(strangeFaults(event, strange, EUROS).map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/events/3/currency currency',
      '/events/3/campaign unknown_campaign',
      '/events/3/store unknown_store',
    ])
    const nothing = { campaigns: new Set<string>(), stores: new Set<string>() }
    expect(strangeFaults({ ...event, evidence: { ...evidence, currency: 'EUR' } }, nothing, EUROS)).toEqual(
      [],
    )
  })
})
