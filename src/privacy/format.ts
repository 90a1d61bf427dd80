/** Dates, numbers and money as a language writes them. Times are epoch milliseconds, shown in UTC. Pure. */
import type { Language } from './language.ts'

export interface Format {
  readonly language: Language
  readonly date: (time: number) => string
  /** With the time of day and its zone, for receipts. */
  readonly moment: (time: number) => string
  readonly number: (value: number) => string
  readonly money: (value: number, currency: string) => string
  /** What something is, behind its name. */
  readonly named: (name: string, value: string | number) => string
}

export function createFormat(language: Language): Format {
  // English is written for everybody who reads it; the American order of dates would mislead most of them.
  const locale = language === 'en' ? 'en-GB' : language === 'pt' ? 'pt-PT' : language
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' })
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  return {
    language,
    date: (time) => date.format(time),
    moment: (time) => moment.format(time),
    number: (value) => number.format(value),
    // The French leave a space before a colon, and break no line there.
    named: (name, value) => `${name}${language === 'fr' ? '\u00a0' : ''}: ${value}`,
    money: (value, currency) => new Intl.NumberFormat(locale, { style: 'currency', currency }).format(value),
  }
}
