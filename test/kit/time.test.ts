import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DAY_MS,
  DAY_SECONDS,
  HOUR_MS,
  HOUR_SECONDS,
  isDay,
  MINUTE_MS,
  momentOf,
  YEAR_SECONDS,
} from '../../src/kit/time.ts'

const START = Date.UTC(2026, 0, 1)

describe('spans of time', () => {
  it('are those of the calendar in UTC', () => {
    expect(START + MINUTE_MS).toBe(Date.UTC(2026, 0, 1, 0, 1))
    expect(START + HOUR_MS).toBe(Date.UTC(2026, 0, 1, 1))
    expect(START + DAY_MS).toBe(Date.UTC(2026, 0, 2))
    expect(START + YEAR_SECONDS * 1_000).toBe(Date.UTC(2027, 0, 1))
  })

  it('are as long in seconds as in milliseconds', () => {
    expect([HOUR_SECONDS * 1_000, DAY_SECONDS * 1_000]).toEqual([HOUR_MS, DAY_MS])
  })
})

describe('isDay', () => {
  it('is true of each day that there is, and of no 31st that there is not', () => {
    const dates = fc.tuple(
      fc.integer({ min: 1, max: 9_999 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
    )
    fc.assert(
      fc.property(dates, ([year, month, day]) => {
        const pad = (part: number, to = 2): string => String(part).padStart(to, '0')
        const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
        const length = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
        expect(isDay(`${pad(year, 4)}-${pad(month)}-${pad(day)}`)).toBe(day <= length)
      }),
    )
  })

  it.each(['', '2026', '2026-9-1', '2026-09-01T12:00', '2026-00-10', 'x', '+012026-01-01', '-000001-01-01'])(
    'is false of "%s"',
    (text) => {
      expect(isDay(text)).toBe(false)
    },
  )
})

describe('momentOf', () => {
  it('moves nothing to another day, and takes no time for one that is none', () => {
    expect(momentOf('2026-09-30T23:00:00-02:00')).toBe(Date.UTC(2026, 9, 1, 1))
    expect(momentOf('2026-09-31T10:00:00Z')).toBeNaN()
    expect(momentOf('2026-09-30T10:61:00Z')).toBeNaN()
  })
})
