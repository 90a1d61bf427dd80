import { describe, expect, it } from 'vitest'
import type { Campaign } from '../../src/campaign/model.ts'
import { MAX_CONTEXTS, tryWeights } from '../../src/campaign/overlay.ts'
import { nextWeights } from '../../src/measure/allocate.ts'
import { cellsOf, type Row } from '../help/cells.ts'
import { seeded } from '../help/sampling.ts'

const ARMS = ['a', 'b', 'c']
const campaign = (
  by?: readonly ('device' | 'country')[],
): Pick<Campaign, 'variants' | 'objective' | 'allocation'> => ({
  variants: ARMS.map((id, at) => ({ id, weight: at === 0 ? 0.98 : 0.01, edits: [] })),
  objective: { metric: 'conversion' },
  allocation: { kind: 'adaptive', floor: 0.1, ...(by && { by }) },
})
const rates = (...each: readonly number[]): readonly Row[] =>
  ARMS.map((arm, at): Row => [1, arm, 5_000, 5_000 * (each[at] as number)])
const weigh = (
  of: ReturnType<typeof campaign>,
  cells: ReturnType<typeof cellsOf>,
  out: readonly string[] = [],
) => nextWeights(of, cells, 9, out, seeded(5))

describe('nextWeights', () => {
  it('goes by the author’s weights, none below the floor, until anything is known', () => {
    expect(weigh(campaign(), [])).toEqual({ from: 9, arms: ARMS, shares: [0.786, 0.107, 0.107] })
  })

  it('follows the objective', () => {
    const cells = [
      ...cellsOf('conversion', rates(0.03, 0.06, 0.03)),
      ...cellsOf('revenue', rates(0.9, 0.1, 0.1)),
    ]
    expect(weigh(campaign(), cells).shares).toEqual([0.1, 0.8, 0.1])
    expect(weigh({ ...campaign(), objective: { metric: 'revenue' } }, cells).shares).toEqual([0.8, 0.1, 0.1])
  })

  it('takes no share for what is out, and does not learn from it', () => {
    const weights = weigh(campaign(), cellsOf('conversion', rates(0.03, 0.09, 0.06)), ['b'])
    expect(weights).toMatchObject({ shares: [0.1, 0, 0.9], out: ['b'] })
  })

  it('writes what an isolate can read', () => {
    const cells = cellsOf('conversion', rates(0.03, 0.06, 0.03), 'context:mobile')
    const weights = weigh(campaign(['device']), cells)
    expect(tryWeights(JSON.stringify([weights]))).toEqual([weights])
  })

  const contextual = (...groups: readonly (readonly [string, readonly Row[]])[]) =>
    groups.flatMap(([context, rows]) => cellsOf('conversion', rows, `context:${context}`))

  it('lets contexts that differ go by themselves', () => {
    const cells = contextual(['mobile', rates(0.03, 0.06, 0.03)], ['desktop', rates(0.03, 0.03, 0.06)])
    expect(weigh(campaign(['device']), cells).contexts).toEqual({
      mobile: [0.1, 0.8, 0.1],
      desktop: [0.1, 0.1, 0.8],
    })
  })

  it('has a context with little of its own believe what all others say', () => {
    const small: readonly Row[] = [
      [1, 'a', 200, 10],
      [1, 'b', 200, 8],
      [1, 'c', 200, 8],
    ]
    const others = ['x', 'y', 'z'].map((name) => [name, rates(0.03, 0.06, 0.03)] as const)
    const { contexts = {} } = weigh(campaign(['country']), contextual(...others, ['small', small]))
    expect(contexts.small?.[1]).toBeGreaterThan(0.6)
  })

  it('leaves a context that has seen too few to the weights of all', () => {
    const few = ARMS.map((arm): Row => [1, arm, 100, 5])
    const cells = contextual(['mobile', rates(0.03, 0.06, 0.03)], ['few', few])
    expect(Object.keys(weigh(campaign(['device']), cells).contexts ?? {})).toEqual(['mobile'])
  })

  it(`gives weights of their own to the ${MAX_CONTEXTS} largest contexts at most`, () => {
    const many = Array.from({ length: MAX_CONTEXTS + 6 }, (_, at) => {
      const n = 1_000 + at
      return [`c${at}`, ARMS.map((arm): Row => [1, arm, n, n * 0.05])] as const
    })
    const contexts = Object.keys(weigh(campaign(['country']), contextual(...many)).contexts ?? {})
    expect(contexts).toHaveLength(MAX_CONTEXTS)
    expect(contexts).not.toContain('c0')
  })
})
