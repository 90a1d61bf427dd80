/**
 * Empties the queue of what page views say into the store, a batch at a time. The queue delivers at least once, and the
 * store counts everything once, so whatever was not settled is simply delivered again, later each time. What cannot be
 * written by itself never holds the others up: after its last delivery it is kept with the dead letters.
 */
import { SelvedgeError } from '../kit/errors.ts'
import { again, type QueueMessage } from './message.ts'
import { isNews, type NewsPorts, type VisitorNews, writeNews } from './news.ts'

export type NewsMessage = QueueMessage<VisitorNews>

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
  for (const message of messages) if (!isNews(message.body)) retryLater(message)
  try {
    await settle(whole, ports, now)
    return undefined
  } catch (cause) {
    // One of them may be what the store cannot take, which no error tells for sure; where it hangs, all would.
    const hangs = cause instanceof SelvedgeError && cause.code === 'store_timeout'
    if (hangs || whole.length < 2) for (const message of whole) retryLater(message)
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
    if (unsettled.has(message.body.visitor)) retryLater(message)
    else message.ack()
  }
}

async function settleEach(messages: readonly NewsMessage[], ports: NewsPorts, now: number): Promise<void> {
  let failed = 0
  for (const message of messages) {
    if (failed >= ALIKE_MAX) {
      retryLater(message)
      continue
    }
    try {
      await settle([message], ports, now)
      failed = 0
    } catch {
      failed += 1
      retryLater(message)
    }
  }
}

const retryLater = (message: NewsMessage): void => again(message, RETRY_SECONDS, RETRY_MAX_SECONDS)
