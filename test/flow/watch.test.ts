import { beforeEach, describe, expect, it } from 'vitest'
import type { Campaign } from '../../src/campaign/model.ts'
import { untouched } from '../../src/campaign/states.ts'
import { listOverlaid, type OverlayPorts, turnCampaign } from '../../src/flow/overlays.ts'
import { runWatch, type WatchPorts } from '../../src/flow/watch.ts'
import type { News } from '../../src/flow/webhook.ts'
import { DAY_MS, HOUR_MS } from '../../src/kit/time.ts'
import type { Cell, CellQuery } from '../../src/measure/model.ts'
import { answerOf, cellsOf, type Row } from '../help/cells.ts'
import { createMemoryReleaseStore } from '../help/releases.ts'
import { seeded } from '../help/sampling.ts'
import { createMemoryStates, type MemoryStates } from '../help/states.ts'

const LEAD_MS = 120_000
const JULY_5 = Date.UTC(2026, 6, 5, 12)
const edits = [{ action: 'remove', selector: '#x' } as const]
const ana = { actor: 'ana', note: '' }

let states: MemoryStates
let release: ReturnType<typeof createMemoryReleaseStore>
let cells: readonly Cell[]
let asked: CellQuery[]
let told: News[]
let isHeard: boolean
let now: number

beforeEach(() => {
  states = createMemoryStates()
  release = createMemoryReleaseStore()
  cells = []
  asked = []
  told = []
  isHeard = true
  now = JULY_5
})

const later: Promise<unknown>[] = []
const overlays = (): OverlayPorts => ({
  releases: release,
  states,
  tell: async (news) => {
    told.push(news)
    return isHeard
  },
  later: (work) => later.push(work),
  leadMs: LEAD_MS,
  now: () => now,
})
const ports = (more: Partial<WatchPorts> = {}): WatchPorts => ({
  ...overlays(),
  measures: {
    campaigns: async () => [...new Set(cells.map(({ campaign }) => campaign))],
    cells: async (query) => {
      asked.push(query)
      return answerOf(cells, query)
    },
  },
  money: { currency: 'EUR', decimals: 2 },
  random: seeded(1),
  pace: async () => {},
  ...more,
})
async function watch(more: Partial<WatchPorts> = {}) {
  const reports = await runWatch(ports(more))
  await Promise.all(later.splice(0))
  return reports.map(({ campaign, did }) => `${campaign ?? 'all'} ${did}`)
}
async function publish(...campaigns: readonly Partial<Campaign>[]): Promise<void> {
  const whole = campaigns.map((campaign) => ({
    id: 'hero',
    status: 'live',
    holdout: 0,
    variants: [
      { id: 'control', weight: 0.5, edits: [] },
      { id: 'a', weight: 0.5, edits },
    ],
    ...campaign,
  }))
  const document = JSON.stringify({ campaigns: whole })
  await release.publish({ checksum: document, document, author: 'ana', note: '', createdAt: now })
}
const stateOf = async (campaign = 'hero') =>
  (await states.list()).find((state) => state.campaign === campaign) ?? untouched(campaign)
const optOuts = (arm: number, from = 1, campaign = 'hero', arms = ['control', 'a']): readonly Cell[] => {
  const rows = [0, 1, 2].flatMap((at) =>
    arms.map((id, index): Row => [from + at, id, 10_000, index === 1 ? arm : 100]),
  )
  return cellsOf('opt_out', rows, 'all', campaign)
}
const HARMFUL = 300
const ADAPTIVE: Partial<Campaign> = {
  allocation: { kind: 'adaptive' },
  objective: { metric: 'conversion' },
  variants: ['control', 'a', 'b'].map((id, at) => ({
    id,
    weight: 1 / 3,
    edits: at === 0 ? [] : edits,
  })) as never,
}
const THREE = ['control', 'a', 'b']

describe('guardrails', () => {
  it('pause what is proven to do harm: once, with its figures in the audit and the webhook', async () => {
    await publish({})
    cells = optOuts(HARMFUL)
    expect(await watch()).toEqual(['hero paused'])
    expect(await watch()).toEqual([])
    const { pausedAt, pausedBy, pausedWhy } = await stateOf()
    expect([pausedAt, pausedBy]).toEqual([JULY_5, 'system'])
    expect(pausedWhy).toMatch(/^opt_out: 2 % of visitors more/)
    expect(states.audit).toMatchObject([
      {
        subject: 'hero',
        action: 'campaign.pause',
        actor: 'system',
        detail: { breaches: [{ metric: 'opt_out', arm: 'a' }] },
      },
    ])
    expect(told).toMatchObject([{ type: 'campaign.pause', campaign: 'hero', at: JULY_5, why: pausedWhy }])
  })

  it('pause it once where two watches run at the same time', async () => {
    await publish({})
    cells = optOuts(HARMFUL)
    const both = (await Promise.all([watch(), watch()])).flat()
    expect(both).toEqual(['hero paused'])
    expect(states.audit).toHaveLength(1)
  })

  it('leave alone what does none, is paused by its author, or is switched off', async () => {
    await publish({}, { id: 'resting', status: 'paused' })
    cells = [...optOuts(105), ...optOuts(HARMFUL, 1, 'resting')]
    expect(await watch()).toEqual([])
    cells = optOuts(HARMFUL)
    await release.setEnabled(false, { ...ana, at: now })
    expect(await watch()).toEqual([])
  })

  it('begin anew after a resume, with visitors of the days after the harm', async () => {
    await publish({})
    cells = optOuts(HARMFUL)
    await watch()
    now += DAY_MS
    expect(await turnCampaign('hero', false, { ...ana, at: now }, overlays())).toBe('changed')
    expect(await watch()).toEqual([])
    expect(asked.at(-1)).toMatchObject({ from: '2026-07-06' })
    cells = [...cells, ...optOuts(HARMFUL, 6)]
    expect(await watch()).toEqual(['hero paused'])
  })

  it('note what the webhook did not take, and pause all the same', async () => {
    await publish({})
    cells = optOuts(HARMFUL)
    isHeard = false
    expect(await watch()).toEqual(['hero paused'])
    expect(states.audit.map(({ action }) => action)).toEqual(['campaign.pause', 'campaign.untold'])
    expect(states.audit[1]?.detail).toEqual({ id: told[0]?.id, type: 'campaign.pause' })
  })

  it('do not keep other campaigns from their turn when one cannot be read', async () => {
    await publish({ id: 'broken' }, {})
    cells = [...optOuts(HARMFUL, 1, 'broken'), ...optOuts(HARMFUL)]
    const { measures } = ports()
    const failing: WatchPorts['measures'] = {
      ...measures,
      cells: (query) =>
        query.campaign === 'broken' ? Promise.reject(new Error('down')) : measures.cells(query),
    }
    expect(await watch({ measures: failing })).toEqual(['broken failed', 'hero paused'])
  })
})

describe('adaptive weights', () => {
  const conversions = cellsOf('conversion', [
    [1, 'control', 5_000, 150],
    [1, 'a', 5_000, 150],
    [1, 'b', 5_000, 300],
  ])

  it('follow what was measured every six hours, from a while ahead', async () => {
    await publish(ADAPTIVE)
    cells = conversions
    expect(await watch()).toEqual(['hero weighed'])
    const [first, second] = (await stateOf()).weights
    expect(first).toMatchObject({ from: 0, shares: [1 / 3, 1 / 3, 1 / 3] })
    expect(second).toMatchObject({ from: JULY_5 + LEAD_MS, shares: [0.05, 0.05, 0.9] })
    now += 5 * HOUR_MS
    expect(await watch()).toEqual([])
    now += HOUR_MS
    expect(await watch()).toEqual(['hero weighed'])
    expect(states.audit.map(({ action }) => action)).toEqual(['campaign.weights', 'campaign.weights'])
  })

  it('are shown as they hold now', async () => {
    await publish(ADAPTIVE)
    cells = conversions
    await watch()
    const weightsNow = async () => (await listOverlaid(overlays()))?.campaigns[0]?.weights
    expect(await weightsNow()).toEqual({ control: 1 / 3, a: 1 / 3, b: 1 / 3 })
    now += LEAD_MS
    expect(await weightsNow()).toEqual({ control: 0.05, a: 0.05, b: 0.9 })
  })

  it('lose the arm that does harm, and the campaign goes on', async () => {
    await publish(ADAPTIVE)
    cells = [...conversions, ...optOuts(HARMFUL, 1, 'hero', THREE)]
    expect(await watch()).toEqual(['hero arm_out'])
    const { weights, pausedAt } = await stateOf()
    expect(weights.at(-1)).toMatchObject({ out: ['a'], shares: [0.05, 0, 0.95] })
    expect(pausedAt).toBeNull()
    expect(told.map(({ type }) => type)).toEqual(['campaign.arm_out'])
    now += 6 * HOUR_MS
    expect(await watch()).toEqual(['hero weighed'])
    expect((await stateOf()).weights.at(-1)?.out).toEqual(['a'])
  })

  it('keep an arm that does harm out where a release has others beside it, and where one is rolled back', async () => {
    await publish(ADAPTIVE)
    cells = [...conversions, ...optOuts(HARMFUL, 1, 'hero', THREE)]
    expect(await watch()).toEqual(['hero arm_out'])
    // Nothing is proven any more: more arms ask for more proof, and old days go.
    cells = conversions
    await publish({ ...ADAPTIVE, variants: [...(ADAPTIVE.variants ?? []), { id: 'd', weight: 0, edits }] })
    expect((await listOverlaid(overlays()))?.campaigns[0]?.out).toEqual(['a'])
    expect(await watch()).toEqual(['hero weighed'])
    expect((await stateOf()).weights.at(-1)).toMatchObject({ out: ['a'], arms: ['control', 'a', 'b', 'd'] })
    await publish(ADAPTIVE)
    expect(await watch()).toEqual(['hero weighed'])
    expect((await stateOf()).weights.at(-1)).toMatchObject({ out: ['a'], arms: ['control', 'a', 'b'] })
  })

  it('pause the campaign where a release leaves nothing but arms that were taken out', async () => {
    await publish(ADAPTIVE)
    cells = [...conversions, ...optOuts(HARMFUL, 1, 'hero', THREE)]
    await watch()
    cells = conversions
    await publish({ ...ADAPTIVE, variants: ADAPTIVE.variants?.slice(0, 2) ?? [] })
    expect(await watch()).toEqual(['hero paused'])
    expect((await stateOf()).pausedWhy).toBe('every arm that shows something was taken out before')
  })

  it('are no shelter for an arm that was taken out: fixed ones show it again, and guardrails look at it', async () => {
    await publish(ADAPTIVE)
    cells = [...conversions, ...optOuts(HARMFUL, 1, 'hero', THREE)]
    expect(await watch()).toEqual(['hero arm_out'])
    await publish({ ...ADAPTIVE, allocation: { kind: 'fixed' } })
    expect(await watch()).toEqual(['hero paused'])
  })

  it('pause the campaign where every arm that shows something does harm', async () => {
    await publish(ADAPTIVE)
    const rows = THREE.map((arm, at): Row => [1, arm, 30_000, at === 0 ? 300 : 900])
    cells = [...conversions, ...cellsOf('opt_out', rows)]
    expect(await watch()).toEqual(['hero paused'])
  })

  it('take back an arm that an operator lets run again, on new visitors', async () => {
    await publish(ADAPTIVE)
    cells = [...conversions, ...optOuts(HARMFUL, 1, 'hero', THREE)]
    await watch()
    now += HOUR_MS
    expect(await turnCampaign('hero', false, { ...ana, at: now }, overlays())).toBe('changed')
    expect((await stateOf()).weights.at(-1)).toEqual({
      from: now + LEAD_MS,
      arms: THREE,
      shares: [1 / 3, 1 / 3, 1 / 3],
    })
    expect(await turnCampaign('hero', false, { ...ana, at: now }, overlays())).toBe('already')
    now += 6 * HOUR_MS
    expect(await watch()).toEqual(['hero weighed'])
  })
})

describe('what a watch reads', () => {
  const HARMS = ['opt_out', 'withdrawal', 'erasure', 'too_personal']

  it('is the guarded metrics, and the objective where weights are due', async () => {
    await publish({})
    cells = optOuts(100)
    await watch()
    expect(asked).toEqual([{ campaign: 'hero', segment: 'all', metrics: HARMS }])
    await publish(ADAPTIVE)
    asked = []
    await watch()
    await watch()
    expect(asked.map(({ metrics }) => metrics)).toEqual([HARMS, ['conversion'], HARMS])
  })

  it('is of contexts the last two months of the objective, since there are many', async () => {
    const { allocation } = ADAPTIVE
    await publish({ ...ADAPTIVE, allocation: { kind: 'adaptive', ...allocation, by: ['device'] } })
    cells = optOuts(100)
    await watch()
    expect(asked).toEqual([
      { campaign: 'hero', segment: 'context:*', metrics: HARMS },
      { campaign: 'hero', segment: 'context:*', metrics: ['conversion'], from: '2026-05-07' },
    ])
  })

  it('is of margins also how many of them nobody knows', async () => {
    await publish({ guardrails: [{ metric: 'margin', tolerance: 0 }] })
    cells = optOuts(100)
    await watch()
    expect(asked.map(({ metrics }) => metrics)).toEqual([['margin', 'conversion', 'unknown_margin']])
  })
})

describe('limited offers', () => {
  it('are paced among the campaigns that run, and the shares laid down without a word', async () => {
    await publish({ limit: { total: 9 } }, { id: 'resting', status: 'paused' })
    const paced: string[] = []
    await watch({
      pace: async (campaigns, admit) => {
        paced.push(...campaigns.map(({ id }) => id))
        await admit('hero', 0.25, now)
      },
    })
    expect(paced).toEqual(['hero'])
    expect(await stateOf()).toMatchObject({ admitted: 0.25, pausedAt: null })
    expect(states.audit).toEqual([])
    expect(await watch({ pace: () => Promise.reject(new Error('down')) })).toEqual(['all failed'])
  })

  it('are not paced before they begin, nor while they are paused: nobody taking them says nothing then', async () => {
    const limit = { total: 9 }
    await publish({ limit }, { id: 'sale', limit, schedule: { from: JULY_5 + HOUR_MS } })
    const paced = async (): Promise<readonly string[]> => {
      const ids: string[] = []
      await watch({ pace: async (campaigns) => ids.push(...campaigns.map(({ id }) => id)) })
      return ids
    }
    expect(await paced()).toEqual(['hero'])
    await turnCampaign('hero', true, { ...ana, at: now }, overlays())
    expect(await paced()).toEqual([])
    now += HOUR_MS
    expect(await paced()).toEqual(['sale'])
  })
})

describe('turnCampaign', () => {
  it('says what it is asked for that is not there, or so already', async () => {
    await publish({})
    expect(await turnCampaign('gone', true, { ...ana, at: now }, overlays())).toBe('missing')
    expect(await turnCampaign('hero', false, { ...ana, at: now }, overlays())).toBe('already')
    expect(await turnCampaign('hero', true, { ...ana, note: 'too loud', at: now }, overlays())).toBe(
      'changed',
    )
    expect(await turnCampaign('hero', true, { ...ana, at: now }, overlays())).toBe('already')
    expect((await listOverlaid(overlays()))?.campaigns[0]).toMatchObject({
      state: 'paused',
      by: 'ana',
      why: 'too loud',
    })
  })

  it('decides anew where somebody else was faster', async () => {
    await publish({})
    await states.change(untouched('hero'), { admitted: 1 }, null, now)
    let looks = 0
    const list = async () => (looks++ === 0 ? [untouched('hero')] : states.list())
    const slow = { ...overlays(), states: { ...states, list } }
    expect(await turnCampaign('hero', true, { ...ana, at: now }, slow)).toBe('changed')
    expect(await stateOf()).toMatchObject({ admitted: 1, pausedBy: 'ana' })
  })
})
