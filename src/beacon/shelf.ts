/**
 * Where events wait that could not be sent. With consent to measurement that is the browser's storage, so that they
 * outlive the page; without it this page's memory.
 */
import type { BeaconEvent } from './model.ts'

export const SHELF_KEY = 'selvedge:unsent'
/** What one call may hold, and all that is ever kept. The door takes 50 events and 64 KB. */
export const EVENTS_MAX = 50
export const BYTES_MAX = 60_000
/** The door believes no event that is older. */
const AGE_MAX_MS = 86_400_000
/** Longer than any wait that a server asks for in earnest; it may also be a clock that was set back. */
export const WAIT_MAX_MS = 3_600_000

/** The browser's storage, or a plain object for as long as the page lives. */
export type TextStore = Record<string, string | undefined>

export interface Shelved {
  /** Young enough to be believed. */
  readonly events: readonly BeaconEvent[]
  /** Nothing may be sent before. */
  readonly until: number
}

export interface Shelf {
  readonly read: (now: number) => Shelved
  /** Several tabs may share a shelf, so each says what changes, not what is there. */
  readonly change: (
    now: number,
    change: {
      readonly put?: readonly BeaconEvent[]
      readonly drop?: readonly BeaconEvent[]
      readonly until?: number
    },
  ) => void
  readonly clear: () => void
}

export function createShelf(store: TextStore): Shelf {
  function read(now: number): Shelved {
    try {
      const { events, until } = JSON.parse(store[SHELF_KEY] as string) as Shelved
      return {
        events: events.filter(({ at }) => Math.abs(now - at) < AGE_MAX_MS),
        until: until - now < WAIT_MAX_MS ? until : 0,
      }
    } catch {
      return { events: [], until: 0 }
    }
  }
  const clear = (): void =>
    quietly(() => {
      delete store[SHELF_KEY]
    })
  return {
    read,
    change(now, { put = [], drop = [], until }) {
      const kept = read(now)
      const ids = [...put, ...drop].map(({ id }) => id)
      const events = [...kept.events.filter(({ id }) => !ids.includes(id)), ...put]
      const next = { events: firstOf(events.reverse()).reverse(), until: until ?? kept.until }
      if (events.length === 0 && next.until <= now) clear()
      else
        try {
          store[SHELF_KEY] = JSON.stringify(next)
        } catch {
          // Storage may be full, absent, or forbidden from one moment to the next: then this page remembers alone.
          clear()
          store = { [SHELF_KEY]: JSON.stringify(next) }
        }
    },
    clear,
  }
}

/** The first that fit into one call. */
export function firstOf(events: readonly BeaconEvent[]): BeaconEvent[] {
  let bytes = 0
  const end = events.findIndex((event, index) => {
    bytes += bytesOf(event)
    return index === EVENTS_MAX || bytes > BYTES_MAX
  })
  return end < 0 ? [...events] : events.slice(0, end)
}

export const bytesOf = (event: BeaconEvent): number => new Blob([JSON.stringify(event)]).size + 1

/** Does what may fail without anybody having to know. */
export function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // The shop's page goes on.
  }
}
