import { describe, expect, it } from 'vitest'
import { DAY_MS, DAY_SECONDS, HOUR_MS, HOUR_SECONDS, MINUTE_MS, YEAR_SECONDS } from '../../src/kit/time.ts'

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
