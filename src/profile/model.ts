import type { Daypart, Weekday } from '../signals/model.ts'

/** How well a visitor is known; see `stageOf`. */
export const STAGES = ['unknown', 'identified', 'connected', 'known', 'personalized'] as const
export type Stage = (typeof STAGES)[number]

/**
 * The part of a profile that deciding needs and that rides in the sealed cookie. Only a visitor who agreed to
 * personalization has one. Times are epoch milliseconds.
 */
export interface Snapshot {
  /** Random, first-party, made here (`newVisitorId`); the unit of assignment. */
  readonly id: string
  /** When the id was made. The cookie never outlives 13 months from here. */
  readonly createdAt: number
  readonly visits: number
  readonly lastSeenAt: number
  /** Start of this visit; `createdAt` where absent, which is the first visit. */
  readonly visitStartedAt?: number
  /** Start of the visit before this one, where there was one. */
  readonly previousVisitAt?: number
}

/** A profile's habit key: one of 35 cells of the visitor's own week. */
export type HabitCell = `${Weekday}.${Daypart}`
