import { describe, expect, it } from 'vitest'
import type { CampaignReport } from '../../src/flow/report.ts'
import { reportRoutes } from '../../src/measure/routes.ts'
import { ports, trial } from '../help/reports.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const app = reportRoutes({ ports: () => ports({ cells: trial('hero', 'control', 'a') }), now: () => NOW })
const ask = async (query: string) => app.request(`/campaigns/hero?${query}`)

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
