import { beforeEach, describe, expect, it } from 'vitest'
import { compileRelease } from '../../src/campaign/compile.ts'
import type { CompiledRelease } from '../../src/campaign/model.ts'
import { parseRelease } from '../../src/campaign/schema.ts'
import { createSupplies, type Supplies, supplyWarnings } from '../../src/flow/supply.ts'
import { createCounters } from '../../src/kit/counters.ts'
import type { StockRow } from '../../src/supply/model.ts'

const NOW = Date.UTC(2026, 6, 1, 12)
const SECOND_MS = 1_000

function release(...campaigns: readonly object[]): CompiledRelease {
  const variants = [{ id: 'a', edits: [{ action: 'text', selector: 'h1', value: 'x' }] }]
  const parsed = parseRelease(
    { campaigns: campaigns.map((each) => ({ pages: ['/tea'], variants, ...each })) },
    { checkSelector: () => undefined, redirectHosts: [] },
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return compileRelease(parsed.value, { number: 1, checksum: 'x' })
}
const planAt = (live: CompiledRelease, path: string) => live.plan(new URL(`https://shop.example${path}`))

const TEA = release(
  { id: 'tea', supply: { sku: 'tea', at: 'online' } },
  { id: 'delivery', priority: 1, supply: { capacity: 'delivery', at: 'region' } },
  { id: 'plain', pages: ['/plain'] },
)

let clock: number
let rows: StockRow[]
let isDown: boolean
let asked: (readonly string[])[]
let work: Promise<unknown>[]
let counters: ReturnType<typeof createCounters>
let supplies: Supplies

beforeEach(() => {
  clock = NOW
  rows = [{ sku: 'tea', place: 'online', quantity: 4, reportedAt: NOW }]
  isDown = false
  asked = []
  work = []
  counters = createCounters(() => {})
  supplies = createSupplies({
    store: () => ({
      levels: async (skus) => {
        asked.push(skus)
        if (isDown) throw new Error('away')
        return rows
      },
    }),
    now: () => clock,
    counters,
  })
})

/** What a view of a page knows; what it starts is done before the next one. */
async function view(path = '/tea', live = TEA) {
  const seen = supplies.view(planAt(live, path), live, (each) => work.push(each))
  await Promise.all(work)
  return seen
}

describe('createSupplies', () => {
  it('costs nothing where no campaign of the page asks', async () => {
    expect([await view('/plain'), asked]).toEqual([undefined, []])
  })

  it('waits for nothing: the first view knows nothing, the next what the store said of all that is asked', async () => {
    expect(await view()).toBeUndefined()
    expect((await view())?.level('tea', 'online')).toEqual({ quantity: 4, reportedAt: NOW })
    expect(asked).toEqual([['tea', 'capacity:delivery']])
  })

  it('looks again a quarter of a minute later, or when another release is live', async () => {
    await view()
    clock += 14 * SECOND_MS
    await view()
    expect(asked).toHaveLength(1)
    rows = []
    clock += SECOND_MS
    await view()
    expect((await view())?.level('tea', 'online')).toBeUndefined()
    expect(asked).toHaveLength(2)
    await view('/tea', release({ id: 'fig', supply: { sku: 'fig', at: 'online' } }))
    expect(asked.at(-1)).toEqual(['fig'])
  })

  it('keeps what it knew while the store is away, and forgets it when that may have been sold', async () => {
    await view()
    isDown = true
    clock += 300 * SECOND_MS
    expect((await view())?.now).toBe(clock)
    clock += SECOND_MS
    expect([await view(), counters.read().stock_unknown]).toEqual([undefined, 1])
  })

  it('knows a report at once in the isolate that took it', async () => {
    await supplies.reload()
    expect(asked).toEqual([])
    await view()
    rows = [{ sku: 'tea', place: 'online', quantity: 0, reportedAt: NOW + 1 }]
    await supplies.reload()
    expect((await view())?.level('tea', 'online')?.quantity).toBe(0)
  })
})

describe('supplyWarnings', () => {
  const document = {
    campaigns: [{}, { supply: { sku: 'tea', capacity: 'delivery' } }, { supply: { sku: 'fig' } }],
  }

  it('names what nothing was reported of', async () => {
    const warnings = await supplyWarnings(document, () => ({ reported: async () => new Set(['tea']) }))
    expect(warnings.map(({ path }) => path)).toEqual([
      '/campaigns/1/supply/capacity',
      '/campaigns/2/supply/sku',
    ])
  })

  it('keeps quiet where the store does not answer, and does not ask for nothing', async () => {
    const away = () => ({ reported: async () => Promise.reject(new Error('away')) })
    expect(await supplyWarnings(document, away)).toEqual([])
    expect(
      await supplyWarnings({ campaigns: [{}] }, () => {
        throw new Error('asked')
      }),
    ).toEqual([])
  })
})
