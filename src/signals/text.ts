/** Text from outside, made harmless to keep: trimmed, bounded, without control characters or half characters. */
const CONTROLS = /\p{Cc}+/gu
/** Nearly all of what comes, and nothing in it to clean. */
const NOT_PRINTABLE_ASCII = /[^ -~]/

/** The text, cut to `limit` code units, or undefined where it is no string or nothing is left. */
export function cleanText(value: unknown, limit: number): string | undefined {
  if (typeof value !== 'string') return undefined
  const cut = value.length > limit ? value.slice(0, limit) : value
  const text = (NOT_PRINTABLE_ASCII.test(cut) ? cut.replace(CONTROLS, ' ').toWellFormed() : cut).trim()
  return text === '' ? undefined : text
}
