/** Queries as they were written: nothing is decoded or encoded anew, so `?a`, `?a=` and `?%61` stay three. Pure. */

/** One parameter of a query. */
export interface Pair {
  readonly text: string
  /** As it is written. */
  readonly name: string
}

/** All of a URL's query, in order. */
export const pairsOf = ({ search }: URL): readonly Pair[] =>
  search
    .slice(1)
    .split('&')
    .filter((text) => text !== '')
    .map((text) => ({ text, name: text.split('=', 1)[0] ?? '' }))

/** A query of these pairs. */
export const searchOf = (pairs: readonly Pair[]): string => pairs.map(({ text }) => text).join('&')

/** What a pair's name means; as it is written where that cannot be told. */
export function decodeName({ name }: Pair): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name
  }
}
