import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/kit/time.ts'
import { parseEvidence } from '../../src/profile/evidence.ts'
import { parseDeclaration } from '../../src/profile/traits.ts'
import { NOW } from '../help/evidence.ts'

const view = { id: 'e1', kind: 'view', at: NOW }
const faultsOf = (input: unknown) => {
  const parsed = parseEvidence(input, NOW)
  return parsed.ok ? [] : parsed.error.map(({ path }) => path)
}
const read = (input: unknown) => {
  const parsed = parseEvidence(input, NOW)
  return parsed.ok ? parsed.value : parsed.error
}

describe('parseEvidence', () => {
  it('reads an event, writes its names in one way, and drops what it does not know', () => {
    const input = {
      ...view,
      category: ' Green  TEA ',
      brand: ' Fizz  & Co ',
      sku: 'T-1',
      email: 'a@b.example',
    }
    expect(read(input)).toEqual({ ...view, category: 'green-tea', brand: 'Fizz & Co', sku: 'T-1' })
  })

  it('reads a declaration', () => {
    const input = { ...view, kind: 'declare', trait: 'interests', value: ['Surf', 'tea', 'surf'] }
    expect(read(input)).toEqual({
      ...view,
      kind: 'declare',
      trait: { name: 'interests', value: ['surf', 'tea'] },
    })
  })

  it.each([
    ['an unknown kind', { kind: 'hack' }, '/kind'],
    ['no id', { id: undefined }, '/id'],
    ['markup in an id', { id: '<b>' }, '/id'],
    ['SQL in an id', { id: "'; DROP TABLE events; --" }, '/id'],
    ['an id that is too long', { id: 'e'.repeat(65) }, '/id'],
    ['a time ahead by two days', { at: NOW + 2 * DAY_MS }, '/at'],
    ['a time of 91 days ago', { at: NOW - 91 * DAY_MS }, '/at'],
    ['half a millisecond', { at: NOW + 0.5 }, '/at'],
    ['a time that is a text', { at: '2026-01-01' }, '/at'],
    ['no time', { at: undefined }, '/at'],
    ['a category without a letter', { category: '--' }, '/category'],
    ['a category that is no text', { category: 7 }, '/category'],
    ['a negative value', { value: -1, currency: 'EUR' }, '/value'],
    ['an absurd value', { value: 1e12, currency: 'EUR' }, '/value'],
    ['a value that is no number', { value: Number.NaN, currency: 'EUR' }, '/value'],
    ['a value without a currency', { value: 1 }, '/currency'],
    ['a currency that is none', { currency: 'euro' }, '/currency'],
    ['no quantity at all', { quantity: 0 }, '/quantity'],
    ['half a quantity', { quantity: 1.5 }, '/quantity'],
    ['an absurd quantity', { quantity: 10_001 }, '/quantity'],
    ['a dot in a store id', { store: 'a.b' }, '/store'],
    ['a cell that no week has', { cell: 'fri.teatime' }, '/cell'],
    ['an SKU that is too long', { sku: 's'.repeat(65) }, '/sku'],
    ['a follow of nothing', { kind: 'follow' }, '/brand'],
    ['a visit to no store', { kind: 'store_visit' }, '/store'],
  ])('refuses %s, and says where', (_name, fields, path) => {
    expect(faultsOf({ ...view, ...fields })).toEqual([path])
  })

  it('refuses what is no object', () => {
    for (const input of [null, [], 'x', 1, undefined]) expect(faultsOf(input)).toEqual([''])
  })

  it('names every fault at once', () => {
    const input = { id: '', kind: '?', at: -1, value: -1, quantity: 0 }
    expect(faultsOf(input).toSorted()).toEqual(['/at', '/id', '/kind', '/quantity', '/value'])
  })

  it('never throws, and lets nothing through that is longer than its bounds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('category', 'brand', 'sku', 'query', 'trait', 'value'), fc.jsonValue()),
        (fields) => {
          const parsed = parseEvidence({ ...view, ...fields }, NOW)
          if (parsed.ok) expect(JSON.stringify(parsed.value).length).toBeLessThan(1_500)
        },
      ),
    )
  })
})

describe('parseDeclaration', () => {
  it.each([
    ['ageBand', '25-34', '25-34'],
    ['occupation', '  tea   taster ', 'tea taster'],
    ['name', 'Zoë', 'Zoë'],
    ['name', '', null],
    ['interests', [], null],
    ['ageBand', null, null],
  ])('takes %s %j', (name, value, expected) => {
    expect(parseDeclaration(name, value)).toEqual({ ok: true, value: { name, value: expected } })
  })

  it.each([
    ['ageBand', '13-17'],
    ['ageBand', 30],
    ['occupation', 'x'.repeat(41)],
    ['name', ['a']],
    ['interests', 'tea'],
    ['interests', ['tea', 7]],
    ['interests', Array.from({ length: 9 }, (_, n) => `i${n}`)],
    ['religion', 'any'],
    ['__proto__', 'x'],
  ])('refuses %s %j', (name, value) => {
    expect(parseDeclaration(name, value).ok).toBe(false)
  })
})
