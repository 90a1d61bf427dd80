/**
 * A request's headers, read once. Every look into `Headers` crosses from JavaScript to the runtime and back, and one
 * page view looks some thirty times; a table in JavaScript costs one crossing.
 */

/** What readers of headers need; `Headers` is one. */
export type HeaderReader = Pick<Headers, 'get' | 'has'>

export function readHeaders(headers: Headers): HeaderReader {
  const table = new Map<string, string>()
  headers.forEach((value, name) => {
    table.set(name, value)
  })
  return {
    get: (name) => table.get(name.toLowerCase()) ?? null,
    has: (name) => table.has(name.toLowerCase()),
  }
}
