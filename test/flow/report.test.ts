import { describe, expect, it } from 'vitest'
import type { ViewCount } from '../../src/decide/store.ts'
import {
  type ReportPorts,
  reportAll,
  reportCampaign,
  reportFunnel,
  reportHoldout,
  reportReasons,
} from '../../src/flow/report.ts'
import { type Cell, EVERYTHING } from '../../src/measure/model.ts'
import { cellsOf } from '../help/cells.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const HERO = {
  id: 'hero',
  name: 'The hero',
  status: 'live',
  holdout: 0,
  variants: [
    { id: 'control', weight: 0.5, edits: [] },
    { id: 'a', weight: 0.5, edits: [{ action: 'remove', selector: '#x' }] },
  ],
}
const QUESTION = { view: 'sequential' } as const

interface World {
  readonly cells?: readonly Cell[]
  readonly counts?: readonly ViewCount[]
  readonly paused?: string
}

/** Doubles of what the store would say; nothing is decided in them. */
function ports({ cells = [], counts = [], paused }: World = {}): ReportPorts {
  const document = JSON.stringify({ holdout: 0, campaigns: [HERO] })
  const state = {
    campaign: 'hero',
    pausedAt: NOW,
    pausedWhy: paused,
    pausedBy: 'system',
    weights: [],
    admitted: 1,
  }
  return {
    measures: {
      cells: async ({ campaign }) => cells.filter((cell) => cell.campaign === campaign),
      campaigns: async () => [...new Set(cells.map(({ campaign }) => campaign))],
    },
    views: {
      read: async (_from, _to, campaign) =>
        counts.filter((one) => campaign === undefined || one.campaign === campaign),
    },
    profiles: {
      stageCounts: async () => [
        { day: '2026-11-21', counts: { identified: 60, connected: 20, known: 15, personalized: 5 } },
      ],
    },
    overlays: {
      releases: { active: async () => ({ number: 1, enabled: true, document }) },
      states: { list: async () => (paused === undefined ? [] : [state]) },
    } as unknown as ReportPorts['overlays'],
    money: { currency: 'EUR', decimals: 2 },
    now: () => NOW,
  }
}

const trial = (campaign: string, control: string, arm: string): readonly Cell[] => [
  ...cellsOf(
    'exposed',
    [
      [1, control, 20_000],
      [1, arm, 20_000],
    ],
    'all',
    campaign,
  ),
  ...cellsOf(
    'conversion',
    [
      [1, control, 20_000, 1_000],
      [1, arm, 20_000, 1_400],
    ],
    'all',
    campaign,
  ),
  ...cellsOf(
    'revenue',
    [
      [1, control, 20_000, 1e7, 1e10],
      [1, arm, 20_000, 1.2e7, 1.2e10],
    ],
    'all',
    campaign,
  ),
]
const count = (campaign: string, reason: string, n: number): ViewCount => ({
  day: '2026-11-21',
  campaign,
  reason,
  n,
})

describe('reportCampaign', () => {
  it('knows nothing of a campaign that is neither live nor was ever measured', async () => {
    expect(await reportCampaign(ports(), 'nobody', QUESTION)).toBeNull()
  })

  it('says of a live one that nobody met that there is nothing to say', async () => {
    expect(await reportCampaign(ports(), 'hero', QUESTION)).toMatchObject({
      name: 'The hero',
      state: 'live',
      status: 'no_data',
    })
  })

  it('tells why it is paused', async () => {
    expect(await reportCampaign(ports({ paused: 'opt_out: too many' }), 'hero', QUESTION)).toMatchObject({
      state: 'paused',
      why: 'opt_out: too many',
    })
  })

  it('reads one that is no longer live by the names of its arms', async () => {
    const report = await reportCampaign(ports({ cells: trial('old', 'control', 'b') }), 'old', QUESTION)
    expect(report).toMatchObject({ state: 'gone', baseline: 'control', status: 'ok' })
    expect(report?.results[0]?.verdict.proven).toBe('better')
  })
})

describe('reportHoldout', () => {
  it('tells what all of it is worth, in money over everybody who got it', async () => {
    const cells = trial(EVERYTHING, 'holdout', 'personalized')
    const { worth, baseline } = await reportHoldout(ports({ cells }), QUESTION)
    expect(baseline).toBe('holdout')
    expect(worth[0]).toMatchObject({ metric: 'revenue', visitors: 20_000 })
    expect(worth[0]?.verdict).toMatchObject({ difference: 'absolute', lift: 100 })
  })
})

describe('reportAll', () => {
  it('has a line for every campaign, live ones first, and none for the whole', async () => {
    const cells = [...trial('old', 'control', 'b'), ...trial(EVERYTHING, 'holdout', 'personalized')]
    const lines = await reportAll(ports({ cells }), QUESTION)
    expect(lines.map(({ campaign, state, status }) => [campaign, state, status])).toEqual([
      ['hero', 'live', 'no_data'],
      ['old', 'gone', 'ok'],
    ])
  })
})

describe('reportFunnel', () => {
  it('says how much is generic, and how many are known', async () => {
    const counts = [
      count('_page', 'pages', 200),
      count('_page', 'generic', 150),
      count('_page', 'budget_missed', 2),
    ]
    expect(await reportFunnel(ports({ counts }), '2026-11-01', '2026-11-22')).toMatchObject({
      genericShare: 0.75,
      budgetMissShare: 0.01,
      knownShare: 0.2,
    })
  })

  it('divides by nobody', async () => {
    expect(await reportFunnel(ports(), '2026-11-01', '2026-11-22')).toMatchObject({
      genericShare: null,
      budgetMissShare: null,
    })
  })
})

describe('reportReasons', () => {
  it('counts reasons by campaign, most first, and how many it enrolled', async () => {
    const counts = [
      count('hero', 'audience', 30),
      count('hero', 'match', 60),
      count('hero', 'control', 10),
      count('_page', 'pages', 100),
      count('_page', 'bypass_size', 3),
    ]
    expect(await reportReasons(ports({ counts }), '2026-11-01', '2026-11-22')).toMatchObject({
      pages: 100,
      campaigns: [
        { campaign: 'hero', coverage: 0.7, reasons: [{ reason: 'match', n: 60 }, { n: 30 }, { n: 10 }] },
      ],
      service: [{ reason: 'bypass_size', n: 3 }],
    })
  })
})
