/**
 * Counts by name, for what goes wrong or is skipped. They live as long as the isolate and belong to no request; the
 * health door shows them and the log carries each first occurrence.
 */
export interface Counters {
  /** `cause`: what was thrown, for the log. */
  readonly add: (name: string, cause?: unknown) => void
  readonly read: () => Readonly<Record<string, number>>
}

/** Names are our own constants; the bound is a belt against a bug that counts by something a visitor sends. */
const MAX_NAMES = 256

/** `first` is told when a name is counted for the first time in this isolate. */
export function createCounters(first: (name: string, cause?: unknown) => void = () => {}): Counters {
  const counts = new Map<string, number>()
  return {
    add(name, cause) {
      const count = counts.get(name)
      if (count === undefined) {
        if (counts.size >= MAX_NAMES) return
        first(name, cause)
      }
      counts.set(name, (count ?? 0) + 1)
    },
    read: () => Object.fromEntries(counts),
  }
}
