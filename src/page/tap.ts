/**
 * Reading a body while it passes. Nothing is read ahead of the visitor, and an error of the origin reaches both sides:
 * a short page must neither look whole to a browser nor be kept.
 */
import { readBytes } from '../kit/body.ts'
import { concatBytes } from '../kit/bytes.ts'
import type { Deadline } from '../kit/deadline.ts'
import { charsetOfBytes, charsetOfType, isCompressed, SNIFF_BYTES } from './html.ts'

type Body = ReadableStream<Uint8Array>

/** `charset`: it is not UTF-8, and `body` gives it unharmed. `broken`: it failed before there was anything to pass on. */
export type Opened =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly why: 'charset'; readonly body: Body }
  | { readonly ok: false; readonly why: 'broken' }

/**
 * Looks into a body as far as its head leaves questions open: not at all where it is plain and says UTF-8, to the first
 * chunk where it is compressed (a damaged coding shows there), to the charset where the header names none.
 */
export async function openHtml(headers: Headers, body: Body): Promise<Opened> {
  const named = charsetOfType(headers.get('Content-Type')) === 'utf8'
  if (named && !isCompressed(headers)) return { ok: true, body }
  const reader = body.getReader()
  const first: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (value !== undefined) {
        first.push(value)
        length += value.length
      }
      const charset = named ? 'utf8' : charsetOfBytes(concatBytes(first), done)
      if (charset === undefined && !done && length < SNIFF_BYTES) continue
      const whole = replay(first, reader)
      return charset === 'utf8' ? { ok: true, body: whole } : { ok: false, why: 'charset', body: whole }
    }
  } catch {
    return { ok: false, why: 'broken' }
  }
}

/** What came of a copy: the whole body, or why there is none. */
export type Copy = Uint8Array<ArrayBuffer> | 'oversize' | 'broken'

export interface Tapped {
  /** For the visitor. */
  readonly body: Body
  /** Settles when the body has ended, broken off or been cancelled, or has outgrown the bound. */
  readonly copy: Promise<Copy>
}

/** Copies a body of at most `maxBytes` as it passes; past the bound the copy is dropped and the body goes on. */
export function tap(source: Body, maxBytes: number): Tapped {
  const reader = source.getReader()
  const { promise: copy, resolve } = Promise.withResolvers<Copy>()
  let parts: Uint8Array[] = []
  let length = 0
  const giveUp = (why: 'oversize' | 'broken'): void => {
    parts = []
    resolve(why)
  }
  const keep = (chunk: Uint8Array): void => {
    if (length > maxBytes) return
    length += chunk.length
    if (length > maxBytes) giveUp('oversize')
    // A copy, for whoever gets the chunk may take its buffer away.
    else parts.push(chunk.slice())
  }
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) {
            controller.close()
            resolve(concatBytes(parts))
            return
          }
          keep(value)
          controller.enqueue(value)
        } catch (error) {
          giveUp('broken')
          throw error
        }
      },
      cancel(reason) {
        giveUp('broken')
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return { body, copy }
}

/** Reads a body that nobody waits for. */
export async function readWhole(source: Body, maxBytes: number): Promise<Copy> {
  try {
    return (await readBytes(source, maxBytes)) ?? 'oversize'
  } catch {
    return 'broken'
  }
}

/**
 * Waits for a whole body of at most `maxBytes`. A longer one, one that is late, or one that breaks off, comes back as a
 * body that gives what was read and then goes on, or fails, as its source does.
 */
export async function gather(
  source: Body,
  maxBytes: number,
  deadline: Deadline,
): Promise<{ readonly whole: Uint8Array<ArrayBuffer> } | { readonly body: Body }> {
  const reader = source.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  while (length <= maxBytes) {
    const reading = reader.read()
    const read = await deadline.within<Awaited<typeof reading> | null>(reading, null)
    // Late, or broken off: then the same fault meets whoever reads on.
    if (read === null) return { body: replay(parts, reader, reading) }
    if (read.done) return { whole: concatBytes(parts) }
    length += read.value.length
    parts.push(read.value)
  }
  return { body: replay(parts, reader) }
}

/**
 * Whether a body that ended without an error is known to be the whole page. A length was compared by the runtime, a
 * compressed body carries its own end, chunks do too; a connection that was merely closed proves nothing, and then the
 * page itself has to show its end.
 */
export function isWhole(headers: Headers, bytes: Uint8Array): boolean {
  const length = headers.get('Content-Length')
  if (isCompressed(headers)) return true
  if (length !== null) return Number(length) === bytes.length
  if (/\bchunked\b/i.test(headers.get('Transfer-Encoding') ?? '')) return true
  return /<\/html\s*>(?:\s|<!--[\s\S]*?-->)*$/i.test(latin1.decode(bytes.subarray(-TAIL_BYTES)))
}

/** Enough for the closing tag and the comments that frameworks leave after it. */
const TAIL_BYTES = 1_024
const latin1 = new TextDecoder('latin1')

/** `reading`: what was asked of the reader already. */
function replay(
  first: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
  reading?: Promise<ReadableStreamReadResult<Uint8Array>>,
): Body {
  const waiting = [...first]
  let asked = reading
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = waiting.shift()
        if (chunk !== undefined) return controller.enqueue(chunk)
        const next = asked ?? reader.read()
        asked = undefined
        const { done, value } = await next
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
