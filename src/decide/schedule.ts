/** When a campaign runs: an absolute window, and the hours and weekdays of the visitor's own clock. Pure. */
import type { Schedule } from '../campaign/model.ts'
import { type Clock, WEEKDAYS, type Weekday } from '../signals/model.ts'

const MINUTES_PER_HOUR = 60

/**
 * Is the schedule open? `now` in epoch milliseconds. A span of hours that crosses midnight belongs to the day on which
 * it starts, as shops write their opening hours: Friday 22 to 6 is open on Saturday at 2, and not on Friday at 2.
 */
export function isOpen(schedule: Schedule, now: number, clock: Clock): boolean {
  if (schedule.from !== undefined && now < schedule.from) return false
  if (schedule.to !== undefined && now >= schedule.to) return false
  const { hours, weekdays } = schedule
  if (hours === undefined) return weekdays === undefined || weekdays.includes(clock.weekday)
  const hour = clock.hour + clock.minute / MINUTES_PER_HOUR
  for (const [start, end] of hours) {
    const day = dayOfSpan(start, end, hour, clock.weekday)
    if (day !== undefined && (weekdays === undefined || weekdays.includes(day))) return true
  }
  return false
}

/** The weekday on which the span that holds this hour started, or undefined where the span does not hold it. */
function dayOfSpan(start: number, end: number, hour: number, today: Weekday): Weekday | undefined {
  if (start <= end) return hour >= start && hour < end ? today : undefined
  if (hour >= start) return today
  return hour < end ? dayBefore(today) : undefined
}

const dayBefore = (day: Weekday): Weekday => WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7] as Weekday
