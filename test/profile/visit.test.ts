import { describe, expect, it } from 'vitest'
import { DAY_MS, MINUTE_MS } from '../../src/kit/time.ts'
import { newSnapshot, newVisitorId, touchVisit, visitSignals } from '../../src/profile/visit.ts'

const START = 1_780_000_000_000

describe('newVisitorId', () => {
  it('writes 16 random bytes as 22 characters, different for different bytes', () => {
    const id = newVisitorId(new Uint8Array(16).fill(1))
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(newVisitorId(new Uint8Array(16).fill(2))).not.toBe(id)
  })

  it('throws on fewer bytes than make an id unguessable', () => {
    expect(() => newVisitorId(new Uint8Array(8))).toThrow(RangeError)
  })
})

describe('touchVisit', () => {
  const first = newSnapshot('v', START)

  it('gives the same object back where nothing is worth writing', () => {
    expect(touchVisit(first, START + MINUTE_MS - 1)).toBe(first)
    expect(touchVisit(first, START - DAY_MS)).toBe(first)
  })

  it('counts page views less than 30 minutes apart as one visit, however long it lasts', () => {
    let snapshot = first
    for (let minute = 29; minute < 200; minute += 29)
      snapshot = touchVisit(snapshot, START + minute * MINUTE_MS)
    expect(snapshot).toEqual({ ...first, lastSeenAt: START + 174 * MINUTE_MS })
  })

  it('starts a visit after 30 minutes of silence, and remembers when the one before began', () => {
    const during = touchVisit(first, START + 10 * MINUTE_MS)
    const second = touchVisit(during, START + 40 * MINUTE_MS)
    expect(second).toMatchObject({
      visits: 2,
      previousVisitAt: START,
      visitStartedAt: START + 40 * MINUTE_MS,
    })
    const third = touchVisit(second, START + 3 * DAY_MS)
    expect(third).toMatchObject({
      visits: 3,
      previousVisitAt: START + 40 * MINUTE_MS,
      visitStartedAt: START + 3 * DAY_MS,
    })
  })
})

describe('visitSignals', () => {
  it('says nothing of somebody unknown', () => {
    expect(visitSignals(undefined, START)).toEqual({})
  })

  it('tells a first visit from a return, and counts whole days', () => {
    const first = newSnapshot('v', START)
    expect(visitSignals(first, START)).toEqual({ count: 1, returning: false })
    const second = touchVisit(first, START + 3 * DAY_MS - 1)
    expect(visitSignals(second, START + 3 * DAY_MS - 1)).toEqual({ count: 2, returning: true, daysSince: 2 })
  })
})
