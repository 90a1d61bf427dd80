/**
 * Is this answer HTML that may be edited? First by its head, then, where the head does not name a charset, by its
 * first bytes. Pure.
 *
 * Edits are UTF-8, so only UTF-8 pages are edited. HTMLRewriter does not look at `<meta charset>`, nor does it decode
 * other codings than gzip and Brotli: both would give a broken page, so both are settled here.
 */
import type { BypassReason } from './source.ts'

/** How far browsers look for a charset (HTML standard, "prescan a byte stream"). */
export const SNIFF_BYTES = 1_024

/** Written exactly so; the runtime decodes no other spelling. */
const DECODED = new Set([null, '', 'identity', 'gzip', 'br'])

/** The labels of UTF-8 (WHATWG Encoding standard, section 4.2). */
const UTF8_LABELS = new Set([
  'unicode-1-1-utf-8',
  'unicode11utf8',
  'unicode20utf8',
  'utf-8',
  'utf8',
  'x-unicode20utf8',
])

export type Charset = 'utf8' | 'other' | 'absent'

/** Why a response may not be edited, by status and headers; null where it may, as far as they tell. */
export function bypassReason(response: {
  readonly status: number
  readonly headers: Headers
}): BypassReason | null {
  const { status, headers } = response
  if (status === 206 || headers.has('Content-Range')) return 'partial'
  if (status >= 300 && status < 400 && status !== 304) return 'redirect'
  if (status !== 200) return 'status'
  const type = headers.get('Content-Type')
  if (mediaType(type) !== 'text/html') return 'type'
  if (!DECODED.has(headers.get('Content-Encoding'))) return 'encoding'
  if (charsetOfType(type) === 'other') return 'charset'
  if (/^\s*attachment\b/i.test(headers.get('Content-Disposition') ?? '')) return 'attachment'
  // RFC 9110, section 7.7: the origin's way to say that its bytes are to stay as they are.
  if (/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(headers.get('Cache-Control') ?? '')) return 'no_transform'
  return null
}

/** Whether the body comes compressed, so that reading it may fail where receiving it did not. */
export function isCompressed(headers: Headers): boolean {
  const coding = headers.get('Content-Encoding')
  return coding === 'gzip' || coding === 'br'
}

/** The charset in a `Content-Type` header. */
export function charsetOfType(contentType: string | null): Charset {
  const label = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]*))/i.exec(contentType ?? '')
  return label === null ? 'absent' : charsetOfLabel(label[1] ?? label[2] ?? '')
}

/**
 * The charset that the start of a page names, or undefined where more bytes are needed to tell. `ended`: there are no
 * more. A page that names none is read as windows-1252 by browsers, so it is `absent`, not UTF-8.
 */
export function charsetOfBytes(start: Uint8Array, ended: boolean): Charset | undefined {
  const [first, second, third] = start
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf8'
  if ((first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe)) return 'other'
  const text = latin1.decode(start.subarray(0, SNIFF_BYTES)).replace(COMMENT, '')
  const label = META_CHARSET.exec(text)?.[1]
  if (label !== undefined) return charsetOfLabel(label)
  const headIsOver = /<(?:\/head|body)[\s>]/i.test(text)
  return ended || headIsOver || start.length >= SNIFF_BYTES ? 'absent' : undefined
}

const latin1 = new TextDecoder('latin1')
/** A comment that is not closed yet hides the rest. */
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g
/** `<meta charset=x …>` and `<meta http-equiv content="text/html; charset=x">`; the label must be seen to its end. */
const META_CHARSET = /<meta\s[^>]*?charset\s*=\s*["']?\s*([^\s"'/>;]+)(?=[\s"'/>;])/i

const mediaType = (type: string | null): string => (type ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''

const charsetOfLabel = (label: string): Charset =>
  UTF8_LABELS.has(label.trim().toLowerCase()) ? 'utf8' : 'other'
