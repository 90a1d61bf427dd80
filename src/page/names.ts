/** Matches names against an operator's list, where a trailing `*` stands for a prefix. Pure; compiled once. */
export type NameMatcher = (name: string) => boolean

/** `['cart', 'utm_*']` → a function that is true for `cart` and for everything that starts with `utm_`. */
export function compileNames(list: readonly string[]): NameMatcher {
  const exact = new Set(list.filter((item) => !item.endsWith('*')))
  const prefixes = list.filter((item) => item.endsWith('*')).map((item) => item.slice(0, -1))
  return (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix))
}

/** The names in a `Cookie` header (RFC 6265, section 4.2.1), in order. Values are not looked at. */
export function cookieNames(header: string | null): string[] {
  if (header === null) return []
  return header
    .split(';')
    .map((pair) => pair.split('=', 1)[0]?.trim() ?? '')
    .filter((name) => name !== '')
}

/**
 * As `compileNames`, for a whole `Cookie` header: true where a cookie of such a name is in it. One expression over the
 * header as it came, since every page view asks.
 */
export function compileCookieNames(list: readonly string[]): (header: string) => boolean {
  if (list.length === 0) return () => false
  const names = list.map((item) => {
    const isPrefix = item.endsWith('*')
    return RegExp.escape(isPrefix ? item.slice(0, -1) : item) + (isPrefix ? '[^=;]*' : '')
  })
  const pattern = new RegExp(`(?:^|;)[ \\t]*(?:${names.join('|')})[ \\t]*(?:=|;|$)`)
  return (header) => pattern.test(header)
}
