/** The address of a request, parsed. HOT PATH; holds values only. */
import { escapeAttribute } from '../kit/html.ts'
import { memo } from '../kit/memo.ts'

const SHARED_MAX = 512
const SHARED_MAX_CHARS = 256

const shared = memo<string, URL>(SHARED_MAX, (href) => new URL(href))

/**
 * A shop has few pages and each is asked for many times, so addresses are parsed once, which takes about 10 µs; all but
 * those with a query, which may be somebody's own. Nobody may change what this gives.
 */
export const addressOf = (href: string): URL =>
  href.length > SHARED_MAX_CHARS || href.includes('?') ? new URL(href) : shared(href)

/**
 * What our own addresses on a page begin with: a path alone would lead to wherever the page's `<base>` says. The scheme is
 * left to the browser, for TLS may end in front of us.
 */
export const homeOf = ({ host }: URL): string => `//${escapeAttribute(host)}`
