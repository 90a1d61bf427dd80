/** Where our doors for shoppers are, as pages and forms name them. */
import { hash64 } from '../kit/hash.ts'
import { PAGE_CSS, WHY_CSS } from './style.ts'

export const OWN_ROOT = '/_selvedge'
export const PRIVACY_PATH = `${OWN_ROOT}/privacy`
export const ERASE_PATH = `${PRIVACY_PATH}/erase`
export const DOWNLOAD_PATH = `${PRIVACY_PATH}/download`
export const FEEDBACK_PATH = `${OWN_ROOT}/feedback`
export const CONSENT_PATH = `${OWN_ROOT}/consent`
/** They change with the style, so that browsers may keep it for a year. */
export const PAGE_CSS_PATH = `${OWN_ROOT}/privacy.css?v=${hash64(PAGE_CSS)}`
export const WHY_CSS_PATH = `${OWN_ROOT}/why.css?v=${hash64(WHY_CSS)}`

/** The path with its language, so that whoever chose one keeps it. */
export const inLanguage = (
  path: string,
  language: string,
  more: Readonly<Record<string, string>> = {},
): string => `${path}?${new URLSearchParams({ ...more, lang: language })}`
