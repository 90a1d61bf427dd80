/** Long work in pieces: an isolate has one thread, and a page view must not stand behind a batch of events. */

/** Lets everybody else who waits for this thread have their turn; that costs the work itself a millisecond. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/**
 * The work on each, in the order of the list, with a breath after every `atOnce` of them. That is as many as take about a
 * millisecond of the edge's time: counted, since an isolate's clock stands still while it works.
 */
export async function mapBreathing<T, R>(
  list: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => R,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let at = 0; at < list.length; at++) {
    if (at > 0 && at % atOnce === 0) await breathe()
    results.push(work(list[at] as T, at))
  }
  return results
}
