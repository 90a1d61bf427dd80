import { describe, expect, it } from 'vitest'
import { comparisonText } from '../../src/cli/compare.ts'
import { parseTruth, type Truth } from '../../src/cli/truth.ts'
import type { CampaignReport } from '../../src/flow/report.ts'

const parsed = parseTruth({ campaigns: { hero: { conversion: 0.5 } } })
const truth = (parsed.ok ? parsed.value : undefined) as Truth
const result = (metric: string, verdict: object) => ({ metric, arm: 'treated', verdict })
const report = (...results: object[]) =>
  new Map([
    [
      'hero',
      {
        state: 'live',
        arms: [
          { arm: 'control', isBaseline: true, visitors: 90 },
          { arm: 'treated', isBaseline: false, visitors: 80 },
        ],
        results,
      } as unknown as CampaignReport,
    ],
  ])

describe('comparisonText', () => {
  it('puts the truth beside what is told, and says what of it holds', () => {
    const text = comparisonText(
      report(
        result('conversion', { status: 'ok', lift: 0.4, interval: [0.1, null] }),
        result('opt_out', { status: 'ok', lift: 1, interval: [0.5, 1.5] }),
        result('margin', { status: 'too_few', lift: null, interval: null }),
        result('revenue', { status: 'ok', lift: 0.2, interval: [null, null] }),
      ),
      truth,
    )
    expect(text).toMatch(
      /^hero \(live\) treated +90 \/ 80 +conversion +50\.0 % +40\.0 % +10\.0 % to … +inside$/m,
    )
    expect(text).toMatch(/^ +opt_out +0\.0 % +100\.0 % +50\.0 % to 150\.0 % +OUTSIDE$/m)
    expect(text).not.toMatch(/margin|revenue/)
    expect(text).toMatch(/1 of 2 reported intervals hold the truth\. Of 8 others too few did it/)
  })

  it('says of a lift whose interval rules nothing out that it has no bound', () => {
    const text = comparisonText(
      report(result('conversion', { status: 'ok', lift: 0.7, interval: [null, null] })),
      truth,
    )
    expect(text).toMatch(/ conversion +50\.0 % +70\.0 % +no bound$/m)
    expect(text).toContain('0 of 0 reported intervals hold the truth')
  })

  it('names an arm of which nothing is told yet', () => {
    expect(comparisonText(report(), truth)).toMatch(
      /hero \(live\) treated +90 \/ 80 +conversion +50\.0 % +no_data$/m,
    )
  })
})
