/**
 * What the store could not be told to delete: the queue carries it, and hands it over until it is done. `letgo.ts` is
 * the page view that somebody is let go of by; `letters.ts` takes what the queue gives up on.
 */
import { again, type QueueMessage } from './message.ts'

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

/** A message of the queue. */
export type Forgetting = Gone | Dropping

export const isForgetting = (body: unknown): body is Forgetting =>
  typeof body === 'object' && body !== null && typeof goneOf(body) === 'string'

/** Whom it is about. */
export const goneOf = (body: object): string => {
  const { forget, drop } = body as Gone & Dropping
  return forget ?? drop
}

export type ForgettingMessage = QueueMessage<Forgetting>

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
