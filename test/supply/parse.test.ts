import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AHEAD_MAX_MS,
  oldWarnings,
  parseProducts,
  parseRemoved,
  parseStock,
  ROWS_MAX,
  sensitiveWarnings,
} from '../../src/supply/parse.ts'

const EUR = { currency: 'EUR', decimals: 2 }
const NOW = Date.UTC(2026, 6, 1, 12)
const STORES = new Set(['graca'])

function products(...list: readonly unknown[]) {
  const parsed = parseProducts({ products: list }, EUR)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}
function stock(...list: readonly unknown[]) {
  const parsed = parseStock({ stock: list }, STORES, NOW)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}
const paths = ({
  faults,
}: {
  readonly faults: readonly { readonly path: string; readonly code: string }[]
}) => faults.map(({ path, code }) => `${path} ${code}`)

describe('parseProducts', () => {
  it('counts money in minor units, and knows what was not told', () => {
    const { rows } = products({ sku: 'tea', name: ' Iced tea ', price: 2.6, cost: 0.1, url: '/products/tea' })
    expect(rows[0]?.value).toEqual({
      sku: 'tea',
      name: 'Iced tea',
      category: null,
      price: 260,
      cost: 10,
      currency: 'EUR',
      url: '/products/tea',
      image: null,
    })
    expect(
      parseProducts({ products: [{ sku: 'a', name: 'b', price: 300 }] }, { currency: 'JPY', decimals: 0 }),
    ).toMatchObject({
      value: { rows: [{ value: { price: 300, currency: 'JPY' } }] },
    })
  })

  it('keeps the good rows and names every fault of the others', () => {
    const parsed = products(
      { sku: 'good', name: 'Good' },
      { sku: '', price: -1, url: 'javascript:alert(1)', image: '//evil.example/x' },
      { sku: 'usd', name: 'x', currency: 'USD' },
      { sku: 'capacity:delivery', name: 'x' },
      { sku: 'x', name: 'x', colour: 'red' },
      7,
    )
    expect(parsed.rows.map(({ index }) => index)).toEqual([0])
    expect(paths(parsed)).toEqual([
      '/products/1/sku format',
      '/products/1/name required',
      '/products/1/price out_of_range',
      '/products/1/url format',
      '/products/1/image format',
      '/products/2/currency currency',
      '/products/3/sku format',
      '/products/4/colour unknown_field',
      '/products/5 wrong_type',
    ])
  })

  it('keeps a sensitive category for the page and says that nothing is learned from it', () => {
    const parsed = products(
      { sku: 'a', name: 'a', category: 'Iced tea' },
      { sku: 'b', name: 'b', category: 'Maternity' },
    )
    expect(parsed.rows).toHaveLength(2)
    expect(sensitiveWarnings(parsed)).toMatchObject([
      { path: '/products/1/category', code: 'sensitive_category' },
    ])
  })

  it('refuses what is no list, or too long a one', () => {
    expect(parseProducts({ items: [] }, EUR)).toMatchObject({
      ok: false,
      error: { path: '/products', code: 'type' },
    })
    expect(parseProducts({ products: Array.from({ length: ROWS_MAX + 1 }) }, EUR)).toMatchObject({
      ok: false,
      error: { code: 'too_many' },
    })
  })

  it('never throws, and drops no row silently', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.object(), fc.anything()), { maxLength: 5 }), (list) => {
        const { rows, faults } = products(...list)
        const bad = new Set(faults.map(({ path }) => path.split('/')[2]))
        expect(rows.length + bad.size).toBe(list.length)
      }),
    )
  })
})

describe('parseRemoved', () => {
  it('names what is no sku', () => {
    expect(parseRemoved({ remove: ['tea'] })).toEqual({ ok: true, value: ['tea'] })
    expect(parseRemoved({})).toEqual({ ok: true, value: [] })
    expect(parseRemoved({ remove: ['tea', 7] })).toMatchObject({ ok: false, error: { path: '/remove/1' } })
  })
})

describe('parseStock', () => {
  it('keeps a report of a feed that stands still, and says that offers will rest on it', () => {
    const row = { sku: 'tea', place: 'online', quantity: 1 }
    const parsed = stock({ ...row, at: NOW - 3_600_000 }, row, { ...row, at: NOW - 3_600_001 })
    expect(parsed.rows).toHaveLength(3)
    expect(oldWarnings(parsed, NOW)).toMatchObject([{ path: '/stock/2/at', code: 'old_report' }])
  })

  it('moves no count to another day, nor to no time at all', () => {
    const row = { sku: 'tea', place: 'online', quantity: 1 }
    const parsed = stock(
      { ...row, at: '2026-02-29T10:00:00Z' },
      { ...row, at: '2026-06-31T10:00:00+01:00' },
      { ...row, at: '2026-06-30T10:00:00+01:00' },
    )
    expect(parsed.faults.map(({ path, message }) => [path, message])).toEqual([
      ['/stock/0/at', expect.stringContaining('of a day that there is')],
      ['/stock/1/at', expect.stringContaining('of a day that there is')],
    ])
    expect(parsed.rows.map(({ value }) => value.reportedAt)).toEqual([Date.UTC(2026, 5, 30, 9)])
  })

  it('lets a clock that is ahead outrank nobody: what is said to be counted later was counted now', () => {
    const row = { sku: 'tea', place: 'online', quantity: 1 }
    const parsed = stock({ ...row, at: NOW + AHEAD_MAX_MS }, { ...row, at: NOW - 1 })
    expect(parsed.rows.map(({ value }) => value.reportedAt)).toEqual([NOW, NOW - 1])
  })

  it('reads products and capacity, places and times', () => {
    const { rows, faults } = stock(
      { sku: 'tea', place: 'online', quantity: 4 },
      { capacity: 'delivery', place: 'PT-11', quantity: 0, at: NOW - 5 },
      { sku: 'tea', place: 'graca', quantity: 1, at: '2026-07-01T12:00:00+01:00' },
    )
    expect(faults).toEqual([])
    expect(rows.map(({ value }) => value)).toEqual([
      { sku: 'tea', place: 'online', quantity: 4, reportedAt: NOW },
      { sku: 'capacity:delivery', place: 'PT-11', quantity: 0, reportedAt: NOW - 5 },
      { sku: 'tea', place: 'graca', quantity: 1, reportedAt: NOW - 3_600_000 },
    ])
  })

  it('names unknown stores, times ahead, broken quantities, and rows of two things or none', () => {
    const one = { sku: 'tea', place: 'online', quantity: 1 }
    const parsed = stock(
      { ...one, place: 'nowhere' },
      { ...one, at: NOW + 600_000 },
      { ...one, quantity: 1.5 },
      { ...one, quantity: -1 },
      { ...one, capacity: 'delivery' },
      { place: 'online', quantity: 1 },
      { ...one, sku: 'offer:hero' },
    )
    expect(parsed.rows).toEqual([])
    expect(paths(parsed)).toEqual([
      '/stock/0/place unknown_store',
      '/stock/1/at future',
      '/stock/2/quantity invalid',
      '/stock/3/quantity out_of_range',
      '/stock/4/sku value',
      '/stock/5/sku value',
      '/stock/6/sku format',
    ])
  })
})
