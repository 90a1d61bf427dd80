/**
 * Gathers events into calls, and sends what failed again: later each time, and not before the door allows it. Every way
 * to the outside comes in, so that the rules can be tried without a browser.
 */
import type { Answer, AnswerBody, BeaconEvent } from './model.ts'
import { bytesOf, EVENTS_MAX, firstOf, type Shelf, WAIT_MAX_MS } from './shelf.ts'

/** Events of one moment go in one call. */
export const GATHER_MS = 1_000
export const RETRY_MS = 5_000
const RETRY_MAX_MS = 300_000
/** One event larger than this is somebody's mistake, and would hold up all others. */
const EVENT_MAX_BYTES = 8_192

export interface SenderPorts {
  readonly post: (events: readonly BeaconEvent[]) => Promise<Answer>
  readonly shelf: Shelf
  readonly now: () => number
  /** From 0 to 1. */
  readonly random: () => number
  readonly later: (work: () => void, ms: number) => void
  readonly isOnline: () => boolean
  /** Does the work unless another tab is at it. */
  readonly alone: (work: () => Promise<void>) => Promise<void>
  /** Hears what became of a batch. */
  readonly told: (answer: AnswerBody, events: readonly BeaconEvent[]) => void
}

export interface Sender {
  readonly add: (event: BeaconEvent) => void
  /** Sends what has gathered now: the page may be gone in a moment. */
  readonly flush: () => void
  /** Tries again what waits on the shelf. */
  readonly drain: () => void
  /** Sends nothing any more, and forgets what was to be sent. */
  readonly stop: () => void
}

export function createSender({
  post,
  shelf,
  now,
  random,
  later,
  isOnline,
  alone,
  told,
}: SenderPorts): Sender {
  let fresh: BeaconEvent[] = []
  let isWaiting = false
  let isStopped = false
  let failures = 0

  const shelved = () => shelf.read(now())
  const mayCall = (): boolean => isOnline() && shelved().until <= now()

  function stop(): void {
    isStopped = true
    fresh = []
    shelf.clear()
  }

  /** Offline and cut off are answers too. What cannot be settled now waits on the shelf. */
  async function send(batch: readonly BeaconEvent[]): Promise<void> {
    const answer = await post(batch).catch(() => undefined)
    if (isStopped) return
    if (answer === undefined || answer.status === 429 || answer.status > 499) {
      failures += 1
      return shelve(batch, now() + waitOf(answer))
    }
    failures = 0
    shelf.change(now(), { drop: batch })
    // Whoever said no, was erased or has no id any more is not asked again on this page.
    if (/consent|cookie|erased/.test(answer.body.why ?? '')) stop()
    told(answer.body, batch)
  }

  /** What the server asks for, else twice as long each time; with some chance, so that not all come back at once. */
  function waitOf(answer: Answer | undefined): number {
    const asked = answer?.retryAfter ?? ''
    const wait = /^\d+$/.test(asked) ? +asked * 1_000 : Date.parse(asked) - now()
    if (wait >= 0) return Math.min(wait + random() * GATHER_MS, WAIT_MAX_MS - 1)
    return Math.min(RETRY_MS * 2 ** (failures - 1), RETRY_MAX_MS) * (0.5 + random())
  }

  function shelve(batch: readonly BeaconEvent[], until?: number): void {
    shelf.change(now(), { put: batch, ...(until && { until }) })
    awaitTurn()
  }

  function flush(): void {
    while (fresh.length > 0) {
      const batch = firstOf(fresh)
      fresh = fresh.slice(batch.length)
      if (mayCall()) void send(batch)
      else shelve(batch)
    }
  }

  /** Comes back when the wait is over. Offline, the browser says when. */
  function awaitTurn(): void {
    if (isWaiting || !isOnline()) return
    isWaiting = true
    later(
      () => {
        isWaiting = false
        drain()
      },
      Math.max(shelved().until - now(), GATHER_MS),
    )
  }

  function drain(): void {
    if (isStopped || shelved().events.length === 0) return
    if (mayCall())
      alone(async () => {
        await send(firstOf(shelved().events))
        if (shelved().events.length > 0) awaitTurn()
      }).catch(awaitTurn)
    else awaitTurn()
  }

  return {
    add(event) {
      if (isStopped || bytesOf(event) > EVENT_MAX_BYTES) return
      fresh.push(event)
      if (fresh.length >= EVENTS_MAX) flush()
      else if (fresh.length === 1) later(flush, GATHER_MS)
    },
    flush,
    drain,
    stop,
  }
}
