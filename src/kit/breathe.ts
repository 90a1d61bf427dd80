/** Long work in pieces: an isolate has one thread, and a page view must not stand behind a batch of events. */

/** Pieces of work between two breaths: some milliseconds of the edge's time. */
const BREATH = 100

/** Lets everybody else who waits for this thread have their turn. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/** The work on each, in the order of the list, with a breath now and then. */
export async function mapBreathing<T, R>(list: readonly T[], work: (item: T) => R): Promise<readonly R[]> {
  const results: R[] = []
  for (let at = 0; at < list.length; at++) {
    if (at > 0 && at % BREATH === 0) await breathe()
    results.push(work(list[at] as T))
  }
  return results
}
