import { beforeEach, describe, expect, it } from 'vitest'
import type { Campaign } from '../../src/campaign/model.ts'
import { paceOffers } from '../../src/flow/pace.ts'
import { PACING_RUN_MS } from '../../src/measure/pacing.ts'
import type { Exposed, StockRow } from '../../src/supply/model.ts'
import { compiled } from '../help/decide.ts'

const EDIT = { action: 'remove', selector: '#x' } as const

function offer(id: string, limit?: Campaign['limit']): Campaign {
  const { source } = compiled({ id, variants: [{ id: 'control' }, { id: 'a' }], ...(limit && { limit }) })
  return {
    ...source,
    variants: source.variants.map((each) => (each.id === 'a' ? { ...each, edits: [EDIT] } : each)),
  }
}

let clock: number
let exposed: Exposed[]
let stock: Map<string, StockRow>
let admitted: Map<string, number>

beforeEach(() => {
  clock = Date.UTC(2026, 6, 1, 12)
  exposed = []
  stock = new Map()
  admitted = new Map()
})

const look = (...campaigns: readonly Campaign[]) =>
  paceOffers(campaigns, {
    supply: {
      exposed: async (ids) => exposed.filter(({ campaign }) => ids.includes(campaign)),
      levels: async (skus) => [...stock.values()].filter(({ sku }) => skus.includes(sku)),
      putStock: async (rows) => {
        for (const row of rows) stock.set(`${row.sku} ${row.place}`, row)
      },
    },
    admit: async (campaign, share) => void admitted.set(campaign, share),
    now: () => clock,
  })

describe('paceOffers', () => {
  it('does not ask for campaigns without a limit', async () => {
    expect(await look(offer('plain'))).toEqual([])
    expect([admitted.size, stock.size]).toEqual([0, 0])
  })

  it('counts those who were shown something, and ends an offer that was promised to all that it is for', async () => {
    exposed = [
      { campaign: 'few', arm: 'a', ever: 10, today: 3 },
      { campaign: 'few', arm: 'control', ever: 9, today: 9 },
      { campaign: 'few', arm: 'holdout', ever: 5, today: 5 },
    ]
    expect(await look(offer('few', { total: 10 }), offer('more', { total: 20 }))).toEqual([
      { campaign: 'few', promised: 10, today: 3, admitted: 0 },
      { campaign: 'more', promised: 0, today: 0, admitted: 0.001 },
    ])
    expect(Object.fromEntries(admitted)).toEqual({ few: 0, more: 0.001 })
  })

  it('learns from one look to the next', async () => {
    const few = offer('few', { total: 1_000 })
    await look(few)
    clock += PACING_RUN_MS
    exposed = [{ campaign: 'few', arm: 'a', ever: 16, today: 16 }]
    const [second] = await look(few)
    // 16 at a share of 0.001: by Anscombe's root 26 at most, for the quarter of what is left.
    expect(second?.admitted).toBeCloseTo((0.25 * 984) / 1.25 / ((Math.sqrt(17) + 1) ** 2 / 0.001), 6)
    expect(stock.get('offer:few count')?.quantity).toBe(16e9)
    clock += PACING_RUN_MS
    exposed = [{ campaign: 'few', arm: 'a', ever: 20, today: 20 }]
    const [third] = await look(few)
    expect(third?.admitted).toBeGreaterThan(second?.admitted as number)
  })
})
