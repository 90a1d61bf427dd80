import { describe, expect, it } from 'vitest'
import {
  reportAll,
  reportCampaign,
  reportFunnel,
  reportHoldout,
  reportReasons,
} from '../../src/flow/report.ts'
import { EVERYTHING } from '../../src/measure/model.ts'
import { count, ports, trial } from '../help/reports.ts'

const QUESTION = { view: 'sequential' } as const

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
