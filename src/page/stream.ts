/**
 * Adapter: the same edits on a page that flows by, for pages that have no template: first fills, uncacheable and
 * oversize ones. The first byte is not held back; an element is, up to a bound, while its content may be exchanged and
 * its end is not proven yet. Same marks, same cutter, same weaver as the template, so the same bytes come out.
 *
 * Whatever HTMLRewriter does, the page stays whole: what goes out is taken from the origin's own bytes, never from the
 * rewriter's output, and where the rewriter stops short the rest follows as it came. Where the *origin* breaks off, the
 * output fails too: a short page must not look complete.
 */
import { Cutter } from './cut.ts'
import { markElements } from './mark.ts'
import type { Fill, Outcome, SelectorSet } from './model.ts'
import { Passage } from './passage.ts'
import { type CutElement, MAX_HELD_BYTES } from './proof.ts'
import { Unmarker } from './unmark.ts'
import { Weaver } from './weave.ts'

export interface Streamed {
  readonly body: ReadableStream<Uint8Array>
  /** Settled when the body has ended, failed or been cancelled; never rejects. */
  readonly outcomes: Promise<readonly Outcome[]>
  /** Did the selector of this slot match anything? True of what has passed; all of it, once `outcomes` has settled. */
  readonly hasSlot: (slot: number) => boolean
}

/**
 * Finishes a page on its way through. `response` is decoded HTML in an ASCII-compatible encoding; only its body is used.
 * `nonce`: unguessable, letters and digits only. A `move` needs the whole page and comes out `unfit` here.
 */
export function stitchStream(
  response: Response,
  set: SelectorSet,
  fills: readonly Fill[],
  nonce: string,
): Streamed {
  const origin = response.body ?? new Response('').body
  const flow = new Flow(origin as ReadableStream<Uint8Array>, set, fills, nonce)
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => flow.pull(controller),
      cancel: (reason) => flow.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return { body, outcomes: flow.outcomes, hasSlot: (slot) => flow.found[slot] === 1 }
}

interface Event {
  readonly element: CutElement
  readonly isEnd: boolean
}

class Flow {
  readonly outcomes: Promise<readonly Outcome[]>
  /** 1 for each slot of the set that matched something. */
  readonly found: Uint8Array
  readonly #tell: (outcomes: readonly Outcome[]) => void
  readonly #passage: Passage
  readonly #mark: () => Response
  /** The rewriter's output; opened by the first read, so that nothing is asked of the origin before. */
  #marked: ReadableStreamDefaultReader<Uint8Array> | undefined
  readonly #decoder = new TextDecoder('latin1')
  readonly #cutter: Cutter
  readonly #unmarker: Unmarker
  readonly #weaver: Weaver
  readonly #bySlot: readonly (readonly number[])[]
  /** Element beginnings and ends that the weaver has not seen yet. */
  #events: Event[] = []
  #ready: Uint8Array[] = []
  /** False once the rewriter's output is no longer the page: the rest goes through untouched. */
  #isTrusted = true

  constructor(origin: ReadableStream<Uint8Array>, set: SelectorSet, fills: readonly Fill[], nonce: string) {
    const { promise, resolve } = Promise.withResolvers<readonly Outcome[]>()
    this.outcomes = promise
    this.found = new Uint8Array(set.selectors.length)
    this.#tell = resolve
    this.#bySlot = set.selectors.map((_, slot) =>
      fills.flatMap((fill, id) => (fill.slot === slot ? [id] : [])),
    )
    const passage = new Passage(origin, this.#decoder)
    this.#passage = passage
    this.#weaver = new Weaver(fills, {
      put: (bytes) => this.#ready.push(bytes),
      copy: (from, to) => passage.take(from, to, this.#ready),
      read: (from, to) => passage.read(from, to),
    })
    this.#cutter = new Cutter({
      opened: (element) => {
        for (const slot of element.slots) this.found[slot] = 1
        this.#events.push({ element, isEnd: false })
      },
      settled: (element) => this.#events.push({ element, isEnd: true }),
    })
    this.#unmarker = new Unmarker(nonce, {
      text: (text) => this.#text(text),
      startMark: (slot, id) => this.#cutter.startMark(slot, id),
      endMark: (id) => this.#cutter.endMark(id),
    })
    const headers = { 'Content-Type': 'text/html; charset=utf-8' }
    this.#mark = () => markElements(new Response(passage.stream, { headers }), set, nonce)
  }

  /** Reads on until there is something to send, or the page is over. */
  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      let isOver = false
      while (this.#ready.length === 0 && !isOver) isOver = await this.#advance()
      for (const bytes of this.#ready) controller.enqueue(bytes)
      this.#ready = []
      if (!isOver) return
      this.#tell(this.#weaver.outcomes)
      controller.close()
    } catch (cause) {
      this.#tell(this.#weaver.outcomes)
      controller.error(cause)
    }
  }

  async cancel(reason: unknown): Promise<void> {
    this.#tell(this.#weaver.outcomes)
    await Promise.allSettled([this.#passage.cancel(reason), this.#marked?.cancel(reason)])
  }

  /** One step; true when the page is over. Fails only where the origin does. */
  async #advance(): Promise<boolean> {
    if (this.#isTrusted) {
      const chunk = await this.#readMarked()
      const isRead = chunk?.value !== undefined && this.#unmarker.push(this.#decoder.decode(chunk.value))
      if (!isRead || !this.#isTrusted) this.#finish()
      this.#drain()
      return false
    }
    this.#weaver.copyTo(this.#passage.length)
    return this.#ready.length === 0 && !(await this.#passage.advance())
  }

  /** Undefined where the rewriter failed: it says less than the origin will. */
  async #readMarked(): Promise<ReadableStreamReadResult<Uint8Array> | undefined> {
    try {
      this.#marked ??= (this.#mark().body as ReadableStream<Uint8Array>).getReader()
      return await this.#marked.read()
    } catch {
      return undefined
    }
  }

  #text(text: string): void {
    if (!this.#isTrusted) return
    if (this.#passage.confirm(text)) this.#cutter.text(text)
    else this.#isTrusted = false
  }

  /** The rewriter is done, or given up on: nothing more is proven, and the rest of the page is sent as it is. */
  #finish(): void {
    this.#unmarker.finish()
    this.#isTrusted = false
    this.#passage.release()
    this.#cutter.finish()
  }

  /** Lets everything go that no fill waits for. */
  #drain(): void {
    const { settled } = this.#cutter
    let next = 0
    for (; next < this.#events.length; next++) {
      const { element, isEnd } = this.#events[next] as Event
      const ids = this.#idsOf(element)
      if (isEnd) this.#weaver.close(element, ids)
      else if (this.#mustWait(element, ids, settled)) break
      else this.#weaver.open(element, ids)
    }
    const held = this.#events[next]?.element.start ?? settled
    this.#events = this.#events.slice(next)
    this.#weaver.copyTo(Math.min(held, settled))
  }

  #mustWait(element: CutElement, ids: readonly number[], settled: number): boolean {
    if (element.settled || this.#weaver.covers(element.start)) return false
    return settled - element.start <= MAX_HELD_BYTES && this.#weaver.waits(ids)
  }

  #idsOf(element: CutElement): readonly number[] {
    const { slots } = element
    if (slots.length === 1) return this.#bySlot[slots[0] as number] ?? []
    return slots.flatMap((slot) => this.#bySlot[slot] ?? []).sort((a, b) => a - b)
  }
}
