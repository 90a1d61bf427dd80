import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attributesAt } from '../../src/campaign/attributes.ts'
import { DAY_MS } from '../../src/kit/time.ts'
import { profileAttributes } from '../../src/profile/attributes.ts'
import { HALF_LIFE_MS } from '../../src/profile/decay.ts'
import type { Snapshot } from '../../src/profile/model.ts'
import { newSnapshot } from '../../src/profile/visit.ts'
import { NOW } from '../help/evidence.ts'

const snapshot: Snapshot = {
  ...newSnapshot('v', NOW - DAY_MS),
  asOf: NOW,
  stage: 'known',
  affinities: [
    ['tea', 24],
    ['surf', 8],
  ],
  habits: [
    ['fri.evening', 2],
    ['fri.night', 1],
    ['sun.morning', 0.5],
  ],
  stores: [['corner', 0b1000_0001_0001]],
  follows: ['Fizz', 'Bubbles'],
  traits: { name: 'Ana', interests: ['tea'] },
  recent: 'BOARD-7',
  orders: { count: 2, total: 12.5, currency: 'EUR', lastAt: NOW - 3 * DAY_MS, gapDays: 7 },
}

describe('profileAttributes', () => {
  it('gives what is asked for, and as it would be among everything', () => {
    const all = profileAttributes(snapshot, NOW)
    const names = Object.keys(all)
    fc.assert(
      fc.property(fc.subarray([...names, 'weather', 'geo']), (roots) => {
        const asked = names.filter((name) => roots.includes(name))
        expect(profileAttributes(snapshot, NOW, [], new Set(roots))).toEqual(
          Object.fromEntries(asked.map((name) => [name, all[name]])),
        )
      }),
    )
    // The nearest store's visits are a habit.
    expect(Object.keys(profileAttributes(snapshot, NOW, [], new Set(['store'])))).toEqual(['habit'])
    expect(profileAttributes(snapshot, NOW, ['habit'], new Set(['store']))).toEqual({})
  })

  it('gives plain nested data', () => {
    expect(profileAttributes(snapshot, NOW)).toEqual({
      stage: 'known',
      affinity: { tea: 0.75, surf: 0.5 },
      habit: { fri: { evening: 2, night: 1 }, sun: { morning: 0.5 }, stores: { corner: 0.75 } },
      follows: ['Fizz', 'Bubbles'],
      traits: { name: 'Ana', interests: ['tea'] },
      orders: { count: 2, total: 12.5, currency: 'EUR', gapDays: 7, daysSince: 3 },
      recent: { product: 'BOARD-7' },
    })
  })

  it('lets scores and rates fade, and days pass, since they were derived', () => {
    const later = profileAttributes(snapshot, NOW + HALF_LIFE_MS)
    expect(later).toMatchObject({ affinity: { tea: 0.6, surf: 0.333 }, orders: { daysSince: 33 } })
    expect(later.habit).toEqual({
      fri: { evening: 1, night: 0.5 },
      sun: { morning: 0.25 },
      stores: { corner: 0 },
    })
    expect(profileAttributes(snapshot, NOW + 17 * DAY_MS)).toMatchObject({
      habit: { stores: { corner: 0.5 } },
    })
  })

  it('takes a clock that ran backwards for the moment of deriving', () => {
    expect(profileAttributes(snapshot, NOW - DAY_MS)).toMatchObject({ affinity: { tea: 0.75 } })
  })

  it('says noughts where the store knows of nothing, and nothing before it was asked', () => {
    const asked = { ...newSnapshot('v', NOW), asOf: NOW, stage: 'identified' as const }
    expect(profileAttributes(asked, NOW)).toEqual({
      stage: 'identified',
      affinity: {},
      habit: {},
      follows: [],
      traits: {},
      orders: { count: 0, total: 0 },
    })
    expect(profileAttributes(newSnapshot('v', NOW), NOW)).toEqual({ stage: 'identified' })
  })

  it('knows nothing of who has no snapshot', () => {
    expect(profileAttributes(undefined, NOW)).toEqual({ stage: 'unknown' })
  })

  it.each(['stage', 'affinity', 'habit', 'follows', 'traits', 'orders', 'recent'])(
    'leaves out %s where it is switched off',
    (name) => {
      const all = profileAttributes(snapshot, NOW)
      const left = profileAttributes(snapshot, NOW, ['device', name])
      expect(left).not.toHaveProperty(name)
      expect({ ...left, [name]: all[name] }).toEqual(all)
      expect(profileAttributes(undefined, NOW, ['stage'])).toEqual({})
    },
  )

  it('gives nothing that the catalogue does not name', () => {
    const paths = (value: unknown, path: string): readonly string[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, inner]) => paths(inner, path === '' ? key : `${path}.${key}`))
        : [path]
    const unnamed = paths(profileAttributes(snapshot, NOW), '').filter(
      (path) => attributesAt(path).length !== 1,
    )
    expect(unnamed).toEqual([])
  })
})
