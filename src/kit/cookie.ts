/**
 * The `Cookie` request header (RFC 6265, section 4.2.1), searched in place: no table of all cookies is built, since a
 * request carries dozens and we read a few by name.
 */
const EQUALS = 61
const SEMICOLON = 59
const SPACE = 32
const TAB = 9
const NOTHING: readonly string[] = Object.freeze([])

/** The raw values under `name`, in the header's order; more than one where a name was set for several paths. */
export function cookieValues(header: string, name: string): readonly string[] {
  let at = header.indexOf(name)
  if (at === -1 || name === '') return NOTHING
  const values: string[] = []
  while (at !== -1) {
    const end = at + name.length
    if (header.charCodeAt(end) === EQUALS && startsPair(header, at)) values.push(valueFrom(header, end + 1))
    at = header.indexOf(name, end)
  }
  return values
}

/** The first raw value under `name`, or undefined. */
export const cookieValue = (header: string, name: string): string | undefined => cookieValues(header, name)[0]

/** Takes off the quotes and the percent encoding; null where the encoding is broken. */
export function decodeCookie(raw: string): string | null {
  const value = raw.length > 1 && raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1) : raw
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return null
  }
}

function startsPair(header: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && (header.charCodeAt(before) === SPACE || header.charCodeAt(before) === TAB)) before--
  return before < 0 || header.charCodeAt(before) === SEMICOLON
}

function valueFrom(header: string, start: number): string {
  const end = header.indexOf(';', start)
  return header.slice(start, end === -1 ? header.length : end).trim()
}
