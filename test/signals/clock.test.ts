import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS, MINUTE_MS } from '../../src/kit/time.ts'
import { clockAt } from '../../src/signals/clock.ts'

/** The same question put to Intl in another way: text in the local zone. */
function intlAt(now: number, timeZone: string) {
  const text = new Date(now).toLocaleString('sv-SE', { timeZone })
  const weekday = new Date(now).toLocaleString('en-US', { timeZone, weekday: 'short' }).toLowerCase()
  return {
    date: text.slice(0, 10),
    hour: Number(text.slice(11, 13)),
    minute: Number(text.slice(14, 16)),
    weekday,
  }
}

const told = (now: number, timezone: string) => {
  const { date, hour, minute, weekday } = clockAt(now, timezone)
  return { date, hour, minute, weekday }
}

/** Instants at which the named zone's offset changes. */
const CHANGES: readonly (readonly [timezone: string, instant: string])[] = [
  ['Europe/Lisbon', '2026-03-29T01:00:00Z'],
  ['Europe/Lisbon', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Pacific/Chatham', '2026-04-04T14:00:00Z'],
  ['Africa/Casablanca', '2026-03-22T02:00:00Z'],
  ['America/St_Johns', '2011-03-13T03:31:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
]

describe('clockAt', () => {
  it('agrees with Intl in every timezone, at any time', () => {
    const zones = [...Intl.supportedValuesOf('timeZone'), 'UTC', 'Asia/Calcutta', 'Etc/GMT+12']
    const instant = fc.integer({ min: 0, max: Date.UTC(2040, 0) })
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, now) => {
        expect(told(now, zone)).toEqual(intlAt(now, zone))
      }),
      { numRuns: 1_500 },
    )
  })

  it.each(CHANGES)('agrees with Intl around the change of %s at %s', (zone, instant) => {
    const change = Date.parse(instant)
    const around = [-16, -15, -1, 0, 1, 14, 15, 29, 30, 60].flatMap((minutes) => [
      change + minutes * MINUTE_MS,
      change + minutes * MINUTE_MS - 1,
    ])
    for (const now of [...around, ...around.toReversed()]) expect(told(now, zone)).toEqual(intlAt(now, zone))
  })

  it('keeps zones apart when they are asked in turn', () => {
    const now = Date.parse('2026-07-01T12:10:00Z')
    const zones = ['Asia/Kathmandu', 'America/St_Johns', 'Asia/Kathmandu', 'UTC', 'America/St_Johns']
    expect(zones.map((zone) => `${clockAt(now, zone).hour}:${clockAt(now, zone).minute}`)).toEqual([
      '17:55',
      '9:40',
      '17:55',
      '12:10',
      '9:40',
    ])
  })

  it.each(['Mars/Olympus', '', '../etc', '__proto__', 'constructor'])('falls back to UTC for %j', (zone) => {
    expect(clockAt(Date.parse('2026-01-05T23:59:59Z'), zone)).toMatchObject({ hour: 23, timezone: 'UTC' })
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 8.64e15, 1e300])('answers for the time %d', (now) => {
    expect(clockAt(now, 'Asia/Tokyo').date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  })

  it('calls each hour by its daypart', () => {
    const start = Date.parse('2026-01-05T00:00:00Z')
    const dayparts = Array.from({ length: 24 }, (_, hour) => clockAt(start + hour * 60 * MINUTE_MS).daypart)
    expect(dayparts).toEqual([
      ...Array(6).fill('night'),
      ...Array(5).fill('morning'),
      ...Array(3).fill('midday'),
      ...Array(4).fill('afternoon'),
      ...Array(4).fill('evening'),
      ...Array(2).fill('night'),
    ])
  })

  it('calls Saturday and Sunday the weekend', () => {
    const monday = Date.parse('2026-01-05T12:00:00Z')
    const week = Array.from({ length: 7 }, (_, day) => clockAt(monday + day * DAY_MS))
    expect(week.filter(({ isWeekend }) => isWeekend).map(({ weekday }) => weekday)).toEqual(['sat', 'sun'])
  })

  it.each([
    ['2026-02-28', 'winter', 'summer'],
    ['2026-03-01', 'spring', 'autumn'],
    ['2026-06-01', 'summer', 'winter'],
    ['2026-09-01', 'autumn', 'spring'],
    ['2026-12-01', 'winter', 'summer'],
  ])('turns the season of %s round south of the equator', (day, north, south) => {
    const now = Date.parse(`${day}T12:00:00Z`)
    const seasons = [38.7, 0, -33.9].map((latitude) => clockAt(now, 'UTC', latitude).season)
    expect(seasons).toEqual([north, north, south])
  })

  it('names no season without a latitude', () => {
    expect(clockAt(0, 'UTC')).not.toHaveProperty('season')
  })
})
