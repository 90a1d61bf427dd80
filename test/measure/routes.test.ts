import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { REPORT_OPERATIONS } from '../../src/api/openapi-reports.ts'
import type { CampaignReport } from '../../src/flow/report.ts'
import { EVERYTHING } from '../../src/measure/model.ts'
import { reportRoutes } from '../../src/measure/routes.ts'
import { cellsOf, drawnBy, type Row } from '../help/cells.ts'
import { DOCUMENT, faultsOf } from '../help/openapi.ts'
import { count, ports, trial, type World } from '../help/reports.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const get = (path: string, world: World = WHOLE) =>
  reportRoutes({ ports: () => ports(world), now: () => NOW }).request(path)

const rows: readonly Row[] = [
  [1, 'control', 500, 25],
  [1, 'a', 510, 36],
]
const fewer: readonly Row[] = [
  [1, 'control', 100, 5],
  [1, 'a', 110, 6],
]
/** All of it: lifts, segments, a split, a harm, a campaign that is gone, page views. */
const WHOLE: World = {
  cells: [
    ...trial('hero', 'control', 'a'),
    ...cellsOf('exposed', rows, 'device:mobile'),
    ...cellsOf('conversion', rows, 'device:mobile'),
    ...cellsOf('exposed', fewer, 'device:desktop'),
    ...cellsOf('conversion', fewer, 'device:desktop'),
    ...cellsOf('exposed', [[1, 'a', 3]], 'device:tv'),
    ...drawnBy('control=0.5,a=0.5', { control: 20_000, a: 20_000 }),
    ...cellsOf('opt_out', [
      [1, 'control', 20_000, 200],
      [1, 'a', 20_000, 420],
    ]),
    ...trial('=old', 'control', 'b'),
    ...trial(EVERYTHING, 'holdout', 'personalized'),
  ],
  counts: [
    count('_page', 'pages', 100),
    count('_page', 'generic', 60),
    count('_page', 'stage_unknown', 40),
    count('_page', 'bypass_size', 3),
    count('hero', 'match', 70),
  ],
}
const PATHS = REPORT_OPERATIONS.map(({ path }) => path)
const at = (path: string): string => path.replace('/reports', '').replace('{id}', 'hero') || '/'
const table = async (path: string, world?: World): Promise<readonly Record<string, string>[]> =>
  parse(await (await get(path, world)).text(), { columns: true })

describe('reportRoutes', () => {
  it.each(PATHS)('answer at %s what the API document says, and nothing else', async (path) => {
    const worlds: readonly World[] = [WHOLE, {}, { cells: trial('hero', 'control', 'other'), paused: 'no' }]
    for (const world of worlds) {
      for (const view of ['sequential', 'fixed', 'bayes']) {
        const answer = await get(`${at(path)}?view=${view}`, world)
        expect(answer.status).toBe(200)
        expect(faultsOf(path, await answer.json())).toEqual([])
      }
    }
  })

  it.each(PATHS)('answer at %s a table, where one is asked for', async (path) => {
    const answer = await get(`${at(path)}?format=csv`)
    expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('Content-Disposition')).toMatch(/^attachment; filename="\w+\.csv"$/)
    expect(parse(await answer.text(), { columns: true }).length).toBeGreaterThan(0)
    const { responses } = DOCUMENT.paths[path]?.get ?? {}
    expect(Object.keys(responses?.[200]?.content ?? {})).toEqual(['application/json', 'text/csv'])
  })

  it.each(PATHS)('refuse at %s a format that there is not', async (path) => {
    const answer = await get(`${at(path)}?format=xml`)
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([422, 'application/problem+json'])
    expect(await answer.json()).toMatchObject({ faults: [{ path: '/format' }] })
  })

  it('write the table of a campaign: results, then the objective by segment', async () => {
    const found = await table('/campaigns/hero?format=csv')
    expect(found[0]).toMatchObject({ segment: 'all', metric: 'conversion', arm: 'a', objective: 'true' })
    const revenue = found.find(({ metric }) => metric === 'revenue')
    expect([found[0]?.unit, revenue?.mean_control, revenue?.unit]).toEqual(['share', '500', 'EUR/100'])
    expect(found.at(-1)).toMatchObject({
      segment: 'device:mobile',
      visitors_control: '500',
      visitors_arm: '510',
    })
  })

  it('write the table of the whole with what it is worth', async () => {
    const worth = (await table('/holdout?format=csv')).filter(({ difference }) => difference === 'absolute')
    expect(worth).toMatchObject([
      { metric: 'revenue', arm: 'personalized', lift: '100', unit: 'EUR/100' },
      { metric: 'margin' },
    ])
  })

  it('write the table of all: one row also for a campaign of which nothing is told, and no formula', async () => {
    const found = await table('/?format=csv', { cells: trial('=old', 'control', 'b') })
    expect(found).toMatchObject([
      { campaign: 'hero', state: 'live', metric: 'conversion', arm: '', status: 'no_data' },
      { campaign: "'=old", state: 'gone', arm: 'b', proven: 'better' },
    ])
  })

  it('write the table of the funnel, a row a day', async () => {
    expect(await table('/funnel?format=csv')).toEqual([
      {
        day: '2026-11-21',
        pages: '100',
        generic: '60',
        budget_missed: '0',
        views_unknown: '40',
        views_identified: '0',
        views_connected: '0',
        views_known: '0',
        views_personalized: '0',
        visitors_identified: '600',
        visitors_connected: '200',
        visitors_known: '150',
        visitors_personalized: '50',
      },
    ])
  })

  it('write the table of reasons, those of pages last', async () => {
    expect(await table('/reasons?format=csv')).toEqual([
      { campaign: 'hero', coverage: '1', reason: 'match', times: '70' },
      { campaign: '', coverage: '', reason: 'bypass_size', times: '3' },
    ])
  })
})

const ask = async (query: string) => get(`/campaigns/hero?${query}`, { cells: trial('hero', 'control', 'a') })

describe('which days are told of', () => {
  it.each([
    ['', '2026-10-26', '2026-11-22'],
    ['to=2026-10-15', '2026-09-18', '2026-10-15'],
    ['from=2026-11-20', '2026-11-20', '2026-11-22'],
    ['from=2026-12-01', '2026-12-01', '2026-12-01'],
    ['from=2026-01-01&to=2026-01-31', '2026-01-01', '2026-01-31'],
  ])('of the funnel and of reasons by "%s" are %s to %s', async (query, from, to) => {
    for (const path of ['/funnel', '/reasons']) {
      const answer = await get(`${path}?${query}`)
      expect([answer.status, await answer.json()]).toMatchObject([200, { from, to }])
    }
  })

  it.each([
    ['to=2026-02-30', '/to'],
    ['from=yesterday', '/from'],
    ['from=2026-02-02&to=2026-02-01', '/to'],
  ])('are no days by %s', async (query, path) => {
    for (const report of ['/funnel', '/reasons', '/holdout']) {
      const answer = await get(`${report}?${query}`)
      expect([answer.status, await answer.json()]).toMatchObject([422, { faults: [{ path }] }])
    }
  })
})

describe('what a report may be asked', () => {
  it('is an effect, a power and a correction', async () => {
    const answer = await ask('view=fixed&effect=0.05&power=0.9&correction=benjamini_hochberg')
    const report = (await answer.json()) as CampaignReport
    expect(report).toMatchObject({ effect: 0.05, power: 0.9, view: 'fixed' })
    const plain = (await (await ask('view=fixed')).json()) as CampaignReport
    expect(plain).toMatchObject({ effect: 0.1, power: 0.8 })
    expect(report.results[0]?.detectable).toBeGreaterThan(plain.results[0]?.detectable as number)
  })

  it.each([
    'effect=0',
    'effect=-1',
    'effect=x',
    'effect=11',
    'power=1',
    'power=0',
    'correction=none',
    'view=x',
  ])('is not %s', async (query) => {
    const answer = await ask(query)
    expect(answer.status).toBe(422)
    const { faults } = (await answer.json()) as { faults: readonly { path: string }[] }
    expect(faults.map(({ path }) => path)).toEqual([`/${query.split('=')[0]}`])
  })

  it('is told as CSV with what a wrong choice would cost', async () => {
    const [head, first] = (await (await ask('format=csv&view=bayes')).text()).split('\r\n')
    const row = Object.fromEntries(
      (head as string).split(',').map((name, index) => [name, (first as string).split(',')[index]]),
    )
    expect(Number(row.loss_of_keeping_control)).toBeCloseTo(0.4, 3)
    expect(Number(row.loss_of_taking_arm)).toBeLessThan(1e-6)
    expect(Number(row.detectable)).toBeGreaterThan(0.1)
  })
})
