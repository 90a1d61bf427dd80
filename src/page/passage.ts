/**
 * The origin's bytes on their way: one reader of the origin serves the rewriter, and keeps what was read until it is
 * sent. So the page can go on when the rewriter does not, and a fault of the origin is seen where the rewriter hides it.
 */
export class Passage {
  /** What the rewriter reads. */
  readonly stream: ReadableStream<Uint8Array>
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #decoder: TextDecoder
  #chunks: Uint8Array[] = []
  /** Offset of the first kept chunk. */
  #base = 0
  #length = 0
  /** Text read from the origin that the rewriter has not given back yet. */
  #expected = ''
  #isReleased = false
  #fault: { readonly cause: unknown } | undefined

  constructor(origin: ReadableStream<Uint8Array>, decoder: TextDecoder) {
    this.#reader = origin.getReader()
    this.#decoder = decoder
    this.stream = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const chunk = await this.#next().catch(() => undefined)
          // A fault ends the rewriter's page early; `advance` then tells of it.
          if (chunk === undefined) controller.close()
          else controller.enqueue(chunk)
        },
        // The rewriter giving up is no reason to let the origin go: the page still has to be served.
      },
      { highWaterMark: 0 },
    )
  }

  /** Bytes read from the origin so far. */
  get length(): number {
    return this.#length
  }

  /** Reads on past the rewriter; false at the end of the page. Throws what the origin threw. */
  async advance(): Promise<boolean> {
    return (await this.#next()) !== undefined
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#fault !== undefined) throw this.#fault.cause
    try {
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      this.#chunks.push(value)
      this.#length += value.length
      if (!this.#isReleased) this.#expected += this.#decoder.decode(value)
      return value
    } catch (cause) {
      this.#fault = { cause }
      throw cause
    }
  }

  /** Is this what comes next on the page? */
  confirm(text: string): boolean {
    if (!this.#expected.startsWith(text)) return false
    this.#expected = this.#expected.slice(text.length)
    return true
  }

  /** The rewriter's word is not needed any more. */
  release(): void {
    this.#isReleased = true
    this.#expected = ''
  }

  /** Hands on bytes `from` to `to`, and forgets all before. */
  take(from: number, to: number, into: Uint8Array[]): void {
    this.#slices(from, to, into)
    while (this.#chunks.length > 0 && this.#base + (this.#chunks[0] as Uint8Array).length <= to) {
      this.#base += (this.#chunks.shift() as Uint8Array).length
    }
  }

  /** A look at bytes that were not taken yet. */
  read(from: number, to: number): Uint8Array {
    const parts: Uint8Array[] = []
    this.#slices(from, to, parts)
    if (parts.length === 1) return parts[0] as Uint8Array
    const bytes = new Uint8Array(to - from)
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.length
    }
    return bytes
  }

  #slices(from: number, to: number, into: Uint8Array[]): void {
    let start = this.#base
    for (const chunk of this.#chunks) {
      const end = start + chunk.length
      if (end > from && start < to)
        into.push(chunk.subarray(Math.max(from - start, 0), Math.min(to - start, chunk.length)))
      start = end
      if (start >= to) return
    }
  }

  async cancel(reason: unknown): Promise<void> {
    await this.#reader.cancel(reason)
  }
}
