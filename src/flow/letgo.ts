/**
 * Whoever said no is forgotten, whatever the store does. The page waits for it no longer than for anything else; where
 * the erasure is not certain by then, the browser keeps a sealed note of the id, and each of its next pages tries again
 * until the id is known to be erased.
 */
import type { Counters } from '../kit/counters.ts'
import type { Deadline } from '../kit/deadline.ts'
import { type BearerPorts, type Leaving, leavingCookies } from './bearer.ts'
import type { Visitor } from './visitor.ts'

export interface LetGoPorts {
  /** Erases an id, or hands it to whoever surely will. Throws where neither can be had now. */
  readonly forget: (visitor: string) => Promise<unknown>
  readonly counters: Counters
  /** Work that goes on after the response. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** False for nearly every page view, and for previews, which are somebody else's. */
export const isLettingGo = ({ leaving, preview }: Pick<Visitor, 'leaving' | 'preview'>): boolean =>
  preview === undefined && (leaving.now !== null || leaving.isNoted)

/** `Set-Cookie` lines about what a page view's browser lets go of. */
export async function letGo(
  leaving: Leaving,
  url: URL,
  deadline: Deadline,
  sealing: Pick<BearerPorts, 'keyring' | 'random'>,
  ports: LetGoPorts,
): Promise<readonly string[]> {
  const { now } = leaving
  const work = forgetAll(leaving, ports)
  ports.waitUntil(work)
  // A note is not waited for: it is taken away once this isolate knows of the erasure.
  const isCertain = now !== null && (await deadline.within(work, false))
  return leavingCookies(leaving, isCertain, url, sealing)
}

/** Whether all of them are certain to be erased. Never throws. */
async function forgetAll(
  { now, noted }: Leaving,
  { forget, counters }: Pick<LetGoPorts, 'forget' | 'counters'>,
): Promise<boolean> {
  try {
    for (const id of now === null ? noted : [now, ...noted]) await forget(id)
    return true
  } catch (cause) {
    counters.add('forget_failed', cause)
    return false
  }
}
