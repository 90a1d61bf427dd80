import { describe, expect, it } from 'vitest'
import { campaignText, overviewText } from '../../src/cli/words.ts'
import { reportAll, reportCampaign, reportHoldout } from '../../src/flow/report.ts'
import { campaignCsv, overviewCsv } from '../../src/flow/tables.ts'
import { type Cell, type CellQuery, EVERYTHING } from '../../src/measure/model.ts'
import { cellsOf, drawnBy } from '../help/cells.ts'
import { ports, trial } from '../help/reports.ts'

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

  const old = {
    id: 'old',
    name: 'The old one',
    holdout: 0,
    variants: [
      { id: 'original', weight: 0.5, edits: [] },
      { id: 'new', weight: 0.5, edits: [{ action: 'remove', selector: '#x' }] },
    ],
    objective: { metric: 'revenue', windowDays: 7 },
  }
  const met = (release: number, arm: string) =>
    cellsOf('exposed', [[1, arm, 20_000]], `release:${release}`, 'old')

  it('holds one that is no longer live against what it was when anybody met it last', async () => {
    const cells = [...trial('old', 'original', 'new'), ...met(2, 'original'), ...met(9, 'new')]
    const past = { 2: [{ ...old, objective: { metric: 'orders' } }], 9: [old] }
    expect(await reportCampaign(ports({ cells, past }), 'old', QUESTION)).toMatchObject({
      name: 'The old one',
      state: 'gone',
      status: 'ok',
      baseline: 'original',
      objective: 'revenue',
      windowDays: 7,
    })
    const [, line] = await reportAll(ports({ cells, past }), QUESTION)
    expect(line).toMatchObject({ campaign: 'old', name: 'The old one', objective: 'revenue', status: 'ok' })
  })

  it('reads one whose release is not kept by the names of its arms', async () => {
    const report = await reportCampaign(ports({ cells: trial('old', 'control', 'b') }), 'old', QUESTION)
    expect(report).toMatchObject({ state: 'gone', baseline: 'control', status: 'ok' })
    expect(report?.results[0]?.verdict.proven).toBe('better')
  })
})

describe('what a report reads', () => {
  const reading = () => {
    const asked: CellQuery[] = []
    const whole = ports({ cells: trial('hero', 'control', 'a') })
    const cells: typeof whole.measures.cells = (query) => {
      asked.push(query)
      return whole.measures.cells(query)
    }
    return { asked, ports: { ...whole, measures: { ...whole.measures, cells } } }
  }

  it('is days of everybody, and of segments the objective alone, added up', async () => {
    const { asked, ports: watched } = reading()
    await reportCampaign(watched, 'hero', { ...QUESTION, from: '2026-01-01' })
    const span = { campaign: 'hero', from: '2026-01-01' }
    expect(asked).toEqual([
      { ...span, segment: 'all' },
      { ...span, segment: 'split:*' },
      { ...span, segment: '*', folded: true, metrics: ['conversion'] },
    ])
  })

  it('is of segments day by day where weights moved, which are compared with themselves then', async () => {
    const at = (
      day: number,
      split: string,
      control: readonly [number, number],
      a: readonly [number, number],
    ) => [
      ...drawnBy(split, { control: control[0], a: a[0] }, day),
      ...['all', 'device:mobile'].flatMap((segment) =>
        (['exposed', 'conversion'] as const).flatMap((metric) =>
          cellsOf(
            metric,
            [
              [day, 'control', ...control],
              [day, 'a', ...a],
            ],
            segment,
          ),
        ),
      ),
    ]
    const cells = [
      ...at(1, 'control=0.5,a=0.5', [5_000, 150], [5_000, 150]),
      ...at(2, 'control=0.1,a=0.9', [1_000, 90], [9_000, 810]),
    ]
    const report = await reportCampaign(ports({ cells }), 'hero', QUESTION)
    expect(report).toMatchObject({ byDay: true, days: { from: '2026-07-01', to: '2026-07-02' } })
    expect(report?.segments.rows).toMatchObject([{ value: 'mobile', visitors: 14_000 }])
    expect(report?.segments.rows[0]?.verdict.lift).toBeCloseTo(0, 9)
  })

  it('is of contexts two months, which the report then tells of alone', async () => {
    const { asked, ports: watched } = reading()
    const allocation = { kind: 'adaptive', by: ['device'] }
    const { document } = (await watched.overlays.releases.active()) as { document: string }
    const { campaigns } = JSON.parse(document) as { campaigns: object[] }
    const adaptive = JSON.stringify({ campaigns: campaigns.map((one) => ({ ...one, allocation })) })
    const releases = {
      ...watched.overlays.releases,
      active: async () => ({ number: 10, enabled: true, document: adaptive }) as never,
    }
    const overlays = { ...watched.overlays, releases }
    await reportCampaign({ ...watched, overlays }, 'hero', { ...QUESTION, from: '2026-01-01' })
    expect(asked.map(({ segment, from }) => [segment, from])).toEqual([
      ['all', '2026-09-24'],
      ['split:*', '2026-09-24'],
      ['context:*', '2026-09-24'],
    ])
    asked.length = 0
    await reportCampaign({ ...watched, overlays }, 'hero', {
      ...QUESTION,
      from: '2026-05-01',
      to: '2026-06-30',
    })
    expect(asked[2]).toMatchObject({ segment: 'context:*', from: '2026-05-02', to: '2026-06-30' })
  })
})

describe('reports of a handful', () => {
  const few = (campaign: string, control: string, arm: string): readonly Cell[] =>
    (['exposed', 'seen', 'conversion', 'revenue'] as const).flatMap((metric) =>
      cellsOf(
        metric,
        [
          [1, control, 400, 20],
          [1, arm, 3, 1],
        ],
        'all',
        campaign,
      ),
    )

  it('tell neither how many they are nor their mean, and the others as they are', async () => {
    const report = await reportCampaign(ports({ cells: few('hero', 'control', 'a') }), 'hero', QUESTION)
    expect(report?.arms).toMatchObject([
      { arm: 'control', visitors: 400, seen: 400, crossed: 0 },
      { arm: 'a', visitors: null, seen: null, crossed: 0 },
    ])
    for (const { verdict } of report?.results ?? []) {
      if (verdict.status === 'too_few') expect(verdict.arm).toEqual({ n: null, mean: null })
    }
    expect(report?.results[0]?.verdict.control).toEqual({ n: 400, mean: 0.05 })
  })

  it('tell them nowhere, in no format', async () => {
    const cells = [...few('hero', 'control', 'a'), ...few(EVERYTHING, 'holdout', 'personalized')]
    const [campaign, whole, lines] = [
      await reportCampaign(ports({ cells }), 'hero', QUESTION),
      await reportHoldout(ports({ cells }), QUESTION),
      await reportAll(ports({ cells }), QUESTION),
    ]
    if (campaign === null) throw new Error('no report')
    for (const told of [campaign, whole, lines]) expect(JSON.stringify(told)).not.toMatch(/:3[,}]/)
    const tables = [campaignCsv(campaign), campaignCsv(whole), overviewCsv(lines, campaign.money)]
    for (const table of tables) expect(table).not.toMatch(/,3,/)
    for (const text of [campaignText(campaign), campaignText(whole), overviewText(lines)]) {
      expect(text).not.toMatch(/\b(3|403)\b/)
    }
    expect(campaignText(campaign)).toContain('<10')
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

describe('reportHoldout, of a holdout whose share was changed', () => {
  it('says that a busy day is worth nothing (Simpson’s paradox)', async () => {
    const at = (day: number, split: string, holdout: number, personalized: number, spent: number) => [
      ...drawnBy(split, { holdout, personalized }, day, EVERYTHING),
      ...(['exposed', 'revenue'] as const).flatMap((metric) =>
        cellsOf(
          metric,
          Object.entries({ holdout, personalized }).map(
            ([arm, n]) => [day, arm, n, n * spent, n * 900] as const,
          ),
          'all',
          EVERYTHING,
        ),
      ),
    ]
    const cells = [
      ...at(1, 'holdout=0.5,personalized=0.5', 5_000, 5_000, 10),
      ...at(2, 'holdout=0.1,personalized=0.9', 1_000, 9_000, 25),
    ]
    const { worth } = await reportHoldout(ports({ cells }), QUESTION)
    expect(worth[0]?.verdict.status).toBe('ok')
    expect(worth[0]?.verdict.lift).toBeCloseTo(0, 9)
  })
})

describe('reportHoldout, of margins that nobody knows', () => {
  it('tells no worth', async () => {
    const unknown = cellsOf('unknown_margin', [[1, 'personalized', 200]], 'all', EVERYTHING)
    const cells = [...trial(EVERYTHING, 'holdout', 'personalized'), ...unknown]
    const { worth } = await reportHoldout(ports({ cells }), QUESTION)
    expect(worth.map(({ metric, verdict }) => [metric, verdict.status])).toEqual([
      ['revenue', 'ok'],
      ['margin', 'no_data'],
    ])
    const margin = cells
      .filter(({ metric }) => metric === 'revenue')
      .map((cell) => ({ ...cell, metric: 'margin' as const }))
    const [, withheld] = (await reportHoldout(ports({ cells: [...cells, ...margin] }), QUESTION)).worth
    expect(withheld?.verdict).toMatchObject({ status: 'unknown_margin', lift: null })
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
