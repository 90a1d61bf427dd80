import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toldCount, toldSummary } from '../../src/measure/few.ts'
import { summarize } from '../../src/measure/summary.ts'
import { cellsOf } from '../help/cells.ts'

const HERO = {
  id: 'hero',
  holdout: 0,
  variants: [
    { id: 'control', weight: 0.5, edits: [] },
    { id: 'a', weight: 0.5, edits: [{ action: 'remove', selector: '#x' }] },
  ],
} as const

describe('toldCount', () => {
  it('tells nobody and ten, and not who is in between', () => {
    expect([0, 1, 9, 10, 11].map(toldCount)).toEqual([0, null, null, 10, 11])
  })
})

describe('toldSummary', () => {
  it('tells every number of people from ten on, and below it neither number nor mean', () => {
    const size = fc.integer({ min: 0, max: 30 })
    fc.assert(
      fc.property(size, size, size, (control, a, buyers) => {
        const cells = (['exposed', 'seen', 'conversion'] as const).flatMap((metric) =>
          cellsOf(metric, [
            [1, 'control', control, Math.min(buyers, control)],
            [1, 'a', a, Math.min(buyers, a)],
          ]),
        )
        const whole = summarize(HERO, cells, { view: 'sequential', now: Date.UTC(2026, 10, 22) })
        const told = toldSummary(whole)
        expect(told.arms.map(({ visitors }) => visitors)).toEqual([toldCount(control), toldCount(a)])
        for (const [index, { verdict }] of told.results.entries()) {
          for (const side of ['control', 'arm'] as const) {
            const { n, mean } = whole.results[index]?.verdict[side] ?? { n: 0, mean: null }
            expect(verdict[side]).toEqual(n > 0 && n < 10 ? { n: null, mean: null } : { n, mean })
          }
        }
      }),
    )
  })
})
