/**
 * The latency budget of one request. Everything that is waited for and is not the origin shares one deadline; what
 * comes later than that is done without.
 */
export interface Deadline {
  /** Milliseconds that are left, never below 0. */
  readonly left: () => number
  /** The value, or `late` where it is not there in time or fails. The work itself is not cancelled. */
  readonly within: <T>(work: Promise<T>, late: T) => Promise<T>
  /** Was anything not there in time? */
  readonly isMissed: () => boolean
}

/** Starts a budget of `ms`. `clock` gives milliseconds and may stand still while the processor is busy. */
export function startDeadline(ms: number, clock: () => number): Deadline {
  const end = clock() + ms
  const left = (): number => Math.max(0, end - clock())
  let isMissed = false
  return {
    left,
    isMissed: () => isMissed,
    async within(work, late) {
      let timer: ReturnType<typeof setTimeout> | undefined
      const timeout = new Promise<typeof late>((resolve) => {
        const giveUp = (): void => {
          isMissed = true
          resolve(late)
        }
        timer = setTimeout(giveUp, left())
      })
      try {
        return await Promise.race([work, timeout])
      } catch {
        return late
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
