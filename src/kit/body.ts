/**
 * Reads a request's JSON or form within a limit. The limit holds for the bytes that really arrive: `Content-Length` is a
 * courtesy of the sender, and a chunked body has none.
 */
import { concatBytes } from './bytes.ts'
import { problem } from './problem.ts'
import { err, ok, type Result } from './result.ts'

const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json$/

const FORM_TYPE = /^application\/x-www-form-urlencoded$/

/** The text, or the answer to give instead: 415 for what is not JSON in UTF-8, 413 for what is too long. */
export const readJsonText = (request: Request, maxBytes: number): Promise<Result<string, Response>> =>
  readText(request, maxBytes, JSON_TYPE, 'application/json')

/** The fields of a form as browsers send one without a script, or the answer to give instead. */
export async function readForm(
  request: Request,
  maxBytes: number,
): Promise<Result<URLSearchParams, Response>> {
  const text = await readText(request, maxBytes, FORM_TYPE, 'application/x-www-form-urlencoded')
  return text.ok ? ok(new URLSearchParams(text.value)) : text
}

/** Was this sent by a form, and not by a script? */
export const isForm = (headers: Headers): boolean => FORM_TYPE.test(typeOf(headers)[0] as string)

async function readText(
  request: Request,
  maxBytes: number,
  types: RegExp,
  wanted: string,
): Promise<Result<string, Response>> {
  const refusal = refuseType(request.headers, types, wanted)
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

/** The media type, lower case, then its parameters. */
const typeOf = (headers: Headers): readonly string[] =>
  (headers.get('Content-Type') ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())

function refuseType(headers: Headers, types: RegExp, wanted: string): Response | null {
  const [type = '', ...parameters] = typeOf(headers)
  const charset = parameters.find((part) => part.startsWith('charset='))
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
  const isPlain = (headers.get('Content-Encoding') ?? 'identity').toLowerCase() === 'identity'
  if (types.test(type) && isUtf8 && isPlain) return null
  return problem(415, 'unsupported_media_type', wanted === 'application/json' ? 'Send JSON' : 'Send a form', {
    detail: `Content-Type: ${wanted}, in UTF-8 and without Content-Encoding`,
    headers: { Accept: wanted },
  })
}

function tooLarge(maxBytes: number): Response {
  return problem(413, 'too_large', 'The body is too large', { detail: `at most ${maxBytes} bytes` })
}

/** The bytes of a body, or null where there are more than `maxBytes`; the rest is then not read. */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body === null) return new Uint8Array()
  const parts: Uint8Array[] = []
  let length = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concatBytes(parts)
    length += value.length
    if (length > maxBytes) {
      await reader.cancel()
      return null
    }
    parts.push(value)
  }
}
