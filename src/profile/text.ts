/** Names that come from shops and shoppers, made fit to be kept, compared and read by a dotted path. Pure. */
import { cleanText } from '../signals/text.ts'

export const CATEGORY_MAX_CHARS = 48
const BRAND_MAX_CHARS = 48
/** An id of a visitor, as `newVisitorId` makes them or a trusted CDN passes them. */
export const VISITOR_ID = /^[A-Za-z0-9_-]{1,64}$/
export const EVENT_ID = /^[A-Za-z0-9_.:-]{1,64}$/
/** No dot: conditions read `habit.stores.<id>` by its steps. */
export const STORE_ID = /^[A-Za-z0-9_-]{1,64}$/
/** A product's own number: what numbers are written with, and nothing that means something to markup or to SQL. */
export const SKU = /^[\p{L}\p{M}\p{N} _.:/+#&(),*=~-]{1,64}$/u
export const CURRENCY = /^[A-Z]{3}$/

/** Longer is cut before it is looked at. */
const RAW_MAX_CHARS = 256
const NOT_WORD = /[^\p{L}\p{N}]+/gu
const SPACES = /\s+/g

/**
 * The key of a category, whoever wrote it: `Green Tea`, `green_tea` and `GREEN-TEA ` are all `green-tea`, so that a
 * page, the catalog and a condition (`affinity.green-tea`) mean the same. Undefined where no letter or digit is left.
 */
export function categoryKey(text: unknown): string | undefined {
  const clean = cleanText(text, RAW_MAX_CHARS)
  if (clean === undefined) return undefined
  const words = clean.normalize('NFKC').toLowerCase().replace(NOT_WORD, '-').replace(/^-/, '')
  return cut(words, CATEGORY_MAX_CHARS).replace(/-$/, '') || undefined
}

/** A brand as the shop writes it: its own id or name, so letters keep their case. */
export function brandKey(text: unknown): string | undefined {
  const clean = cleanText(text, RAW_MAX_CHARS)
  return clean === undefined ? undefined : shortText(clean, BRAND_MAX_CHARS)
}

/** Blanks collapsed, at most `limit` code units, no half character at the end. */
export const shortText = (text: string, limit: number): string | undefined =>
  cut(text.replace(SPACES, ' ').trim(), limit).trim() || undefined

/** A cut never leaves half a surrogate pair. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const code = text.charCodeAt(limit - 1)
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? limit - 1 : limit)
}
