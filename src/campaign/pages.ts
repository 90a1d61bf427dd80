/**
 * Page patterns. URLPattern says what they mean; this file finds the literal start of each, so that an index needs to
 * ask only the patterns that could match, and most of those not at all. Pure.
 */

const MAX_PATTERN_CHARS = 1_024
/** Longer addresses match plain paths alone: what a "*" could be is tried at each of their characters. */
const MAX_URL_CHARS = 4_096
/** Characters that stand for themselves in a pattern and that no URL parser rewrites. */
const LITERAL = /^(?:[A-Za-z0-9_~!$&',;=@/-]|\.(?![./]|$))+/

export interface PagePattern {
  readonly source: string
  /** Every matching path begins with this. */
  readonly prefix: string
  /** `exact`: the prefix and nothing else. `start`: anything that begins with it. Neither needs a URLPattern. */
  readonly kind: 'exact' | 'start' | 'pattern'
  /** The one host it can match, where it names one. */
  readonly host: string | undefined
  /** Does the query decide? */
  readonly usesSearch: boolean
  readonly test: (url: URL) => boolean
}

/** Says what is wrong with a pattern, or undefined. */
export function pageProblem(source: string): string | undefined {
  if (source.length > MAX_PATTERN_CHARS) return `a page pattern has at most ${MAX_PATTERN_CHARS} characters`
  if (!source.startsWith('/') && !/^https?:\/\//.test(source)) {
    return 'a page is a path such as "/collections/*" or a whole pattern such as "https://shop.example/pt/*"'
  }
  if (/[(#]/.test(source)) return 'regular expressions and fragments do not stand in a page pattern'
  if (!isWhole(source) && source.includes('\\')) return 'a path pattern has no escapes'
  if (REPEATED.test(source) || source.split('\\?').some((part) => SLOW.test(part)))
    return 'this can take for ever: write "*" for "**" and for names that repeat within a step, and at most two before the last'
  // After a wildcard or a name, `?` makes that optional instead: a pattern that matches nothing its author meant.
  if (QUERY_IN_PATH.test(source) || (!isWhole(source) && STRAY_QUERY.test(source))) return NO_QUERY
  // URLPattern resolves these only where they are not next to a wildcard, which nobody would expect.
  if (/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(source)) return 'write the path without "." and ".." steps'
  try {
    urlPattern(source)
    return undefined
  } catch {
    return 'this is not a pattern that URLPattern can read'
  }
}

// URLPattern makes regular expressions, and anybody may ask for any path. What can match in more than one way must not be
// repeated: `**` between steps is exponential, and sixty characters are enough; so is a name that repeats but for whole
// steps of a path. Three wildcards, names beside something in their step, or parts that may be left out are cubic; of
// these a `*` at the end is none, which never fails.
const REPEATED = /[*}][*+]|(?<!(?:^|[^/])\/):\w+[*+]|\\\?.*:\w+[*+]/
const NAME = String.raw`:[A-Za-z_]\w*`
const LOOSE = String.raw`(?:${NAME}[*+?]|(?<!/)${NAME}(?![\w*+?])|${NAME}(?![\w*+?/]|$)|(?<!${NAME})[*+]|\}\?)`
const SLOW = new RegExp(String.raw`(?:${LOOSE}.*){2}(?!\*$)${LOOSE}`)
const QUERY_IN_PATH = /\*\?|(?::\w+|\})\?[^/{]*=/
const STRAY_QUERY = /(?<!:\w+|\})\?/
const NO_QUERY =
  'a page is a path without its query; to go by the query write the whole pattern, with "\\?" before it, such as ' +
  '"https://shop.example/search\\?q=*"'

const isWhole = (source: string): boolean => !source.startsWith('/')

/** `%c3` is `%C3` (RFC 3986, section 6.2.2.1), in a pattern as in an address. */
const largeEscapes = (text: string): string => text.replace(/%[\da-f]{2}/gi, (byte) => byte.toUpperCase())

const matches = (pattern: URLPattern, { href }: URL): boolean =>
  href.length <= MAX_URL_CHARS && pattern.test(largeEscapes(href))

function urlPattern(source: string): URLPattern {
  const text = largeEscapes(source)
  return isWhole(text) ? new URLPattern(text) : new URLPattern({ pathname: text })
}

/** Compiles a pattern that `pageProblem` has passed. */
export function compilePage(source: string): PagePattern {
  if (isWhole(source)) return compileWhole(source)
  const prefix = LITERAL.exec(source)?.[0] ?? ''
  const rest = source.slice(prefix.length)
  const plain = { source, prefix, host: undefined, usesSearch: false }
  if (rest === '') return { ...plain, kind: 'exact', test: ({ pathname }) => pathname === prefix }
  if (rest === '*') return { ...plain, kind: 'start', test: ({ pathname }) => pathname.startsWith(prefix) }
  return { ...plain, kind: 'pattern', test: lazily(() => urlPattern(source)) }
}

/** Building a URLPattern takes far longer than this; a release of 10,000 campaigns should not build what nobody asks. */
function lazily(build: () => URLPattern): (url: URL) => boolean {
  let pattern: URLPattern | undefined
  return (url) => {
    pattern ??= build()
    return matches(pattern, url)
  }
}

function compileWhole(source: string): PagePattern {
  const pattern = urlPattern(source)
  const { hostname, pathname, search } = pattern
  return {
    source,
    prefix: LITERAL.exec(pathname)?.[0] ?? '',
    kind: 'pattern',
    host: /^[a-z0-9.-]+$/.test(hostname) ? hostname : undefined,
    usesSearch: search !== '' && search !== '*',
    test: (url) => matches(pattern, url),
  }
}

/** Could one page match both? Never wrongly no; wrongly yes only for patterns that mix wildcards in the middle. */
export function mayMeet(a: PagePattern, b: PagePattern): boolean {
  if (a.host !== undefined && b.host !== undefined && a.host !== b.host) return false
  if (!a.prefix.startsWith(b.prefix) && !b.prefix.startsWith(a.prefix)) return false
  if (a.kind === 'exact' && b.kind === 'exact') return a.prefix === b.prefix
  if (a.kind === 'exact') return matchesPath(b, a.prefix)
  if (b.kind === 'exact') return matchesPath(a, b.prefix)
  return segmentsMeet(a.source, b.source)
}

function matchesPath(pattern: PagePattern, path: string): boolean {
  // The query is not known, and a whole pattern may want one.
  if (pattern.usesSearch) return true
  return pattern.test(new URL(path, `https://${pattern.host ?? 'any.invalid'}`)) || isWhole(pattern.source)
}

/** Segment by segment, as far as both are plain; from the first wildcard on anything may follow. */
function segmentsMeet(a: string, b: string): boolean {
  if (!PLAIN_SEGMENTS.test(a) || !PLAIN_SEGMENTS.test(b)) return true
  const left = a.split('/')
  const right = b.split('/')
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const one = left[index]
    const other = right[index]
    if (one === undefined || other === undefined) return one === '*' || other === '*'
    if (one.endsWith('*') || other.endsWith('*')) return true
    if (one.startsWith(':') ? other === '' : other.startsWith(':') ? one === '' : one !== other) return false
  }
  return true
}
const PLAIN_SEGMENTS = /^(?:\/(?::[A-Za-z_]\w*|[A-Za-z0-9_~.-]*))*(?:\/?[A-Za-z0-9_~.-]*\*)?$/
