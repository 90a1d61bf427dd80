/**
 * Reads marked output: finds the nonce comments that the marker put in, and hands on what is left, which must be the
 * page's own text. Chunks may be cut anywhere. Pure.
 */

/** Longest mark behind its prefix: two numbers, a letter and `-->`. */
const MAX_MARK_CHARS = 40

const markPrefix = (nonce: string): string => `<!--${nonce}:`
/** Stands before the start tag of an element that selector `slot` matches. */
export const startMark = (nonce: string, slot: number, id: number): string => `<!--${nonce}:s${slot}.${id}-->`
/** Stands before the end tag of element `id`. */
export const endMark = (nonce: string, id: number): string => `<!--${nonce}:e${id}-->`

export interface MarkSink {
  text(text: string): void
  startMark(slot: number, id: number): void
  endMark(id: number): void
}

export class Unmarker {
  readonly #prefix: string
  readonly #sink: MarkSink
  #rest = ''

  constructor(nonce: string, sink: MarkSink) {
    this.#prefix = markPrefix(nonce)
    this.#sink = sink
  }

  /** Takes the next chunk; false when it holds a mark that nobody put there. */
  push(chunk: string): boolean {
    const text = this.#rest + chunk
    let at = 0
    for (;;) {
      const mark = text.indexOf(this.#prefix, at)
      if (mark < 0) break
      const end = text.indexOf('-->', mark)
      if (end < 0) {
        this.#text(text, at, mark)
        this.#rest = text.slice(mark)
        return this.#rest.length <= this.#prefix.length + MAX_MARK_CHARS
      }
      this.#text(text, at, mark)
      if (!this.#mark(text.slice(mark + this.#prefix.length, end))) return false
      at = end + 3
    }
    const keep = this.#partial(text, at)
    this.#text(text, at, text.length - keep)
    this.#rest = keep === 0 ? '' : text.slice(text.length - keep)
    return true
  }

  /** No more chunks: what looked like the beginning of a mark is text. */
  finish(): void {
    this.#text(this.#rest, 0, this.#rest.length)
    this.#rest = ''
  }

  #text(text: string, from: number, to: number): void {
    if (to > from) this.#sink.text(from === 0 && to === text.length ? text : text.slice(from, to))
  }

  #mark(body: string): boolean {
    const match = /^(?:s(\d{1,9})\.(\d{1,9})|e(\d{1,9}))$/.exec(body)
    if (match === null) return false
    const [, slot, id, end] = match
    if (end === undefined) this.#sink.startMark(Number(slot), Number(id))
    else this.#sink.endMark(Number(end))
    return true
  }

  /** How many of the last characters may be the beginning of a mark. */
  #partial(text: string, from: number): number {
    const open = text.lastIndexOf('<')
    if (open < from || text.length - open >= this.#prefix.length) return 0
    return this.#prefix.startsWith(text.slice(open)) ? text.length - open : 0
  }
}
