import { describe, expect, it } from 'vitest'
import { absentNumbers } from '../../src/campaign/absent.ts'
import { compileCondition } from '../../src/campaign/condition.ts'
import type { Campaign } from '../../src/campaign/model.ts'

const warned = (audience: object): readonly string[] =>
  absentNumbers([{ audience: {} }, { audience }] as unknown as readonly Campaign[]).map(
    ({ path, code, message }) => `${path} ${code} ${message.split(' ')[0]}`,
  )

describe('absentNumbers', () => {
  it.each([
    ['weather.temperature', { 'weather.temperature': { $lt: 10 } }],
    ['weather.temperature', { $not: { 'weather.temperature': { $gt: 25 } } }],
    ['store.km', { 'geo.country': 'PT', 'store.km': { $lte: 2 } }],
    ['orders.daysSince', { $or: [{ 'geo.country': 'PT' }, { 'orders.daysSince': { $lt: 30 } }] }],
    ['visit.daysSince', { 'visit.daysSince': { $gte: 0, $lt: 7 } }],
  ])('warns that whoever has no %s is meant as well: %j', (name, audience) => {
    expect(compileCondition(audience)({ geo: { country: 'PT' } })).toBe(true)
    expect(warned(audience)).toEqual([`/campaigns/1 absent_number "${name}"`])
  })

  it.each([
    [{ 'weather.temperature': { $gte: 25 } }],
    [{ 'weather.temperature': { $exists: true, $lt: 10 } }],
    [{ 'weather.temperature': { $exists: false } }],
    [{ 'weather.condition': 'snow', 'weather.temperature': { $lt: 10 } }],
    [{ 'store.km': { $lte: 0.3 }, 'store.visitsPerWeek': { $gte: 3 } }],
    // Nothing ordered is no order, and no interest is little.
    [{ 'orders.count': { $lt: 2 }, 'affinity.tea': { $lt: 0.2 } }],
    [{}],
  ])('says nothing of what is meant so, or asks for what is known: %j', (audience) => {
    expect(warned(audience)).toEqual([])
  })
})
