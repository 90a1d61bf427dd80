import { describe, expect, it } from 'vitest'
import { reportFunnel, reportReasons } from '../../src/flow/served.ts'
import { count, ports } from '../help/reports.ts'

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

  it('says how much of the traffic is of somebody with an id, and counts the others by their page views', async () => {
    const counts = [
      count('_page', 'pages', 200),
      count('_page', 'stage_unknown', 120),
      count('_page', 'stage_identified', 50),
      count('_page', 'stage_personalized', 30),
      { ...count('_page', 'stage_unknown', 80), day: '2026-11-22' },
    ]
    const { identifiedRate, views, days } = await reportFunnel(ports({ counts }), '2026-11-01', '2026-11-22')
    expect(identifiedRate).toBeCloseTo(80 / 280)
    expect(views).toMatchObject({ unknown: 200, identified: 50, connected: 0, personalized: 30 })
    expect(days).toMatchObject([
      { day: '2026-11-21', pages: 200, views: { unknown: 120 }, visitors: { identified: 600 } },
      { day: '2026-11-22', pages: 0, views: { unknown: 80 }, visitors: null },
    ])
  })

  it('tells no number of a handful of visitors, nor the share that would give it away', async () => {
    const stages = [
      { day: '2026-11-21', counts: { identified: 600, connected: 0, known: 9, personalized: 0 } },
    ]
    const { days, knownShare } = await reportFunnel(ports({ stages }), '2026-11-01', '2026-11-22')
    expect(days[0]?.visitors).toEqual({ identified: 600, connected: 0, known: null, personalized: 0 })
    expect(knownShare).toBeNull()
  })

  it('divides by nobody', async () => {
    expect(await reportFunnel(ports(), '2026-11-01', '2026-11-22')).toMatchObject({
      genericShare: null,
      budgetMissShare: null,
      identifiedRate: null,
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
      count('_page', 'stage_unknown', 40),
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
