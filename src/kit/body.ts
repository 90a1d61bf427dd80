/**
 * Reads a request's JSON text within a limit. The limit holds for the bytes that really arrive: `Content-Length` is a
 * courtesy of the sender, and a chunked body has none.
 */
import { concatBytes } from './bytes.ts'
import { problem } from './problem.ts'
import { err, ok, type Result } from './result.ts'

const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json$/

/** The text, or the answer to give instead: 415 for what is not JSON in UTF-8, 413 for what is too long. */
export async function readJsonText(request: Request, maxBytes: number): Promise<Result<string, Response>> {
  const refusal = refuseType(request.headers)
  if (refusal !== null) return err(refusal)
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) return err(tooLarge(maxBytes))
  const bytes = await readBytes(request.body, maxBytes)
  if (bytes === null) return err(tooLarge(maxBytes))
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes))
  } catch {
    return err(problem(400, 'bad_encoding', 'The body is not UTF-8'))
  }
}

function refuseType(headers: Headers): Response | null {
  const [type = '', ...parameters] = (headers.get('Content-Type') ?? '').toLowerCase().split(';')
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='))
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
  const isPlain = (headers.get('Content-Encoding') ?? 'identity').toLowerCase() === 'identity'
  if (JSON_TYPE.test(type.trim()) && isUtf8 && isPlain) return null
  return problem(415, 'unsupported_media_type', 'Send JSON', {
    detail: 'Content-Type: application/json, in UTF-8 and without Content-Encoding',
    headers: { Accept: 'application/json' },
  })
}

function tooLarge(maxBytes: number): Response {
  return problem(413, 'too_large', 'The body is too large', { detail: `at most ${maxBytes} bytes` })
}

async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array()
  const parts: Uint8Array[] = []
  let length = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concatBytes(...parts)
    length += value.length
    if (length > maxBytes) {
      await reader.cancel()
      return null
    }
    parts.push(value)
  }
}
