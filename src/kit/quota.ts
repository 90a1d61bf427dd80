/**
 * How much may go on at once, for one isolate. It holds times and no promises: work that was cut off with its request
 * never says that it ended, so its place is free again after a while.
 */
export interface Quota {
  /** A place, to be given back when the work has ended; null where there is none. */
  readonly enter: () => (() => void) | null
}

/** `places` at once; a place that nobody gave back is free after `heldMs`. `now` in milliseconds. */
export function createQuota(places: number, heldMs: number, now: () => number): Quota {
  const held = new Map<number, number>()
  let last = 0

  function isFull(): boolean {
    if (held.size < places) return false
    const before = now() - heldMs
    for (const [place, since] of held) if (since <= before) held.delete(place)
    return held.size >= places
  }

  return {
    enter() {
      if (isFull()) return null
      last += 1
      const place = last
      held.set(place, now())
      return () => void held.delete(place)
    },
  }
}
