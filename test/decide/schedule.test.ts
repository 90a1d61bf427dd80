import { describe, expect, it } from 'vitest'
import type { Schedule } from '../../src/campaign/model.ts'
import { isOpen } from '../../src/decide/schedule.ts'
import type { Weekday } from '../../src/signals/model.ts'
import { NOON } from '../help/decide.ts'

const at = (schedule: Schedule, weekday: Weekday, hour: number, minute = 0) =>
  isOpen(schedule, 0, { ...NOON, weekday, hour, minute })

describe('isOpen', () => {
  it('includes the start of an absolute window and excludes its end', () => {
    const schedule = { from: 100, to: 200 }
    expect([99, 100, 199, 200].map((now) => isOpen(schedule, now, NOON))).toEqual([false, true, true, false])
    expect(isOpen({}, 0, NOON)).toBe(true)
  })

  it('includes the first hour of a span and excludes the last', () => {
    const schedule = { hours: [[9, 12]] } as const
    expect([
      at(schedule, 'wed', 8, 59),
      at(schedule, 'wed', 9),
      at(schedule, 'wed', 11, 59),
      at(schedule, 'wed', 12),
    ]).toEqual([false, true, true, false])
  })

  it('holds any of several spans, a whole day, and no hour of an empty span', () => {
    expect(
      [0, 8, 12, 20].map((hour) =>
        at(
          {
            hours: [
              [6, 10],
              [18, 22],
            ],
          },
          'wed',
          hour,
        ),
      ),
    ).toEqual([false, true, false, true])
    expect([0, 23].map((hour) => at({ hours: [[0, 24]] }, 'wed', hour))).toEqual([true, true])
    expect([4, 5, 6].map((hour) => at({ hours: [[5, 5]] }, 'wed', hour))).toEqual([false, false, false])
  })

  it('crosses midnight', () => {
    const hours = [21, 22, 23, 0, 5, 6].map((hour) => at({ hours: [[22, 6]] }, 'wed', hour))
    expect(hours).toEqual([false, true, true, true, true, false])
  })

  it('counts the hours after midnight to the day on which the span started', () => {
    const schedule: Schedule = { hours: [[22, 6]], weekdays: ['fri', 'sun'] }
    expect([
      at(schedule, 'fri', 2),
      at(schedule, 'fri', 23),
      at(schedule, 'sat', 2),
      at(schedule, 'sat', 23),
    ]).toEqual([false, true, true, false])
    expect(at(schedule, 'mon', 2)).toBe(true)
  })

  it('goes by weekday alone where no hours are given', () => {
    expect([at({ weekdays: ['sat'] }, 'sat', 0), at({ weekdays: ['sat'] }, 'sun', 0)]).toEqual([true, false])
  })
})
