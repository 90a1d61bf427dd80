/** Turns what was found into a `PageSource`. The clock comes in; nothing is fetched or kept here. */
import { startDeadline } from '../kit/deadline.ts'
import type { BypassReason, KeptPage, NotKept, PageSettings, PageSource } from './source.ts'
import { type Opened, openHtml } from './tap.ts'

export type TemplateState = (PageSource & { kind: 'template' })['state']

/** One visitor's view of an answer, and how long to wait for its start. */
export interface Delivery {
  readonly request: Request
  readonly settings: PageSettings
  readonly now: () => number
}

export function kept(page: KeptPage, state: TemplateState): PageSource {
  return { kind: 'template', template: page.template, head: page.head, facts: page.facts, state }
}

export function bypassed(response: Response, why: BypassReason): PageSource {
  return { kind: 'bypass', response, why }
}

/** They describe the transfer from the origin; what goes on is decoded and of another length. */
const TRANSFER_HEADERS = ['Content-Length', 'Content-Encoding', 'Transfer-Encoding']

/** HTML on its way to the visitor, opened as far as needed. A HEAD gets the same head and no body. */
export async function streamed(
  delivery: Delivery,
  response: Response,
  isOwn: boolean,
  why?: NotKept,
): Promise<PageSource> {
  const { request } = delivery
  const source = (body: ReadableStream | null): PageSource => {
    const html = new Response(body, response)
    for (const name of TRANSFER_HEADERS) html.headers.delete(name)
    return { kind: 'stream', response: html, own: isOwn, ...(why === undefined ? {} : { why }) }
  }
  if (request.method === 'HEAD') return source(null)
  if (response.body === null) return bypassed(response, 'empty')
  const opened = await openInTime(delivery, response.headers, response.body)
  if (opened === 'late') return { kind: 'failed', status: 504, why: 'timeout' }
  if (opened.ok) return source(opened.body)
  if (opened.why === 'broken') return { kind: 'failed', status: 502, why: 'body' }
  const untouched = new Response(opened.body, response)
  untouched.headers.delete('Content-Length')
  return bypassed(untouched, 'charset')
}

/** The first bytes count as part of the answer: an origin may send its head and then nothing. */
function openInTime(
  { settings, now }: Delivery,
  headers: Headers,
  body: ReadableStream,
): Promise<Opened | 'late'> {
  const opening: Promise<Opened | 'late'> = openHtml(headers, body)
  return startDeadline(settings.originTimeoutMs, now).within(opening, 'late')
}

/** Lets a connection go whose answer nobody reads; one that has broken off by itself is let go of already. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => {})
}
