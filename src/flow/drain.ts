/**
 * Empties the queue of what page views say into the store, a batch at a time. The queue delivers at least once, and the
 * store counts everything once, so whatever was not settled is simply delivered again, later each time. What cannot be
 * written by itself never holds the others up: after its last delivery it is kept with the dead letters.
 */
import { SelvedgeError } from '../kit/errors.ts'
import { VISITOR_ID } from '../profile/text.ts'
import { type NewsPorts, type VisitorNews, writeNews } from './news.ts'

/** One message of the queue, as far as it matters here. */
export interface NewsMessage {
  readonly body: VisitorNews
  /** Deliveries so far, this one among them. */
  readonly attempts: number
  readonly ack: () => void
  readonly retry: (options?: { readonly delaySeconds?: number }) => void
}

/** Twice as long each time: ten deliveries outlast an hour without a store. */
const RETRY_SECONDS = 5
const RETRY_MAX_SECONDS = 900

/** So many in a row that fail by themselves are not at fault: the store is. */
const ALIKE_MAX = 3

/** Counts a batch. Throws nothing: what could not be counted is delivered again. Gives the first thing that failed. */
export async function drain(
  messages: readonly NewsMessage[],
  ports: NewsPorts,
  now: number,
): Promise<unknown> {
  const whole = messages.filter(({ body }) => isNews(body))
  for (const message of messages) if (!isNews(message.body)) again(message)
  try {
    await settle(whole, ports, now)
    return undefined
  } catch (cause) {
    // One of them may be what the store cannot take, which no error tells for sure; where it hangs, all would.
    const hangs = cause instanceof SelvedgeError && cause.code === 'store_timeout'
    if (hangs || whole.length < 2) for (const message of whole) again(message)
    else await settleEach(whole, ports, now)
    return cause
  }
}

async function settle(messages: readonly NewsMessage[], ports: NewsPorts, now: number): Promise<void> {
  const { unsettled } = await writeNews(
    ports,
    messages.map(({ body }) => body),
    now,
  )
  for (const message of messages) {
    if (unsettled.has(message.body.visitor)) again(message)
    else message.ack()
  }
}

async function settleEach(messages: readonly NewsMessage[], ports: NewsPorts, now: number): Promise<void> {
  let failed = 0
  for (const message of messages) {
    if (failed >= ALIKE_MAX) {
      again(message)
      continue
    }
    try {
      await settle([message], ports, now)
      failed = 0
    } catch {
      failed += 1
      again(message)
    }
  }
}

/** Has a message delivered again, after `first` seconds, and twice as long each time, up to `most`. */
export const again = (
  message: Pick<NewsMessage, 'attempts' | 'retry'>,
  first = RETRY_SECONDS,
  most = RETRY_MAX_SECONDS,
): void => message.retry({ delaySeconds: Math.min(most, first * 2 ** Math.max(0, message.attempts - 1)) })

/** What somebody else has put into the queue is not for the store; nor, before it is understood, what a newer version has. */
export function isNews(body: unknown): body is VisitorNews {
  if (visitorIn(body) === null) return false
  const news = body as VisitorNews
  const { visitor, unmeasured, evidence, exposures = [], outcomes = [], sightings = [], ...foreign } = news
  const lists = [evidence, exposures, outcomes, sightings]
  return Object.keys(foreign).length === 0 && lists.every((list) => Array.isArray(list))
}

/** Whom a message is about, whatever else is in it; null where nobody can tell. */
export function visitorIn(body: unknown): string | null {
  const { visitor } = (body ?? {}) as { readonly visitor?: unknown }
  return typeof visitor === 'string' && VISITOR_ID.test(visitor) ? visitor : null
}
