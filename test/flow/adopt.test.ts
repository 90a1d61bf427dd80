import { describe, expect, it } from 'vitest'
import { adopt } from '../../src/flow/adopt.ts'
import { HOUR_MS } from '../../src/kit/time.ts'
import type { ProfileView, Snapshot } from '../../src/profile/model.ts'
import { newSnapshot } from '../../src/profile/visit.ts'

const NOW = 500_000 * HOUR_MS
const count = { hour: NOW / HOUR_MS - 2, inHour: 3, inDay: 3, inWeek: 3, total: 3, ignored: 3 }
const snapshot: Snapshot = { ...newSnapshot('a'.repeat(22), NOW - 9 * HOUR_MS), caps: { 'c:hero': count } }
const view = (lastAt?: number): ProfileView => ({
  asOf: NOW,
  stage: 'identified',
  ...(lastAt === undefined ? {} : { orders: { count: 1, total: 5, lastAt } }),
})

describe('adopt', () => {
  it('takes an order that a till told of for an answer to what was shown before it', () => {
    expect(adopt(snapshot, view(NOW - HOUR_MS)).caps).toEqual({ 'c:hero': { ...count, ignored: 0 } })
  })

  it('takes none from before, and none where there is no order', () => {
    expect(adopt(snapshot, view(NOW - 5 * HOUR_MS)).caps).toEqual(snapshot.caps)
    expect(adopt(snapshot, view()).caps).toEqual(snapshot.caps)
  })

  it('gives the very same snapshot where the view is no newer', () => {
    const known = { ...snapshot, asOf: NOW }
    expect(adopt(known, view(NOW - HOUR_MS))).toBe(known)
  })
})
