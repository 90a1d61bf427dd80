/** What every `CampaignStates` must do, whatever it keeps them in. */
import { describe, expect, it } from 'vitest'
import {
  type CampaignState,
  type CampaignStates,
  type Noted,
  SYSTEM,
  untouched,
} from '../../src/campaign/states.ts'

const noted = (action: Noted['action'], at: number, actor = SYSTEM): Noted => ({
  action,
  at,
  actor,
  note: 'why',
})
const WEIGHTS = [{ from: 5, arms: ['a', 'b'], shares: [0.25, 0.75], out: ['c'] }]

/** `open` gives an empty store. */
export function campaignStatesContract(name: string, open: () => Promise<CampaignStates>): void {
  const stateIn = async (states: CampaignStates, campaign: string): Promise<CampaignState> =>
    (await states.list()).find((state) => state.campaign === campaign) ?? untouched(campaign)

  describe(`${name}: change`, () => {
    it('knows nothing of a campaign that nobody changed', async () => {
      expect(await (await open()).list()).toEqual([])
    })

    it('keeps what was changed, and leaves the rest', async () => {
      const states = await open()
      await states.change(untouched('hero'), { weights: WEIGHTS, admitted: 0.5 }, null, 10)
      const paused = { pausedAt: 11, pausedWhy: 'opt_out', pausedBy: SYSTEM }
      expect(
        await states.change(await stateIn(states, 'hero'), paused, noted('campaign.pause', 11), 11),
      ).toBe(true)
      expect(await stateIn(states, 'hero')).toMatchObject({
        ...paused,
        weights: WEIGHTS,
        admitted: 0.5,
        changedAt: 11,
      })
    })

    it('gives every change a version of its own over all campaigns', async () => {
      const states = await open()
      await states.change(untouched('a'), { admitted: 1 }, null, 1)
      await states.change(untouched('b'), { admitted: 1 }, null, 2)
      await states.change(await stateIn(states, 'a'), { admitted: 0.5 }, null, 3)
      const versions = (await states.list()).map(({ version }) => version)
      expect(versions.toSorted()).toEqual([2, 3])
    })

    it('changes nothing where it is no longer as it was seen', async () => {
      const states = await open()
      const seen = untouched('hero')
      const all = await Promise.all(
        Array.from({ length: 8 }, (_, turn) =>
          states.change(seen, { pausedAt: turn + 1 }, noted('campaign.pause', turn + 1), turn + 1),
        ),
      )
      expect(all.filter(Boolean)).toHaveLength(1)
      expect((await stateIn(states, 'hero')).pausedAt).toBe(all.indexOf(true) + 1)
    })
  })

  describe(`${name}: list`, () => {
    async function liftedAfter(...entries: readonly Noted[]): Promise<number | null> {
      const states = await open()
      for (const entry of entries) {
        await states.change(await stateIn(states, 'hero'), {}, entry, entry.at)
        await states.change(await stateIn(states, 'other'), {}, null, entry.at)
      }
      expect((await stateIn(states, 'other')).liftedAt).toBeNull()
      return (await stateIn(states, 'hero')).liftedAt
    }

    it('tells the last harm that an operator has lifted since', async () => {
      expect(
        await liftedAfter(
          noted('campaign.pause', 1),
          noted('campaign.resume', 2, 'ana'),
          noted('campaign.arm_out', 3),
          noted('campaign.resume', 4, 'ana'),
          noted('campaign.weights', 5),
        ),
      ).toBe(3)
    })

    it('tells none that still holds, and none that an operator paused', async () => {
      expect(
        await liftedAfter(
          noted('campaign.pause', 1, 'ana'),
          noted('campaign.resume', 2, 'ana'),
          noted('campaign.pause', 3),
        ),
      ).toBeNull()
    })
  })
}
