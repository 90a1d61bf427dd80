/** The languages that shoppers are spoken to in, and which of them a reader gets. Pure. */

export const LANGUAGES = ['en', 'pt', 'de', 'fr'] as const
export type Language = (typeof LANGUAGES)[number]

/** As its own speakers write it: who cannot read this page finds theirs. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  pt: 'Português',
  de: 'Deutsch',
  fr: 'Français',
}

const FALLBACK: Language = 'en'
/** No browser lists more; a longer header is read up to here. */
const RANGES_MAX = 32

/** Asked for by name (`?lang=de`), else the best of `Accept-Language` (RFC 9110, section 12.5.4), else English. */
export function chooseLanguage(
  asked: string | null | undefined,
  acceptLanguage: string | null | undefined,
): Language {
  const told = languageOf(asked ?? '')
  if (told !== undefined) return told
  let best: Language = FALLBACK
  let bestWeight = 0
  for (const range of (acceptLanguage ?? '').split(',', RANGES_MAX)) {
    const [tag = '', ...parameters] = range.split(';')
    const language = languageOf(tag.trim())
    const weight = weightOf(parameters)
    if (language === undefined || weight <= bestWeight) continue
    best = language
    bestWeight = weight
  }
  return best
}

/** `de-AT` is German to us. */
function languageOf(tag: string): Language | undefined {
  const primary = tag.toLowerCase().split('-', 1)[0]
  return LANGUAGES.find((language) => language === primary)
}

/** What is written wrongly is not wanted. */
function weightOf(parameters: readonly string[]): number {
  const parameter = parameters.map((text) => text.trim().toLowerCase()).find((text) => text.startsWith('q='))
  if (parameter === undefined) return 1
  const weight = Number(parameter.slice(2) || 'none')
  return weight >= 0 && weight <= 1 ? weight : 0
}
