/** The forms that the shoppers' doors answer in. Pure. */
import { CLEAR_DIGEST } from '../events/clear.ts'
import { YEAR_SECONDS } from '../kit/time.ts'
import { SorryPage } from './confirm.tsx'
import { chooseLanguage } from './language.ts'
import type { Frame } from './layout.tsx'
import { TEXTS } from './texts.ts'

/** Nobody else may keep, frame, index or script what is one person's. */
export const PRIVATE_HEADERS = {
  'Cache-Control': 'private, no-store',
  'Content-Security-Policy': `default-src 'none'; script-src '${CLEAR_DIGEST}'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
} as const

export const page = (body: unknown, status = 200): Response =>
  new Response(`<!doctype html>${String(body)}`, {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
  })

/** `what`: which of the texts says it. */
export const sorry = (
  request: Request,
  what: 'failed' | 'unrecorded' | 'notFromHere' | 'notCounted' | 'eraseLater',
  status: number,
  frame = frameOf(request),
): Response => page(<SorryPage frame={frame} text={TEXTS[frame.language][what]} />, status)

export const seeOther = (to: string): Response =>
  new Response(null, { status: 303, headers: { Location: to } })

export function withCookies(response: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie)
  return response
}

/** The same for everybody, and named by its content. */
export const styleSheet = (css: string): Response =>
  new Response(css, {
    headers: {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': `public, max-age=${YEAR_SECONDS}, immutable`,
      'X-Content-Type-Options': 'nosniff',
    },
  })

/** The frame of a request's page: its language, the shop's host, its own path. */
export function frameOf({ url: address, headers }: Pick<Request, 'url' | 'headers'>): Frame {
  const url = new URL(address)
  const language = chooseLanguage(url.searchParams.get('lang'), headers.get('Accept-Language'))
  return { language, host: url.host, path: url.pathname }
}
