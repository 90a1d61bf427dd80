/** Text from outside, made harmless to keep: trimmed, bounded, without control characters or half characters. */
const CONTROL = /\p{Cc}/u
const CONTROLS = /\p{Cc}+/gu

/** The text, cut to `limit` code units, or undefined where it is no string or nothing is left. */
export function cleanText(value: unknown, limit: number): string | undefined {
  if (typeof value !== 'string') return undefined
  const cut = value.length > limit ? value.slice(0, limit) : value
  const text = (CONTROL.test(cut) ? cut.replace(CONTROLS, ' ') : cut).trim()
  return text === '' ? undefined : text.toWellFormed()
}
