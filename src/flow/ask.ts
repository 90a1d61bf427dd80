/** One request of the storefront, as the whole way goes by it. */
import type { Deadline } from '../kit/deadline.ts'
import type { Geo } from '../signals/model.ts'

/** What is looked at often is read once: asking the runtime costs more than asking an object. */
export interface Ask {
  readonly request: Request
  readonly headers: Headers
  readonly url: URL
  /** All that the edge knows of the place; what may be used of it depends on consent. */
  readonly geo: Geo
  /** Epoch milliseconds at which it came. */
  readonly now: number
  readonly deadline: Deadline
}

/** A browser fetches the page ahead of time, to show or to prerender it (HTML standard, "speculative loading"). */
export function isPrefetch(headers: Headers): boolean {
  const purpose = headers.get('Sec-Purpose') ?? headers.get('Purpose')
  return purpose !== null && /^prefetch\b/.test(purpose)
}
