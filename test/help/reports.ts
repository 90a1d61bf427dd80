/** What a store would say of one campaign, `hero`, for reports; nothing is decided in here. */
import type { ViewCount } from '../../src/decide/store.ts'
import type { ReportPorts } from '../../src/flow/report.ts'
import type { ServedPorts } from '../../src/flow/served.ts'
import type { Cell } from '../../src/measure/model.ts'
import type { DayCounts } from '../../src/profile/model.ts'
import { answerOf, cellsOf } from './cells.ts'

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

export interface World {
  readonly cells?: readonly Cell[]
  readonly counts?: readonly ViewCount[]
  readonly paused?: string
  readonly stages?: readonly DayCounts[]
  /** Campaigns of releases before the live one, which is the tenth. */
  readonly past?: Readonly<Record<number, readonly object[]>>
}

const STAGES = [
  { day: '2026-11-21', counts: { identified: 600, connected: 200, known: 150, personalized: 50 } },
]

export function ports({
  cells = [],
  counts = [],
  paused,
  stages = STAGES,
  past = {},
}: World = {}): ReportPorts & ServedPorts {
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
      cells: async (query) => answerOf(cells, query),
      campaigns: async () => [...new Set(cells.map(({ campaign }) => campaign))],
    },
    views: {
      read: async (_from, _to, campaign) =>
        counts.filter((one) => campaign === undefined || one.campaign === campaign),
    },
    profiles: { stageCounts: async () => stages },
    overlays: {
      releases: {
        active: async () => ({ number: 10, enabled: true, document }),
        get: async (number: number) =>
          past[number] === undefined ? null : { document: JSON.stringify({ campaigns: past[number] }) },
      },
      states: { list: async () => (paused === undefined ? [] : [state]) },
    } as unknown as ReportPorts['overlays'],
    money: { currency: 'EUR', decimals: 2 },
    now: () => NOW,
  }
}

/** Twenty thousand visitors an arm, of whom 5 % buy in one and 7 % in the other. */
export const trial = (campaign: string, control: string, arm: string): readonly Cell[] => [
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
    'exposed',
    [
      [1, control, 20_000],
      [1, arm, 20_000],
    ],
    'release:1',
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
export const count = (campaign: string, reason: string, n: number): ViewCount => ({
  day: '2026-11-21',
  campaign,
  reason,
  n,
})
