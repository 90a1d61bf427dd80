/**
 * Whoever said no is forgotten, whatever the store does. The page waits for it no longer than for anything else; where
 * the erasure is not certain by then, the browser keeps a sealed note of the id, and each of its next pages tries again
 * until the id is known to be erased.
 */
import type { Counters } from '../kit/counters.ts'
import type { Deadline } from '../kit/deadline.ts'
import { type BearerPorts, type Leaving, leavingCookies } from './bearer.ts'
import { again } from './drain.ts'
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

/** An id to be erased; `all`: with everything of the person whom it is tied to, because they asked for that. */
export interface Gone {
  readonly forget: string
  readonly all?: boolean
}

/**
 * An id that loses data classes, because its owner switched them off. However late that is done, it takes everything of
 * them: whoever ticks a class again starts from nothing, so what came since goes too rather than that anything stays.
 */
export interface Dropping {
  readonly drop: string
  readonly off: readonly string[]
}

/** A message of the queue: what the store could not be told to delete. */
export type Forgetting = Gone | Dropping

/** As the platform hands it over. */
export interface ForgettingMessage {
  readonly body: Forgetting
  /** Deliveries so far, this one among them. */
  readonly attempts: number
  readonly ack: () => void
  readonly retry: (options?: { readonly delaySeconds?: number }) => void
}

/** A minute, then twice as long each time: ten deliveries last most of a day. */
const RETRY_SECONDS = 60
/** The queue's own limit, 12 hours. */
const RETRY_MAX_SECONDS = 43_200

/** Deletes what the queue still names, each by itself. */
export async function drainForgetting(
  messages: readonly ForgettingMessage[],
  forget: (body: Forgetting) => Promise<unknown>,
): Promise<void> {
  for (const message of messages) {
    try {
      await forget(message.body)
      message.ack()
    } catch {
      again(message, RETRY_SECONDS, RETRY_MAX_SECONDS)
    }
  }
}
