/**
 * Messages that the queue gave up on: kept as they came, to be looked at, and counted after all once whatever was wrong
 * with them or with the store is mended. Counting one twice counts it once.
 */
import type { DeadLetter, DeadLetters, KeptLetter } from '../events/model.ts'
import { SelvedgeError } from '../kit/errors.ts'
import { type Forgetting, goneOf, isForgetting } from './forgetting.ts'
import type { QueueMessage } from './message.ts'
import { isNews, type NewsPorts, visitorIn, writeNews } from './news.ts'

/** A message of the queue of what was given up. */
export interface DeadMessage extends Pick<QueueMessage<unknown>, 'body' | 'ack' | 'retry'> {
  readonly id: string
}

/** A store that is away gets a while. */
const RETRY_SECONDS = 300
const LETTER_MAX_CHARS = 128 * 1024

/** So many that fail are not at fault: the store is. */
const FAILING_MAX = 3

export interface BuryPorts {
  readonly letters: Pick<DeadLetters, 'keep'>
  /** Deletes what somebody wants gone. */
  readonly forget: (body: Forgetting) => Promise<unknown>
  /** Epoch milliseconds. */
  readonly now: () => number
}

/**
 * Deletes what somebody wanted gone, since whoever was told that it will go waits for no operator; keeps all others, or
 * lets them come again. Gives what failed.
 */
export async function bury(messages: readonly DeadMessage[], ports: BuryPorts): Promise<unknown> {
  const left: DeadMessage[] = []
  let failed = 0
  for (const message of messages) {
    const { body } = message
    try {
      if (failed >= FAILING_MAX || !isForgetting(body)) left.push(message)
      else {
        await ports.forget(body)
        message.ack()
      }
    } catch {
      failed += 1
      left.push(message)
    }
  }
  try {
    if (left.length > 0) await ports.letters.keep(left.map((message) => letterOf(message, ports.now())))
    for (const message of left) message.ack()
    return undefined
  } catch (cause) {
    for (const message of left) message.retry({ delaySeconds: RETRY_SECONDS })
    return cause
  }
}

function letterOf({ id, body }: DeadMessage, at: number): DeadLetter {
  const text = (JSON.stringify(body) ?? 'null').slice(0, LETTER_MAX_CHARS)
  const visitor = isForgetting(body) ? goneOf(body) : visitorIn(body)
  const error = isForgetting(body) || isNews(body) ? 'given_up' : 'malformed'
  return { id, at, visitor, body: text, error }
}

export interface ReplayPorts extends NewsPorts {
  readonly letters: Pick<DeadLetters, 'waiting' | 'replayed'>
  /** Deletes what somebody wants gone. */
  readonly forget: (body: Forgetting) => Promise<unknown>
  /** Epoch milliseconds. */
  readonly now: () => number
}

export interface Replayed {
  /** Ids of letters that are counted now. */
  readonly replayed: readonly string[]
  /** Those that failed again, and why. */
  readonly failed: readonly { readonly id: string; readonly error: string }[]
}

/** Letters that one call counts. */
export const REPLAY_MAX = 100
/** As many more may fail in it, since none of those may keep the ones behind them from being counted. */
const FAILED_MAX = 500

/** Counts letters that wait, the oldest first; of these ids, where some are named. Throws where the store hangs. */
export async function replay(ports: ReplayPorts, ids?: readonly string[]): Promise<Replayed> {
  const replayed: string[] = []
  const failed: { id: string; error: string }[] = []
  for await (const { id, body } of waitingLetters(ports, ids)) {
    const error = await tryReplay(ports, body)
    if (error === null) replayed.push(id)
    else failed.push({ id, error })
    if (replayed.length === REPLAY_MAX || failed.length === FAILED_MAX) break
  }
  if (replayed.length > 0) await ports.letters.replayed(replayed, ports.now())
  return { replayed, failed }
}

async function* waitingLetters(
  { letters }: ReplayPorts,
  ids?: readonly string[],
): AsyncGenerator<KeptLetter> {
  let last: KeptLetter | undefined
  do {
    const page: readonly KeptLetter[] = await letters.waiting(REPLAY_MAX, ids, last)
    yield* page
    last = page[REPLAY_MAX - 1]
  } while (last !== undefined)
}

/** Null where it is counted. */
async function tryReplay(ports: ReplayPorts, text: string): Promise<string | null> {
  const body = tryParse(text)
  try {
    if (isForgetting(body)) await ports.forget(body)
    else if (!isNews(body)) return 'malformed'
    else if ((await writeNews(ports, [body], ports.now())).unsettled.size > 0) return 'unsettled'
    return null
  } catch (cause) {
    // The letters were read a moment ago, so the store is there; what it cannot take may be this one alone.
    if (!(cause instanceof SelvedgeError)) return 'refused'
    if (cause.code === 'store_timeout') throw cause
    return cause.code
  }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
