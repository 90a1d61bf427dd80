/** Answers of the shop's server: the same bytes for everybody with validators and gzip, or one visitor's own. */
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Item, Kind } from './site.ts'

const CACHE_CONTROL: Readonly<Record<Kind, string>> = {
  page: 'public, max-age=60, stale-while-revalidate=600',
  picture: 'public, max-age=604800',
  asset: 'public, max-age=60',
}

const SECURITY: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data:; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'",
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'X-Content-Type-Options': 'nosniff',
}

export interface Ready {
  readonly item: Item
  readonly plain: Buffer
  readonly zipped: Buffer
  readonly tag: string
}

/** Compressed and hashed once, so that a request only copies. */
export function prepare(item: Item): Ready {
  const plain = Buffer.from(item.body)
  const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  return { item, plain, zipped: gzipSync(plain, { level: 9 }), tag }
}

/** 200 or 304, with or without a body, plain or gzip. */
export function sendShared(
  request: IncomingMessage,
  response: ServerResponse,
  ready: Ready,
  status = 200,
): void {
  const isZipped = takesGzip(request.headers['accept-encoding'])
  // Two codings are two representations, and a strong tag names one of them (RFC 9110, section 8.8.3).
  const etag = `"${ready.tag}${isZipped ? '-gz' : ''}"`
  const headers: Record<string, string> = {
    ...SECURITY,
    'Cache-Control': CACHE_CONTROL[ready.item.kind],
    ETag: etag,
    Vary: 'Accept-Encoding',
  }
  if (status === 200 && matchesTag(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers).end()
    return
  }
  const body = isZipped ? ready.zipped : ready.plain
  headers['Content-Type'] = ready.item.type
  headers['Content-Length'] = String(body.length)
  if (isZipped) headers['Content-Encoding'] = 'gzip'
  response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body)
}

export type ExtraHeaders = Readonly<Record<string, string | readonly string[]>>

/** One visitor's own page. */
export function sendPrivate(
  request: IncomingMessage,
  response: ServerResponse,
  page: string,
  extra: ExtraHeaders = {},
): void {
  const body = Buffer.from(page)
  response.writeHead(200, {
    ...SECURITY,
    'Cache-Control': 'private, no-store',
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': String(body.length),
    ...copy(extra),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  extra: ExtraHeaders = {},
): void {
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    ...copy(extra),
  })
  response.end(JSON.stringify(value))
}

/** After a form: 303, so that going back or reloading does not send it again. */
export function sendOn(response: ServerResponse, path: string, extra: ExtraHeaders = {}): void {
  response.writeHead(303, { Location: path, 'Cache-Control': 'private, no-store', ...copy(extra) }).end()
}

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  extra: ExtraHeaders = {},
): void {
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'text/plain; charset=utf-8',
    ...copy(extra),
  })
  response.end(`${text}\n`)
}

const copy = (extra: ExtraHeaders): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(extra).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )

const takesGzip = (header: string | string[] | undefined): boolean =>
  String(header ?? '')
    .split(',')
    .some((coding) => /^\s*(?:gzip|x-gzip)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(coding))

/** Weak comparison (RFC 9110, section 13.1.2). */
const matchesTag = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) ?? false
