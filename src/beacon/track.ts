/**
 * What the shop's own page tells: `selvedge.track('follow', { brand: 'Brisa' })`, or without a script, by attributes:
 * `<button data-selvedge-track="follow" data-selvedge-brand="Brisa">`. A form that carries them tells when it is sent.
 */

export type Fields = Readonly<Record<string, unknown>>
type Track = (kind: string, fields: Fields) => void

const TRACKED = '[data-selvedge-track]'
const PREFIX = 'selvedge'
/** Fields that the door wants as numbers; what is declared is a word, whatever it looks like. */
const NUMBERS = /^(quantity|value)$/

/** Listens before the shop's own handlers do, which may keep an event for themselves. */
export function listen(track: Track): void {
  const hear = ({ target, type }: Event): void => {
    // The document itself has no such method.
    const element = (target as Partial<Element>).closest?.<HTMLElement>(TRACKED)
    if (element && element instanceof HTMLFormElement === (type === 'submit')) tell(element, track)
  }
  for (const type of ['click', 'submit']) addEventListener(type, hear, true)
}

function tell({ dataset }: HTMLElement, track: Track): void {
  const { selvedgeTrack: kind = '', ...others } = dataset
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(others)) {
    if (!name.startsWith(PREFIX)) continue
    const field = name.slice(PREFIX.length).toLowerCase()
    fields[field] = NUMBERS.test(field) && kind !== 'declare' ? Number(value) : value
  }
  track(kind, fields)
}
