/**
 * Starts the beacon, once a page. Nothing in here may fail the shop's page: what is thrown ends here, and so does what
 * the browser cannot do. No markup is written and no code is made, so that any policy may be as strict as it likes.
 */
import type { Answer, BeaconEvent, Told } from './model.ts'
import { createSender, type Sender } from './sender.ts'
import { createShelf, quietly, SHELF_KEY, type TextStore } from './shelf.ts'
import { watchPlaces } from './sight.ts'
import { readTold } from './told.ts'
import { type Fields, listen } from './track.ts'
import { isVisible, onVisibility, whenVisibleFor } from './visible.ts'

/** Of the page's own host: a path alone would go to wherever the page's `<base>` says. */
const DOOR = `${location.origin}/_selvedge/events`
const JSON_TYPE = 'application/json'
/** A visit with so much of being looked at was not a bounce; that it had a second page, the Worker sees by itself. */
const ENGAGED_MS = 10_000
/** Scripts exchange the head of a page first, and its body after whatever they show meanwhile. */
const SWAP_MS = 500

/** What shops call; before we are there, an array that takes calls: `(window.selvedge ||= []).push(['track', …])`. */
interface Api {
  readonly track: (kind: string, fields?: Fields) => void
  /** For consent platforms: whoever withdraws is not to wait for the next page. */
  readonly stop: () => void
  readonly push: (...calls: readonly Call[]) => void
}
type Call = readonly ['track', string, Fields?] | readonly ['stop']

declare const window: typeof globalThis & { selvedge?: Api | readonly Call[] }

/** When the page was loaded: a page that was made ahead of time may be shown much later. */
const loadedAt = Date.now()

function start(): void {
  const before = window.selvedge
  const told = readTold(loadedAt)
  const watch = (track: Api['track']): void =>
    told && watchPlaces(told.places, (campaign, kind) => track(kind, { campaign }))
  if (before && 'track' in before) {
    // Two tags on one page are one beacon. One that tells more came with a page that a script put in this one's stead.
    setTimeout(watch, SWAP_MS, before.track)
    return
  }
  const clock = (): number => Date.now() + (told?.skew ?? 0)
  const sender = open(told, clock)
  const track: Api['track'] = (kind, fields) =>
    quietly(() => sender.add({ id: newId(), at: clock(), ...fields, kind }))
  const push: Api['push'] = (...calls) => {
    for (const [name, ...rest] of calls) {
      if (name === 'stop') sender.stop()
      else track(...(rest as [string]))
    }
  }
  window.selvedge = { track, stop: sender.stop, push }
  if (Array.isArray(before)) push(...before)
  listen(track)
  // Nothing of those of whom the page does not say that they agreed.
  if (!told) return
  // Its name is the visit's: many tabs engage it once.
  if (!told.isAgain) whenVisibleFor(ENGAGED_MS, () => track('engaged', { id: `engaged:${told.visit}` }))
  // It is shown after all: asked for in earnest, it counts.
  if (told.isAhead) fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => {})
  watch(track)
}

/** A page that was only guessed at is nobody's page view until it is shown. */
function whenReady(then: () => void): void {
  // Either comes once.
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', () => whenReady(then))
  } else if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', then)
  else then()
}

/** Whatever is stored is stored for those who agreed to be measured, of whom `told` is. */
function open(told: Told | undefined, now: () => number): Sender {
  let store: TextStore = {}
  quietly(() => {
    if (told) store = localStorage
    // What an earlier page kept by a consent of which this one knows nothing is not ours any more.
    else delete localStorage[SHELF_KEY]
  })
  const sender = createSender({
    post,
    shelf: createShelf(store),
    now,
    random: Math.random,
    later: (work, ms) => setTimeout(() => (window.requestIdleCallback ?? queueMicrotask)(work), ms),
    isOnline: () => navigator.onLine,
    alone: async (work) => {
      const { locks } = navigator
      if (told && locks) await locks.request(SHELF_KEY, { ifAvailable: true }, (lock) => lock && work())
      else await work()
    },
    told: (answer, events) =>
      dispatchEvent(new CustomEvent('selvedge:sent', { detail: { ...answer, events } })),
  })
  onVisibility(() => isVisible() || sender.flush())
  addEventListener('pagehide', sender.flush)
  addEventListener('online', sender.drain)
  // Out of the back/forward cache: timers stood still meanwhile.
  addEventListener('pageshow', ({ persisted }) => persisted && sender.drain())
  sender.drain()
  return sender
}

async function post(events: readonly BeaconEvent[]): Promise<Answer> {
  const body = JSON.stringify({ events })
  if (!isVisible() && !('keepalive' in Request.prototype)) {
    // Nobody will hear the answer.
    const isQueued = navigator.sendBeacon(DOOR, new Blob([body], { type: JSON_TYPE }))
    return { status: isQueued ? 202 : 503, body: {} }
  }
  const answer = await fetch(DOOR, {
    method: 'POST',
    body,
    keepalive: true,
    headers: { 'Content-Type': JSON_TYPE },
  })
  return {
    status: answer.status,
    retryAfter: answer.headers.get('Retry-After'),
    body: answer.status === 202 ? await answer.json() : {},
  }
}

/** Unique for the visitor is enough. Not all shops are safe contexts, where `randomUUID` is. */
const newId = (): string => crypto.randomUUID?.() ?? `${Date.now()}.${Math.random()}`

whenReady(() => quietly(start))
